// Power spectral density by Welch's method (IEEE Trans Audio Electroacoust 15:70, 1967): the signal
// is cut into overlapping segments; each is freed of its mean, weighted by a periodic Hann window,
// padded with zeros and transformed; the squares are averaged. One-sided, unit^2 per Hz.
//
// A signal shorter than a segment is one segment of its own length. A segment of T s tells rhythms
// apart that lie 2/T Hz from each other, and what is slower than some 2/T leaks upwards: VLF needs
// segments of minutes (whole()).
// Thread: one at a time. The constructor allocates, nothing else does. Fewer than `least_samples`:
// no density.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/band_powers.hpp"
#include "dsp/fft.hpp"

namespace ib::dsp {

class Welch {
 public:
  static constexpr std::size_t least_samples = 8;

  /// The defaults are those of HRV at 4 Hz: segments of 64 s, half of each shared with the next.
  struct Params {
    double rate_hz = 4;
    std::size_t segment = 256;       ///< samples, at least least_samples
    std::size_t overlap = 128;       ///< samples, fewer than segment
    std::size_t transformed = 1024;  ///< samples with the zeros, even, at least segment
  };
  /// One segment over all of a signal of up to `samples`.
  static Params whole(std::size_t samples, double rate_hz = 4) noexcept;

  Welch() : Welch(Params{}) {}
  /// [control]
  explicit Welch(const Params& params);

  /// Good until the next call. [stream]
  Density density(std::span<const double> x) noexcept;

  const Params& params() const noexcept { return params_; }

 private:
  void shape_window(std::size_t length) noexcept;
  void add(std::span<const double> segment) noexcept;

  Params params_;
  RealFft fft_;
  std::vector<double> window_, weighted_, density_;
  std::size_t length_ = 0;  // of the window as it is shaped now
  double window_power_ = 0;
};

}  // namespace ib::dsp
