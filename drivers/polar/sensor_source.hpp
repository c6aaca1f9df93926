// polar.pmd: Polar's sensors with their measurement data service: H10, Verity Sense, OH1.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// The reference of many a study: electrocardiogram or pulse waveform, with the sensor's own time.
struct PolarSource final : DeviceSource {
  static constexpr About about{
      "polar.pmd", "1.0.0", "A Polar sensor: electrocardiogram, pulse waveform, intervals.",
      "A chest strap (H10) gives `ecg` and `acc`; an armband (Verity Sense, OH1) `ppg`, `acc` and its own "
      "intervals between pulses (`rr`, for beat.rr). What a sensor does not have is absent; only what is "
      "listened to is started. Frames bear the time of the sensor's own clock: samples stand where that has them, "
      "what the radio loses is a gap of the right length, and `clock` tells how sure the place is. A rate or range "
      "that the sensor does not offer is refused, with those that it does; the pulse waveform is tried for some "
      "frames first, since some firmware samples at another rate than it says.\n"
      "Its intervals come late: the first after some 25 s, then some five at once every 5 s. Those that the "
      "sensor doubts, for it moved or its error estimate is above `max_error`, say so, and beat.rr takes them as "
      "not valid. The intervals of an H10 come by ble.heart_rate; its own beats "
      "by beat.ecg. The device is named as in ble.heart_rate. Its recordings, settings and firmware are out of "
      "a graph's reach. Source: Polar BLE SDK, Polar Measurement Data. "
      "Example: {type: polar.pmd, device: \"ble:name=Polar H10 12345678\"}."};

  Out<"ecg", Ecg, OutSpec{.doc = "Electrocardiogram, one lead.", .grade = Grade::raw}> ecg;
  Out<"ppg", Ppg,
      OutSpec{.doc = "Light of the three photodiodes, less the ambient; upright.",
              .grade = Grade::raw}>
      ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"rr", RrNotification,
      OutSpec{.doc = "The sensor's own pulse intervals as they arrived.", .grade = Grade::beats}>
      rr;
  Out<"status", DeviceStatus,
      OutSpec{.doc = "Connections, contact to the skin, charge.", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{
          .doc =
              "Where its time, in ns, stands in session time: of its electrocardiogram, else of its "
              "pulse waveform, else of its acceleration.",
          .grade = Grade::state}>
      clock_model;
  Param<"ecg_rate",
        NumberSpec{
            .min = 0, .max = 1000, .def = 0, .unit = "Hz", .doc = "0: the greatest offered."}>
      ecg_rate;
  Param<"ppg_rate",
        NumberSpec{
            .min = 0, .max = 1000, .def = 0, .unit = "Hz", .doc = "0: the greatest offered."}>
      ppg_rate;
  Param<"acc_rate", NumberSpec{.min = 0,
                               .max = 1000,
                               .def = 0,
                               .unit = "Hz",
                               .doc = "0: the one offered that is nearest 50 Hz."}>
      acc_rate;
  Param<"acc_range",
        NumberSpec{.min = 0, .max = 64, .def = 0, .unit = "1", .doc = "In g; 0: the widest."}>
      acc_range;
  Flag<"invert_ppg",
       FlagSpec{.def = true, .doc = "Less light comes back where there is more blood."}>
      invert_ppg;
  Param<"max_error", NumberSpec{.min = 0,
                                .max = 1000,
                                .def = 30,
                                .unit = "ms",
                                .doc = "Of an interval, as the sensor estimates it."}>
      max_error;
  static constexpr auto fields =
      std::tuple{&PolarSource::ecg,         &PolarSource::ppg,
                 &PolarSource::acc,         &PolarSource::rr,
                 &PolarSource::status,      &PolarSource::clock_model,
                 &PolarSource::device,      &PolarSource::ecg_rate,
                 &PolarSource::ppg_rate,    &PolarSource::acc_rate,
                 &PolarSource::acc_range,   &PolarSource::invert_ppg,
                 &PolarSource::max_error,   &PolarSource::connect_timeout,
                 &PolarSource::bad_packets, &PolarSource::lost_packets,
                 &PolarSource::lost_samples};
  static constexpr std::array signals{Signal::ecg, Signal::ppg,    Signal::acceleration,
                                      Signal::rr,  Signal::status, Signal::clock};

  PolarSource() : DeviceSource(signals) {}

 private:
  Opened opened(const std::string& name) override {
    const PolarWishes wishes{ecg_rate.value,  ppg_rate.value,   acc_rate.value,
                             acc_range.value, invert_ppg.value, max_error.value};
    return open_polar(name, wishes, host());
  }
};

}  // namespace ib::source
