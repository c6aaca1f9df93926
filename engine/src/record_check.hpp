// RecordCheck: whether a record that was read can be one of a run with this head: every index in range, every
// blob as long as it says, times that rise, items that hold what their fields allow. So nothing behind it has
// to be afraid of a file.
// Thread: that of its recording.
#pragma once

#include <interbeat/recording.hpp>

#include <string>
#include <vector>

namespace ib {

inline constexpr std::size_t most_note_kind_bytes = 256;
inline constexpr std::size_t most_note_bytes = 1 << 20;
/// How far a record may lie behind everything before it. Nodes have something to do for each second that is
/// settled: so a file of a few rows can't keep them busy for years.
inline constexpr std::int64_t longest_leap_ns = 7LL * 24 * 3600 * 1'000'000'000;

/// Of a packet: flags that are known, and the greatest index behind its samples.
inline constexpr std::uint32_t recorded_packet_flags =
    IB_PACKET_CONNECTED | IB_PACKET_DISCONNECTED | IB_PACKET_EPOCH | IB_PACKET_COUNTED;
inline constexpr std::uint64_t most_recorded_index = INT64_MAX;

class RecordCheck {
 public:
  /// The head outlives it.
  explicit RecordCheck(const RecordingHead& head);
  /// Empty: it is sound; else the rest of a sentence: "its times don't rise".
  std::string problem_of(const Record& record);
  /// From the first record again.
  void rewind();

 private:
  /// Takes a time that is reached by a record.
  std::string reach(std::int64_t ns);
  std::string reach_with(const RecordedBlock& b, std::int64_t begin, std::int64_t last);
  struct PortState {
    std::int64_t last_ns{IB_NEVER}, settled_ns{IB_NEVER};
  };
  std::string check(const LogEntry& e);
  std::string check(const RecordedBlock& b);
  std::string check(const Checkpoint& c) const;
  std::string check(const RecordedNote& n) const;
  std::string check(const RecordingEnd& e);
  std::string check(const RecordsLost&) const { return {}; }
  std::string check(const RecordedPacket& p) const;

  const RecordingHead& head_;
  std::vector<std::size_t> first_port_;  // of each source, in ports_
  std::vector<PortState> ports_;
  std::int64_t reached_{IB_NEVER};  // by any source
};

}  // namespace ib
