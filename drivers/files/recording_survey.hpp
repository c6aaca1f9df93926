// RecordingSurvey: what must be known of a recorded session before somebody in it is played: where each of the
// person's ports begins and ends, how dense it is, and where the recording ends or breaks off.
//
// Thread: [control]; reads the recording once, to its end.
#pragma once

#include <interbeat/recording_file.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "files/recorded_stream.hpp"

namespace ib::files {

struct PortOfRecording {
  RecordedExtent extent;
  double most_per_second{};  ///< items in any whole second
};

struct RecordingSurvey {
  std::vector<std::vector<PortOfRecording>> sources;  ///< by source, by port
  Time until = never;                                 ///< how far any source of the session was run
  bool ended{};                                       ///< else it broke off
  std::string problem;  ///< what it breaks off at, where more is known than that

  static RecordingSurvey of(FileRecording& recording);
};

}  // namespace ib::files
