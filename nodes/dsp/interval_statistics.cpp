#include "dsp/interval_statistics.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace ib::dsp {
namespace {

using Value = IntervalStatistics::Value;

constexpr double us_per_ms = 1000;
constexpr double sqrt2 = 1.41421356237309504880;

/// Sample standard deviation from exact sums: the subtraction that ruins the textbook formula in
/// floating point happens in 128-bit integers. In units of the data.
Value deviation(std::int64_t n, std::int64_t sum, std::int64_t squares) noexcept {
  if (n < 2) return std::nullopt;
  const __int128 scatter = static_cast<__int128>(n) * squares - static_cast<__int128>(sum) * sum;
  const __int128 pairs = static_cast<__int128>(n) * (n - 1);
  return std::sqrt(static_cast<double>(scatter) / static_cast<double>(pairs));
}

Value scaled(Value value, double divisor) noexcept {
  if (!value) return std::nullopt;
  return *value / divisor;
}

Value ratio(Value over, Value under) noexcept {
  if (!over || !under) return std::nullopt;
  return *over / *under;
}

/// Whole ones, downwards.
std::int64_t microseconds(Time t) noexcept {
  const auto whole = t.ns / 1000;
  return t.ns % 1000 < 0 ? whole - 1 : whole;
}

/// Counts per bin of 1/128 s = 7812.5 us, counted in half microseconds.
struct Histogram {
  static constexpr std::uint32_t bin_half_us = 15'625;
  static constexpr std::size_t n_bins = 512;
  static constexpr double bin_ms = 7.8125;

  std::array<std::int32_t, n_bins> count{};
  std::size_t lowest{};
  std::size_t highest{};
  std::size_t mode{};  // the first of the highest bins

  static std::size_t bin(std::int32_t us) noexcept {
    return 2 * static_cast<std::uint32_t>(us) / bin_half_us;
  }
  static bool holds(std::int32_t us) noexcept { return bin(us) < n_bins; }

  void add(std::int32_t us) noexcept { ++count[bin(us)]; }
  void finish(std::int32_t shortest_us, std::int32_t longest_us) noexcept {
    lowest = bin(shortest_us);
    highest = bin(longest_us);
    const auto top = std::max_element(count.begin() + static_cast<std::ptrdiff_t>(lowest),
                                      count.begin() + static_cast<std::ptrdiff_t>(highest) + 1);
    mode = static_cast<std::size_t>(top - count.begin());
  }

  double height(int b) const noexcept {
    const auto inside = b >= 0 && b < static_cast<int>(n_bins);
    return inside ? count[static_cast<std::size_t>(b)] : 0;
  }

  /// Squared misfit of one leg of the triangle that falls from the mode to 0 at `foot`, summed
  /// outwards to `end` (exclusive), beyond the foot against 0. No further than up to `enough`: squares
  /// only add to it.
  double misfit(int foot, int end, double enough) const noexcept {
    const int apex = static_cast<int>(mode);
    const int step = foot < apex ? -1 : 1;
    double sum = 0;
    for (int b = apex + step; b != end && sum < enough; b += step) {
      const bool under_leg = (foot - b) * step > 0;
      const double q = under_leg ? height(apex) * (foot - b) / (foot - apex) : 0;
      sum += (height(b) - q) * (height(b) - q);
    }
    return sum;
  }

  /// The foot in [from, to) with the least misfit, the first of equals.
  int best_foot(int from, int to, int end) const noexcept {
    int best = from;
    double least = std::numeric_limits<double>::infinity();
    for (int foot = from; foot < to; ++foot) {
      const double here = misfit(foot, end, least);
      if (here < least) least = here, best = foot;
    }
    return best;
  }
};

}  // namespace

IntervalStatistics::IntervalStatistics(std::size_t capacity, Ranked ranked)
    : capacity_(std::max(capacity, std::size_t{1})),
      ring_(capacity_ + more),
      is_ranked_(ranked == Ranked::yes) {
  assert(ring_.size() <= UINT16_MAX);
  if (is_ranked_) ranks_.resize(ring_.size() <= 256 ? capacity_ : 2 * capacity_);
}

void IntervalStatistics::push(Time t_end, std::int32_t ibi_us, bool continues,
                              bool edited) noexcept {
  make_room();
  const bool pair = continues && used_ > 0 && !at(used_ - 1).is_aside();
  if (pair) count_pair(at(used_ - 1).length_us(), ibi_us, +1);
  append(t_end, ibi_us, edited ? Entry::edited : Entry::counted).set_difference(pair);
  const std::int64_t x = ibi_us;
  sums_.n += 1, sums_.x += x, sums_.xx += x * x;
  if (is_ranked_) enter_rank(slot(used_ - 1));
}

void IntervalStatistics::push_aside(Time t_end, std::int32_t ibi_us) noexcept {
  make_room();
  append(t_end, ibi_us, Entry::aside);
  aside_.n += 1, aside_.x += ibi_us;
  rejected_.add(ibi_us, +1);
}

void IntervalStatistics::push_excluded(Time t_end, std::int32_t ibi_us, bool believable,
                                       bool edited) noexcept {
  if (!has_room()) return;
  const auto kind = Entry::aside | Entry::excluded | (edited ? Entry::edited : 0U);
  append(t_end, ibi_us, kind).set_difference(believable);
  excluded_ += 1;
  if (believable) rejected_.add(ibi_us, +1);
}

/// For one interval and the pause before it. Intervals and pauses of a window lie side by side in its
/// time, so that whoever has room for intervals alone has it for both.
void IntervalStatistics::make_room() noexcept {
  while (!has_room()) {
    evict_oldest();
    ++displaced_;
  }
}

bool IntervalStatistics::has_room() const noexcept {
  return sums_.n + aside_.n + excluded_ < static_cast<std::int64_t>(capacity_) &&
         used_ + more <= ring_.size();
}

IntervalStatistics::Entry& IntervalStatistics::append(Time t_end, std::int32_t ibi_us,
                                                      std::uint32_t kind) noexcept {
  assert(ibi_us > 0 && ibi_us <= longest_us);
  const auto now_us = microseconds(t_end);
  if (used_ == 0) oldest_us_ = newest_us_ = now_us;
  const auto since_us = std::clamp<std::int64_t>(now_us - newest_us_, 0, Entry::longest_pause_us);
  if (const auto steps = since_us >> Entry::since_bits; steps > 0)
    at(used_++) = Entry::filler(steps);
  constexpr auto rest = (std::int64_t{1} << Entry::since_bits) - 1;
  auto& entry = at(used_++) = Entry::interval(ibi_us, since_us & rest, kind);
  newest_us_ += since_us;
  edited_ += entry.is_edited() ? 1 : 0;
  return entry;
}

void IntervalStatistics::evict_until(Time t) noexcept {
  const auto until_us = microseconds(t);
  while (used_ > 0 && oldest_us_ <= until_us) evict_oldest();
}

void IntervalStatistics::clear() noexcept {
  first_ = used_ = 0;
  n_ranked_ = 0;
  sums_ = {};
  aside_ = {};
  rejected_ = {};
  excluded_ = edited_ = 0;
}

void IntervalStatistics::pop() noexcept {
  first_ = slot(1);
  --used_;
  if (used_ > 0) oldest_us_ += at(0).since_us();
}

void IntervalStatistics::evict_oldest() noexcept {
  const Entry oldest = at(0);
  const std::int64_t x = oldest.length_us();
  edited_ -= oldest.is_edited() ? 1 : 0;
  if (oldest.is_rejected()) rejected_.add(x, -1);
  if (oldest.is_excluded()) {
    excluded_ -= 1;
  } else if (oldest.is_aside()) {
    aside_.n -= 1, aside_.x -= x;
  } else {
    sums_.n -= 1, sums_.x -= x, sums_.xx -= x * x;
    if (is_ranked_) leave_rank(first_);
  }
  pop();
  while (used_ > 0 && at(0).is_filler()) pop();
  if (used_ > 0 && at(0).has_difference()) {
    count_pair(oldest.length_us(), at(0).length_us(), -1);
    at(0).set_difference(false);
  }
}

std::span<std::int32_t> IntervalStatistics::lengths_after(
    Time t, std::span<std::int32_t> room) const noexcept {
  const auto until_us = microseconds(t);
  std::size_t n = 0;
  auto end_us = newest_us_;
  for (std::size_t i = used_; i-- > 0 && end_us > until_us;) {
    const Entry& entry = at(i);
    if (!entry.is_filler() && !entry.is_excluded()) room[n++] = entry.length_us();
    end_us -= entry.since_us();
  }
  return room.first(n);
}

std::span<NnInterval> IntervalStatistics::in_order(std::span<NnInterval> room) const noexcept {
  std::size_t n = 0;
  each([&](const Entry& entry) {
    if (entry.counts()) room[n++] = {entry.length_us(), entry.has_difference()};
  });
  return room.first(n);
}

std::span<std::uint16_t> IntervalStatistics::by_length(
    std::span<std::uint16_t> room) const noexcept {
  if (!is_ranked_ || used_ != n_ranked_) return {};
  const std::size_t size = ring_.size(), first = first_;
  for (std::size_t k = 0; k < n_ranked_; ++k) {
    const std::size_t slot = rank(k);
    room[k] = static_cast<std::uint16_t>(slot - first + (slot < first ? size : 0));
  }
  return room.first(n_ranked_);
}

void IntervalStatistics::enter_rank(std::size_t slot) noexcept {
  const auto us = ring_[slot].length_us();
  std::size_t place = 0;
  for (std::size_t to = n_ranked_; place < to;) {
    const auto middle = (place + to) / 2;
    if (ranked(middle) <= us) place = middle + 1;
    else to = middle;
  }
  for (auto* bytes = ranks_.data(); bytes < ranks_.data() + ranks_.size(); bytes += capacity_) {
    std::memmove(bytes + place + 1, bytes + place, n_ranked_ - place);
    bytes[place] = static_cast<std::uint8_t>(slot);
    slot >>= 8U;
  }
  ++n_ranked_;
}

void IntervalStatistics::leave_rank(std::size_t slot) noexcept {
  const auto us = ring_[slot].length_us();
  std::size_t place = 0;
  for (std::size_t to = n_ranked_; place < to;) {
    const auto middle = (place + to) / 2;
    if (ranked(middle) < us) place = middle + 1;
    else to = middle;
  }
  while (rank(place) != slot) ++place;  // among those of equal length
  --n_ranked_;
  for (auto* bytes = ranks_.data(); bytes < ranks_.data() + ranks_.size(); bytes += capacity_)
    std::memmove(bytes + place, bytes + place + 1, n_ranked_ - place);
}

void IntervalStatistics::count_pair(std::int32_t before_us, std::int32_t after_us,
                                    std::int64_t sign) noexcept {
  const std::int64_t d = std::int64_t{after_us} - before_us;
  const std::int64_t s = std::int64_t{after_us} + before_us;
  sums_.n_diff += sign;
  sums_.d += sign * d, sums_.dd += sign * d * d;
  sums_.s += sign * s, sums_.ss += sign * s * s;
  sums_.over_20ms += std::abs(d) > 20'000 ? sign : 0;
  sums_.over_50ms += std::abs(d) > 50'000 ? sign : 0;
}

Value IntervalStatistics::mean_nn() const noexcept {
  if (sums_.n == 0) return std::nullopt;
  return static_cast<double>(sums_.x) / static_cast<double>(sums_.n) / us_per_ms;
}

Value IntervalStatistics::mean_hr() const noexcept { return ratio(60'000.0, mean_nn()); }

/// Summed in order of time, so that the same window gives the same bits.
Value IntervalStatistics::mean_of_rates() const noexcept {
  if (sums_.n == 0) return std::nullopt;
  double sum = 0;
  each([&](const Entry& entry) {
    if (entry.counts()) sum += 60e6 / entry.length_us();
  });
  return sum / static_cast<double>(sums_.n);
}

Value IntervalStatistics::sdnn() const noexcept {
  return scaled(deviation(sums_.n, sums_.x, sums_.xx), us_per_ms);
}

Value IntervalStatistics::rmssd() const noexcept {
  if (sums_.n_diff == 0) return std::nullopt;
  return std::sqrt(static_cast<double>(sums_.dd) / static_cast<double>(sums_.n_diff)) / us_per_ms;
}

Value IntervalStatistics::ln_rmssd() const noexcept {
  const Value x = rmssd();
  if (!x || *x <= 0) return std::nullopt;
  return std::log(*x);
}

Value IntervalStatistics::sdsd() const noexcept {
  return scaled(deviation(sums_.n_diff, sums_.d, sums_.dd), us_per_ms);
}

Value IntervalStatistics::share(std::int64_t differences, Base base) const noexcept {
  if (sums_.n_diff == 0) return std::nullopt;
  const auto whole = base == Base::differences ? sums_.n_diff : sums_.n;
  return 100.0 * static_cast<double>(differences) / static_cast<double>(whole);
}

Value IntervalStatistics::pnn50(Base base) const noexcept { return share(sums_.over_50ms, base); }
Value IntervalStatistics::pnn20(Base base) const noexcept { return share(sums_.over_20ms, base); }
Value IntervalStatistics::cvnn() const noexcept { return ratio(sdnn(), mean_nn()); }
Value IntervalStatistics::cvsd() const noexcept { return ratio(rmssd(), mean_nn()); }
Value IntervalStatistics::sd1() const noexcept { return scaled(sdsd(), sqrt2); }

Value IntervalStatistics::sd2() const noexcept {
  return scaled(deviation(sums_.n_diff, sums_.s, sums_.ss), sqrt2 * us_per_ms);
}

Value IntervalStatistics::percentile(double p) const noexcept {
  if (n_ranked_ == 0) return std::nullopt;
  const double position = static_cast<double>(n_ranked_ - 1) * p;
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, n_ranked_ - 1);
  const double part = position - static_cast<double>(below);
  return (ranked(below) + part * (ranked(above) - ranked(below))) / us_per_ms;
}

Value IntervalStatistics::iqr_nn() const noexcept {
  if (n_ranked_ == 0) return std::nullopt;
  return *percentile(0.75) - *percentile(0.25);
}

/// Distances from the median rise to both sides of it: two sorted rows. How many of the nearest ones lie
/// below is searched for; exact in half microseconds.
Value IntervalStatistics::mad_nn() const noexcept {
  const std::size_t n = n_ranked_;
  if (n == 0) return std::nullopt;
  const std::int64_t centre = std::int64_t{ranked((n - 1) / 2)} + ranked(n / 2);
  const std::size_t n_below = (n + 1) / 2, n_above = n - n_below;
  const auto below = [&](std::size_t i) {
    return centre - 2 * std::int64_t{ranked(n_below - 1 - i)};
  };
  const auto above = [&](std::size_t i) { return 2 * std::int64_t{ranked(n_below + i)} - centre; };
  const auto farthest_of_nearest = [&](std::size_t count) {
    std::size_t from = count - std::min(count, n_above), to = std::min(count, n_below);
    while (from < to) {  // as few below as leave none above that is further than the next one below
      const std::size_t middle = (from + to) / 2;
      if (above(count - middle - 1) <= below(middle)) to = middle;
      else from = middle + 1;
    }
    return std::max(from > 0 ? below(from - 1) : 0, from < count ? above(count - from - 1) : 0);
  };
  const std::int64_t lower = farthest_of_nearest((n + 1) / 2);
  const std::int64_t upper = farthest_of_nearest(n / 2 + 1);
  return 1.4826 * static_cast<double>(lower + upper) / 4 / us_per_ms;
}

/// The misfit left of the apex depends on the left foot only, right of it on the right one: two
/// searches over one foot each find the same triangle as the search over all pairs.
IntervalStatistics::Geometric IntervalStatistics::geometric() const noexcept {
  if (n_ranked_ == 0 || !Histogram::holds(ranked(n_ranked_ - 1))) return {};
  Histogram histogram;
  each([&](const Entry& entry) {
    if (entry.counts()) histogram.add(entry.length_us());
  });
  histogram.finish(ranked(0), ranked(n_ranked_ - 1));
  Geometric out;
  out.hti = static_cast<double>(n_ranked_) / histogram.count[histogram.mode];
  if (histogram.lowest == histogram.highest) return out;
  const auto lo = static_cast<int>(histogram.lowest);
  const auto hi = static_cast<int>(histogram.highest);
  const auto apex = static_cast<int>(histogram.mode);
  const int left = histogram.best_foot(lo - 1, apex, lo - 1);
  const int right = histogram.best_foot(apex + 1, hi + 2, hi + 1);
  out.tinn = (right - left) * Histogram::bin_ms;
  return out;
}

IntervalStatistics::Bin IntervalStatistics::fullest_bin(std::int32_t bin_us) const noexcept {
  Bin fullest, here;
  for (std::size_t k = 0; k < n_ranked_; ++k) {
    const std::int32_t from_us = ranked(k) / bin_us * bin_us;
    if (from_us != here.from_us) here = {from_us, 0};
    ++here.intervals;
    if (here.intervals > fullest.intervals) fullest = here;
  }
  return fullest;
}

}  // namespace ib::dsp
