// Questions that `run` and `batch` ask of a plan before it runs and of its report afterwards.
// Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <optional>
#include <string>

namespace ib::tool {

/// Session time at which the run ends: the shorter of `--for` and the longest source; null when
/// nobody knows.
std::optional<Duration> session_end(Plan& plan, const std::optional<Duration>& limit);

/// A source that never ends by itself; empty when there is none.
std::string endless_source(Plan& plan);

/// Time that the sources' past takes comes on top of what the user asked for, as it does live.
std::optional<Duration> with_lead_in(Plan& plan, const std::optional<Duration>& limit);

/// What the report means for the exit code.
int exit_of(const RunReport& report);

}  // namespace ib::tool
