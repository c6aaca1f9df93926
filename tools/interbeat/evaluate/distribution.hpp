// Distribution: where the values of many records lie. Quantiles are linear between order statistics (type 7).
//
// Thread: any; pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace ib::evaluate {

class Distribution {
 public:
  Distribution() = default;
  explicit Distribution(std::vector<double> values);

  std::size_t n() const { return sorted_.size(); }
  const std::vector<double>& sorted() const { return sorted_; }
  // Absent where there are too few values for it: none, or for `sd` less than two.
  std::optional<double> mean() const;
  std::optional<double> sd() const;  ///< with n - 1
  std::optional<double> quantile(double share) const;
  std::optional<double> median() const { return quantile(0.5); }
  std::optional<double> least() const { return quantile(0); }
  std::optional<double> greatest() const { return quantile(1); }

 private:
  std::vector<double> sorted_;
};

}  // namespace ib::evaluate
