// The spectrum of the last N samples, kept up to date: one Hann segment, freed of its line,
// one-sided, as Welch makes it from the same samples, without a transform at each look.
//
// A sample that comes and the one that leaves stand N apart, where all the window's frequencies
// have turned a whole number of times: both have the same phase, so their difference is all that a
// bin takes up. The weighting and the line come in at the look, where they are three terms per bin
// (Jacobsen & Lyons, IEEE Signal Process Mag 20:74, 2003). Sums are only added to, never turned, so
// rounding grows like a random walk: LF/HF stays within 1e-9 of Welch's for days, and one bin after
// the other is summed anew all the time.
//
// Bins are rate / N apart, without padding: trapezoids over coarse bins. Bin 0 and those beyond the
// highest frequency aren't there (bin 0 reads 0).
// Thread: one at a time. The constructor allocates, nothing else does. Before the window is full:
// no density.
#pragma once

#include <cstddef>
#include <vector>

#include "dsp/band_powers.hpp"

namespace ib::dsp {

class SlidingSpectrum {
 public:
  struct Params {
    double rate_hz = 4;
    std::size_t window = 240;           ///< samples, at least 8
    double below_hz = hf_band.high_hz;  ///< no bins from here on; at most a quarter of the rate
  };

  SlidingSpectrum() : SlidingSpectrum(Params{}) {}
  /// [control]
  explicit SlidingSpectrum(const Params& params);

  /// The next sample; the oldest one leaves. One that isn't finite, or beyond `largest`, is a
  /// break: the window starts anew behind it. O(bins). [stream]
  void push(double sample) noexcept;
  /// Forgets all. [stream]
  void clear() noexcept;

  bool empty() const noexcept { return size_ == 0; }
  bool full() const noexcept { return size_ == window_.size(); }
  /// Good until the next call. O(bins). [stream]
  Density density() noexcept;

  static constexpr double largest = 1e9;

 private:
  struct Complex {
    double re{}, im{};
  };
  Complex levelled(std::size_t bin, Complex turned, double slope) const noexcept;
  double slope() const noexcept;
  void refresh() noexcept;
  void sum_anew(std::size_t bin) noexcept;
  void sum_line_anew() noexcept;
  std::size_t after(std::size_t slot) const noexcept {
    return slot + 1 == window_.size() ? 0 : slot + 1;
  }

  Params params_;
  std::vector<double> window_;  // less origin_; a ring
  std::vector<Complex> turns_;  // e^(-2 pi i n/N)
  std::vector<Complex> sums_;   // of bins 0 .. last + 1, with phase 0 at slot 0
  std::vector<Complex> ramp_;   // spectrum of 0, 1, 2, ... N-1
  std::vector<double> density_;
  double origin_ = 0;              // the first sample: sums of small numbers round less
  double level_ = 0, moment_ = 0;  // sums of y and of j y, j = 0 for the oldest
  std::size_t next_ = 0;           // slot of the oldest, which the next sample takes
  std::size_t size_ = 0;
  std::size_t until_refresh_ = 0, refreshed_ = 0;
};

}  // namespace ib::dsp
