// ring.colmi_history: what a ring of the Colmi family has logged by itself in the last days.
#pragma once

#include <interbeat/logged.hpp>
#include <interbeat/node.hpp>

#include "bluetooth/device_source.hpp"

namespace ib::source {

/// A recording that lies on the ring: read once, then played like a file.
struct ColmiLogSource final : DeviceSource {
  static constexpr About about{
      "ring.colmi_history", "1.0.0",
      "What a ring of the Colmi family has logged in the last days: rates, steps, SpO2, temperature, sleep.",
      "The run connects to the ring, asks for one log after the other, lets the ring go, and plays what came at "
      "its own past times; reading takes some 5 s and 1 to 2 s a day. Nothing on the ring is set or started. "
      "A slot that the ring calls empty is no item. A log that does not come whole in three requests is named in a remark "
      "and counted (`missing_logs`); the others are given. One whose checksum never fits, but whose lengths do, is given "
      "with a remark, and counted (`doubtful_logs`).\n"
      "The streams have types of their own, so that nothing that works on the present takes them: a rate each 5 "
      "to 60 min is no variability, and steps have no beats. Beside a live source this one is refused.\n"
      "The ring keeps local time and knows no zone: its application sets it. Its times are placed by the time zone "
      "of this machine (another: TZ=Europe/Berlin interbeat run ...); `ring_clock: utc` for a ring that was set to "
      "UTC. In the hour that comes twice when clocks are set back, items stand in its first coming and are "
      "`ambiguous`; an item in the hour that never is when they are set on is left out, and counted. "
      "The same item twice is given once (`repeated`); of two different ones in one place the first told "
      "(`overlapping`). Days are counted back from the ring's own today. Stress and HRV of such a ring are its "
      "maker's scores, and are not read. The device is named as in ble.heart_rate. "
      "Example: {type: ring.colmi_history, device: \"ble:AA:BB:CC:DD:EE:FF\", days: 3}."};

  Out<"heart_rate", LoggedRate,
      OutSpec{.doc = "A rate each 5 to 60 min, logged in the past, with no intervals in it; for "
                     "these, or for beats, take ring.bcl or a chest strap (ble.heart_rate).",
              .grade = Grade::metrics}>
      heart_rate;
  Out<"steps", LoggedSteps, OutSpec{.doc = "Steps, logged in the past.", .grade = Grade::metrics}>
      steps;
  Out<"spo2", LoggedSpo2,
      OutSpec{.doc = "Lowest and highest SpO2 of an hour, logged in the past.",
              .grade = Grade::metrics}>
      spo2;
  Out<"temperature", LoggedTemperature,
      OutSpec{.doc = "Skin temperature of days that are over, logged in the past.",
              .grade = Grade::metrics}>
      temperature;
  Out<"sleep", LoggedSleep,
      OutSpec{.doc = "Stages of nights and naps as the maker guesses them.",
              .grade = Grade::metrics}>
      sleep;
  Param<
      "days",
      NumberSpec{
          .min = 1, .max = 7, .def = 1, .doc = "So many days, today among them.", .integer = true}>
      days;
  Choice<"ring_clock", ChoiceSpec{.labels = {"local", "utc"},
                                  .doc = "What its clock was set to; its application has local."}>
      ring_clock;
  Param<"read_timeout",
        NumberSpec{.min = 5,
                   .max = 900,
                   .def = 180,
                   .unit = "s",
                   .doc = "How long all logs may take together; then what came is given."}>
      read_timeout;
  Counter<"missing_logs"> missing_logs;
  Counter<"doubtful_logs"> doubtful_logs;
  Counter<"repeated"> repeated;
  Counter<"overlapping"> overlapping;
  Counter<"refused_rows"> refused_rows;
  Counter<"unknown_packets"> unknown_packets;
  static constexpr auto fields = std::tuple{&ColmiLogSource::heart_rate,
                                            &ColmiLogSource::steps,
                                            &ColmiLogSource::spo2,
                                            &ColmiLogSource::temperature,
                                            &ColmiLogSource::sleep,
                                            &ColmiLogSource::device,
                                            &ColmiLogSource::days,
                                            &ColmiLogSource::ring_clock,
                                            &ColmiLogSource::connect_timeout,
                                            &ColmiLogSource::read_timeout,
                                            &ColmiLogSource::missing_logs,
                                            &ColmiLogSource::doubtful_logs,
                                            &ColmiLogSource::repeated,
                                            &ColmiLogSource::overlapping,
                                            &ColmiLogSource::refused_rows,
                                            &ColmiLogSource::bad_packets,
                                            &ColmiLogSource::unknown_packets};
  static constexpr std::array signals{Signal::logged_rate, Signal::logged_steps,
                                      Signal::logged_spo2, Signal::logged_temperature,
                                      Signal::logged_sleep};

  ColmiLogSource() : DeviceSource(signals) {}

 private:
  bool is_history() const override { return true; }
  Opened opened(const std::string& name) override {
    const ColmiHistoryChoices choices{.days = static_cast<unsigned>(days.value),
                                      .utc = ring_clock.value == 1,
                                      .read_timeout = read_timeout.duration()};
    return open_colmi_history(name, choices, host());
  }
  void count(const Losses& l) override {
    DeviceSource::count(l);
    show(missing_logs, l.missing_logs);
    show(doubtful_logs, l.doubtful_logs);
    show(repeated, l.repeated);
    show(overlapping, l.overlapping);
    show(refused_rows, l.refused_rows);
    show(unknown_packets, l.unknown_packets);
  }
};

}  // namespace ib::source
