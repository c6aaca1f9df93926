// What is written to the control point of a Polar sensor (fb005c81-02e7-f387-1cad-8acd2d8df0c8). Each
// request is answered by an indication there; one at a time.
//
// Nothing here resets a sensor or changes what it stores.
// Source: Polar BLE SDK. Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>

#include "polar/measurement.hpp"
#include "wire/packet.hpp"

namespace ib::polar {

/// What a stream is asked for; absent: the sensor has no such setting.
struct Choice {
  std::optional<std::uint16_t> rate_hz;
  std::optional<std::uint16_t> resolution_bits;
  std::optional<std::uint16_t> range;  ///< acceleration: g, gyroscope: deg/s
  std::optional<std::uint8_t> channels;
};

/// Which settings a measurement can be started with: answered by Settings.
wire::Packet ask_settings(Measurement type);
wire::Packet start(Measurement type, const Choice& choice = {});
wire::Packet stop(Measurement type);
/// Which measurements run.
wire::Packet ask_status();
/// Whether SDK mode is on.
wire::Packet ask_sdk_status();

}  // namespace ib::polar
