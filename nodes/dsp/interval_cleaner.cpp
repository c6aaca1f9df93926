#include "dsp/interval_cleaner.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace ib::dsp {
namespace {

// Lipponen & Tarvainen 2019. Their median runs over 11 intervals; the trailing form has five
// before and two after.
constexpr double alpha = 5.2;
constexpr double c1 = 0.13;
constexpr double c2 = 0.17;
constexpr std::size_t median_before = 5;
constexpr std::size_t median_size = median_before + 1 + IntervalCleaner::look_ahead;

// A steady heart makes the quartile deviation vanish; without a floor its every beat is an outlier.
constexpr double threshold_floor_us = 20'000;
constexpr double irregular_share = 0.25;
constexpr double cold_share = 0.3;

/// Quantile type 7 (linear between order statistics) of n values; `kth(k)` is the k-th smallest.
template <class Kth>
double quantile(std::size_t n, double p, Kth kth) noexcept {
  const double position = static_cast<double>(n - 1) * p;
  const auto below = static_cast<std::size_t>(position);
  const std::int32_t low = kth(below);
  if (below + 1 == n) return low;
  const double step = kth(below + 1) - low;
  return low + (position - static_cast<double>(below)) * step;
}

/// The k-th smallest of two ascending sequences, of which the first is short; `at(i)` gives the second.
template <class At>
std::int32_t kth_of_both(std::size_t k, std::span<const std::int32_t> few, std::size_t n,
                         At at) noexcept {
  std::size_t taken = 0;  // of the few, among the k + 1 smallest
  while (taken < few.size() && taken <= k && (k - taken >= n || few[taken] <= at(k - taken)))
    ++taken;
  if (taken == 0) return at(k);
  if (taken == k + 1) return few[k];
  return std::max(few[taken - 1], at(k - taken));
}

/// alpha times half the interquartile range, not below the floor. `per_us`: counts per microsecond.
template <class Kth>
double threshold_us(std::size_t n, double per_us, Kth kth) noexcept {
  if (n == 0) return threshold_floor_us;
  const double q75 = quantile(n, 0.75, kth);
  const double q25 = quantile(n, 0.25, kth);
  return std::max(alpha * (q75 - q25) / 2 / per_us, threshold_floor_us);
}

}  // namespace

std::string_view name(IntervalLabel label) noexcept {
  switch (label) {
    case IntervalLabel::normal: return "n";
    case IntervalLabel::ectopic: return "ectopic";
    case IntervalLabel::extra: return "extra";
    case IntervalLabel::missed: return "missed";
    case IntervalLabel::long_: return "long";
    case IntervalLabel::short_: return "short";
    case IntervalLabel::gap: return "gap";
    case IntervalLabel::range: return "range";
    case IntervalLabel::low_quality: return "low_quality";
  }
  return "?";
}

void IntervalCleaner::push(const RawInterval& raw) noexcept {
  n_decided_ = 0;
  const IntervalLabel gated = gate(raw);
  const bool ends_chain = !raw.follows || gated != IntervalLabel::normal;
  if (ends_chain)
    while (pending_ > 0) decide_oldest();
  if (!raw.follows) chain_broken_ = true;

  if (gated != IntervalLabel::normal) {
    emit(raw, gated, !chain_broken_);
    chain_broken_ = true;
    return;
  }
  append(raw);
  if (pending_ > look_ahead) decide_oldest();
}

void IntervalCleaner::flush() noexcept {
  n_decided_ = 0;
  while (pending_ > 0) decide_oldest();
}

void IntervalCleaner::restart() noexcept {
  flush();
  chain_broken_ = true;
}

void IntervalCleaner::reset() noexcept { *this = IntervalCleaner(params_); }

bool IntervalCleaner::overdue(Time now) const noexcept {
  return pending_ > 0 && newest(size_ - pending_).t_end + params_.settled <= now;
}

IntervalLabel IntervalCleaner::gate(const RawInterval& raw) const noexcept {
  if (raw.ibi_us <= 0) return IntervalLabel::gap;
  const std::chrono::microseconds ibi{raw.ibi_us};
  if (ibi < params_.shortest || ibi > params_.longest) return IntervalLabel::range;
  if (!(raw.quality >= params_.quality_min)) return IntervalLabel::low_quality;
  return IntervalLabel::normal;
}

void IntervalCleaner::append(const RawInterval& raw) noexcept {
  const bool follows = !chain_broken_ && size_ > 0;
  if (size_ == history) forget_oldest();
  const std::size_t place = slot(size_++);
  ring_[place] = {.ibi_us = raw.ibi_us, .deviation_half_us = 0, .follows = follows ? 1U : 0U};
  newest_[appended_++ % newest_.size()] = {raw.t_end, raw.quality, follows};
  const auto magnitude = magnitude_of_difference();
  if (follows) differences_.add(place, magnitude(place), magnitude);
  ++pending_;
  chain_broken_ = false;
}

/// Decided long ago: more than `look_ahead` have come behind it.
void IntervalCleaner::forget_oldest() noexcept {
  differences_.remove(first_);
  deviations_.remove(first_);
  first_ = slot(1);
  --size_;
}

void IntervalCleaner::decide_oldest() noexcept {
  const std::size_t i = size_ - pending_;
  const Thresholds th = thresholds();
  irregular_ = params_.rule != ArtefactRule::none && size_ >= warm_up && scatter_is_irregular(th);

  Entry& entry = at(i);
  const Newest& about = newest(i);
  const IntervalLabel label = labelled(i, th);
  const std::int32_t deviation = std::abs(deviation_half_us(i));
  entry.deviation_half_us = static_cast<std::uint32_t>(deviation) & 0x7FFFFFFFU;
  deviations_.add(slot(i), deviation, magnitude_of_deviation());
  --pending_;
  const RawInterval raw{.t_end = about.t_end, .ibi_us = entry.ibi_us, .quality = about.quality};
  emit(raw, label, about.follows);
}

IntervalLabel IntervalCleaner::labelled(std::size_t i, const Thresholds& th) noexcept {
  if (params_.rule != ArtefactRule::lipponen) return by_rule(i);
  if (skips_next_ && newest(i).follows) return IntervalLabel::normal;
  return size_ < warm_up ? classify_cold(i) : classify(i, th);
}

IntervalLabel IntervalCleaner::by_rule(std::size_t i) noexcept {
  if (!newest(i).follows) rule_.restart();
  const bool known = i + 1 < size_ && newest(i + 1).follows;
  if (rule_.accepts(at(i).ibi_us, known ? at(i + 1).ibi_us : 0)) return IntervalLabel::normal;
  return 2 * at(i).ibi_us > local_median_x2(i) ? IntervalLabel::long_ : IntervalLabel::short_;
}

void IntervalCleaner::emit(const RawInterval& raw, IntervalLabel label, bool follows) noexcept {
  const bool spoiled = follows && spoils_next_;
  const bool valid = label == IntervalLabel::normal && !spoiled;
  decided_[n_decided_++] = {.t_end = raw.t_end,
                            .ibi_us = raw.ibi_us,
                            .quality = raw.quality,
                            .label = label,
                            .valid = valid,
                            .contiguous = follows && last_valid_ && valid,
                            .irregular = irregular_};
  last_valid_ = valid;
  skips_next_ = label == IntervalLabel::extra;
  spoils_next_ = skips_next_ || label == IntervalLabel::ectopic;
}

// The names of the paper: D and M are difference and deviation in units of their thresholds,
// S12 the neighbouring differences against D, S22 the two following ones.
IntervalLabel IntervalCleaner::classify(std::size_t i, const Thresholds& th) const noexcept {
  const auto scaled = [&](std::size_t k) {
    return k < size_ ? difference_us(slot(k)) / th.th1_us : 0;  // 0: not arrived yet
  };
  const double median = local_median_x2(i) / 2.0;
  const double ibi = at(i).ibi_us;
  const double d = scaled(i);
  const bool far = std::abs(deviation_half_us(i) / 2.0) > 3 * th.th2_us;
  if (std::abs(d) <= 1 && !far) return IntervalLabel::normal;

  // With d != 0 the interval follows i - 1, so i > 0; with d == 0 neither sum is used.
  const double before = i > 0 ? scaled(i - 1) : 0;
  const double after = scaled(i + 1);
  const double after2 = scaled(i + 2);
  const double s12 = d > 0 ? std::max(before, after) : std::min(before, after);
  const double s22 = d >= 0 ? std::min(after, after2) : std::max(after, after2);
  if ((d > 1 && s12 < -c1 * d - c2) || (d < -1 && s12 > -c1 * d + c2))
    return IntervalLabel::ectopic;

  const bool lengthened = (d > 1 && s22 < -1) || far;
  const bool shortened = (d < -1 && s22 > 1) || far;
  if (!lengthened && !shortened) return IntervalLabel::normal;

  if (ibi < median && shortened && i + 1 < size_ &&
      std::abs(ibi + at(i + 1).ibi_us - median) < th.th2_us)
    return IntervalLabel::extra;
  if (ibi > median && lengthened && std::abs(ibi / 2 - median) < th.th2_us)
    return IntervalLabel::missed;
  return ibi > median ? IntervalLabel::long_ : IntervalLabel::short_;
}

IntervalLabel IntervalCleaner::classify_cold(std::size_t i) const noexcept {
  const double median = local_median_x2(i) / 2.0;
  const double deviation = at(i).ibi_us - median;
  if (std::abs(deviation) <= cold_share * median) return IntervalLabel::normal;
  return deviation > 0 ? IntervalLabel::long_ : IntervalLabel::short_;
}

/// Of those not yet decided the deviation still moves with every neighbour that comes.
IntervalCleaner::Thresholds IntervalCleaner::thresholds() const noexcept {
  std::array<std::int32_t, look_ahead + 1> open{};  // ascending
  std::size_t n_open = 0;
  for (std::size_t k = size_ - pending_; k < size_; ++k) {
    const std::int32_t m = std::abs(deviation_half_us(k));
    std::size_t place = n_open++;
    for (; place > 0 && open[place - 1] > m; --place) open[place] = open[place - 1];
    open[place] = m;
  }
  const auto difference = [&](std::size_t k) {
    return magnitude_of_difference()(differences_.slot(k));
  };
  const auto deviation = [&](std::size_t k) {
    return kth_of_both(k, {open.data(), n_open}, deviations_.size(), [&](std::size_t i) {
      return magnitude_of_deviation()(deviations_.slot(i));
    });
  };
  return {threshold_us(differences_.size(), 1, difference), threshold_us(size_, 2, deviation)};
}

bool IntervalCleaner::scatter_is_irregular(const Thresholds& th) const noexcept {
  // No median lies below `shortest`: most of the time that says enough.
  const std::chrono::duration<double, std::micro> shortest = params_.shortest;
  if (th.th1_us <= irregular_share * shortest.count()) return false;
  std::array<std::int32_t, history> intervals{};
  for (std::size_t k = 0; k < size_; ++k) intervals[k] = ring_[slot(k)].ibi_us;
  const auto kth = [&](std::size_t k) {
    const auto begin = intervals.begin();
    const auto nth = begin + static_cast<std::ptrdiff_t>(k);
    std::nth_element(begin, nth, begin + static_cast<std::ptrdiff_t>(size_));
    return *nth;
  };
  return th.th1_us > irregular_share * quantile(size_, 0.5, kth);
}

/// Twice the median around i, exact. Five intervals never last longer than 5 * longest, so the
/// bound by time cuts only what lies behind a gap.
std::int32_t IntervalCleaner::local_median_x2(std::size_t i) const noexcept {
  const Duration reach = params_.longest * median_before;
  std::array<std::int32_t, median_size> x{};  // ascending
  std::size_t n = 0;
  const std::size_t from = i > median_before ? i - median_before : 0;
  const std::size_t to = std::min(i + look_ahead + 1, size_);
  for (std::size_t k = from; k < to; ++k) {
    if (newest(i).t_end - newest(k).t_end > reach) continue;
    std::size_t slot = n++;
    for (; slot > 0 && x[slot - 1] > at(k).ibi_us; --slot) x[slot] = x[slot - 1];
    x[slot] = at(k).ibi_us;
  }
  return x[(n - 1) / 2] + x[n / 2];
}

std::int32_t IntervalCleaner::deviation_half_us(std::size_t i) const noexcept {
  const std::int32_t deviation = 2 * at(i).ibi_us - local_median_x2(i);
  return deviation < 0 ? 2 * deviation : deviation;
}

}  // namespace ib::dsp
