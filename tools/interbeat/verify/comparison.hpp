// Comparison: one number of ours beside the one it must equal, and how far apart they may be. What `interbeat verify`
// prints a line of.
//
// Thread: [control].
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ib::verify {

enum class Verdict { ok, fail, figure, absent };

struct Comparison {
  std::string group;   ///< "EC57, closed form"
  std::string metric;  ///< "HF, 300 s by Welch"
  std::string unit;
  double reference{};
  std::optional<double> ours;  ///< absent where the definition has none
  double allowed{};            ///< largest difference, in the same unit
  std::string note;            ///< why, where it needs a word
  bool figure{};               ///< printed beside the others, and no bar
  unsigned of{};               ///< the largest difference of so many; 0: of this one
  bool more_is_fine{};         ///< only what is less counts as apart
  bool nothing_to_compare{};   ///< the reference is not there: no bar either

  std::optional<double> difference() const;
  Verdict verdict() const;
};

using Comparisons = std::vector<Comparison>;

/// Largest difference of many numbers from theirs, each relative to its reference or absolute, as one line.
class Worst {
 public:
  void relative(double ours, double reference);
  void absolute(double ours, double reference);
  /// A number that there should be and is not.
  void absent() { ++absent_; }
  bool empty() const { return n_ == 0 && absent_ == 0; }
  Comparison comparison(std::string group, std::string metric, double allowed) const;

 private:
  void note(double difference);
  double worst_{};
  unsigned n_{}, absent_{};
};

/// For people: a table for each group, and the count in the last line.
std::string text_of(const Comparisons& all, std::size_t room);
/// For programs: an array of objects.
std::string json_of(const Comparisons& all);

}  // namespace ib::verify
