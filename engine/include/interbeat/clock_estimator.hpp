// ClockEstimator: the clock of a device, from packets that a radio delays, bunches and loses.
//
//   ib::ClockEstimator clock(ib::ClockOptions::samples(25));
//   const ib::ClockStep step = clock.packet({.at = arrival, .n = 5});
//   // step.times.at(step.first.value): when its first sample was measured
//
// What it promises: device_clock.hpp. Which line it lays, and what became of the others:
// docs/clocks.md.
// Thread: one, [io] of a driver or [exec]; no allocation.
#pragma once

#include <interbeat/clock/device_clock.hpp>
#include <interbeat/clock/envelope_line.hpp>
#include <interbeat/clock/expectile_line.hpp>
#include <interbeat/clock_model.hpp>

namespace ib {

/// The envelope of arrivals where packets are many, the expectile filter where they are few.
using ClockEstimator = DeviceClock<EnvelopeLine>;
/// The filter alone.
using ExpectileClock = DeviceClock<ExpectileLine>;

}  // namespace ib
