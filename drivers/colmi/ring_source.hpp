// ring.colmi: the rings of Colmi and Yawell (R02 ... R12 and many other names; those of the QRing application).
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// The ring that most people have: its heart rate, and no interval.
struct ColmiSource final : DeviceSource {
  static constexpr About about{
      "ring.colmi", "1.0.0",
      "A ring of the Colmi family: its own heart rate, or its sensors once a second.",
      "Such a ring tells an average rate in whole beats a minute, once or twice a second, and no interval: it "
      "carries no variability, and no interval is made of its rate. While it warms up (10 to 60 s), is not worn "
      "or has nothing, the rate is absent with its reason; a rate that stands still for over a minute is a "
      "remembered one: absent (low_quality). It measures until told to stop, by whichever of three commands its "
      "firmware knows, continued and restarted as that needs. For variability take `ring.bcl` or a chest strap "
      "(`ble.heart_rate`).\n"
      "`measure: raw` gives samples instead, for looking at: green light and acceleration about once a second "
      "(0.99 to 1.1 Hz measured on stock firmware, 4.17 Hz on a modified one), too slow for beats. They carry "
      "neither number nor time: they stand where their arrivals tell (`clock`, which bears the true rate), and "
      "what was lost is counted by arrival. Name another rate by `raw_rate`; the true one may be 12 % off.\n"
      "At each connection its clock is set, as the application does (`ring_clock`). The device is named as in "
      "ble.heart_rate. Reset, power-off and firmware are out of a graph's reach; its logs are for ring.colmi_history. "
      "Example: {type: ring.colmi, device: \"ble:AA:BB:CC:DD:EE:FF\"}."};

  Out<"heart_rate", HeartRate,
      OutSpec{.doc =
                  "The ring's own average, with no intervals in it; for these, or for beats, take "
                  "ring.bcl or a chest strap (ble.heart_rate).",
              .grade = Grade::metrics}>
      heart_rate;
  Out<"ppg", Ppg,
      OutSpec{.doc = "With measure: raw, green light in counts, as sent.", .grade = Grade::raw}>
      ppg;
  Out<"acc", Acceleration,
      OutSpec{.doc = "With measure: raw, acceleration.", .unit = "g", .grade = Grade::raw}>
      acc;
  Out<"status", DeviceStatus,
      OutSpec{.doc = "Connections, wear, charge (median of five).", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{.doc = "With measure: raw, where its count of bursts stands in session time.",
              .grade = Grade::state}>
      clock_model;
  Choice<"measure", ChoiceSpec{.labels = {"heart_rate", "raw"},
                               .doc = "What its one optical sensor is used for."}>
      measure;
  Param<"raw_rate", NumberSpec{.min = 0.9,
                               .max = 5,
                               .def = 1,
                               .unit = "Hz",
                               .doc = "Samples a second with measure: raw."}>
      raw_rate;
  Choice<"ring_clock", ChoiceSpec{.labels = {"local", "utc", "keep"},
                                  .doc = "What its clock is set to; its application wants local."}>
      ring_clock;
  static constexpr auto fields = std::tuple{
      &ColmiSource::heart_rate,      &ColmiSource::ppg,         &ColmiSource::acc,
      &ColmiSource::status,          &ColmiSource::clock_model, &ColmiSource::device,
      &ColmiSource::measure,         &ColmiSource::raw_rate,    &ColmiSource::ring_clock,
      &ColmiSource::connect_timeout, &ColmiSource::bad_packets, &ColmiSource::lost_packets,
      &ColmiSource::lost_samples};
  static constexpr std::array signals{Signal::heart_rate, Signal::ppg, Signal::acceleration,
                                      Signal::status, Signal::clock};

  ColmiSource() : DeviceSource(signals) {}

 private:
  Opened opened(const std::string& name) override {
    const ColmiChoices choices{.raw = measure.value == 1,
                               .raw_hz = raw_rate.value,
                               .clock = static_cast<ColmiChoices::Clock>(ring_clock.value)};
    return open_colmi(name, choices, host());
  }
};

}  // namespace ib::source
