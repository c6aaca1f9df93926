// Power spectrum of a real signal by the fast Fourier transform, in double precision.
//
// The transform is kissfft's (BSD-3-Clause), whose C++ header takes double; this file's .cpp is the
// only place that knows it. Any even length works; powers of two are the fast ones.
// Thread: one at a time. The constructor allocates, power() does not. A value that isn't finite
// makes every bin so (Density::if_finite()).
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace ib::dsp {

class RealFft {
 public:
  /// [control] Length n, even, at least 2; an odd one is taken one longer.
  explicit RealFft(std::size_t n);
  ~RealFft();
  RealFft(RealFft&&) noexcept;
  RealFft& operator=(RealFft&&) noexcept;

  std::size_t size() const noexcept;
  std::size_t bins() const noexcept { return size() / 2 + 1; }

  /// |X_k|^2 for k = 0 .. n/2 of `x`, of which missing samples are zeros and those beyond n are
  /// left out. The span is good until the next call. [stream]
  std::span<const double> power(std::span<const double> x) noexcept;

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

}  // namespace ib::dsp
