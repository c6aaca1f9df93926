// The tachogram: interval length over time, read off at an even rate so that a spectrum can be
// taken.
//
// Each valid interval is a point (time of its later beat, its length in ms); a curve through the
// points is sampled at 4 Hz from the first point on, up to the last one. Straight lines would do
// the same with a loss: a breath of 0.25 Hz at 75 beats per minute keeps three quarters of its
// power (Clifford & Tarassenko, IEEE Trans Biomed Eng 52:630, 2005, on what resampling costs). The
// curve also spans gaps; who calls decides how long a gap may be, and takes `monotone` across one.
//
// Times are taken from the first point, so a shifted session gives the same bits. Fewer than two
// valid intervals: no samples. A point that isn't later than the one before is left out.
// Thread: one at a time. The constructor allocates, nothing else does.
#pragma once

#include <cstddef>
#include <interbeat/time.hpp>
#include <span>
#include <vector>

#include "dsp/beat_interval.hpp"
#include "dsp/piecewise_cubic.hpp"

namespace ib::dsp {

class Tachogram {
 public:
  static constexpr double rate_hz = 4;
  static constexpr Duration period{250'000'000};

  /// For windows up to this long with up to so many intervals. Of more, the last ones are taken.
  /// [control]
  Tachogram(Duration longest, std::size_t most_intervals);

  /// Takes the valid ones of `intervals`, which stand in order of time. [stream]
  void take(std::span<const BeatInterval> intervals) noexcept;

  // The points: seconds since the first one, and ms. Good until the next take().
  std::span<const double> times() const noexcept { return {times_.data(), size_}; }
  std::span<const double> lengths() const noexcept { return {lengths_.data(), size_}; }

  /// The curve at 4 Hz, ms. Good, and the caller's to change, until the next call. [stream]
  std::span<double> sampled(Curve curve = Curve::natural) noexcept;
  /// The same, less its least-squares line. [stream]
  std::span<double> detrended(Curve curve = Curve::natural) noexcept;

  std::size_t most_points() const noexcept { return times_.size(); }
  std::size_t most_samples() const noexcept { return samples_.size(); }

 private:
  std::size_t first_to_take(std::span<const BeatInterval> intervals) const noexcept;

  Duration longest_, spanned_{};
  std::vector<double> times_, lengths_, samples_;
  std::size_t size_ = 0;
  PiecewiseCubic curve_;
};

}  // namespace ib::dsp
