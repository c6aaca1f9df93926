#include "dsp/wcc.hpp"

#include <algorithm>
#include <cmath>

namespace ib::dsp {

Fixed Fixed::of(std::optional<double> value, double steps_per_unit) {
  constexpr double bound = 1099511627776.0;  // 2^40
  if (!value || !std::isfinite(*value)) return missing();
  return {std::llround(std::clamp(*value * steps_per_unit, -bound, bound)), true};
}

void PairSums::add(Fixed a, Fixed b) {
  if (!a.valid || !b.valid) return;
  n += 1;
  x += a.value;
  y += b.value;
  xx += static_cast<__int128>(a.value) * a.value;
  yy += static_cast<__int128>(b.value) * b.value;
  xy += static_cast<__int128>(a.value) * b.value;
}

void PairSums::remove(Fixed a, Fixed b) {
  if (!a.valid || !b.valid) return;
  n -= 1;
  x -= a.value;
  y -= b.value;
  xx -= static_cast<__int128>(a.value) * a.value;
  yy -= static_cast<__int128>(b.value) * b.value;
  xy -= static_cast<__int128>(a.value) * b.value;
}

std::optional<double> PairSums::pearson() const {
  const __int128 var_x = n * xx - static_cast<__int128>(x) * x;
  const __int128 var_y = n * yy - static_cast<__int128>(y) * y;
  if (var_x == 0 || var_y == 0) return {};
  const auto cov = static_cast<double>(n * xy - static_cast<__int128>(x) * y);
  const double spread =
      std::sqrt(static_cast<double>(var_x)) * std::sqrt(static_cast<double>(var_y));
  return std::clamp(cov / spread, -1.0, 1.0);
}

double fisher_z(double r) { return std::atanh(std::clamp(r, -0.999, 0.999)); }

std::optional<double> Correlogram::z(int lag) const {
  const auto value = r(lag);
  if (!value) return {};
  return fisher_z(*value);
}

std::optional<double> Correlogram::mean_z(int first_lag, int last_lag) const {
  double sum = 0;
  int n = 0;
  for (int k = first_lag; k <= last_lag; ++k) {
    if (const auto value = z(k)) sum += *value, ++n;
  }
  if (n == 0) return {};
  return sum / n;
}

std::optional<int> Correlogram::best_lag() const {
  std::optional<int> best;
  for (int k = -max_lag_; k <= max_lag_; ++k) {
    if (r(k) && (!best || *r(k) > *r(*best))) best = k;
  }
  return best;
}

bool Correlogram::complete() const {
  for (int k = -max_lag_; k <= max_lag_; ++k) {
    if (!r(k)) return false;
  }
  return true;
}

std::optional<double> Correlogram::lead_index() const {
  const auto x_leads = mean_z(1, max_lag_);
  const auto y_leads = mean_z(-max_lag_, -1);
  if (!x_leads || !y_leads) return {};
  return *x_leads - *y_leads;
}

std::optional<Correlogram::Peak> Correlogram::boker_peak(int reach) const {
  const auto is_peak = [&](int lag) {
    if (lag - reach < -max_lag_ || lag + reach > max_lag_ || !r(lag)) return false;
    for (int k = lag - reach; k <= lag + reach; ++k) {
      if (!r(k) || *r(k) > *r(lag)) return false;
    }
    return true;
  };
  for (int distance = 0; distance <= max_lag_; ++distance) {
    for (const int lag : {distance, -distance}) {
      if (is_peak(lag)) return Peak{lag, *r(lag)};
    }
  }
  return {};
}

Correlogram wcc_window(std::span<const Fixed> x, std::span<const Fixed> y, const WccConfig& config,
                       Align align) {
  Correlogram row(config.max_lag);
  for (int k = -config.max_lag; k <= config.max_lag; ++k) {
    // Aligned at the begin, the follower is read k later; at the end, the leader k earlier.
    const int late = align == Align::begin ? 0 : config.max_lag;
    const int from_x = align == Align::begin ? late + std::max(0, -k) : late - std::max(0, k);
    PairSums sums;
    for (int j = 0; j < config.window; ++j) {
      sums.add(x[static_cast<std::size_t>(from_x + j)],
               y[static_cast<std::size_t>(from_x + k + j)]);
    }
    if (config.enough(sums.n)) row.r(k) = sums.pearson();
  }
  return row;
}

Wcc::Wcc(WccConfig config)
    : config_(config),
      history_(static_cast<std::size_t>(config.window + config.max_lag + 1)),
      sums_(static_cast<std::size_t>(2 * config.max_lag + 1)) {}

void Wcc::reset() {
  std::fill(history_.begin(), history_.end(), Pair{});
  std::fill(sums_.begin(), sums_.end(), PairSums{});
  newest_ = 0;
  pushed_ = 0;
}

const Wcc::Pair& Wcc::ago(int samples) const {
  const std::size_t size = history_.size();
  return history_[(newest_ + size - static_cast<std::size_t>(samples)) % size];
}

void Wcc::push(Fixed x, Fixed y) {
  newest_ = (newest_ + 1) % history_.size();
  history_[newest_] = {x, y};
  ++pushed_;
  for (int k = -config_.max_lag; k <= config_.max_lag; ++k) {
    const int x_ago = std::max(0, k);
    const int y_ago = std::max(0, -k);
    PairSums& sums = sums_[static_cast<std::size_t>(k + config_.max_lag)];
    sums.add(ago(x_ago).x, ago(y_ago).y);
    sums.remove(ago(x_ago + config_.window).x, ago(y_ago + config_.window).y);
  }
}

std::int64_t Wcc::pairs(int lag) const {
  return sums_[static_cast<std::size_t>(lag + config_.max_lag)].n;
}

bool Wcc::enough() const {
  return std::all_of(sums_.begin(), sums_.end(),
                     [this](const PairSums& sums) { return config_.enough(sums.n); });
}

Correlogram Wcc::row() const {
  Correlogram row(config_.max_lag);
  for (int k = -config_.max_lag; k <= config_.max_lag; ++k) {
    const PairSums& sums = sums_[static_cast<std::size_t>(k + config_.max_lag)];
    if (config_.enough(sums.n)) row.r(k) = sums.pearson();
  }
  return row;
}

}  // namespace ib::dsp
