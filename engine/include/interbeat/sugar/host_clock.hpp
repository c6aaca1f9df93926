// HostClock: the host's monotonic clock, for the arrival stamps of live sources whose data comes from a
// thread of their own. A node that has a member `ib::HostClock clock;` may read it from any thread.
// Nobody else has a use for it: what a node makes depends on its inputs alone.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

class HostClock {
 public:
  HostClock() = default;
  explicit HostClock(const ib_host* host) {
    if (host == nullptr || host->extension == nullptr) return;
    host_ = host;
    clock_ = static_cast<const ib_clock*>(host->extension(host, IB_EXT_CLOCK));
    session_ = static_cast<const ib_session*>(host->extension(host, IB_EXT_SESSION));
  }
  /// [any] As ib_process.arrival_ns; 0 where the host has no clock.
  std::int64_t now_ns() const { return clock_ != nullptr ? clock_->now_ns() : 0; }

  /// [any] Where session time 0 lies on it; IB_NEVER where time is virtual, or nobody says.
  std::int64_t session_zero_ns() const {
    return session_ != nullptr ? session_->zero_ns(host_) : IB_NEVER;
  }

 private:
  const ib_host* host_{};
  const ib_clock* clock_{};
  const ib_session* session_{};
};

}  // namespace ib
