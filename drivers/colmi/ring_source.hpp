// ring.colmi: the rings of Colmi and Yawell (R02 ... R12 and many other names; those of the QRing application).
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/spot.hpp>

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
      "`spot: spo2` (or `stress`, `hrv`) measures that on request, once the rate is there and then each `spot_every`. "
      "It has one optical sensor: the rate is stopped for it, for at most 75 s, and goes on behind it when it is warm "
      "again. Each measurement is one item of `spot` that says how it came out: its first value, or why there is "
      "none (not worn, no data, refused, no answer within the bound). Stress and HRV are numbers of the ring's maker, "
      "no variability in ms. With `measure: raw` there is none. Its temperature is not asked for: its scale is not known.\n"
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
  Out<"spo2", OxygenSaturation,
      OutSpec{.doc = "With spot: spo2, oxygen saturation by the ring itself, once a measurement.",
              .grade = Grade::metrics}>
      spo2;
  Out<"spot", SpotMeasurement,
      OutSpec{.doc =
                  "With spot, each measurement on request, with its value or why there is none; a "
                  "score of the maker is no variability: for that, take ring.bcl or a chest strap "
                  "(ble.heart_rate).",
              .grade = Grade::metrics}>
      spot_measurement;
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
  Choice<"spot", ChoiceSpec{.labels = {"none", "spo2", "stress", "hrv"},
                            .doc = "What is measured between stretches of the heart rate."}>
      spot;
  Param<"spot_every", NumberSpec{.min = 120,
                                 .max = 86'400,
                                 .def = 600,
                                 .unit = "s",
                                 .doc = "From the end of one such measurement to the next."}>
      spot_every;
  Counter<"unknown_packets"> unknown_packets;
  static constexpr auto fields = std::tuple{&ColmiSource::heart_rate,
                                            &ColmiSource::ppg,
                                            &ColmiSource::acc,
                                            &ColmiSource::status,
                                            &ColmiSource::clock_model,
                                            &ColmiSource::spo2,
                                            &ColmiSource::spot_measurement,
                                            &ColmiSource::device,
                                            &ColmiSource::measure,
                                            &ColmiSource::raw_rate,
                                            &ColmiSource::spot,
                                            &ColmiSource::spot_every,
                                            &ColmiSource::ring_clock,
                                            &ColmiSource::connect_timeout,
                                            &ColmiSource::bad_packets,
                                            &ColmiSource::unknown_packets,
                                            &ColmiSource::lost_packets,
                                            &ColmiSource::lost_samples};
  static constexpr std::array signals{Signal::heart_rate, Signal::ppg,   Signal::acceleration,
                                      Signal::status,     Signal::clock, Signal::spo2,
                                      Signal::spot};

  ColmiSource() : DeviceSource(signals) {}

 private:
  void count(const Losses& l) override {
    DeviceSource::count(l);
    show(unknown_packets, l.unknown_packets);
  }
  Opened opened(const std::string& name) override {
    const bool raw = measure.value == 1;
    if (raw && spot.value != 0)
      return {nullptr,
              {name + ": `measure: raw` and `spot` want its one optical sensor at once; leave one "
                      "of them out"}};
    const ColmiChoices choices{.spot = static_cast<ColmiChoices::Spot>(spot.value),
                               .spot_every = spot_every.duration(),
                               .raw = raw,
                               .raw_hz = raw_rate.value,
                               .clock = static_cast<ColmiChoices::Clock>(ring_clock.value)};
    return open_colmi(name, choices, host());
  }
};

}  // namespace ib::source
