#include "session.hpp"

#include "command.hpp"
#include "plan_impl.hpp"

#include <algorithm>

namespace ib::tool {

std::optional<Duration> session_end(Plan& plan, const std::optional<Duration>& limit) {
  Duration longest{};
  for (const auto& s : plan.impl().sources) {
    if (s.follows) continue;
    const bool known = s.info.duration_ns < IB_FOREVER;
    if (!known) return limit;
    longest = std::max(longest, (s.start - Time{}) + Duration{s.info.duration_ns});
  }
  return limit ? std::min(*limit, longest) : longest;
}

std::string endless_source(Plan& plan) {
  for (const auto& s : plan.impl().sources) {
    const bool endless = s.info.live != 0 && s.info.duration_ns >= IB_FOREVER;
    if (endless) return plan.graph().nodes[s.stage->graph_node].path + " (" + s.uri + ")";
  }
  return {};
}

std::optional<Duration> with_lead_in(Plan& plan, const std::optional<Duration>& limit) {
  if (!limit) return limit;
  return *limit + plan.impl().lead_in;
}

/// A recording with a hole is a file that could not be written, though the session went on to its end.
int exit_of(const RunReport& report) {
  const auto& r = report.recording;
  const bool holed = r && (r->lost > 0 || !r->problem.empty());
  return report.failures.empty() && !holed ? done : failed;
}

}  // namespace ib::tool
