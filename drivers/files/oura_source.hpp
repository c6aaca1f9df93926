// source.oura: a file of the Oura cloud.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// Hours later, and as means: for looking at beside other things, never for variability.
struct OuraSource final : SourceNode {
  static constexpr About about{
      "source.oura", "1.0.0",
      "A file of the Oura cloud: means of the heart rate, nights, sessions.",
      "A reply of the API v2 (heartrate, sleep or session), or one document of it, as JSON. There is no interval "
      "between beats in it and none is made: `heart_rate` holds single readings and means of some minutes, each "
      "mean at the end of the minutes that it is of, absent (low_quality) where the maker has none. Its HRV is "
      "the maker's own number and given nowhere. `markers` tell when nights, naps and sessions begin and end, in "
      "the maker's words. Time 0 is the earliest moment in the file. The path may end in "
      "?start=zero|utc|OFFSET. "
      "Source: Oura API v2. "
      "Example: {type: source.oura, path: sleep.json}."};

  Out<"heart_rate", HeartRate,
      OutSpec{.doc = "Readings, and means of some minutes.", .grade = Grade::metrics}>
      heart_rate;
  Out<"markers", Marker,
      OutSpec{.doc = "Begin and end of nights, naps and sessions.", .grade = Grade::metrics}>
      markers;
  String<"path", StringSpec{.doc = "The file.", .required = true, .source = true}> path;
  Counter<"refused_rows"> refused_rows;
  static constexpr auto fields = std::tuple{&OuraSource::heart_rate, &OuraSource::markers,
                                            &OuraSource::path, &OuraSource::refused_rows};
  static constexpr std::array signals{Signal::heart_rate, Signal::markers};

  OuraSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& file) override { return open_oura(file); }
  void count(const Losses& l) override { show(refused_rows, l.refused_rows); }
};

}  // namespace ib::source
