// source.embraceplus: a folder of an Empatica EmbracePlus.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// A folder of CSV files, converted by the maker's script.
struct EmbraceSource final : SourceNode {
  static constexpr About about{
      "source.embraceplus", "1.0.0", "An Empatica EmbracePlus: a folder of its CSV files.",
      "bvp.csv is ppg (64 Hz), accelerometer.csv acc (64 Hz, in g), temperature.csv temperature, "
      "eda.csv eda, systolic_peaks.csv beats, tags.csv markers: as Empatica's script converts its "
      "Avro files. Time 0 is the earliest start of its files; holes between recordings are gaps. The "
      "path may end in ?start=zero|utc|OFFSET. "
      "Example: {type: source.embraceplus, path: converted/anna}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Blood volume pulse.", .grade = Grade::raw}> ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"temperature", Temperature,
      OutSpec{.doc = "Skin temperature.", .unit = "degC", .grade = Grade::raw}>
      temperature;
  Out<"eda", SkinConductance,
      OutSpec{.doc = "Skin conductance.", .unit = "uS", .grade = Grade::raw}>
      eda;
  Out<"beats", Beat, OutSpec{.doc = "Systolic peaks that the device found.", .grade = Grade::beats}>
      beats;
  Out<"markers", Marker,
      OutSpec{.doc = "Presses of the button: tag 1, tag 2, ...", .grade = Grade::metrics}>
      markers;
  String<"path", StringSpec{.doc = "The folder.", .required = true, .source = true}> path;
  Flag<"invert", FlagSpec{.doc = "The BVP falls at systole; it is turned over."}> invert;
  Counter<"bad_cells"> bad_cells;
  Counter<"refused_rows"> refused_rows;
  Counter<"cut_short"> cut_short;
  static constexpr auto fields = std::tuple{
      &EmbraceSource::ppg,          &EmbraceSource::acc,      &EmbraceSource::temperature,
      &EmbraceSource::eda,          &EmbraceSource::beats,    &EmbraceSource::markers,
      &EmbraceSource::path,         &EmbraceSource::invert,   &EmbraceSource::bad_cells,
      &EmbraceSource::refused_rows, &EmbraceSource::cut_short};
  static constexpr std::array signals{Signal::ppg,         Signal::acceleration,
                                      Signal::temperature, Signal::skin_conductance,
                                      Signal::beats,       Signal::markers};

  EmbraceSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& folder) override {
    return open_embrace(folder, {.channel = {}, .rate_hz = 0, .invert = invert.value});
  }
  void count(const Losses& l) override {
    show(bad_cells, l.bad_cells);
    show(refused_rows, l.refused_rows);
    show(cut_short, l.cut_short);
  }
};

}  // namespace ib::source
