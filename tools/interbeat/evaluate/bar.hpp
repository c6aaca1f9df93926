// Bar: how good a summary has to be: "f1_median: '>= 0.992'".
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::evaluate {

struct Summary;

/// A number of a summary that a bar may bind.
struct Metric {
  std::string_view name;
  std::string_view unit;  ///< "ms"; "1" of shares and counts
  std::string_view doc;
  bool needs_reference{};
  std::optional<double> (*of)(const Summary&);
};

const std::vector<Metric>& metrics();
/// Null if there is none of that name.
const Metric* find_metric(std::string_view name);

struct Bar {
  const Metric* metric{};
  bool at_least{};  ///< else at most
  double bound{};   ///< in the metric's unit

  bool is_met(double value) const { return at_least ? value >= bound : value <= bound; }
  /// ">= 0.992", "<= 8 ms"
  std::string text() const;
};

}  // namespace ib::evaluate
