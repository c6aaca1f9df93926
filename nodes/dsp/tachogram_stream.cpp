#include "dsp/tachogram_stream.hpp"

#include <algorithm>

namespace ib::dsp {

namespace {

Time first_on_grid_from(Time t, Duration period) {
  const auto step = period.count();
  const auto below = t.ns / step - (t.ns % step < 0 ? 1 : 0);
  return Time{(below + (t.ns == below * step ? 0 : 1)) * step};
}

}  // namespace

TachogramStream::TachogramStream(const Params& params)
    : params_(params), knots_(std::max<std::size_t>(params.look_ahead, 1) + 2) {}

void TachogramStream::append(const BeatInterval& interval) noexcept {
  if (size_ == 0) {
    begins_ = true;
    next_ = first_on_grid_from(interval.end, period);
  }
  knots_[size_++] = {interval.end, static_cast<double>(interval.ibi_us) / 1000, 0, 0, 0};
  if (size_ > 1) solve_forwards();
}

/// The equation of the last knot but one, now that both its neighbours are known: equal curvature
/// on its two sides; none, where the curve begins: two knots are there only then.
void TachogramStream::solve_forwards() noexcept {
  Knot& knot = knots_[size_ - 2];
  const double after = 1 / seconds(newest().t - knot.t);
  const double rise = (newest().ms - knot.ms) * after;
  if (size_ == 2) {
    knot.ahead = 1.5 * rise;
    knot.pull = 0.5;
    return;
  }
  const Knot& earlier = knots_[size_ - 3];
  const double before = 1 / seconds(knot.t - earlier.t);
  const double earlier_rise = (knot.ms - earlier.ms) * before;
  const double pivot = 2 * (before + after) - before * earlier.pull;
  knot.ahead = (3 * (earlier_rise * before + rise * after) - before * earlier.ahead) / pivot;
  knot.pull = after / pivot;
}

/// Backwards from the newest knot, where the curve is taken to end straight.
void TachogramStream::find_slopes() noexcept {
  const Knot& earlier = knots_[size_ - 2];
  Knot& last = knots_[size_ - 1];
  const double rise = (last.ms - earlier.ms) / seconds(last.t - earlier.t);
  last.slope = (3 * rise - earlier.ahead) / (2 - earlier.pull);
  for (std::size_t i = size_ - 1; i-- > 0;)
    knots_[i].slope = knots_[i].ahead - knots_[i].pull * knots_[i + 1].slope;
}

void TachogramStream::drop_oldest() noexcept {
  std::copy(knots_.begin() + 1, knots_.begin() + static_cast<std::ptrdiff_t>(size_),
            knots_.begin());
  --size_;
}

}  // namespace ib::dsp
