// ring.viatom: the O2Ring and O2Ring-S of Viatom and Wellue.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <fmt/format.h>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// The ring with the fastest waveform: beats can be found in it.
struct ViatomSource final : DeviceSource {
  static constexpr About about{
      "ring.viatom", "1.0.0",
      "An O2Ring or O2Ring-S of Viatom or Wellue: fast pulse waveform, SpO2.",
      "Some 100 samples of 8 bits a second of an O2Ring-S, 125 of an O2Ring, in which beat.ppg finds beats; the "
      "ring itself has no intervals, and none are made of its heart rate. Which of the two generations it is, its "
      "services say. The ring sends its waveform upside down: it is turned over (`as_sent` leaves it). Samples "
      "that its maker marks as spikes are the mean of their neighbours, up to five of them; more are a gap. Samples "
      "bear no time: they stand where their arrivals tell, and `clock` bears the true rate. Where that is not the "
      "family's, say it (`rate: 125 Hz`), for filters are made for the rate that is said; one that is off by more "
      "than 30 % is counted (`off_rate`), a log line names it, and `clock` follows it. `heart_rate` and `spo2` are "
      "the ring's own averages, once a second. At each connection an O2Ring-S is set to local time, as its "
      "application does. The device is named as in ble.heart_rate. Reset, power-off and firmware are out of a "
      "graph's reach. "
      "Example: {type: ring.viatom, device: \"ble:AA:BB:CC:DD:EE:FF\"}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Light in counts of 8 bits, upright.", .grade = Grade::raw}> ppg;
  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "The rate by the ring itself, once a second.", .grade = Grade::metrics}>
      heart_rate;
  Out<"spo2", OxygenSaturation,
      OutSpec{.doc = "Oxygen saturation by the ring itself, once a second.",
              .grade = Grade::metrics}>
      spo2;
  Out<"status", DeviceStatus, OutSpec{.doc = "Connections, wear, charge.", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{.doc = "Where its count of samples stands in session time.", .grade = Grade::state}>
      clock_model;
  Param<"rate",
        NumberSpec{.min = 0,
                   .max = 150,
                   .def = 0,
                   .unit = "Hz",
                   .doc = "Samples a second, as the ring is said to have: 80 Hz or more; 0: as its "
                          "family has it, 100 Hz of an O2Ring-S and 125 Hz of an O2Ring."}>
      rate;
  Flag<"as_sent", FlagSpec{.doc = "The waveform is not turned over."}> as_sent;
  static constexpr auto fields = std::tuple{
      &ViatomSource::ppg,         &ViatomSource::heart_rate,   &ViatomSource::spo2,
      &ViatomSource::status,      &ViatomSource::clock_model,  &ViatomSource::device,
      &ViatomSource::rate,        &ViatomSource::as_sent,      &ViatomSource::connect_timeout,
      &ViatomSource::bad_packets, &ViatomSource::lost_packets, &ViatomSource::lost_samples,
      &ViatomSource::off_rate};
  static constexpr std::array signals{Signal::ppg, Signal::heart_rate, Signal::spo2, Signal::status,
                                      Signal::clock};

  ViatomSource() : DeviceSource(signals) {}

 private:
  static constexpr double least_hz = 80;

  Opened opened(const std::string& name) override {
    if (rate.value > 0 && rate.value < least_hz)
      return {
          nullptr,
          {fmt::format("rate: no such ring has {:g} Hz; expected {:g} to 150 Hz, or nothing for "
                       "what its family has",
                       rate.value, least_hz)}};
    return open_viatom(name, rate.value, as_sent.value, host());
  }
};

}  // namespace ib::source
