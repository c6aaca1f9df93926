// The ring's clock: it keeps the date and time that it was told, word for word, and knows no time zone.
// Its logs are cut at *its* midnight.
//
// Two habits are found in the field. QRing and Gadgetbridge tell it local time; tahnok's client and
// RingCLI tell it UTC. Whoever mixes the two shifts or loses a day. Here the default is local time, which
// keeps a phone's app working beside us; a day D is always asked for as D 00:00 read as UTC; and the
// offset at the time of setting is kept with each log, for without it a slot has no instant.
// Thread: any; no allocation, no throw; nothing here reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace ib::colmi {

enum class Clock : std::uint8_t { local, utc };

/// Wall-clock time as the ring keeps it. It can hold the years 2000 to 2099.
struct CivilTime {
  std::chrono::year_month_day date{};
  unsigned hour{}, minute{}, second{};  ///< 0..23, 0..59, 0..59
  bool operator==(const CivilTime&) const = default;
};

/// What a ring should show at `utc`, where local time is `zone_offset` ahead of UTC (east: positive).
constexpr CivilTime wall_time(std::chrono::sys_seconds utc, std::chrono::seconds zone_offset,
                              Clock clock) noexcept {
  const auto shown = clock == Clock::local ? utc + zone_offset : utc;
  const auto midnight = std::chrono::floor<std::chrono::days>(shown);
  const std::chrono::hh_mm_ss time{shown - midnight};
  return {std::chrono::year_month_day{midnight}, static_cast<unsigned>(time.hours().count()),
          static_cast<unsigned>(time.minutes().count()),
          static_cast<unsigned>(time.seconds().count())};
}

/// The ring can be told this time: the date exists and its year is 2000 to 2099.
constexpr bool is_settable(const CivilTime& t) noexcept {
  return t.date.ok() && t.date.year() >= std::chrono::year{2000} &&
         t.date.year() <= std::chrono::year{2099} && t.hour < 24 && t.minute < 60 && t.second < 60;
}

/// How a day is named in a request for its heart rates: its date at 00:00, read as UTC, in s since 1970.
/// Precondition: the year is 1970 to 2105.
constexpr std::uint32_t day_epoch(std::chrono::year_month_day day) noexcept {
  const auto midnight = std::chrono::sys_seconds{std::chrono::sys_days{day}};
  return static_cast<std::uint32_t>(midnight.time_since_epoch().count());
}

/// The instant at which a slot begins: `minutes` per slot, of the day that the ring calls
/// `day_epoch_s`, on a ring that was set with `clock` and the offset `zone_offset`.
constexpr std::chrono::sys_seconds slot_begin(std::uint32_t day_epoch_s, unsigned index,
                                              unsigned minutes, std::chrono::seconds zone_offset,
                                              Clock clock) noexcept {
  const std::chrono::sys_seconds shown{std::chrono::seconds{day_epoch_s} +
                                       std::chrono::minutes{std::int64_t{index} * minutes}};
  return clock == Clock::local ? shown - zone_offset : shown;
}

}  // namespace ib::colmi
