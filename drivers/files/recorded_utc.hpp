// The UTC of session time 0 of a recording: for feeds, and for what is written from it.
// Thread: any. Pure function.
#pragma once

#include <interbeat/recording.hpp>

#include <cstdint>

namespace ib::files {

/// As the run read it, or of files as their own UTC put them there, if all agree; else IB_NEVER.
std::int64_t utc_of_zero(const RecordingHead& head);

}  // namespace ib::files
