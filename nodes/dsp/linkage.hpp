// Do two persons' heart-rate slopes move together more than chance? Windowed lagged
// cross-correlation over a trailing horizon, tested against circular shifts of the second series
// inside the same horizon. Linkage says that two signals co-vary; it is neither good nor bad, and a
// common cause makes it as well as any exchange does.
//
//   statistics  T1 = mean over windows of max_k z(k) (in phase, one-sided: the one that decides),
//               T2 = mean z (signed, two-sided), T3 = mean |z| (one-sided).
//   surrogates  y'[i] = y[i - tau], tau in `shifts` fixed even steps over [w/2+K, H-w/2-K]; missing
//               samples travel with y. p = (1 + number of T* >= T) / (1 + shifts). No random
//               numbers.
//   linked      entered after p <= 0.01 in 12 consecutive updates, left after p > 0.05 in 6. Two
//               in a row at 0.05 would show `linked` at some time to 62 % of unrelated pairs in 30
//               min, this rule to 0.9 % (228 pairs of unrelated 30-min RR recordings).
//
// Invariant: a row depends on the last `horizon` pairs only, its state on the rows since the last
// `collecting`. Integer sums: independent of the order of summation.
// Thread: one. Allocation: only in the constructor.
#pragma once

#include <cstdint>
#include <interbeat/types/linkage_state.hpp>
#include <optional>
#include <vector>

#include "dsp/wcc.hpp"

namespace ib::dsp {

/// HR slopes of two persons at one grid point, in steps of 0.0001 bpm/s.
struct PairSlope {
  Fixed x, y;
};

using ib::LinkageState;

/// Why there is no test in a row.
enum class LinkageReason : std::uint8_t {
  none,
  collecting,             ///< the horizon is shorter than min_horizon
  insufficient_coverage,  ///< fewer than min_valid_percent of the horizon are valid for both
  no_variation,           ///< no window has a correlation, or all surrogates are alike
};

const char* name(LinkageReason reason);

/// A statistic beside its surrogates.
struct SurrogateTest {
  double value{};   ///< of the pair itself, in Fisher z
  double effect{};  ///< (value - mean of surrogates) / their SD (n-1)
  double p{};       ///< 1/(1+shifts) .. 1
  double null_mean{};
  double null_sd{};
};

struct LinkageRow {
  LinkageState state{LinkageState::collecting};
  LinkageReason reason{LinkageReason::collecting};
  int horizon{};         ///< samples in the horizon
  double valid_share{};  ///< 0..1, both slopes present
  int windows{};         ///< windows with a correlation
  // Absent unless reason is none:
  std::optional<SurrogateTest> in_phase;   ///< T1; its effect and p are THE effect and p
  std::optional<SurrogateTest> net;        ///< T2
  std::optional<SurrogateTest> magnitude;  ///< T3
  std::optional<int> best_lag;             ///< samples, > 0: y follows x; max of the mean z per lag
  std::optional<double> lead_index;        ///< mean z over k > 0 minus over k < 0; > 0: x leads
};

class Linkage {
 public:
  static constexpr std::int64_t slope_limit = 1 << 21;  ///< steps; beyond (210 bpm/s) held there

  struct Config {
    int horizon{600};           ///< H in samples, <= 4096; 300 s at 2 Hz
    int min_horizon{360};       ///< samples before the first test
    int min_valid_percent{70};  ///< of the horizon, for a test
    WccConfig wcc{};            ///< window <= 512, max_lag <= 40
    int step{10};               ///< samples between windows; 5 s at 2 Hz
    int shifts{99};             ///< surrogates, >= 2
    double enter_p{0.01};
    int enter_updates{12};
    double leave_p{0.05};
    int leave_updates{6};
  };

  /// Precondition: the ranges of Config, and 2*(window/2 + max_lag) < min_horizon <= horizon.
  explicit Linkage(const Config& config);

  void reset();
  /// Adds the next grid point; the oldest leaves a full horizon.
  void push(PairSlope pair);
  /// Tests the horizon as it stands and moves the state by one update. Call at a fixed interval
  /// (the counts of enter and leave assume 10 s). `collecting` forgets what led to `linked`.
  /// About 1 ms at the defaults.
  LinkageRow update();
  /// Pairs pushed since construction or reset.
  std::int64_t pushed() const { return pushed_; }

 private:
  /// Running sums from the start of the horizon, one displacement of y. int64 holds them for up to
  /// 512 pairs of slopes within slope_limit: 512 * 512 * 2^42 < 2^61.
  struct Sums {
    std::int64_t n{}, x{}, y{}, xx{}, yy{}, xy{};
  };
  /// What one window has seen of its lags. The products stand for sums of z: with z = atanh(r),
  /// sum z = ln(prod(1+r) / prod(1-r)) / 2, one logarithm per window in place of one per lag.
  struct Window {
    int lags{};
    double best_r{};
    double plus{}, minus{};          // prod(1+r), prod(1-r)
    double abs_plus{}, abs_minus{};  // the same of |r|
    void reset() { *this = {0, -1.0, 1.0, 1.0, 1.0, 1.0}; }
    void add(double r);
  };
  struct Statistics {
    int windows{};
    double in_phase{}, net{}, magnitude{};
  };
  enum class Tail { upper, both };

  void unroll();
  int displacement_lag(int displacement, int shift) const;
  void choose_shifts();
  void scan(int displacement);
  void accumulate(int displacement);
  void correlate(int row, int lag);
  Statistics summary(int row) const;
  void describe_lags(LinkageRow& row) const;
  std::optional<SurrogateTest> test(double Statistics::*which, Tail tail) const;
  LinkageReason test_all(LinkageRow& row);
  void move_state(LinkageRow& row);

  Config config_;
  std::vector<PairSlope> ring_;  // the newest `horizon` pairs
  std::int64_t pushed_{};

  // Workspace of one update.
  int size_{};                       // samples in the horizon
  int windows_{};                    // windows in it
  std::vector<std::int64_t> x_, y_;  // 0 where missing
  std::vector<std::int64_t> has_x_, has_y_;
  std::vector<Sums> sums_;     // size_ + 1 running sums of one displacement
  std::vector<int> shift_;     // tau of row 0 (the pair itself) and of each surrogate
  std::vector<Window> table_;  // rows x windows_
  std::vector<Statistics> statistics_;
  std::vector<double> lag_z_;  // per lag of the pair itself: sum of z over windows
  std::vector<int> lag_windows_;

  LinkageState state_{LinkageState::collecting};
  int enter_run_{}, leave_run_{};
};

}  // namespace ib::dsp
