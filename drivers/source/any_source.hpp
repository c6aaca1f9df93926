// source: whatever a URI names; so one graph runs on a recording, a pair of rings or a simulation.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "bluetooth/opening.hpp"
#include "source/off_rate_warning.hpp"
#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// The union of all kinds; what this source does not have is absent.
struct AnySource final : SourceNode {
  static constexpr About about{
      "source", "1.0.0", "Whatever a URI names: a recording, a Bluetooth device or a virtual ring.",
      "virtual:OPTIONS is source.virtual; csv:PATH, e4:PATH, embraceplus:PATH, intervals:PATH and "
      "rr:PATH force a kind; a plain path is recognised by its content. "
      "evening.ibr#anna (ibr:PATH#WHO) is a person of a recorded session, #anna.ring one source of it. "
      "ble:ADDRESS, ble:name=NAME and ble:ALIAS (of the devices file) are live: which driver reads the device "
      "its services say, never its name. Signals that the source does "
      "not have are absent: a graph that needs one is refused with the list of those that are there. "
      "Any URI may end in ?start=zero|utc|OFFSET. "
      "Example: {type: source, uri: \"anna.csv?start=-12.5s\"}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Pulse waveform.", .grade = Grade::raw}> ppg;
  Out<"ecg", Ecg, OutSpec{.doc = "Electrocardiogram.", .unit = "mV", .grade = Grade::raw}> ecg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"temperature", Temperature,
      OutSpec{.doc = "Skin temperature.", .unit = "degC", .grade = Grade::raw}>
      temperature;
  Out<"eda", SkinConductance,
      OutSpec{.doc = "Skin conductance.", .unit = "uS", .grade = Grade::raw}>
      eda;
  Out<"beats", Beat,
      OutSpec{.doc = "Beats as the device or file reports them.", .grade = Grade::beats}>
      beats;
  Out<"rr", RrNotification,
      OutSpec{.doc = "Intervals as a strap or ring sent them, at their arrival: for beat.rr.",
              .grade = Grade::beats}>
      rr;
  Out<"markers", Marker, OutSpec{.doc = "Marks set by a person.", .grade = Grade::metrics}> markers;
  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "The rate by the device itself.", .grade = Grade::metrics}>
      heart_rate;
  Out<"status", DeviceStatus,
      OutSpec{.doc = "A device's connections, wear, charge.", .grade = Grade::state}>
      status;
  Out<"clock", ClockModel,
      OutSpec{.doc = "Where a device's count of samples stands in session time.",
              .grade = Grade::state}>
      clock_model;
  Out<"spo2", OxygenSaturation,
      OutSpec{.doc = "Oxygen saturation by the device itself.", .grade = Grade::metrics}>
      spo2;
  String<"uri",
         StringSpec{.doc = "virtual:OPTIONS, a path, KIND:PATH, SESSION.ibr#WHO or ble:DEVICE.",
                    .required = true,
                    .source = true}>
      name;
  String<"channel", StringSpec{.def = "ppg",
                               .doc = "CSV: column of the waveform; intervals: column of these."}>
      channel;
  String<"ecg_channel", StringSpec{.doc = "CSV: column of the ECG; empty: the only one of such a "
                                          "name (ecg, ecg_mv, ecg_ii, ekg)."}>
      ecg_channel;
  Param<"rate", NumberSpec{.min = 0,
                           .max = 1e6,
                           .def = 0,
                           .unit = "Hz",
                           .doc = "CSV: sampling rate; 0: as the file says."}>
      rate;
  Flag<"invert",
       FlagSpec{.doc = "CSV, E4, EmbracePlus: the waveform falls at systole; it is turned over."}>
      invert;
  Param<"connect_timeout", NumberSpec{.min = 1,
                                      .max = 120,
                                      .def = 20,
                                      .unit = "s",
                                      .doc = "Devices: how long it may take until it streams."}>
      connect_timeout;
  Counter<"bad_cells"> bad_cells;
  Counter<"refused_rows"> refused_rows;
  Counter<"cut_short"> cut_short;
  Counter<"bad_packets"> bad_packets;
  Counter<"lost_packets"> lost_packets;
  Counter<"lost_samples"> lost_samples;
  static constexpr auto fields =
      std::tuple{&AnySource::ppg,         &AnySource::ecg,          &AnySource::acc,
                 &AnySource::temperature, &AnySource::eda,          &AnySource::beats,
                 &AnySource::rr,          &AnySource::markers,      &AnySource::heart_rate,
                 &AnySource::status,      &AnySource::clock_model,  &AnySource::spo2,
                 &AnySource::name,        &AnySource::channel,      &AnySource::ecg_channel,
                 &AnySource::rate,        &AnySource::invert,       &AnySource::connect_timeout,
                 &AnySource::bad_cells,   &AnySource::refused_rows, &AnySource::cut_short,
                 &AnySource::bad_packets, &AnySource::lost_packets, &AnySource::lost_samples};
  static constexpr std::array signals{Signal::ppg,
                                      Signal::ecg,
                                      Signal::acceleration,
                                      Signal::temperature,
                                      Signal::skin_conductance,
                                      Signal::beats,
                                      Signal::rr,
                                      Signal::markers,
                                      Signal::heart_rate,
                                      Signal::status,
                                      Signal::clock,
                                      Signal::spo2};
  Wake wake;
  HostClock clock;

  AnySource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return name.value; }
  Opened opened(const std::string& rest) override {
    return open_any(
        rest,
        {channel.value == "ppg" ? "" : channel.value, rate.value, invert.value, ecg_channel.value},
        {connect_timeout.duration(), clock, wake});
  }
  void count(const Losses& l) override {
    show(bad_cells, l.bad_cells);
    show(refused_rows, l.refused_rows);
    show(cut_short, l.cut_short);
    show(bad_packets, l.bad_packets);
    show(lost_packets, l.lost_packets);
    show(lost_samples, l.lost_samples);
    off_rate_.see(l, log);
  }

  OffRateWarning off_rate_;
};

}  // namespace ib::source
