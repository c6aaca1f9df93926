// RrContinuity: are beats missing among the intervals that a sensor sends? It has no counter, so only
// time can tell: the sum of its intervals must keep up with the clock of the host.
//
// A notification that arrives at A, when the sum of all intervals is D, holds every beat up to then.
// So the newest of them is younger than the interval that comes next, and for the start of the sum, in
// host time plus the delay of the radio:   A - D - next interval  <=  start  <=  A - D.
// While nothing is lost, one start satisfies all notifications, apart from delays. Where three of the
// last 10 s, 2 s or more apart, lie beyond the bound of another by more than max(350 ms, a quarter of
// the newest interval), none does: intervals were lost, or sent twice. One or two do so when the radio
// stalls. Bounds: the last 16 notifications; the upper bound, of 30 s to 60 s (so a clock
// that is off by 100 ppm moves it by 6 ms).
// Does not see: a lost beat where all beats come at the same place between notifications, or whose
// interval is shorter than 350 ms. Late by some seconds: what lies before has gone out already.
// Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ib::heart_rate {

class RrContinuity {
 public:
  static constexpr Duration slack{350'000'000}, memory{10'000'000'000}, apart{2'000'000'000};
  static constexpr std::size_t kept = 16, enough = 3;
  static constexpr Duration envelope{30'000'000'000};  ///< half of the upper bound's memory

  /// Another connection, or an interval that was none: the sum begins anew.
  void reset() noexcept { *this = {}; }

  /// A notification and its intervals, oldest first, each above 0; or none. Arrivals never fall.
  /// True: something is missing (or was sent twice) since some notification of the last 10 s, and no
  /// difference may be taken across; the sum has begun anew here.
  bool arrive(Arrival at, std::span<const std::int32_t> rr_us) noexcept;

 private:
  /// Of the start of the sum, by one notification.
  struct Bound {
    Arrival at;
    std::int64_t start_ns{};
  };

  void begin(Arrival at) noexcept;  // at intervals: before the first there may be no beat at all
  void lower_upper_bound(Bound bound) noexcept;
  bool contradicted(Arrival at, std::int64_t tolerance_ns) const noexcept;

  std::array<Bound, kept> lower_{};
  std::size_t n_lower_{};
  std::optional<Bound> last_;  ///< its lower bound waits for the next interval
  std::int64_t sum_ns_{};
  std::int64_t now_ns_{},
      before_ns_{};  ///< least upper bound of this half of the envelope and the last
  Arrival half_began_{};
  std::int64_t newest_ns_{};  ///< interval
};

}  // namespace ib::heart_rate
