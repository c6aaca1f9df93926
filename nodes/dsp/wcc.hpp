// Windowed lagged cross-correlation of two series (Boker 2002, Psychological Methods 7:338), with
// the definition of the R package rMEA: each lag is a plain Pearson r over its own w pairs.
//
//   sign     lag k > 0 pairs x[i-k] with y[i]: y FOLLOWS x by k samples. (R's ccf counts the other
//            way.) Lead index > 0: x leads.
//   missing  a pair with a missing member drops out; a lag with fewer than `min_percent` of its w
//            pairs, or with a constant member, has no r.
//   exact    series are integers (fixed point in the caller's unit, which r does not depend on) and
//            all sums are integers, so the O(lags) update equals the batch bit for bit.
//
// Thread: one. Allocation: only in Wcc's constructor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ib::dsp {

/// A value in integer steps (slopes: 0.0001 bpm/s), or missing. Range |value| <= 2^40.
struct Fixed {
  std::int64_t value{};
  bool valid{};
  bool operator==(const Fixed&) const = default;

  static constexpr Fixed missing() { return {}; }
  /// Nearest step, ties away from zero; values beyond 2^40 steps are held at that bound.
  static Fixed of(std::optional<double> value, double steps_per_unit);
};

/// Steps per bpm/s to which slopes are rounded.
inline constexpr double slope_steps = 1e4;

/// Sums over pairs. Exact for up to 2^20 pairs of values within 2^40.
struct PairSums {
  std::int64_t n{}, x{}, y{};
  __int128 xx{}, yy{}, xy{};

  void add(Fixed a, Fixed b);
  void remove(Fixed a, Fixed b);
  /// Pearson r in [-1, 1]; absent when either member is constant.
  std::optional<double> pearson() const;
  bool operator==(const PairSums&) const = default;
};

/// atanh of r held within +-0.999.
double fisher_z(double r);

/// r for every lag -max_lag..max_lag of one window.
class Correlogram {
 public:
  static constexpr int max_lag_limit = 64;

  struct Peak {
    int lag{};
    double r{};
  };

  explicit Correlogram(int max_lag) : max_lag_(max_lag) {}

  int max_lag() const { return max_lag_; }
  std::optional<double>& r(int lag) { return r_[index(lag)]; }
  std::optional<double> r(int lag) const { return r_[index(lag)]; }
  std::optional<double> z(int lag) const;
  /// Mean Fisher z over the lags that have one.
  std::optional<double> mean_z() const { return mean_z(-max_lag_, max_lag_); }
  std::optional<double> mean_z(int first_lag, int last_lag) const;
  /// Lag of the largest r; of equal ones the most negative.
  std::optional<int> best_lag() const;
  /// Every lag has an r.
  bool complete() const;
  /// Mean z over k > 0 minus mean z over k < 0: > 0 when x leads.
  std::optional<double> lead_index() const;
  /// The r that is the largest within +-reach lags, all of them present, nearest to lag 0; of two
  /// equally near ones the positive lag. Absent when r only rises towards an edge.
  std::optional<Peak> boker_peak(int reach = 2) const;
  bool operator==(const Correlogram&) const = default;

 private:
  std::size_t index(int lag) const { return static_cast<std::size_t>(lag + max_lag_); }

  int max_lag_;
  std::array<std::optional<double>, 2 * max_lag_limit + 1> r_{};
};

struct WccConfig {
  int window{60};       ///< w in samples, 2..2^20; 30 s at 2 Hz
  int max_lag{10};      ///< K in samples, 0..Correlogram::max_lag_limit; 5 s at 2 Hz
  int min_percent{80};  ///< of w pairs that must be present

  bool enough(std::int64_t pairs) const {
    return pairs >= 2 && pairs * 100 >= std::int64_t{min_percent} * window;
  }
};

/// Which end of the stretch all lags share. rMEA, and Linkage with it, lets every lag begin at the
/// first sample; a live row lets every lag end at the newest one.
enum class Align { begin, end };

/// One window by definition: x and y are the same stretch of w + K samples. Precondition: sizes.
Correlogram wcc_window(std::span<const Fixed> x, std::span<const Fixed> y, const WccConfig& config,
                       Align align);

/// The same, kept up to date sample by sample (Align::end). What lies before the first sample is
/// missing, so the first r appears after min_percent of w, and all lags are full after w + K.
class Wcc {
 public:
  explicit Wcc(WccConfig config);

  void reset();
  /// Adds the next pair of grid samples. O(lags).
  void push(Fixed x, Fixed y);
  /// The window that ends with the newest pair.
  Correlogram row() const;
  /// Pairs of the window at this lag that are there.
  std::int64_t pairs(int lag) const;
  /// Every lag has enough of them.
  bool enough() const;
  /// Pairs pushed since construction or reset.
  std::int64_t pushed() const { return pushed_; }

 private:
  struct Pair {
    Fixed x, y;
  };
  const Pair& ago(int samples) const;

  WccConfig config_;
  std::vector<Pair> history_;   // the newest w + K + 1 pairs, as a ring
  std::vector<PairSums> sums_;  // per lag -K..K
  std::size_t newest_{};
  std::int64_t pushed_{};
};

}  // namespace ib::dsp
