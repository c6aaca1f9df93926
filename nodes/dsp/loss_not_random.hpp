// Whether the beats that a window had to reject beat faster or slower than those it kept: then what is
// left doesn't stand for the window, and no count of beats or coverage shows it. Movement raises heart
// rate and spoils the signal in the same moment, so this is the rule and not the exception for rings.
//
// Rejected means: not used, and still of a believable length (of too little quality, or in an
// irregular stretch). A missed or an extra beat gives an interval that is not one of the heart.
// Where beats are lost without a trace this sees nothing.
// Own rule, measured in tests/accuracy/missing_beats.cpp: more than 5 bpm apart, and more than three
// standard errors of independent intervals, because few rejected ones differ by chance.
// The sums are kept by interval_statistics. Thread: any; no state.
#pragma once

#include <cstdint>
#include <optional>

namespace ib::dsp {

/// Intervals of one kind: their number, and exact sums in us.
struct RateSums {
  std::int64_t n{}, x{}, xx{};
  void add(std::int64_t us, std::int64_t sign) noexcept {
    n += sign;
    x += sign * us;
    xx += sign * us * us;
  }
  bool operator==(const RateSums&) const = default;
};

inline constexpr double least_loss_bpm = 5;
inline constexpr double least_loss_errors = 3;  ///< standard errors
inline constexpr std::int64_t least_kept = 8;   ///< below these nothing is said
inline constexpr std::int64_t least_rejected = 5;

struct LossVerdict {
  bool not_random{};
  std::optional<double> difference_bpm;  ///< mean heart rate rejected - kept; absent if too few
  bool operator==(const LossVerdict&) const = default;
};
LossVerdict loss_of(const RateSums& kept, const RateSums& rejected) noexcept;

}  // namespace ib::dsp
