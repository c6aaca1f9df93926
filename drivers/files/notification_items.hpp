// NotificationItems: the notifications of a file as they arrived, for beat.rr.
//
// A row that holds more than nine intervals is several notifications that came at once: they follow
// each other by 1 ns, and so does a row that arrived with the one before. Whether the strap felt skin
// such a file does not tell. Thread: [exec] of the source, blocks on the disk.
#pragma once

#include <interbeat/physio.hpp>

#include <cstddef>
#include <optional>

#include "files/intervals.hpp"
#include "source/event_stream.hpp"

namespace ib::files {

class NotificationItems final : public source::Items<RrNotification> {
 public:
  /// Of a file in the form of notifications.
  explicit NotificationItems(IntervalFile file) : file_(std::move(file)) {}

  std::optional<source::Timed<RrNotification>> next() override;

  std::uint64_t refused() { return file_.notifications()->refused(); }

 private:
  IntervalFile file_;
  std::size_t given_{};  ///< of the row in hand
  bool row_{};           ///< there is one, not given to its end
  Time last_ = never;
};

/// The most notifications in any second, of a fresh file.
double densest_second(NotificationItems& items);

}  // namespace ib::files
