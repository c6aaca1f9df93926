// RrComb: do a ring's own intervals stand on the grid of its samples? That it interpolates between them is
// believed, not published.
//
// Thread: one; no allocation, no throw; bounded memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib::bcl {

/// Whether intervals stand on the grid of the ring's samples, 25 Hz: multiples of 40 ms and nothing
/// between. Then each is wrong by up to 20 ms, and RMSSD is of the grid, not of the heart.
///
/// Over the last 128 intervals: the mean of cos(2 pi rr / 40 ms) is 1 on the grid, and near 0 where
/// intervals spread over more than one of its steps. It says nothing where they lie within one step:
/// |mean of exp(2 pi i rr / 80 ms)| above 0.9, a normal spread of less than 6 ms. For any
/// normal spread wider than that the mean cosine is below 0.9^4 = 0.66. Own method.
/// Does not see: another rate than 25 Hz by more than some 3 %.
class RrComb {
 public:
  static constexpr int step_ms = 40;
  static constexpr std::size_t kept = 128, fewest = 64;  ///< intervals
  static constexpr double on_grid = 0.8, within_a_step = 0.9;

  enum class Verdict : std::uint8_t { undecided, between, on_the_grid };

  void reset() noexcept { *this = {}; }
  /// rr_ms > 0.
  void interval(std::int32_t rr_ms) noexcept;
  /// Some 80 cosines: to be asked now and then.
  Verdict verdict() const noexcept;

 private:
  static constexpr std::size_t period = 2 * step_ms;  ///< what both means need of an interval

  std::array<std::uint8_t, kept> ring_{};      ///< intervals modulo `period`
  std::array<std::uint8_t, period> counts_{};  ///< how many of each in the ring; at most `kept`
  std::size_t n_{};
};

}  // namespace ib::bcl
