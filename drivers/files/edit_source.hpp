// source.edits: corrections of beats that a person made.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// A file of edits stands beside its recording; neither is ever written.
struct EditSource final : SourceNode {
  static constexpr About about{
      "source.edits", "1.0.0", "Beats corrected by hand: who changed which beat, and why.",
      "Columns time_s, action (add, remove, move, exclude), by, why; to_s for a move (at most 0.5 s), "
      "until_s to exclude a stretch. time_s is the session time of the beat, as the tables of a run show "
      "it; rows may stand in any order. A line `# t0_unix: SECONDS` places them by UTC. One wrong row "
      "refuses the file, and all of them are named. beat.edit applies them. The path may end in "
      "?start=zero|utc|OFFSET. Example: {type: source.edits, path: anna_edits.csv}."};

  Out<"edits", BeatEdit, OutSpec{.doc = "The edits of the file.", .grade = Grade::beats}> edits;
  String<"path", StringSpec{.doc = "The file, plain or gzip.", .required = true, .source = true}>
      path;
  static constexpr auto fields = std::tuple{&EditSource::edits, &EditSource::path};
  static constexpr std::array signals{Signal::edits};

  EditSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return path.value; }
  Opened opened(const std::string& file) override { return open_edits(file); }
  void count(const Losses&) override {}
};

}  // namespace ib::source
