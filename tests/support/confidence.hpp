// Confidence intervals with working memory of their own.
#pragma once

#include "dsp/confidence_interval.hpp"

#include <optional>
#include <span>
#include <vector>

namespace ib::test {

class ConfidenceMemory {
 public:
  explicit ConfidenceMemory(std::size_t n) : values_(n), squares_(n), ends_(n) {}
  dsp::ConfidenceRoom room() { return {values_, squares_, ends_}; }

 private:
  std::vector<double> values_, squares_;
  std::vector<std::uint32_t> ends_;
};

using Confidence = std::optional<dsp::ConfidenceInterval>;
using SeriesOfNn = std::span<const dsp::NnInterval>;

inline Confidence rmssd_interval(SeriesOfNn x) {
  return dsp::rmssd_interval(x, ConfidenceMemory(x.size()).room());
}
inline Confidence ln_rmssd_interval(SeriesOfNn x) {
  return dsp::ln_rmssd_interval(x, ConfidenceMemory(x.size()).room());
}
inline Confidence sdnn_interval(SeriesOfNn x) {
  return dsp::sdnn_interval(x, ConfidenceMemory(x.size()).room());
}
inline Confidence mean_nn_interval(SeriesOfNn x, Duration window) {
  return dsp::mean_nn_interval(x, window, ConfidenceMemory(x.size()).room());
}
inline Confidence mean_hr_interval(SeriesOfNn x, Duration window) {
  return dsp::mean_hr_interval(x, window, ConfidenceMemory(x.size()).room());
}

}  // namespace ib::test
