#include "dsp/confidence_interval.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ib::dsp {

namespace {

constexpr double normal_975 = 1.959964;  // quantile of the normal distribution
constexpr std::size_t most_lags = 64;

/// One value per interval or per difference of a window. Two stand `lag` apart if the chain between them
/// is unbroken.
template <class At>
class Chain {
 public:
  /// `first` 0: one value per interval; 1: one per difference, at the interval that it ends with.
  Chain(std::span<const NnInterval> series, std::size_t first, At at)
      : series_(series), first_(first), at_(at) {}

  struct LagSums {
    double products{};         // of values
    double square_products{};  // of their squares, less the mean square
    std::size_t pairs{};
  };

  /// Of all pairs that stand `lag` apart. `mean_square` is what the squares have taken away.
  LagSums sums(std::size_t lag, double mean_square) const noexcept {
    LagSums s;
    std::size_t unbroken = 0;  // values behind this one, without a break
    bool any = false;
    for (std::size_t i = first_; i < series_.size(); ++i) {
      if (!exists(i)) {
        any = false;
        continue;
      }
      unbroken = any && series_[i].continues ? unbroken + 1 : 0;
      any = true;
      if (unbroken < lag) continue;
      const double a = at_(i), b = at_(i - lag);
      s.products += a * b;
      s.square_products += (a * a - mean_square) * (b * b - mean_square);
      ++s.pairs;
    }
    return s;
  }

 private:
  bool exists(std::size_t i) const noexcept { return first_ == 0 || series_[i].continues; }

  std::span<const NnInterval> series_;
  std::size_t first_;
  At at_;
};

std::size_t lags(double roots, std::size_t n) noexcept {
  const auto wanted =
      static_cast<std::size_t>(std::lround(roots * std::sqrt(static_cast<double>(n))));
  return std::min({wanted, most_lags, n - 1});
}

/// Bartlett's weights: without them a variance could be negative (Newey & West 1987).
double bartlett(std::size_t lag, std::size_t most) noexcept {
  return 1 - static_cast<double>(lag) / static_cast<double>(most + 1);
}

/// Effective number of independent squares.
template <class At>
double degrees_of_freedom(const Chain<At>& chain, double roots) noexcept {
  const auto itself = chain.sums(0, 0);
  const auto n = static_cast<double>(itself.pairs);
  const double mean_square = itself.products / n;
  const std::size_t most = lags(roots, itself.pairs);
  double correlated = 1, square_variance = chain.sums(0, mean_square).square_products;
  for (std::size_t lag = 1; lag <= most; ++lag) {
    const auto s = chain.sums(lag, mean_square);
    if (s.pairs == 0) break;
    const double r = s.products / itself.products;
    correlated += 2 * r * r * n / static_cast<double>(s.pairs);
    square_variance += 2 * bartlett(lag, most) * s.square_products;
  }
  // Var(s^2) / s^4 = 2 / nu, once if Gaussian, once as the squares scatter.
  const double as_gaussian = correlated / n;
  const double as_seen = square_variance / (2 * n * n * mean_square * mean_square);
  return 1 / std::max(as_gaussian, as_seen);
}

/// Quantile of chi-squared over its degrees (Wilson & Hilferty 1931), `z` that of the normal one.
double chi_squared_per_degree(double degrees, double z) noexcept {
  const double a = 2 / (9 * degrees);
  const double root = 1 - a + z * std::sqrt(a);
  return root * root * root;
}

/// Of a deviation whose square has `degrees` of freedom; absent where there's no upper limit.
std::optional<ConfidenceInterval> of_deviation(double value, double degrees) noexcept {
  const double least = chi_squared_per_degree(degrees, -normal_975);
  if (!(least > 0)) return std::nullopt;
  return ConfidenceInterval{value / std::sqrt(chi_squared_per_degree(degrees, normal_975)),
                            value / std::sqrt(least)};
}

double mean_us(std::span<const NnInterval> series) noexcept {
  std::int64_t sum = 0;
  for (const NnInterval x : series) sum += x.us;
  return static_cast<double>(sum) / static_cast<double>(series.size());
}

/// Two-sided 95 % for Bartlett's weights up to the share `b` of n: Kiefer & Vogelsang, Econometric Theory
/// 21:1130, 2005, table 1. The normal value at b = 0, where the variance is known.
double critical_value(double b) noexcept {
  return 1.9600 + 2.9694 * b + 0.4160 * b * b - 0.5324 * b * b * b;
}

/// Variance of the mean of n values, times n.
template <class At>
double long_run_variance(const Chain<At>& chain, std::size_t n, std::size_t most) noexcept {
  const double own = chain.sums(0, 0).products;
  double sum = own;
  for (std::size_t lag = 1; lag <= most; ++lag) {
    const auto s = chain.sums(lag, 0);
    if (s.pairs == 0) break;
    sum += 2 * bartlett(lag, most) * s.products *
           std::sqrt(static_cast<double>(n) / static_cast<double>(s.pairs));
  }
  return std::max(sum, own) / static_cast<double>(n - 1);
}

}  // namespace

std::optional<ConfidenceInterval> rmssd_interval(std::span<const NnInterval> series) noexcept {
  std::int64_t n = 0, squares = 0;
  for (std::size_t i = 1; i < series.size(); ++i) {
    if (!is_pair(series, i)) continue;
    const std::int64_t d = series[i].us - series[i - 1].us;
    squares += d * d;
    ++n;
  }
  if (n < static_cast<std::int64_t>(least_for_confidence) || squares == 0) return std::nullopt;
  const Chain differences(series, 1, [series](std::size_t i) {
    return static_cast<double>(series[i].us - series[i - 1].us);
  });
  const double rmssd_ms = std::sqrt(static_cast<double>(squares) / static_cast<double>(n)) / 1000;
  return of_deviation(rmssd_ms, degrees_of_freedom(differences, 1));
}

std::optional<ConfidenceInterval> ln_rmssd_interval(std::span<const NnInterval> series) noexcept {
  const auto rmssd = rmssd_interval(series);
  if (!rmssd) return std::nullopt;
  return ConfidenceInterval{std::log(rmssd->low), std::log(rmssd->high)};
}

std::optional<ConfidenceInterval> sdnn_interval(std::span<const NnInterval> series) noexcept {
  if (series.size() < least_for_confidence) return std::nullopt;
  const auto sdnn = sdnn_us(series);
  if (!sdnn || *sdnn == 0) return std::nullopt;
  const Chain deviations(
      series, 0, [series, mean = mean_us(series)](std::size_t i) { return series[i].us - mean; });
  return of_deviation(*sdnn / 1000, degrees_of_freedom(deviations, 2));
}

std::optional<ConfidenceInterval> mean_nn_interval(std::span<const NnInterval> series,
                                                   Duration window) noexcept {
  const std::size_t n = series.size();
  if (n < least_for_confidence) return std::nullopt;
  const double mean = mean_us(series), size = static_cast<double>(n);
  const double window_us = std::chrono::duration<double, std::micro>(window).count();
  const double missing = std::clamp(1 - size * mean / window_us, 0.0, 1.0);
  const Chain deviations(series, 0, [series, mean](std::size_t i) { return series[i].us - mean; });
  const std::size_t most = lags(1, n);
  const double variance = long_run_variance(deviations, n, most) / size * missing;
  const double half = critical_value(static_cast<double>(most) / size) * std::sqrt(variance);
  if (!(half < mean)) return std::nullopt;
  return ConfidenceInterval{(mean - half) / 1000, (mean + half) / 1000};
}

std::optional<ConfidenceInterval> mean_hr_interval(std::span<const NnInterval> series,
                                                   Duration window) noexcept {
  const auto nn = mean_nn_interval(series, window);
  if (!nn) return std::nullopt;
  return ConfidenceInterval{60'000 / nn->high, 60'000 / nn->low};
}

}  // namespace ib::dsp
