#include "vring/radio.hpp"

#include <algorithm>
#include <cmath>

namespace ib::vring {
namespace {

constexpr unsigned most_retries = 20;      // then the link would have broken
constexpr std::int64_t stall_slot_s = 10;  // at most one stall in each

}  // namespace

Radio::Radio(const RadioOptions& options, std::uint64_t seed, const std::string& device)
    : options_(options),
      loss_(seed, device + "/radio/loss"),
      retry_(seed, device + "/radio/retry"),
      stall_(seed, device + "/radio/stall"),
      interval_(from_seconds(options.interval_ms * 1e-3)),
      phase_(from_seconds(options.interval_ms * 1e-3 *
                          KeyedRandom(seed, device + "/radio/phase").uniform(0))) {}

std::optional<Time> Radio::arrival(Time ready) {
  if (loss_.uniform(values_++) < options_.loss) {
    ++lost_;
    return std::nullopt;
  }
  const auto since = (ready - Time{} - phase_).count();
  const auto step = interval_.count();
  auto event = since / step + (since % step != 0 && since > 0 ? 1 : 0);
  for (unsigned k = 0; k < most_retries && retry_.uniform(events_++) < options_.retry; ++k) ++event;
  Time arrival = Time{} + phase_ + Duration{event * step};
  const auto slot = std::max<std::int64_t>(0, arrival.ns / 1'000'000'000 / stall_slot_s);
  const auto index = static_cast<std::uint64_t>(2 * slot);
  if (stall_.uniform(index) < options_.stall_per_min * static_cast<double>(stall_slot_s) / 60) {
    const Time from =
        Time{} + std::chrono::seconds(slot * stall_slot_s) +
        from_seconds(static_cast<double>(stall_slot_s) * 0.9 * stall_.uniform(index + 1));
    const Time to = from + from_seconds(options_.stall_for_s);
    if (arrival >= from && arrival < to) arrival = to;
  }
  return last_ = std::max(last_, arrival);
}

}  // namespace ib::vring
