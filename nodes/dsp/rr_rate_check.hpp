// RrRateCheck: do a device's intervals fit the heart rate that it sends beside them?
//
// The median of the intervals of the last 20 s is compared with 60 s / heart rate. Where they part by
// 15 % or more for 20 s without a break, the intervals are not those of this heart: of a loose strap,
// in another unit, or made up. A device's rate is smoothed over some 10 s and may lag; a median hides
// single artefacts; so neither a run nor ectopic beats part them for so long.
// Bounds: the last 64 intervals of these 20 s. Thread: one; no allocation.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ib::dsp {

class RrRateCheck {
 public:
  static constexpr Duration memory{20'000'000'000}, patience{20'000'000'000};
  static constexpr double tolerance = 0.15;

  void reset() { *this = {}; }

  /// What arrived; `hr_bpm` none: not told, and then nothing is judged. 0 is a rate that fits no interval.
  void arrive(Time at, std::span<const std::int32_t> rr_us, std::optional<double> hr_bpm) {
    for (const auto us : rr_us) kept_[n_++ % kept_.size()] = {at, us};
    if (rr_us.empty() || !hr_bpm) return;
    if (fits(at, *hr_bpm)) parted_.reset();
    else if (!parted_) parted_ = at;
    at_ = at;
  }
  /// They have parted for so long that the intervals can't be trusted.
  bool disagrees() const { return parted_ && at_ - *parted_ >= patience; }

 private:
  struct Kept {
    Time at;
    std::int32_t us{};
  };

  bool fits(Time at, double hr_bpm) const {
    std::array<std::int32_t, 64> recent{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < std::min(n_, kept_.size()); ++i)
      if (at - kept_[i].at <= memory) recent[n++] = kept_[i].us;
    std::nth_element(recent.begin(), recent.begin() + n / 2, recent.begin() + n);
    const double of_rate = 60e6 / hr_bpm;
    return std::abs(recent[n / 2] - of_rate) < tolerance * of_rate;  // false for a rate of 0 or NaN
  }

  std::array<Kept, 64> kept_{};
  std::size_t n_{};
  std::optional<Time> parted_;
  Time at_{};
};

}  // namespace ib::dsp
