#include "dsp/linkage.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ib::dsp {
namespace {

constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }

Fixed limited(Fixed slope) {
  if (!slope.valid) return Fixed::missing();
  return {std::clamp(slope.value, -Linkage::slope_limit, Linkage::slope_limit), true};
}

}  // namespace

const char* name(LinkageReason reason) {
  switch (reason) {
    case LinkageReason::none: return "";
    case LinkageReason::collecting: return "collecting";
    case LinkageReason::insufficient_coverage: return "insufficient_coverage";
    case LinkageReason::no_variation: return "no_variation";
  }
  return "";
}

Linkage::Linkage(const Config& config)
    : config_(config),
      ring_(at(config.horizon)),
      x_(at(config.horizon)),
      y_(at(config.horizon)),
      has_x_(at(config.horizon)),
      has_y_(at(config.horizon)),
      sums_(at(config.horizon + 1)),
      shift_(at(config.shifts + 1)),
      table_(at(config.shifts + 1) * at(config.horizon / config.step + 1)),
      statistics_(at(config.shifts + 1)),
      lag_z_(at(2 * config.wcc.max_lag + 1)),
      lag_windows_(at(2 * config.wcc.max_lag + 1)) {}

void Linkage::reset() {
  pushed_ = 0;
  state_ = LinkageState::collecting;
  enter_run_ = leave_run_ = 0;
}

void Linkage::push(PairSlope pair) {
  ring_[static_cast<std::size_t>(pushed_ % config_.horizon)] = {limited(pair.x), limited(pair.y)};
  ++pushed_;
}

LinkageRow Linkage::update() {
  unroll();
  LinkageRow row;
  row.horizon = size_;
  std::int64_t both = 0;
  for (int i = 0; i < size_; ++i) both += has_x_[at(i)] * has_y_[at(i)];
  if (size_ > 0) row.valid_share = static_cast<double>(both) / size_;

  if (size_ < config_.min_horizon) row.reason = LinkageReason::collecting;
  else if (both * 100 < std::int64_t{config_.min_valid_percent} * size_)
    row.reason = LinkageReason::insufficient_coverage;
  else row.reason = test_all(row);
  move_state(row);
  return row;
}

/// Lays the ring out in time order, missing values as 0 with a 0 beside them.
void Linkage::unroll() {
  size_ = static_cast<int>(std::min<std::int64_t>(pushed_, config_.horizon));
  for (int i = 0; i < size_; ++i) {
    const auto slot = static_cast<std::size_t>((pushed_ - size_ + i) % config_.horizon);
    x_[at(i)] = ring_[slot].x.value;
    y_[at(i)] = ring_[slot].y.value;
    has_x_[at(i)] = ring_[slot].x.valid ? 1 : 0;
    has_y_[at(i)] = ring_[slot].y.valid ? 1 : 0;
  }
}

/// Shift 0 is the pair itself; the others lie evenly in [w/2+K, H-w/2-K], rounded half up.
void Linkage::choose_shifts() {
  const int margin = config_.wcc.window / 2 + config_.wcc.max_lag;
  const int span = size_ - 2 * margin;
  const int steps = config_.shifts - 1;
  shift_[0] = 0;
  for (int i = 0; i <= steps; ++i)
    shift_[at(i + 1)] = margin + (2 * i * span + steps) / (2 * steps);
}

LinkageReason Linkage::test_all(LinkageRow& row) {
  choose_shifts();
  windows_ = (size_ - config_.wcc.window - config_.wcc.max_lag) / config_.step + 1;
  for (Window& window : table_) window.reset();
  std::fill(lag_z_.begin(), lag_z_.end(), 0.0);
  std::fill(lag_windows_.begin(), lag_windows_.end(), 0);

  // Shifting y by tau and reading it at lag k is one displacement, k - tau. Neighbouring shifts
  // meet in the same displacements, so going through those costs H*H sums instead of H*shifts*lags.
  for (int displacement = 0; displacement < size_; ++displacement) scan(displacement);
  for (int r = 0; r <= config_.shifts; ++r) statistics_[at(r)] = summary(r);

  row.windows = statistics_[0].windows;
  if (row.windows == 0) return LinkageReason::no_variation;
  row.in_phase = test(&Statistics::in_phase, Tail::upper);
  row.net = test(&Statistics::net, Tail::both);
  row.magnitude = test(&Statistics::magnitude, Tail::upper);
  if (!row.in_phase) return LinkageReason::no_variation;
  describe_lags(row);
  return LinkageReason::none;
}

/// The lag at which the row with this shift meets the displacement; beyond +-max_lag: none.
int Linkage::displacement_lag(int displacement, int shift) const {
  const int lag = (displacement + shift) % size_;
  return lag > size_ / 2 ? lag - size_ : lag;
}

void Linkage::scan(int displacement) {
  bool summed = false;
  for (int r = 0; r <= config_.shifts; ++r) {
    const int lag = displacement_lag(displacement, shift_[at(r)]);
    if (std::abs(lag) > config_.wcc.max_lag) continue;
    if (!summed) accumulate(displacement);
    summed = true;
    correlate(r, lag);
  }
}

/// Running sums over the pairs x[i], y[i + displacement], y taken as a circle.
void Linkage::accumulate(int displacement) {
  Sums sum{};
  sums_[0] = sum;
  int j = displacement;
  for (int i = 0; i < size_; ++i) {
    const std::int64_t x = x_[at(i)] * has_y_[at(j)];
    const std::int64_t y = y_[at(j)] * has_x_[at(i)];
    sum.n += has_x_[at(i)] * has_y_[at(j)];
    sum.x += x;
    sum.y += y;
    sum.xx += x * x;
    sum.yy += y * y;
    sum.xy += x * y;
    sums_[at(i + 1)] = sum;
    if (++j == size_) j = 0;
  }
}

/// Every window of one row at one lag; the windows are those of wcc_window(Align::begin).
void Linkage::correlate(int row, int lag) {
  const int first = std::max(0, -lag);
  Window* window = &table_[at(row) * at(windows_)];
  for (int i = 0; i < windows_; ++i) {
    const Sums& a = sums_[at(first + i * config_.step)];
    const Sums& b = sums_[at(first + i * config_.step + config_.wcc.window)];
    const std::int64_t n = b.n - a.n, x = b.x - a.x, y = b.y - a.y;
    if (!config_.wcc.enough(n)) continue;
    const std::int64_t var_x = n * (b.xx - a.xx) - x * x;
    const std::int64_t var_y = n * (b.yy - a.yy) - y * y;
    if (var_x == 0 || var_y == 0) continue;
    const auto cov = static_cast<double>(n * (b.xy - a.xy) - x * y);
    const double r = cov / std::sqrt(static_cast<double>(var_x) * static_cast<double>(var_y));
    window[i].add(r);
    if (row != 0) continue;
    lag_z_[at(lag + config_.wcc.max_lag)] += fisher_z(r);
    lag_windows_[at(lag + config_.wcc.max_lag)] += 1;
  }
}

void Linkage::Window::add(double r) {
  const double clipped = std::clamp(r, -0.999, 0.999);
  const double size = std::abs(clipped);
  ++lags;
  best_r = std::max(best_r, clipped);
  plus *= 1 + clipped;
  minus *= 1 - clipped;
  abs_plus *= 1 + size;
  abs_minus *= 1 - size;
}

Linkage::Statistics Linkage::summary(int row) const {
  Statistics s{};
  const Window* window = &table_[at(row) * at(windows_)];
  for (int i = 0; i < windows_; ++i) {
    const Window& w = window[i];
    if (w.lags == 0) continue;
    ++s.windows;
    s.in_phase += std::atanh(w.best_r);
    s.net += 0.5 * std::log(w.plus / w.minus) / w.lags;
    s.magnitude += 0.5 * std::log(w.abs_plus / w.abs_minus) / w.lags;
  }
  if (s.windows == 0) return s;
  s.in_phase /= s.windows;
  s.net /= s.windows;
  s.magnitude /= s.windows;
  return s;
}

/// A surrogate without any window counts as extreme: holes can only raise p.
std::optional<SurrogateTest> Linkage::test(double Statistics::*which, Tail tail) const {
  const auto begin = statistics_.begin() + 1;
  double sum = 0;
  int present = 0;
  for (auto s = begin; s != statistics_.end(); ++s) {
    if (s->windows > 0) sum += (*s).*which, ++present;
  }
  if (present < 2) return {};
  const double mean = sum / present;
  double squares = 0;
  for (auto s = begin; s != statistics_.end(); ++s) {
    const double d = (*s).*which - mean;
    if (s->windows > 0) squares += d * d;
  }
  if (squares == 0) return {};

  const double value = statistics_[0].*which;
  int extreme = config_.shifts - present;
  for (auto s = begin; s != statistics_.end(); ++s) {
    if (s->windows == 0) continue;
    const double other = (*s).*which;
    const bool reached =
        tail == Tail::upper ? other >= value : std::abs(other - mean) >= std::abs(value - mean);
    extreme += reached ? 1 : 0;
  }
  const double sd = std::sqrt(squares / (present - 1));
  return SurrogateTest{value, (value - mean) / sd, (1.0 + extreme) / (1.0 + config_.shifts), mean,
                       sd};
}

void Linkage::describe_lags(LinkageRow& row) const {
  const int edge = config_.wcc.max_lag;
  double best = 0, leads = 0, follows = 0;
  int n_leads = 0, n_follows = 0;
  for (int k = -edge; k <= edge; ++k) {
    if (lag_windows_[at(k + edge)] == 0) continue;
    const double z = lag_z_[at(k + edge)] / lag_windows_[at(k + edge)];
    if (!row.best_lag || z > best) best = z, row.best_lag = k;
    if (k > 0) leads += z, ++n_leads;
    if (k < 0) follows += z, ++n_follows;
  }
  if (n_leads > 0 && n_follows > 0) row.lead_index = leads / n_leads - follows / n_follows;
}

void Linkage::move_state(LinkageRow& row) {
  if (row.reason != LinkageReason::none) {
    state_ = LinkageState::collecting;
    enter_run_ = leave_run_ = 0;
  } else {
    if (state_ == LinkageState::collecting) state_ = LinkageState::not_distinguishable;
    enter_run_ = row.in_phase->p <= config_.enter_p ? enter_run_ + 1 : 0;
    leave_run_ = row.in_phase->p > config_.leave_p ? leave_run_ + 1 : 0;
    if (state_ == LinkageState::linked && leave_run_ >= config_.leave_updates)
      state_ = LinkageState::not_distinguishable;
    else if (enter_run_ >= config_.enter_updates) state_ = LinkageState::linked;
  }
  row.state = state_;
}

}  // namespace ib::dsp
