// Time, in the three kinds that never mix (architecture: "honest time").
//
//   Time         session time: nanoseconds since the start of the session. All merging happens here.
//   DeviceIndex  a device's own counter, of its samples or of the ticks of its clock: exact order
//                and spacing, counts what was lost too.
//   Arrival      host monotonic nanoseconds at which bytes were received; for drivers and telemetry.
//
// Thread: values, any. Nothing here reads a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace ib {

using Duration = std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// A point on the session clock. Point - point is a Duration; point + point does not compile.
struct Time {
  std::int64_t ns{};
  auto operator<=>(const Time&) const = default;
};

constexpr Time operator+(Time t, Duration d) { return {t.ns + d.count()}; }
constexpr Time operator-(Time t, Duration d) { return {t.ns - d.count()}; }
constexpr Duration operator-(Time a, Time b) { return Duration{a.ns - b.ns}; }

/// Before every time that can occur. Quarter range, so that adding latencies can't overflow.
inline constexpr Time never{std::numeric_limits<std::int64_t>::min() / 4};
/// After every time that can occur.
inline constexpr Time forever{std::numeric_limits<std::int64_t>::max() / 4};

/// A device's counter, of samples or of ticks. What was lost is counted, so a jump is a gap. It has
/// no seconds: how long a step is, only a clock model knows.
struct DeviceIndex {
  std::uint64_t value{};
  auto operator<=>(const DeviceIndex&) const = default;
};

constexpr DeviceIndex operator+(DeviceIndex i, std::uint64_t steps) { return {i.value + steps}; }
/// Steps from `b` to `a`; below 0 where `a` lies before `b`.
constexpr std::int64_t operator-(DeviceIndex a, DeviceIndex b) {
  return static_cast<std::int64_t>(a.value - b.value);
}

/// When the host received something (CLOCK_BOOTTIME nanoseconds; virtual in replay).
struct Arrival {
  std::int64_t ns{};
  auto operator<=>(const Arrival&) const = default;
};

constexpr Arrival operator+(Arrival a, Duration d) { return {a.ns + d.count()}; }
constexpr Duration operator-(Arrival a, Arrival b) { return Duration{a.ns - b.ns}; }

/// Where the session clock stands against the host's: the one bridge from arrival to session time.
struct SessionZero {
  Arrival at{};  ///< the arrival that is session time 0
  constexpr Time time_of(Arrival a) const { return {a.ns - at.ns}; }
  bool operator==(const SessionZero&) const = default;
};

constexpr double seconds(Duration d) { return static_cast<double>(d.count()) * 1e-9; }
constexpr double seconds(Time t) { return static_cast<double>(t.ns) * 1e-9; }
/// Nearest nanosecond, ties away from zero. Precondition: |s| < 2e9.
constexpr Duration from_seconds(double s) {
  return Duration{static_cast<std::int64_t>(s * 1e9 + (s < 0 ? -0.5 : 0.5))};
}

/// The clock of one piece of a regular stream, shared by all its blocks: a cut never moves a sample
/// (a start time per block would round 938 of 999 cuts by 1 ns). `dt_q32` = spacing in ns * 2^32.
struct Anchor {
  std::uint64_t index{};
  std::int64_t t_ns{};
  std::int64_t dt_q32{};

  constexpr Time at(std::uint64_t i) const {
    const auto steps = static_cast<__int128>(static_cast<std::int64_t>(i - index));
    return {t_ns + static_cast<std::int64_t>((steps * dt_q32) >> 32)};
  }
  /// Time of a fractional index `i + fraction`, 0 <= fraction < 1 (sub-sample peaks).
  constexpr Time at(std::uint64_t i, double fraction) const {
    return at(i) + Duration{static_cast<std::int64_t>(fraction * period_ns())};
  }
  constexpr double period_ns() const { return static_cast<double>(dt_q32) / 4294967296.0; }
  constexpr double rate_hz() const { return 1e9 / period_ns(); }
  bool operator==(const Anchor&) const = default;

  static constexpr Anchor of_rate(double hz, Time start = {}, std::uint64_t index = 0) {
    return {index, start.ns, static_cast<std::int64_t>(1e9 / hz * 4294967296.0 + 0.5)};
  }
};

}  // namespace ib
