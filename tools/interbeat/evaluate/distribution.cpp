#include "evaluate/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace ib::evaluate {

Distribution::Distribution(std::vector<double> values) : sorted_(std::move(values)) {
  std::sort(sorted_.begin(), sorted_.end());
}

std::optional<double> Distribution::mean() const {
  if (sorted_.empty()) return std::nullopt;
  return std::accumulate(sorted_.begin(), sorted_.end(), 0.0) / static_cast<double>(n());
}

std::optional<double> Distribution::sd() const {
  if (n() < 2) return std::nullopt;
  const double centre = *mean();
  double sum = 0;
  for (const double x : sorted_) sum += (x - centre) * (x - centre);
  return std::sqrt(sum / static_cast<double>(n() - 1));
}

std::optional<double> Distribution::quantile(double share) const {
  if (sorted_.empty()) return std::nullopt;
  const double place = share * static_cast<double>(n() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= n()) return sorted_.back();
  return sorted_[below] +
         (place - static_cast<double>(below)) * (sorted_[below + 1] - sorted_[below]);
}

}  // namespace ib::evaluate
