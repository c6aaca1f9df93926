// RecordedPerson: whose signals of a recorded session are meant by `evening.ibr#anna`, `evening.ibr#anna.ring` or
// `evening.ibr` alone, and why nobody's.
//
// Thread: [control]; pure functions of a head.
#pragma once

#include <interbeat/recording.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "files/problem.hpp"

namespace ib::files {

struct RecordedPerson {
  std::string name;                    ///< participant; empty: a source of nobody in particular
  std::vector<std::uint32_t> sources;  ///< in RecordingHead::sources, rising
};

/// The name of a recording apart from the person: of "evening.ibr#anna" both sides of the '#'. A file that has a
/// '#' in its own name is named whole.
struct RecordingName {
  std::filesystem::path file;
  std::string who;  ///< empty: none is named
};
RecordingName split_recording_name(const std::string& text);

/// `who`: a participant, or the path of a source. Empty: the only person; a session without persons: its only
/// source.
Result<RecordedPerson> find_person(const RecordingHead& head, const std::filesystem::path& file,
                                   std::string_view who);

}  // namespace ib::files
