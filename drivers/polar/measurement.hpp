// Measurement: what a Polar sensor can stream over its measurement data service (PMD). The numbers are
// those of the protocol, and also the bits of the feature list.
//
// Source: Polar BLE SDK, Polar Measurement Data specification. Thread: values, any.
#pragma once

#include <cstdint>

namespace ib::polar {

enum class Measurement : std::uint8_t {
  ecg = 0,
  ppg = 1,
  acceleration = 2,
  pp_interval = 3,  ///< from pulse to pulse
  gyroscope = 5,
  magnetometer = 6,
  skin_temperature = 7,
  sdk_mode = 9,  ///< no stream: raw rates are free, heart rate and intervals are off
};

}  // namespace ib::polar
