// RrTimeCheck: do a ring's intervals add up to the time that passes while they arrive? That the unit of 31 02 is
// ms is believed, not published, and nothing beside the intervals tells: only time does.
//
// The delay of a list is its arrival less the sum of all intervals up to it. In the right unit the least delay of
// 10 s, which no stall of the radio reaches, stays where it is. In another one it moves:
//
//   down by 15 % of 20 s             the intervals are too long
//   down by 1.5 % of 40 s            so are they, by less: 1/1024 s taken for ms is 2.4 %. Over a minute
//   up by 40 % of 10 s, twice over   too short: ticks of a sample, 1/512 s, 10 ms
//
// Up it moves with every beat that the ring missed and did not say so, too; so what is too short has to be much
// too short, and what is too short by less is not seen. Where a list was lost or the finger was left, it begins
// anew; so it does where no list came in 10 s. What was found stays until a minute has added up.
// Bounds: seven delays. Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib::bcl {

class RrTimeCheck {
 public:
  static constexpr Duration bin{10'000'000'000};
  static constexpr double too_long = 0.15, too_long_slowly = 0.015, too_short = 0.4;

  void reset() noexcept { *this = {}; }
  /// Intervals are missing, or no time passed that they tell of.
  void break_chain() noexcept {
    begun_ = false;
    n_ = 0;
  }
  /// A list that joins those before it. sum_ms > 0. Arrivals never fall.
  void list(Arrival at, std::int32_t sum_ms) noexcept;
  bool disagrees() const noexcept { return disagrees_; }

 private:
  static constexpr std::size_t most = 6;  ///< bins: a minute

  void begin(Arrival at) noexcept;
  void judge() noexcept;

  bool begun_{}, disagrees_{};
  Arrival began_{};
  Duration sum_{};                     ///< of the intervals since then
  std::int64_t bin_{};                 ///< that is under way
  Duration least_{};                   ///< delay, in it
  std::array<Duration, most> past_{};  ///< the same of the bins before, oldest first
  std::size_t n_{};
};

}  // namespace ib::bcl
