#include "dsp/beat_grid.hpp"

namespace ib::dsp {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  const std::int64_t q = a / b;
  return q * b < a ? q + 1 : q;
}

/// Of `span`, how much the right-hand point weighs at `from_left` behind the left one.
std::int64_t weight_of_right(Between between, Duration from_left, std::int64_t span) {
  switch (between) {
    case Between::hold: return 0;
    case Between::nearest: return 2 * from_left.count() > span ? span : 0;
    default: return from_left.count();
  }
}

}  // namespace

void BeatGrid::restart(Time start) {
  next_ = ceil_div(start.ns, config_.period.count());
  last_ = {};
  excluded_ = 0;
}

BeatGrid::Point BeatGrid::point_of(const BeatInterval& interval) {
  // Half a microsecond is 500 ns: the midpoint of any interval is exact.
  return {interval.end - Duration{std::int64_t{interval.ibi_us} * 500}, interval.ibi_us};
}

bool BeatGrid::usable(const Point& point) const {
  return point.ibi_us > 0 && point.ibi_us < (1 << 22) && point.t > last_.t;
}

bool BeatGrid::joined_to(const Point& right) const {
  return last_.t != never && right.t - last_.t <= config_.max_bracket &&
         excluded_ <= config_.max_excluded;
}

GridItem BeatGrid::item_before(const Point& right) const {
  GridItem item = missing();
  // A point that lies on the grid is its own value, however far away its neighbours are.
  const bool exact = right.t == item.t;
  if (!exact && !joined_to(right)) return item;
  const std::int64_t span = exact ? 1 : (right.t - last_.t).count();
  const std::int64_t from_left =
      exact ? 1 : weight_of_right(config_.between, item.t - last_.t, span);
  const std::int64_t left_us = exact ? 0 : last_.ibi_us;
  // |numerator| < 2^22 us * 4e9 ns * 2 < 2^63.
  const std::int64_t numerator = left_us * span + (right.ibi_us - left_us) * from_left;
  item.valid = true;
  item.ibi_ms = static_cast<double>(numerator) / (1000.0 * static_cast<double>(span));
  item.hr_bpm = 60000.0 / item.ibi_ms;
  return item;
}

}  // namespace ib::dsp
