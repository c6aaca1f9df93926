// The instant at which a ring's clock showed some date and time.
//
// The ring keeps wall-clock fields and knows no zone; an application sets it to local time whenever it
// connects, so it follows local time, and the zone's rules of that day place what it logged. Where clocks were
// set back an hour came twice: it is placed at its first coming, and said to be ambiguous. Where they were set
// on an hour never was: a ring that shows it had not been set yet, and what follows it on the ring tells no
// more; it has no instant.
// Thread: any; nothing here reads a clock.
#pragma once

#include <chrono>
#include <optional>

namespace ib::colmi {

struct WallInstant {
  std::optional<std::chrono::sys_seconds> at;  ///< none: the zone's clocks never showed it
  bool ambiguous{};                            ///< they showed it twice
};

/// `offset_at`: how far local time is ahead of UTC at an instant (sys_seconds), in s; it changes at most once
/// within two days.
template <class OffsetAt>
WallInstant instant_of(std::chrono::local_seconds shown, const OffsetAt& offset_at) {
  using std::chrono::seconds;
  const std::chrono::sys_seconds as_utc{shown.time_since_epoch()};
  const seconds before = offset_at(as_utc - std::chrono::days{1});
  const seconds after = offset_at(as_utc + std::chrono::days{1});
  const auto early = as_utc - before, late = as_utc - after;
  if (before == after) return {early, false};
  const bool is_early = offset_at(early) == before, is_late = offset_at(late) == after;
  if (is_early) return {early, is_late};
  if (is_late) return {late, false};
  return {};
}

}  // namespace ib::colmi
