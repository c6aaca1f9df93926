// ClockModel: where a device's counter stands in session time, how fast it runs and how sure that
// is: a value, published as a stream and recorded with every change.
//
// A moment t that a model gave was in truth between t - delay_most - jitter and
// t - delay_least + jitter. `jitter` is what the restlessness of the link leaves open. The delay
// between a measurement and the moment it bears is constant within an epoch (but see
// device_clock.hpp), and nothing that travels one way can tell it: it is stated, not removed. What
// two devices' lag carries: `lag_bounds`.
//
// Thread: a value, any.
#pragma once

#include <interbeat/sugar/item.hpp>
#include <interbeat/time.hpp>

#include <cmath>
#include <cstdint>

namespace ib {

struct ClockModel {
  std::int64_t index{};  ///< newest index of the device that the model has met
  std::int64_t t_ns{};   ///< session time of `index`
  double rate_hz{};      ///< steps of the index per second of the host, > 0
  double rate_sd_hz{};   ///< one standard deviation of it
  double rate_ppm{};     ///< how much faster than nominal the device runs
  double offset_ms{};    ///< session time less nominal device time since the epoch's first packet
  double jitter_ms{};    ///< half width of the 95 % interval of a moment around its constant place
  double delay_least_ms{};  ///< least constant delay; 0 where nobody asked the device for its time
  double delay_most_ms{};   ///< greatest constant delay
  double link_jitter_ms{};  ///< robust scale of how arrivals scatter
  std::int64_t arrival_ns{};  ///< of the packet that made this model, on the host's clock
  std::int64_t packets{};     ///< of this epoch
  std::int64_t epoch{};  ///< rises by one where the device's counter began anew; the first is 1

  /// Times of indices near `index`.
  Anchor anchor() const {
    return {static_cast<std::uint64_t>(index), t_ns, std::llround(1e9 / rate_hz * 4294967296.0)};
  }

  /// One standard deviation of a moment around its constant place: what a block bears.
  Duration uncertainty() const { return from_seconds(0.5e-3 * jitter_ms); }

  static const ib_type& type() {
    using M = ClockModel;
    return item_type<M>(
        "interbeat/clock/1", "Where a device's counter stands in session time.",
        field<&M::index>("index", "1", "Newest index of the device, what was lost counted."),
        field<&M::t_ns>("session_ns", "ns", "Session time of that index."),
        field<&M::rate_hz>("rate_hz", "Hz", "Steps of the index per second of this machine."),
        field<&M::rate_sd_hz>("rate_sd_hz", "Hz", "Standard deviation of the rate."),
        field<&M::rate_ppm>("rate_ppm", "1", "Millionths by which the device runs fast."),
        field<&M::offset_ms>("offset_ms", "ms", "Session time less nominal device time."),
        field<&M::jitter_ms>("jitter_ms", "ms", "Half width of a moment's 95 % interval."),
        field<&M::delay_least_ms>("delay_least_ms", "ms", "Least constant delay of a moment."),
        field<&M::delay_most_ms>("delay_most_ms", "ms", "Greatest constant delay of a moment."),
        field<&M::link_jitter_ms>("link_jitter_ms", "ms", "How arrivals scatter, robust scale."),
        field<&M::arrival_ns>("arrival_ns", "ns", "Arrival of the newest packet, host's clock."),
        field<&M::packets>("packets", "1", "Packets since the epoch began."),
        field<&M::epoch>("epoch", "1", "Rises where the device's counter began anew."));
  }
};

static_assert(sizeof(ClockModel) == 13 * 8);  // no padding: a row's bytes are reproducible

/// What a lag between two people carries: t_a - t_b is wrong by a constant, and by what both
/// jitters, which are independent of each other, leave open.
struct LagBounds {
  double jitter_ms{};  ///< half width of the 95 % interval around the constant place
  double least_ms{};   ///< the true lag lies between lag + least and lag + most, jitter aside
  double most_ms{};
};

inline LagBounds lag_bounds(const ClockModel& a, const ClockModel& b) {
  return {std::hypot(a.jitter_ms, b.jitter_ms), b.delay_least_ms - a.delay_most_ms,
          b.delay_most_ms - a.delay_least_ms};
}

}  // namespace ib
