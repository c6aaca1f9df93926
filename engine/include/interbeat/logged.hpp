// What a device has logged by itself and tells later: a vocabulary apart from physio.hpp, so that no port
// that measures now takes it. A type error is the loader's word, before anything runs.
//
// An item's time is the beginning of its slot, as the device's clock had it and the time zone places it.
// A slot that the device says is empty is no item: what is there is a value.
#pragma once

#include <interbeat/sugar/item.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// A heart rate that was measured some time within a slot.
struct LoggedRate {
  double heart_rate_bpm{};
  double slot_s{};             ///< length of the slot
  bool ambiguous{};            ///< its hour came twice that day: it may be later by as much
  std::uint8_t reserved[7]{};  ///< no padding: items are compared and recorded as bytes
  bool operator==(const LoggedRate&) const = default;

  static const ib_type& type() {
    using L = LoggedRate;
    return item_type<L>(
        "interbeat/logged_rate/1", "A heart rate that a device logged, at the begin of its slot.",
        field<&L::heart_rate_bpm>("heart_rate_bpm", "bpm", "Measured once within the slot."),
        field<&L::slot_s>("slot_s", "s", "Length of the slot."),
        field<&L::ambiguous>("ambiguous", "", "Clocks were set back: it may be an hour later."));
  }
};
static_assert(sizeof(LoggedRate) == 2 * sizeof(double) + 8);

/// Steps from a quarter hour on; for how long, the device does not say.
struct LoggedSteps {
  double energy_kcal{};
  std::int32_t steps{};
  std::int32_t distance_m{};
  bool ambiguous{};            ///< as of LoggedRate
  std::uint8_t reserved[7]{};  ///< no padding: items are compared and recorded as bytes
  bool operator==(const LoggedSteps&) const = default;

  static const ib_type& type() {
    using L = LoggedSteps;
    return item_type<L>(
        "interbeat/logged_steps/1", "Steps that a device counted, at the begin of the stretch.",
        field<&L::steps>("steps", "", "Counted by the device."),
        field<&L::distance_m>("distance_m", "m", "The maker's estimate."),
        field<&L::energy_kcal>("energy_kcal", "kcal", "The maker's estimate."),
        field<&L::ambiguous>("ambiguous", "", "Clocks were set back: it may be an hour later."));
  }
};
static_assert(sizeof(LoggedSteps) == sizeof(double) + 16);

/// The lowest and the highest oxygen saturation of a slot.
struct LoggedSpo2 {
  double lowest_pct{}, highest_pct{};
  double slot_s{};             ///< length of the slot
  bool ambiguous{};            ///< as of LoggedRate
  std::uint8_t reserved[7]{};  ///< no padding: items are compared and recorded as bytes
  bool operator==(const LoggedSpo2&) const = default;

  static const ib_type& type() {
    using L = LoggedSpo2;
    return item_type<L>(
        "interbeat/logged_spo2/1", "Oxygen saturation that a device logged, at the slot's begin.",
        field<&L::lowest_pct>("lowest_pct", "%", "The lowest of the slot."),
        field<&L::highest_pct>("highest_pct", "%", "The highest of the slot."),
        field<&L::slot_s>("slot_s", "s", "Length of the slot."),
        field<&L::ambiguous>("ambiguous", "", "Clocks were set back: it may be an hour later."));
  }
};
static_assert(sizeof(LoggedSpo2) == 3 * sizeof(double) + 8);

/// A skin temperature that was measured some time within a slot.
struct LoggedTemperature {
  double temperature_degc{};
  double slot_s{};             ///< length of the slot
  bool ambiguous{};            ///< as of LoggedRate
  std::uint8_t reserved[7]{};  ///< no padding: items are compared and recorded as bytes
  bool operator==(const LoggedTemperature&) const = default;

  static const ib_type& type() {
    using L = LoggedTemperature;
    return item_type<L>(
        "interbeat/logged_temperature/1", "Skin temperature that a device logged.",
        field<&L::temperature_degc>("temperature_degc", "degC", "Measured within the slot."),
        field<&L::slot_s>("slot_s", "s", "Length of the slot."),
        field<&L::ambiguous>("ambiguous", "", "Clocks were set back: it may be an hour later."));
  }
};
static_assert(sizeof(LoggedTemperature) == 2 * sizeof(double) + 8);

/// A stage of a night, as the maker guesses it from movement and pulse.
enum class LoggedStage : std::uint8_t { light, deep, rem, awake };
inline constexpr std::array<const char*, 4> labels(LoggedStage) {
  return {"light", "deep", "rem", "awake"};
}

struct LoggedSleep {
  double lasts_s{};
  LoggedStage stage{};
  bool ambiguous{};            ///< its night began in an hour that came twice
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes
  bool operator==(const LoggedSleep&) const = default;

  static const ib_type& type() {
    using L = LoggedSleep;
    return item_type<L>(
        "interbeat/logged_sleep/1", "A stage of a night that a device logged, at its begin.",
        field<&L::stage>("stage", "", "The maker's guess from movement and pulse."),
        field<&L::lasts_s>("lasts_s", "s", "How long it lasted."),
        field<&L::ambiguous>("ambiguous", "", "Clocks were set back: it may be an hour later."));
  }
};
static_assert(sizeof(LoggedSleep) == sizeof(double) + 8);

}  // namespace ib
