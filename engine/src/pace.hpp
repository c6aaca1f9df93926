// Pace: session time on the host's clock, the same for all threads of a live run.
//
// It goes on while every source is silent. Thread: [any]; it does not change while the run is on.
#pragma once

#include <interbeat/time.hpp>

#include "ticks.hpp"

#include <algorithm>
#include <cstdint>

namespace ib::detail {

struct Pace {
  std::int64_t start_ns = monotonic_ns();
  Duration lead_in{};
  double speed{1};
  Time limit = forever;

  Time now() const {
    const auto passed = static_cast<double>(monotonic_ns() - start_ns);
    return Time{} + lead_in + Duration{static_cast<std::int64_t>(passed * speed)};
  }
  /// As `now`, but not beyond the end of the session.
  Time session_now() const { return std::min(now(), limit); }
  /// How long from now, for a timer: its clock stands still while the machine is suspended.
  Duration until(Time t) const {
    const auto ns = static_cast<double>((t - Time{} - lead_in).count()) / speed;
    return Duration{start_ns + static_cast<std::int64_t>(ns) - monotonic_ns()};
  }
};

}  // namespace ib::detail
