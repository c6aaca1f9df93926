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
      "128 of them are seen to be, no more are given (status: coarse). Nor are those that do not add up to the time "
      "that passes, as in another unit than ms, until they do (status: implausible; after a minute at 2.4 %, after "
      "half of one at 15 % or more too long or 40 % too short). How many counts make a g is not "
      "published; without `counts_per_g` there is no acceleration.\n"
      "`mode: raw` reads its full sensor stream instead: green light, acceleration (its counts are known there: "
      "1000 a g) and `temperature` of the skin, and no intervals. Its frames bear the ring's own time: samples "
      "stand where that has them, and the ring's answers on its clock bound their delay (`clock`). Of its three "
      "thermometers the first counts that shows 5 to 50 degC. With `mode: rr` a temperature comes at the end of a "
      "measurement alone, and most rings measure without end.\n"
      "A ring of which no frame can be read for 30 s, and which does not say why, is connected to anew. "
      "The device is named as in ble.heart_rate. "
      "Reset, power-off and firmware are out of a graph's reach. "
      "Example: {type: ring.bcl, device: \"ble:AA:BB:CC:DD:EE:FF\"}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Green light in counts, upright.", .grade = Grade::raw}> ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"rr", RrNotification,
      OutSpec{.doc = "The ring's own intervals as they arrived; with mode: rr.",
              .grade = Grade::beats}>
      rr;
  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "The rate by the ring itself, at the end of a measurement; with mode: rr.",
              .grade = Grade::metrics}>
      heart_rate;
  Out<"status", DeviceStatus, OutSpec{.doc = "Connections, wear, charge.", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{
          .doc =
              "Where its count of samples stands in session time; with mode: raw its time, in ns.",
          .grade = Grade::state}>
      clock_model;
  Out<"temperature", Temperature,
      OutSpec{.doc = "Skin temperature; with mode: raw beside every sample.",
              .unit = "degC",
              .grade = Grade::raw}>
      temperature;
  Choice<"mode", ChoiceSpec{.labels = {"rr", "raw"},
                            .doc = "Light and its own intervals, or all its sensors."}>
      mode;
  Param<"counts_per_g",
        NumberSpec{.min = 0,
                   .max = 32767,
                   .def = 0,
                   .unit = "1",
                   .doc = "Of acceleration with mode: rr; 0: not known, and none is given."}>
      counts_per_g;
  static constexpr auto fields = std::tuple{&BclSource::ppg,
                                            &BclSource::acc,
                                            &BclSource::rr,
                                            &BclSource::heart_rate,
                                            &BclSource::status,
                                            &BclSource::clock_model,
                                            &BclSource::temperature,
                                            &BclSource::device,
                                            &BclSource::mode,
                                            &BclSource::counts_per_g,
                                            &BclSource::connect_timeout,
                                            &BclSource::bad_packets,
                                            &BclSource::lost_packets,
                                            &BclSource::lost_samples};
  static constexpr std::array signals{Signal::ppg,        Signal::acceleration, Signal::rr,
                                      Signal::heart_rate, Signal::status,       Signal::clock,
                                      Signal::temperature};

  BclSource() : DeviceSource(signals) {}

 private:
  Opened opened(const std::string& name) override {
    return open_bcl(name, {.raw = mode.value == 1, .counts_per_g = counts_per_g.value}, host());
  }
};

}  // namespace ib::source
