// A file of corrections that a person made to the beats of a recording:
//
//   time_s,action,to_s,until_s,by,why
//   12.310,remove,,,AB,"movement, no pulse"
//   12.940,add,,,AB,hidden in the artefact
//   30.120,move,30.180,,AB,on the shoulder of the wave
//   61.500,exclude,,,AB,ectopic
//   80,exclude,,95.5,AB,talks
//
// Times are session seconds, as the tables of a run show them; a line `# t0_unix: SECONDS` says where
// they lie where recordings are placed by UTC. to_s only moves, until_s only ends a stretch; a file
// without such rows may leave the column out. Who and why stand in every row: without them nobody can
// check the checker. Rows may stand in any order. One wrong row refuses the whole file, because half
// of a person's edits is a result that nobody meant.
// Bounds: 10,000 edits; a move of 0.5 s (further: remove and add); `by` 23 bytes, `why` 87.
// Thread: [control]; reads the whole file.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/time.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "files/problem.hpp"

namespace ib::files {

/// An edit at the time of the beat that it names, in file time.
struct TimedEdit {
  Time t;
  BeatEdit edit;
};

struct EditFile {
  static constexpr std::size_t edits_max = 10'000;
  static constexpr double move_max_s = 0.5;

  std::vector<TimedEdit> edits;   ///< by time; no two at the same time
  std::optional<double> t0_unix;  ///< UTC in s of time 0, if the file tells

  /// All that is wrong, row by row; the first ten, and how many more there are.
  static Result<EditFile> read(const std::filesystem::path& path);
};

/// The first line that is no remark names the columns time_s and action.
bool is_edit_file(const std::filesystem::path& path);

}  // namespace ib::files
