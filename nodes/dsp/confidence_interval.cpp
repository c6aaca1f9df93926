#include "dsp/confidence_interval.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace ib::dsp {

namespace {

constexpr double normal_975 = 1.959964;  // quantile of the normal distribution
constexpr std::size_t most_lags = 64;

/// Lags whose sums are kept in registers together; more would not fit there.
constexpr std::size_t most_together = 12;

/// Sums over all pairs of values that stand so far apart, without a break between them. Behind the
/// most lags there is room for what comes with the last ones and is not asked for.
struct LagSums {
  std::array<double, most_lags + most_together> products{};
  std::array<std::size_t, most_lags + 1> pairs{};
};

/// From `lag` on. An addition waits for the one before: sums that don't wait for each other fill that
/// time. Each is added up in the order of time, so that how many go together changes no bit.
template <std::size_t Together>
void add_products_of(std::span<const double> x, std::size_t lag, LagSums& sums) noexcept {
  double* const products = sums.products.data() + lag;
  const std::size_t longest = lag + Together - 1;
  const std::size_t whole = std::min(longest, x.size());  // from here all have a partner
  for (std::size_t k = 0; k < Together; ++k)
    for (std::size_t i = lag + k; i < whole; ++i) products[k] += x[i] * x[i - lag - k];
  using Sums = Eigen::Array<double, Together, 1>;
  Eigen::Map<Sums> into(products);
  Sums own = into.reverse();  // the longest lag first, as the partners lie
  for (std::size_t i = whole; i < x.size(); ++i)
    own += x[i] * Eigen::Map<const Sums>(x.data() + i - longest);
  into = own.reverse();
}

void add_products(std::span<const double> x, std::size_t most, LagSums& sums) noexcept {
  for (std::size_t lag = 0; lag <= most && lag < x.size();) {
    const std::size_t left = most + 1 - lag;
    if (left > 8) add_products_of<most_together>(x, lag, sums), lag += most_together;
    else if (left > 4) add_products_of<8>(x, lag, sums), lag += 8;
    else add_products_of<4>(x, lag, sums), lag += 4;
  }
}

/// One value per interval or per difference of a window, in unbroken pieces.
class Chain {
 public:
  /// `squares_us2`: the sum of their squares, whole.
  static Chain of_differences(std::span<const NnInterval> series, const ConfidenceRoom& room,
                              std::int64_t& squares_us2) noexcept {
    Chain c(room);
    squares_us2 = 0;
    for (std::size_t i = 1; i < series.size(); ++i) {
      if (is_pair(series, i)) {
        const std::int64_t d = series[i].us - series[i - 1].us;
        squares_us2 += d * d;
        c.add(static_cast<double>(d));
      } else {
        c.end_piece();
      }
    }
    return c;
  }
  static Chain of_deviations(std::span<const NnInterval> series, double mean_us,
                             const ConfidenceRoom& room) noexcept {
    Chain c(room);
    for (const NnInterval x : series) {
      if (!x.continues) c.end_piece();
      c.add(x.us - mean_us);
    }
    return c;
  }

  std::size_t size() const noexcept { return n_; }
  LagSums products(std::size_t most) const noexcept { return sums_of(room_.values, most); }
  /// Of the squares, less their mean.
  LagSums square_products(std::size_t most, double mean_square) const noexcept {
    for (std::size_t i = 0; i < n_; ++i)
      room_.squares[i] = room_.values[i] * room_.values[i] - mean_square;
    return sums_of(room_.squares, most);
  }

 private:
  explicit Chain(const ConfidenceRoom& room) noexcept : room_(room) {}

  void add(double x) noexcept { room_.values[n_++] = x; }
  void end_piece() noexcept {
    const std::size_t begun = pieces_ > 0 ? room_.ends[pieces_ - 1] : 0;
    if (n_ > begun) room_.ends[pieces_++] = static_cast<std::uint32_t>(n_);
  }
  LagSums sums_of(std::span<const double> x, std::size_t most) const noexcept {
    LagSums sums;
    std::size_t from = 0;
    const auto add = [&](std::size_t to) {
      add_products(x.subspan(from, to - from), most, sums);
      for (std::size_t lag = 0; lag <= most && lag < to - from; ++lag)
        sums.pairs[lag] += to - from - lag;
      from = to;
    };
    for (std::size_t k = 0; k < pieces_; ++k) add(room_.ends[k]);
    if (from < n_) add(n_);
    return sums;
  }

  ConfidenceRoom room_;
  std::size_t n_{}, pieces_{};
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
double degrees_of_freedom(const Chain& chain, std::size_t most, const LagSums& plain) noexcept {
  const auto n = static_cast<double>(chain.size());
  const double mean_square = plain.products[0] / n;
  const auto squared = chain.square_products(most, mean_square);
  double correlated = 1, square_variance = squared.products[0];
  for (std::size_t lag = 1; lag <= most && plain.pairs[lag] > 0; ++lag) {
    const double r = plain.products[lag] / plain.products[0];
    correlated += 2 * r * r * n / static_cast<double>(plain.pairs[lag]);
    square_variance += 2 * bartlett(lag, most) * squared.products[lag];
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
double long_run_variance(const LagSums& s, std::size_t size, std::size_t most) noexcept {
  const auto n = static_cast<double>(size);
  double sum = s.products[0];
  for (std::size_t lag = 1; lag <= most && s.pairs[lag] > 0; ++lag)
    sum += 2 * bartlett(lag, most) * s.products[lag] *
           std::sqrt(n / static_cast<double>(s.pairs[lag]));
  return std::max(sum, s.products[0]) / (n - 1);
}

}  // namespace

std::optional<ConfidenceInterval> rmssd_interval(std::span<const NnInterval> series,
                                                 const ConfidenceRoom& room) noexcept {
  std::int64_t squares = 0;
  const auto chain = Chain::of_differences(series, room, squares);
  if (chain.size() < least_for_confidence || squares == 0) return std::nullopt;
  const auto n = static_cast<double>(chain.size());
  const double rmssd_ms = std::sqrt(static_cast<double>(squares) / n) / 1000;
  const auto most = lags(1, chain.size());
  return of_deviation(rmssd_ms, degrees_of_freedom(chain, most, chain.products(most)));
}

std::optional<ConfidenceInterval> ln_rmssd_interval(std::span<const NnInterval> series,
                                                    const ConfidenceRoom& room) noexcept {
  const auto rmssd = rmssd_interval(series, room);
  if (!rmssd) return std::nullopt;
  return ConfidenceInterval{std::log(rmssd->low), std::log(rmssd->high)};
}

std::optional<ConfidenceInterval> sdnn_interval(std::span<const NnInterval> series,
                                                const ConfidenceRoom& room) noexcept {
  return level_intervals(series, Duration{1}, room).sdnn;
}

std::optional<ConfidenceInterval> mean_nn_interval(std::span<const NnInterval> series,
                                                   Duration window,
                                                   const ConfidenceRoom& room) noexcept {
  return level_intervals(series, window, room).mean_nn;
}

LevelIntervals level_intervals(std::span<const NnInterval> series, Duration window,
                               const ConfidenceRoom& room) noexcept {
  LevelIntervals both;
  const std::size_t n = series.size();
  if (n < least_for_confidence) return both;
  const double mean = mean_us(series), size = static_cast<double>(n);
  const auto deviations = Chain::of_deviations(series, mean, room);
  const std::size_t slow = lags(2, n), most = lags(1, n);
  const auto sums = deviations.products(slow);
  const auto sdnn = sdnn_us(series);
  if (sdnn && *sdnn > 0)
    both.sdnn = of_deviation(*sdnn / 1000, degrees_of_freedom(deviations, slow, sums));

  const double window_us = std::chrono::duration<double, std::micro>(window).count();
  const double missing = std::clamp(1 - size * mean / window_us, 0.0, 1.0);
  const double variance = long_run_variance(sums, n, most) / size * missing;
  const double half = critical_value(static_cast<double>(most) / size) * std::sqrt(variance);
  if (half < mean) both.mean_nn = ConfidenceInterval{(mean - half) / 1000, (mean + half) / 1000};
  return both;
}

std::optional<ConfidenceInterval> as_heart_rate(
    const std::optional<ConfidenceInterval>& mean_nn) noexcept {
  if (!mean_nn) return std::nullopt;
  return ConfidenceInterval{60'000 / mean_nn->high, 60'000 / mean_nn->low};
}

std::optional<ConfidenceInterval> mean_hr_interval(std::span<const NnInterval> series,
                                                   Duration window,
                                                   const ConfidenceRoom& room) noexcept {
  return as_heart_rate(mean_nn_interval(series, window, room));
}

}  // namespace ib::dsp
