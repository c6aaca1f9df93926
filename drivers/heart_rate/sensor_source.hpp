// ble.heart_rate: any sensor of the Bluetooth heart rate service.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// Chest straps above all; many watches and armbands when they broadcast.
struct HeartRateSource final : DeviceSource {
  static constexpr About about{
      "ble.heart_rate", "1.0.0",
      "A chest strap or another sensor of the Bluetooth heart rate service.",
      "Chest straps send the intervals between beats (`rr`, for beat.rr); armbands, watches and rings often "
      "the rate alone, and no intervals are made of that. `heart_rate` is the device's own average. A rate "
      "that stands still for over a minute without intervals is a remembered one: absent (low_quality). The "
      "device is named by its address, ble:AA:BB:CC:DD:EE:FF, or by the whole name that it advertises, "
      "ble:name=NAME; ?adapter=hci1 behind it chooses one of several adapters. It is connected to before "
      "the run begins, within `connect_timeout`; when the connection is lost it is sought and made again. "
      "Source: Bluetooth SIG, Heart Rate Service 1.0. "
      "Example: {type: ble.heart_rate, device: \"ble:name=Polar H10 12345678\"}."};

  Out<"rr", RrNotification,
      OutSpec{.doc = "Intervals as they arrived; a notification without any too.",
              .grade = Grade::beats}>
      rr;
  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "The rate by the device itself.", .grade = Grade::metrics}>
      heart_rate;
  Out<"status", DeviceStatus,
      OutSpec{.doc = "Connections, contact to the skin, charge.", .grade = Grade::state}>
      status;
  static constexpr auto fields = std::tuple{&HeartRateSource::rr,
                                            &HeartRateSource::heart_rate,
                                            &HeartRateSource::status,
                                            &HeartRateSource::device,
                                            &HeartRateSource::connect_timeout,
                                            &HeartRateSource::bad_packets,
                                            &HeartRateSource::lost_packets};
  static constexpr std::array signals{Signal::rr, Signal::heart_rate, Signal::status};

  HeartRateSource() : DeviceSource(signals) {}

 private:
  Opened opened(const std::string& name) override { return open_heart_rate(name, host()); }
};

}  // namespace ib::source
