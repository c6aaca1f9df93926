// BeatItems: the intervals of a file as beats. The beat that closes an interval stands at its end;
// of a file of beats the first one, which closes none, comes too.
//
// A beat is valid unless the file itself doubts it; its quality is not rated (sqi absent). Holes
// are no gap marks: a beat that does not join the one before says so (`contiguous`).
// Thread: [exec] of the source, blocks on the disk.
#pragma once

#include <interbeat/physio.hpp>

#include <array>
#include <cstdint>
#include <optional>

#include "files/intervals.hpp"
#include "source/event_stream.hpp"

namespace ib::files {

class BeatItems final : public source::Items<Beat> {
 public:
  /// `shift`: from the file's time 0 to that of the source.
  explicit BeatItems(IntervalFile file, Duration shift = {});

  std::optional<source::Timed<Beat>> next() override;

  const IntervalFile& file() const { return file_; }

 private:
  bool refill();

  static constexpr std::size_t chunk = 256;
  IntervalFile file_;
  Duration shift_;
  std::array<Interval, chunk> rows_{};
  std::size_t at_{}, n_{};
  bool started_{};
};

/// What must be known of a file of events before it is played: where it ends, and how dense it is.
struct EventExtent {
  Time last = never;
  double most_per_second{};  ///< in any whole second

  void add(Time t);
  /// Reads `beats` to their end.
  static EventExtent of(BeatItems& beats);

 private:
  std::int64_t second_{};
  double in_second_{};
};

}  // namespace ib::files
