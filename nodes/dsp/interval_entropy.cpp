#include "dsp/interval_entropy.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ib::dsp {
namespace {

/// Sum of ln of counts below 2^16, by logarithms of products, which are fewer.
class LogSum {
 public:
  void add(std::uint16_t count) noexcept {
    if (count == 0) return;
    ++templates_;
    product_ *= count;
    if (product_ > nearly_full) {
      logs_ += std::log(product_);
      product_ = 1;
    }
  }
  /// Mean of ln of the share of templates that are like each one.
  std::optional<double> mean_log_share() const noexcept {
    if (templates_ == 0) return std::nullopt;
    return (logs_ + std::log(product_)) / templates_ - std::log(static_cast<double>(templates_));
  }

 private:
  static constexpr double nearly_full = 1e300;
  int templates_ = 0;
  double product_ = 1, logs_ = 0;
};

bool has_next(std::span<const NnInterval> series, std::size_t i) noexcept {
  return i + 1 < series.size() && series[i + 1].continues;
}

}  // namespace

int IntervalEntropy::Set::count() const noexcept {
  return std::popcount(older >> before) + std::popcount(newer >> before);
}

IntervalEntropy::IntervalEntropy(std::size_t capacity, const Params& params)
    : tolerance_(params.tolerance),
      by_length_(std::min(capacity, most)),
      rows_(by_length_.size()),
      lengths_(by_length_.size()),
      among_shortest_(by_length_.size() + 1) {
  assert(tolerance_ >= 0);
}

Entropy IntervalEntropy::operator()(std::span<const NnInterval> series,
                                    std::span<const std::uint16_t> by_length) noexcept {
  series = series.last(std::min(series.size(), rows_.size()));
  Entropy out;
  out.enough = series.size() >= enough;
  if (series.size() < least) return out;

  out.tolerance_us = tolerance_ * sdnn_us(series).value_or(0);
  if (by_length.size() != series.size()) by_length = sorted(series);
  find_reach(series, by_length, static_cast<std::int32_t>(out.tolerance_us));
  std::int64_t with_last_ones = 0, with_interval_behind = 0;
  for (std::size_t from = 0; from < series.size(); from += of_a_set) {
    find_shortest(by_length, from);
    with_last_ones += compare(series, from);
  }

  std::int64_t pairs = 0, longer_pairs = 0;
  LogSum alike, alike_longer;
  for (std::size_t i = 0; i < series.size(); ++i) {
    alike.add(rows_[i].alike);
    alike_longer.add(rows_[i].alike_longer);
    longer_pairs += rows_[i].alike_longer;
    if (!has_next(series, i)) continue;
    pairs += rows_[i].alike;
    with_interval_behind += is_pair(series, i) ? 1 : 0;
  }
  // Each template met itself once, and each other one twice.
  out.alike = (pairs - with_last_ones - with_interval_behind) / 2;
  out.alike_longer = (longer_pairs - with_interval_behind) / 2;
  if (out.alike > 0 && out.alike_longer > 0)
    out.sample = std::log(static_cast<double>(out.alike) / static_cast<double>(out.alike_longer));
  const auto phi = alike.mean_log_share(), phi_longer = alike_longer.mean_log_share();
  if (phi && phi_longer) out.approximate = *phi - *phi_longer;
  return out;
}

std::span<const std::uint16_t> IntervalEntropy::sorted(
    std::span<const NnInterval> series) noexcept {
  const auto places = std::span(by_length_).first(series.size());
  std::iota(places.begin(), places.end(), std::uint16_t{0});
  std::sort(places.begin(), places.end(),
            [&](std::uint16_t a, std::uint16_t b) { return series[a].us < series[b].us; });
  return places;
}

/// Intervals are taken, the shortest first, once as they are and once as the limits of what they
/// reach up to; the former go first where both are equal. Who is taken finds its own end of the reach:
/// so many of the others came before it. Which comes next can't be guessed, so nothing branches; and a
/// second walk from the longest one downwards, until both meet in the middle, fills the time that each
/// step waits for the one before.
void IntervalEntropy::find_reach(std::span<const NnInterval> series,
                                 std::span<const std::uint16_t> by_length,
                                 std::int32_t tolerance_us) noexcept {
  const std::size_t n = by_length.size();
  const auto us = std::span(lengths_);
  const auto rows = std::span(rows_);
  for (std::size_t k = 0; k < n; ++k) {
    us[k] = series[by_length[k]].us;
    rows[k] = {};
  }
  const auto reaches = [&](std::size_t shorter, std::size_t longer) {
    return us[longer] - us[shorter] <= tolerance_us;
  };
  const auto put = [&](std::size_t taken, bool as_limit, std::size_t others) {
    rows[by_length[taken]].reach[as_limit ? Row::beyond : Row::first] =
        static_cast<std::uint16_t>(others);
  };
  std::size_t limits = 0, intervals = 0, limits_left = n, intervals_left = n;
  for (std::size_t step = 0; step < n; ++step) {
    const bool is_limit = !reaches(limits, intervals);
    const std::size_t taken = is_limit ? limits : intervals;
    put(taken, is_limit, step - taken);
    limits += is_limit ? 1 : 0;
    intervals = step + 1 - limits;

    const bool was_limit = reaches(limits_left - 1, intervals_left - 1);
    const std::size_t left = (was_limit ? limits_left : intervals_left) - 1;
    put(left, was_limit, 2 * n - 1 - step - left);
    limits_left -= was_limit ? 1 : 0;
    intervals_left = 2 * n - 1 - step - limits_left;
  }
}

/// Of the set that begins `from` intervals into the window.
void IntervalEntropy::find_shortest(std::span<const std::uint16_t> by_length,
                                    std::size_t from) noexcept {
  const auto among_shortest = std::span(among_shortest_);
  const auto bit = [](std::size_t at) {
    return at < word_bits ? Word{1} << at : 0;  // before the set: far beyond it
  };
  Set shortest = among_shortest[0] = {};
  for (std::size_t k = 0; k < by_length.size(); ++k) {
    const std::size_t at = by_length[k] + before - from;
    shortest.older |= bit(at);
    shortest.newer |= bit(at - of_a_word);
    among_shortest[k + 1] = shortest;
  }
}

/// All intervals, and the templates that end with them, with those of the set that begins at `from`.
/// Templates with an interval behind meet those without as often as these meet them, and these are
/// few: returns how often.
std::int64_t IntervalEntropy::compare(std::span<const NnInterval> series,
                                      std::size_t from) noexcept {
  // By values of their own: the compiler can't know that what is stored here isn't a vector's place.
  const auto among_shortest = std::span(among_shortest_);
  const auto rows = std::span(rows_);
  const auto goes_on = [&](std::size_t i) -> Word {
    return i < series.size() && is_pair(series, i) ? 1 : 0;
  };
  Set unbroken;
  for (std::size_t bit = word_bits; bit-- > 0;) {
    const std::size_t i = from + bit - before;
    unbroken = unbroken.moved_on();
    unbroken.older |= goes_on(i);
    unbroken.newer |= goes_on(i + of_a_word);
  }
  constexpr unsigned last = word_bits - 1;
  const Set with_next = {unbroken.older >> 1U | goes_on(from + of_a_word) << last,
                         unbroken.newer >> 1U | goes_on(from + of_a_set) << last};
  const auto within_reach = [&](std::size_t i) {
    const auto& reach = rows[i].reach;
    return among_shortest[reach[Row::beyond]] ^ among_shortest[reach[Row::first]];
  };

  std::int64_t with_last_ones = 0;
  Set single = within_reach(0), pair;  // alike to interval i, and to the template that ends with it
  for (std::size_t i = 1; i < series.size(); ++i) {
    const Set behind_single = single.moved_on(), behind_pair = pair.moved_on();
    single = within_reach(i);
    if (!series[i].continues) {
      with_last_ones += (pair & with_next).count();
      pair = {};
      continue;
    }
    const Set continued = single & unbroken;
    pair = behind_single & continued;
    auto& row = rows[i];
    row.alike = static_cast<std::uint16_t>(row.alike + pair.count());
    row.alike_longer =
        static_cast<std::uint16_t>(row.alike_longer + (behind_pair & continued).count());
  }
  return with_last_ones + (pair & with_next).count();
}

}  // namespace ib::dsp
