#include "dsp/hrv_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ib::dsp {

std::string_view name(HrvReason reason) noexcept {
  switch (reason) {
    case HrvReason::none: return "none";
    case HrvReason::warming_up: return "warming_up";
    case HrvReason::insufficient_coverage: return "insufficient_coverage";
    case HrvReason::insufficient_beats: return "insufficient_beats";
    case HrvReason::short_window: return "short_window";
    case HrvReason::undefined: return "undefined";
  }
  return "?";
}

// One interval more than fit, because the first one may start before the window; and those of one
// second more, because both ends may cut one.
std::size_t HrvTimeWindow::capacity(Duration window, const Params& params) noexcept {
  const auto most = static_cast<std::size_t>(window / params.shortest_interval) + 1;
  if (params.most_per_second <= 0) return most;
  const double promised = std::ceil((seconds(window) + 1) * params.most_per_second);
  return promised < static_cast<double>(most) ? static_cast<std::size_t>(promised) : most;
}

HrvTimeWindow::HrvTimeWindow(Duration window, const Params& params)
    : window_(window),
      coverage_ok_(params.coverage_ok),
      coverage_low_(params.coverage_low),
      geometric_window_(params.geometric_window),
      geometric_window_ok_(params.geometric_window_ok),
      required_differences_(static_cast<std::uint32_t>(std::max(
          params.least_differences, static_cast<std::size_t>(window / std::chrono::seconds(3))))),
      shortest_counted_us_(
          params.counts_excluded
              ? static_cast<std::int32_t>(params.shortest_interval / std::chrono::microseconds(1))
              : std::numeric_limits<std::int32_t>::max()),
      statistics_(capacity(window, params), params.ranked) {}

bool HrvTimeWindow::push(Time t_end, std::int32_t ibi_us, bool valid, bool contiguous,
                         bool rate_alone, bool edited, bool believable) noexcept {
  if (t_end <= last_end_ || ibi_us <= 0) return false;
  begin_ = std::min(begin_, t_end - std::chrono::microseconds(ibi_us));
  last_end_ = t_end;
  advance(t_end);
  // Behind the window already, because advance() ran ahead: it may not enter.
  const bool inside = t_end > now_ - window_;
  const bool summable = ibi_us <= IntervalStatistics::longest_us;
  const bool counts = valid && inside && summable;
  if (counts) statistics_.push(t_end, ibi_us, contiguous && last_valid_, edited);
  else if (rate_alone && inside && summable) statistics_.push_aside(t_end, ibi_us);
  else if (inside && summable && ibi_us >= shortest_counted_us_)
    statistics_.push_excluded(t_end, ibi_us, believable, edited);
  last_valid_ = counts;
  return true;
}

void HrvTimeWindow::advance(Time now) noexcept {
  if (now <= now_) return;
  now_ = now;
  statistics_.evict_until(now - window_);
}

void HrvTimeWindow::reset() noexcept {
  statistics_.clear();
  now_ = last_end_ = never;
  begin_ = forever;
  last_valid_ = false;
}

HrvTime HrvTimeWindow::metrics() const noexcept {
  const auto& x = statistics_;
  HrvTime m;
  m.t = now_;
  m.n = x.size();
  m.n_diff = static_cast<std::size_t>(x.sums().n_diff);
  m.coverage = coverage();

  const Verdict robust = verdict(m.coverage);
  m.mean_nn = graded(x.mean_nn(), robust);
  m.mean_hr = graded(x.mean_hr(), robust);
  m.mean_hr_beats = graded(x.mean_of_rates(), robust);
  m.rmssd = graded(x.rmssd(), robust);
  m.ln_rmssd = graded(x.ln_rmssd(), robust);
  m.pnn50 = graded(x.pnn50(), robust);
  m.pnn20 = graded(x.pnn20(), robust);

  const Verdict strict = HrvTimeWindow::strict(robust);
  m.sdnn = graded(x.sdnn(), strict);
  m.sdsd = graded(x.sdsd(), strict);
  m.cvnn = graded(x.cvnn(), strict);
  m.cvsd = graded(x.cvsd(), strict);
  m.sd1 = graded(x.sd1(), strict);
  m.sd2 = graded(x.sd2(), strict);
  m.median_nn = graded(x.median_nn(), strict);
  m.min_nn = graded(x.min_nn(), strict);
  m.max_nn = graded(x.max_nn(), strict);
  m.mad_nn = graded(x.mad_nn(), strict);
  m.iqr_nn = graded(x.iqr_nn(), strict);
  m.prc20_nn = graded(x.percentile(0.20), strict);
  m.prc80_nn = graded(x.percentile(0.80), strict);

  const Verdict shape = geometric(strict);
  if (shape.grade == Grade::absent) {
    m.hti = m.tinn = {std::nullopt, Grade::absent, shape.reason};
  } else {
    const auto geometric = x.geometric();
    m.hti = graded(geometric.hti, shape);
    m.tinn = graded(geometric.tinn, shape);
  }
  return m;
}

HrvValue HrvTimeWindow::ln_rmssd() const noexcept {
  return graded(statistics_.ln_rmssd(), verdict(coverage()));
}

HrvValue HrvTimeWindow::sdnn() const noexcept {
  return graded(statistics_.sdnn(), strict(verdict(coverage())));
}

std::optional<double> HrvTimeWindow::mean_hr_of_all(double least_covered_s) const noexcept {
  const auto x = statistics_.sums().x + statistics_.aside().x;
  const auto n = statistics_.sums().n + statistics_.aside().n;
  if (n == 0 || static_cast<double>(x) * 1e-6 < least_covered_s) return std::nullopt;
  return 60'000.0 / (static_cast<double>(x) / static_cast<double>(n) / 1000);
}

HrvValue HrvTimeWindow::graded(std::optional<double> value, Verdict verdict) noexcept {
  if (verdict.grade == Grade::absent) return {std::nullopt, Grade::absent, verdict.reason};
  if (!value) return {std::nullopt, Grade::absent, HrvReason::undefined};
  return {value, verdict.grade, verdict.reason};
}

/// At most 1: the first interval may reach back over the window's start.
double HrvTimeWindow::coverage() const noexcept {
  const auto covered = static_cast<double>(statistics_.sums().x);
  const auto whole = std::chrono::duration<double, std::micro>(window_).count();
  return std::min(covered / whole, 1.0);
}

HrvTimeWindow::Verdict HrvTimeWindow::verdict(double coverage) const noexcept {
  // Where no interval has come the window fills from the start of the session: silence is not a
  // start that never ends.
  const Time begin = begin_ < forever ? begin_ : Time{};
  const bool filled = now_ > never && now_ - window_ >= begin;
  const auto thin = filled ? HrvReason::insufficient_coverage : HrvReason::warming_up;
  if (coverage < coverage_low_) return {Grade::absent, thin};
  if (statistics_.sums().n_diff < static_cast<std::int64_t>(required_differences_))
    return {Grade::absent, filled ? HrvReason::insufficient_beats : HrvReason::warming_up};
  if (coverage < coverage_ok_) return {Grade::low, thin};
  return {Grade::ok, HrvReason::none};
}

HrvTimeWindow::Verdict HrvTimeWindow::strict(Verdict robust) noexcept {
  return {robust.grade == Grade::ok ? Grade::ok : Grade::absent, robust.reason};
}

HrvTimeWindow::Verdict HrvTimeWindow::geometric(Verdict strict) const noexcept {
  if (window_ < geometric_window_) return {Grade::absent, HrvReason::short_window};
  if (strict.grade == Grade::absent || window_ >= geometric_window_ok_) return strict;
  return {Grade::low, HrvReason::short_window};
}

}  // namespace ib::dsp
