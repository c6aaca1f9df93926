// Capability: what a device can feed, as data, so that a graph that asks for more is refused before it
// runs. A score of a maker is no measurement: it may be shown and recorded, never be taken for
// intervals.
//
// Thread: values, any.
#pragma once

#include <cstdint>
#include <string_view>

namespace ib::bluetooth {

enum class Kind : std::uint8_t {
  heart_rate,
  rr,  ///< intervals between beats
  ppg,
  ecg,
  acceleration,
  gyroscope,
  spo2,
  temperature,
  stress,
  hrv,
  steps,
  contact,  ///< whether it feels skin
  battery,
};

enum class Quality : std::uint8_t {
  raw,      ///< as sampled
  derived,  ///< worked out by the device from what it sampled
  score,    ///< the maker's own number: no unit, no published method
};

/// What in its packets tells that one is missing.
enum class Counter : std::uint8_t {
  none,
  u8,
  u16,
  time,  ///< no counter, but stamps of the device's clock
};

/// How this version gets at it.
enum class Reading : std::uint8_t {
  live,       ///< a port of the family's driver
  on_demand,  ///< measured when it is asked for, some seconds at a time
  logged,     ///< from the memory of the device
  unread,     ///< the protocol has it; this version does not read it
};

struct Capability {
  Kind kind{};
  Quality quality{};
  std::string_view unit;
  double rate_hz{};  ///< as measured by those who had the device, not as claimed; 0: as it happens
  std::uint8_t channels{1};
  Counter counter{};
  bool device_time{};  ///< its samples carry the time of the device
  double late_s{};     ///< typically, where that is known to matter
  Reading reading{};
  std::string_view only{};  ///< which devices of the family have it; empty: all
};

std::string_view to_text(Kind kind);
std::string_view to_text(Reading reading);
/// "u8": packets bear a number of 8 bits.
std::string_view to_text(Counter counter);

}  // namespace ib::bluetooth
