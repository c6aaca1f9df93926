// Power spectral density of an autoregressive model by Burg's method (Burg, thesis, Stanford,
// 1975): the coefficients that predict each sample best from those before it and, backwards, from
// those behind. Smooth, with clear peaks, from short windows; order 16 at 4 Hz, on a tachogram
// freed of its line.
//
//   S(f) = 2 E / (rate |1 + a_1 z^-1 + ... + a_p z^-p|^2), E = mean square of what is left over
//
// Sixteen lags are four seconds: rhythms of VLF are not told apart, so no VLF comes from here. A
// pure tone makes a peak narrower than a bin, whose area is then wrong by any factor: simulated
// hearts make such ones.
// Thread: one at a time. The constructor allocates, nothing else does. Not more samples than twice
// the order, or samples that predict each other without error: no density. Silence: all 0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/band_powers.hpp"
#include "dsp/fft.hpp"

namespace ib::dsp {

class Burg {
 public:
  struct Params {
    double rate_hz = 4;
    std::size_t order = 16;
    std::size_t transformed = 1024;  ///< even: the density has transformed / 2 + 1 bins
  };

  /// [control] Of more samples, the last ones are taken.
  explicit Burg(std::size_t most_samples) : Burg(most_samples, Params{}) {}
  Burg(std::size_t most_samples, const Params& params);

  /// Good until the next call. [stream]
  Density density(std::span<const double> x) noexcept;

  /// Of the model of the last density: 1, a_1 .. a_p, and E.
  std::span<const double> coefficients() const noexcept { return a_; }
  double error() const noexcept { return error_; }

 private:
  void fit(std::span<const double> x) noexcept;
  double reflection(std::size_t n) const noexcept;
  void raise(std::size_t to_order, double k) noexcept;

  Params params_;
  RealFft fft_;
  std::vector<double> forward_, backward_, a_, before_, density_;
  double error_ = 0;
};

}  // namespace ib::dsp
