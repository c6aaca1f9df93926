#include "bench/pieces.hpp"

#include "bench/figure.hpp"

namespace ib::bench {

double Pieces::median_ns() const {
  std::vector<double> lengths;
  for (std::size_t i = 1; i < marks_.size(); ++i) {
    lengths.push_back(std::chrono::duration<double, std::nano>(marks_[i] - marks_[i - 1]).count());
  }
  return median_of(std::move(lengths));
}

}  // namespace ib::bench
