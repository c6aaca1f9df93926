// look_ahead: a clock that would begin with the oldest of what waits is shown what came behind it.
#pragma once

#include <interbeat/clock_estimator.hpp>

#include <cstddef>
#include <optional>

#include "device/notification.hpp"
#include "device/waiting.hpp"

namespace ib::device {

/// What a waiting value is to one clock.
struct Ahead {
  std::optional<ClockPacket> packet;  ///< none: it is of something else
  bool restarts{};                    ///< the clock begins anew behind it
};

/// [exec] Whether the clock knows enough to begin with `waiting[0]`, a packet of its signal. `read`: Notification
/// to Ahead, called for values, in order. No allocation.
template <class Read>
bool look_ahead(ClockEstimator& clock, const ClockOptions& options, const Waiting& waiting,
                Read read) {
  ClockOutlook outlook(options);
  for (std::size_t k = 0; k < waiting.size() && !outlook.is_over(); ++k) {
    const auto& got = waiting[k];
    const bool is_value = got.kind == Notification::Kind::value;
    const bool in_time = got.arrival - waiting[0].arrival <= ClockOutlook::longest;
    const Ahead ahead = is_value && in_time ? read(got) : Ahead{{}, true};
    if (ahead.packet) outlook.see(*ahead.packet);
    if (ahead.restarts) outlook.end();
  }
  clock.foresee(outlook);
  return outlook.is_over();
}

}  // namespace ib::device
