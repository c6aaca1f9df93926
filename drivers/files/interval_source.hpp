// source.intervals: a file of beats or beat-to-beat intervals.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// What chest straps, wristbands and data bases write.
struct IntervalSource final : SourceNode {
  static constexpr About about{
      "source.intervals", "1.0.0", "A recording of beats or beat-to-beat intervals.",
      "Columns rr_ms, nn_ms, ibi_ms, rr_s, ibi_s, rr_us, rr_1024 (heart-rate notifications), or "
      "beat times t_s[,ok]. A beat stands at the end of its interval. `contiguous` where the "
      "interval begins at the beat before; beats that the file doubts are not valid (low_quality); "
      "quality is absent. Ectopic beats and artefacts stay in. Of heart-rate notifications `rr` gives "
      "each as it arrived; beat.rr makes better beats of them than `beats`, which only tells broken from whole "
      "within 1.5 s. The path may end in ?start=zero|utc|OFFSET. "
      "Example: {type: source.intervals, path: anna_rr.csv}."};

  Out<"beats", Beat, OutSpec{.doc = "The beats of the file.", .grade = Grade::beats}> beats;
  Out<"rr", RrNotification,
      OutSpec{.doc = "Heart-rate notifications as they arrived, if the file holds these (rr_1024).",
              .grade = Grade::beats}>
      rr;
  String<"path", StringSpec{.doc = "The file, plain or gzip.", .required = true, .source = true}>
      path;
  String<"column", StringSpec{.doc = "Of several interval columns; empty: the first known."}>
      column;
  Counter<"refused_rows"> refused_rows;
  Counter<"cut_short"> cut_short;
  static constexpr auto fields = std::tuple{
      &IntervalSource::beats,  &IntervalSource::rr,           &IntervalSource::path,
      &IntervalSource::column, &IntervalSource::refused_rows, &IntervalSource::cut_short};
  static constexpr std::array signals{Signal::beats, Signal::rr};

  IntervalSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& file) override { return open_intervals(file, column.value); }
  void count(const Losses& l) override {
    show(refused_rows, l.refused_rows);
    show(cut_short, l.cut_short);
  }
};

}  // namespace ib::source
