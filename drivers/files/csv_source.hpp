// source.csv: a CSV recording of a pulse waveform or an ECG.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// The columns of a CSV file as regular streams on one clock.
struct CsvSource final : SourceNode {
  static constexpr About about{
      "source.csv", "1.0.0", "A CSV recording: pulse waveform, ECG, acceleration, temperature.",
      "Row i is sample i at `# fs_hz`, or a time column (t_s, t_ms, timestamp) places the rows: "
      "times that jitter by less than half a period are put on the regular clock of their mean "
      "rate; uneven ones (a camera's frames) are interpolated linearly onto it, between neighbours "
      "less than 2.5 periods apart. Empty cells and cells that are no number are gaps. Acceleration "
      "is taken from acc_x, acc_y, acc_z or x, y, z in g, or in the unit of a line such as "
      "`# units: m/s^2` (g, mg, m/s^2, 1/64 g); the ECG from a column whose name says so, in mV, or in the unit of its name "
      "(ecg_uv, ecg [V]) or of a line `# ecg_units: uV` (V, mV, uV); temperature from temperature_degc, temperature, temp_c or temp. The path "
      "may end in ?start=zero|utc|OFFSET. Example: {type: source.csv, path: anna.csv.gz}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Pulse waveform.", .grade = Grade::raw}> ppg;
  Out<"ecg", Ecg,
      OutSpec{.doc = "Electrocardiogram, if the file has it.", .unit = "mV", .grade = Grade::raw}>
      ecg;
  Out<"acc", Acceleration,
      OutSpec{.doc = "Acceleration, if the file has it.", .unit = "g", .grade = Grade::raw}>
      acc;
  Out<"temperature", Temperature,
      OutSpec{.doc = "Skin temperature, if the file has it.", .unit = "degC", .grade = Grade::raw}>
      temperature;
  String<"path", StringSpec{.doc = "The file, plain or gzip.", .required = true, .source = true}>
      path;
  String<"channel", StringSpec{.def = "ppg",
                               .doc = "Column of the waveform; without a column ppg: the "
                                      "only one named like a pulse (bvp, ir, green)."}>
      channel;
  String<"ecg_channel", StringSpec{.doc = "Column of the ECG; empty: the only one of such a name "
                                          "(ecg, ecg_mv, ecg_ii, ekg)."}>
      ecg_channel;
  Param<"rate", NumberSpec{.min = 0,
                           .max = 1e6,
                           .def = 0,
                           .unit = "Hz",
                           .doc = "Sampling rate; 0: as the file says."}>
      rate;
  Flag<"invert", FlagSpec{.doc = "The waveform falls at systole; it is turned over."}> invert;
  Counter<"bad_cells"> bad_cells;
  Counter<"refused_rows"> refused_rows;
  Counter<"cut_short"> cut_short;
  static constexpr auto fields = std::tuple{
      &CsvSource::ppg,    &CsvSource::ecg,       &CsvSource::acc,          &CsvSource::temperature,
      &CsvSource::path,   &CsvSource::channel,   &CsvSource::ecg_channel,  &CsvSource::rate,
      &CsvSource::invert, &CsvSource::bad_cells, &CsvSource::refused_rows, &CsvSource::cut_short};
  static constexpr std::array signals{Signal::ppg, Signal::ecg, Signal::acceleration,
                                      Signal::temperature};

  CsvSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& file) override {
    return open_csv(file, {channel.value, rate.value, invert.value, ecg_channel.value});
  }
  void count(const Losses& l) override {
    show(bad_cells, l.bad_cells);
    show(refused_rows, l.refused_rows);
    show(cut_short, l.cut_short);
  }
};

}  // namespace ib::source
