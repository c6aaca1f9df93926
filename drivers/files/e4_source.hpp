// source.e4: an Empatica E4 export.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// A folder or zip as the E4's software writes it.
struct E4Source final : SourceNode {
  static constexpr About about{
      "source.e4", "1.0.0", "An Empatica E4 export: a folder, or the zip it is downloaded as.",
      "BVP.csv is ppg (64 Hz), ACC.csv acc (32 Hz, in g), TEMP.csv temperature, EDA.csv eda, "
      "IBI.csv beats (only those that the device trusted; `contiguous` where two adjoin), tags.csv "
      "markers. Time 0 is the earliest start of its files. The path may end in ?start=zero|utc|OFFSET. "
      "Example: {type: source.e4, path: exports/anna}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Blood volume pulse.", .grade = Grade::raw}> ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"temperature", Temperature,
      OutSpec{.doc = "Skin temperature.", .unit = "degC", .grade = Grade::raw}>
      temperature;
  Out<"eda", SkinConductance,
      OutSpec{.doc = "Skin conductance.", .unit = "uS", .grade = Grade::raw}>
      eda;
  Out<"beats", Beat, OutSpec{.doc = "Beats that the device trusted.", .grade = Grade::beats}> beats;
  Out<"markers", Marker,
      OutSpec{.doc = "Presses of the button: tag 1, tag 2, ...", .grade = Grade::metrics}>
      markers;
  String<"path", StringSpec{.doc = "The folder or zip.", .required = true, .source = true}> path;
  Flag<"invert", FlagSpec{.doc = "The BVP falls at systole; it is turned over."}> invert;
  Counter<"bad_cells"> bad_cells;
  Counter<"refused_rows"> refused_rows;
  Counter<"cut_short"> cut_short;
  static constexpr auto fields = std::tuple{
      &E4Source::ppg,       &E4Source::acc,          &E4Source::temperature, &E4Source::eda,
      &E4Source::beats,     &E4Source::markers,      &E4Source::path,        &E4Source::invert,
      &E4Source::bad_cells, &E4Source::refused_rows, &E4Source::cut_short};
  static constexpr std::array signals{Signal::ppg,         Signal::acceleration,
                                      Signal::temperature, Signal::skin_conductance,
                                      Signal::beats,       Signal::markers};

  E4Source() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& folder) override {
    return open_e4(folder, {.channel = {}, .rate_hz = 0, .invert = invert.value});
  }
  void count(const Losses& l) override {
    show(bad_cells, l.bad_cells);
    show(refused_rows, l.refused_rows);
    show(cut_short, l.cut_short);
  }
};

}  // namespace ib::source
