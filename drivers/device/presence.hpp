// Presence: whether a device is in reach and on the skin, as its owner is told: a line for each change, and how long
// it was away in all.
//
// What was so before the session began is said at its start. A link that is lost takes the wear with it.
// Thread: [exec]; `figures` [any]. No allocation, no lock.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/log.hpp>
#include <interbeat/sugar/presence.hpp>
#include <interbeat/time.hpp>

#include <atomic>
#include <cstdint>

namespace ib::device {

class Presence {
 public:
  /// [control] Who is told.
  void speak_through(const Log& log) { log_ = log; }

  /// The connection was lost, or is there again, at that session time.
  void lost(Time t);
  void back(Time t);
  /// What the device said of itself.
  void note(const DeviceStatus& said, Time t);
  /// The session has begun.
  void begin();

  DevicePresence figures() const;

 private:
  enum class Wear : std::uint8_t { unknown, on, off, charging };
  void leave(Time t);

  Log log_;
  bool begun_{}, lost_before_{};
  Wear wear_{Wear::unknown};
  Time off_since_ = never;
  std::atomic<std::uint64_t> breaks_{0};
  std::atomic<std::int64_t> away_ns_{0}, since_ns_{IB_NEVER};
};

}  // namespace ib::device
