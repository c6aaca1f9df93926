// ring.bcl: the rings of BCL / ChipletRing, also sold as OpenRing, tau-ring and under many other names.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// The ring that can do variability: its own intervals, and a waveform to find beats in.
struct BclSource final : DeviceSource {
  static constexpr About about{
      "ring.bcl", "1.0.0", "A ring of the BCL family: pulse waveform, its own intervals.",
      "25 samples of green light a second, which carry beats at class `low` (hrv.window says what that "
      "withholds), and the intervals that the ring finds itself (`rr`, for beat.rr). Frames are numbered: what "
      "the radio loses is a gap of the right length. Samples stand where the ring's clock has them; `clock` "
      "tells how sure that is. Intervals on the 40-ms grid of the samples are no measure of variability: once "
      "128 of them are seen to be, no more are given (status: coarse). How many counts make a g is not "
      "published; without `counts_per_g` there is no acceleration. The device is named as in ble.heart_rate. "
      "Reset, power-off and firmware are out of a graph's reach. "
      "Example: {type: ring.bcl, device: \"ble:AA:BB:CC:DD:EE:FF\"}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Green light in counts, upright.", .grade = Grade::raw}> ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"rr", RrNotification,
      OutSpec{.doc = "The ring's own intervals as they arrived.", .grade = Grade::beats}>
      rr;
  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "The rate by the ring itself, at the end of a measurement.",
              .grade = Grade::metrics}>
      heart_rate;
  Out<"status", DeviceStatus, OutSpec{.doc = "Connections, wear, charge.", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{.doc = "Where its count of samples stands in session time.", .grade = Grade::state}>
      clock_model;
  Param<"counts_per_g", NumberSpec{.min = 0,
                                   .max = 32767,
                                   .def = 0,
                                   .unit = "1",
                                   .doc = "Of acceleration; 0: not known, and none is given."}>
      counts_per_g;
  static constexpr auto fields =
      std::tuple{&BclSource::ppg,         &BclSource::acc,          &BclSource::rr,
                 &BclSource::heart_rate,  &BclSource::status,       &BclSource::clock_model,
                 &BclSource::device,      &BclSource::counts_per_g, &BclSource::connect_timeout,
                 &BclSource::bad_packets, &BclSource::lost_packets, &BclSource::lost_samples};
  static constexpr std::array signals{Signal::ppg,        Signal::acceleration, Signal::rr,
                                      Signal::heart_rate, Signal::status,       Signal::clock};

  BclSource() : DeviceSource(signals) {}

 private:
  Opened opened(const std::string& name) override {
    return open_bcl(name, counts_per_g.value, host());
  }
};

}  // namespace ib::source
