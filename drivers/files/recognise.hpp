// What a path is, decided by its content and never by its name: `source.csv` and its like ask here
// before they open anything, and every answer that is a refusal says what to do instead.
//
// Reads at most the head of the file (see head.hpp). Thread: [control].
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "files/problem.hpp"

namespace ib::files {

enum class Kind {
  waveform,        ///< evenly sampled or timed values: CsvFile
  intervals,       ///< beats or beat-to-beat intervals: IntervalFile
  edits,           ///< beats corrected by hand: EditFile
  session,         ///< a recorded session (.ibr): RecordingFeed
  embrace_folder,  ///< EmbraceFeed
  e4_folder,       ///< E4Export
  e4_zip,          ///< E4Export
};

std::string_view to_text(Kind kind);

/// Why nothing can be read at `path`, whatever it holds: it is missing (with the nearest name
/// beside it), or neither a file nor a folder.
std::optional<Problem> missing(const std::filesystem::path& path);

/// The kind, or why nothing can be read from `path`: missing (with the nearest name beside it), a
/// folder without a recording, a format this build cannot read, not text, damaged.
Result<Kind> recognise(const std::filesystem::path& path);

}  // namespace ib::files
