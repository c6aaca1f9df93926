// look_ahead: a clock that asks for it is shown what came behind the oldest of what waits.
#pragma once

#include <interbeat/clock_estimator.hpp>

#include <cstddef>
#include <optional>

#include "device/notification.hpp"
#include "device/waiting.hpp"

namespace ib::device {

/// [exec] Whether the clock knows enough for `waiting[0]`, a packet of its signal. `read`: Notification to
/// std::optional<ClockPacket>, called for values, in order; nothing: it is of something else. No allocation.
template <class Read>
bool look_ahead(ClockEstimator& clock, const ClockOptions& options, const Waiting& waiting,
                Read read) {
  ClockOutlook outlook(options);
  for (std::size_t k = 0; k < waiting.size() && !outlook.is_over(); ++k) {
    const auto& got = waiting[k];
    if (got.kind == Notification::Kind::asked_anew) continue;
    if (got.kind != Notification::Kind::value ||
        got.arrival - waiting[0].arrival > ClockOutlook::longest)
      outlook.end();
    else if (const auto packet = read(got)) outlook.see(*packet);
  }
  clock.foresee(outlook);
  return outlook.is_over();
}

}  // namespace ib::device
