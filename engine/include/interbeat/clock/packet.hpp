// What goes into the clock of a device and what comes out: ClockOptions, ClockPacket, ClockSync,
// ClockStep.
//
// Nothing here reads a clock: arrival is stamped by who received the bytes (CLOCK_BOOTTIME, so that
// a suspended machine is a silence and no shift).
// Thread: values, any.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>
#include <optional>

namespace ib {

struct ClockOptions {
  /// Nominal seconds of one step of the index, > 0: 1 / rate of samples; of ticks, the tick.
  double step_s{};
  /// How far the true step may lie from it, relative, 0 .. 0.5: 0.05 where a rate is only claimed,
  /// 0.02 once it is known, 0.005 where the device tells its time.
  double spread{0.05};
  /// The step is that of a crystal which the device counts: right to 200 ppm.
  bool crystal{};
  double half_time_s{90};  ///< a packet this old weighs half
  Duration latency{};      ///< known constant delay, taken off every time
  /// Greatest delay beyond that: sensor, the device's buffer, the radio's interval.
  Duration delay{50'000'000};
  /// Packets carry a number 0 .. numbers - 1, of 4 .. 2^24; 0: they carry none.
  std::uint32_t numbers{};
  /// What can be lost where neither numbers nor an index tell: whole packets like the one that
  /// follows, or any time (intervals between beats).
  enum class Loss : std::uint8_t { packets, time } loss{Loss::packets};
  SessionZero zero{};

  /// The index counts samples of a claimed rate.
  static ClockOptions samples(double claimed_hz) {
    ClockOptions o;
    o.step_s = 1 / claimed_hz;
    return o;
  }
  /// The index is the device's own time in ticks.
  static ClockOptions device_time(double tick_s) {
    ClockOptions o;
    o.step_s = tick_s;
    o.spread = 0.005;
    o.crystal = true;
    return o;
  }
  /// The index is the sum of intervals between beats, in ticks.
  static ClockOptions intervals(double tick_s) {
    ClockOptions o = device_time(tick_s);
    o.half_time_s = 120;
    o.loss = Loss::time;
    return o;
  }
};

struct ClockPacket {
  Arrival at;
  /// Steps from the end of the packet before to its end if nothing was lost, > 0: its samples; of
  /// intervals, their sum in ticks; with `index`, the ticks it covers.
  std::uint64_t n{1};
  std::uint64_t apart{1};  ///< steps between its samples, of which n is a multiple: 1, or ticks
  std::optional<std::uint32_t> number{};  ///< where packets are numbered
  std::optional<DeviceIndex> index{};     ///< of its end, where the device tells it
};

/// An exchange of four time stamps: asked at `asked`, heard by the device at `heard`, answered at
/// `answered`, the answer arrived at `arrived` (RFC 5905, figure 15). The index is its time.
struct ClockSync {
  Arrival asked;
  DeviceIndex heard, answered;
  Arrival arrived;
};

/// What one packet did to the clock.
struct ClockStep {
  enum class Kind : std::uint8_t {
    stale,    ///< a packet met before, or overtaken: nothing changes, no time is given
    follows,  ///< the epoch goes on
    begins,   ///< a new epoch: the first packet, or the counter began anew. Nodes restart
  } kind{Kind::follows};
  DeviceIndex first, last;       ///< samples of the packet, in the epoch's index
  std::uint64_t lost{};          ///< steps whose loss this packet brings to light
  bool lost_before_first{true};  ///< false: lost somewhere between `lost_after` and `first`
  Time lost_after{never};        ///< the last time given that lies surely before the loss
  std::uint64_t
      late{};  ///< of the packet's first steps: at or before the settled mark, never given
  bool
      breaks{};  ///< the time between the sample before and its first is not as it was measured: an epoch
      ///< begins, or catches up, or this packet or the one before was stretched or pressed by more
      ///< than a quarter. A gap: no interval may lie across
  Anchor times{};  ///< of first + late .. last: strictly rising, after all that was given before
};

}  // namespace ib
