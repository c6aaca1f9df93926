// ConstantRate: is the heart rate that arrives one that nobody measures any more?
//
// Some rings and watches go on sending their last resting rate when they are off the finger. A
// heart that is measured does not give the same whole number for over a minute; and where intervals
// come, the question does not arise. Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>
#include <optional>

namespace ib::heart_rate {

class ConstantRate {
 public:
  static constexpr Duration patience{60'000'000'000};

  void reset() noexcept { hr_bpm_ = 0; }

  /// What a notification holds; arrivals never fall. No rate at all is no constant one.
  void arrive(Arrival at, std::optional<std::uint16_t> hr_bpm, bool with_intervals) noexcept {
    if (!hr_bpm || with_intervals) return reset();
    if (*hr_bpm != hr_bpm_) {
      hr_bpm_ = *hr_bpm;
      since_ = at;
    }
    at_ = at;
  }
  /// The same rate without intervals for longer than `patience`.
  bool doubtful() const noexcept { return hr_bpm_ > 0 && Duration{at_.ns - since_.ns} > patience; }

 private:
  std::uint16_t hr_bpm_{};  // 0: none
  Arrival since_{}, at_{};
};

}  // namespace ib::heart_rate
