// recording.hpp: what a session leaves behind: everything that entered through its sources, enough to
// repeat it byte for byte, and what it came to, enough to tell whether a repetition is one.
//
// A run with a Recorder gives it, off the data path, what was admitted: the head first, then records as
// they came. A Recording gives the same back. Neither knows the other: one may be a file (`.ibr`, see
// docs/recording.md), memory in a test, or a socket one day.
//
// Order: the records of one source stand in the order in which they were admitted, and that is all that
// a replay needs; those of different sources may be mixed in any way. A turn's blocks stand behind it.
// Thread: one at a time, that of the recorder or of the replay.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/engine.hpp>
#include <interbeat/time.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace ib {

/// A field of a recorded item, as ib_field; enough to read the items without the program that wrote them.
struct RecordedField {
  std::string name, unit;
  ib_kind kind{};
  std::uint32_t offset{}, count{1};
  std::vector<std::string> labels;  ///< IB_ENUM
  bool operator==(const RecordedField&) const = default;
};

/// A port of a source, as its stream was when the run began.
struct RecordedPort {
  std::string name;  ///< "ppg"
  std::string type;  ///< URN, "interbeat/ppg/1"
  std::string unit;
  std::uint32_t grade{};       ///< IB_GRADE_*
  std::uint32_t item_bytes{};  ///< of one item: of all channels of a sample
  std::uint32_t channels{1};
  std::uint32_t stream_flags{};  ///< IB_STREAM_*; with IB_STREAM_ABSENT nothing of it is recorded
  double rate_hz{};              ///< 0: irregular
  double sampled_hz{}, items_per_second{};
  std::uint32_t max_items{};  ///< of one block
  std::vector<RecordedField>
      fields;                 ///< of one item; of a regular stream: none, its items are floats
  std::int64_t latency_ns{};  ///< that the source declares, of its own
  bool operator==(const RecordedPort&) const = default;
};

struct RecordedSource {
  std::string path;  ///< "anna.ring"
  std::string type;  ///< node type and version: "source.virtual", "1.0.0"
  std::string version;
  std::string uri;    ///< what it was opened as
  std::string owner;  ///< participant; empty: nobody in particular
  std::uint32_t live{}, simulated{};
  std::int64_t start_ns{};              ///< its own time 0 on the session clock
  std::int64_t utc_start_ns{IB_NEVER};  ///< of its own time 0
  std::int64_t lead_in_ns{};
  std::vector<RecordedPort> ports;
  std::vector<std::string> packet_channels{};  ///< RecordedPacket::channel; none: it has no packets
  bool operator==(const RecordedSource&) const = default;
};

/// An input of a sink that a replay must repeat; an edge that may lose leads to none.
struct RecordedOutlet {
  std::string sink;   ///< node path
  std::string input;  ///< its port
  bool operator==(const RecordedOutlet&) const = default;
};

/// A plugin whose nodes took part.
struct RecordedPlugin {
  std::string id, version;
  std::string file_hash;  ///< FNV-1a, 64 bits, of its file: 16 hexadecimal digits
  bool operator==(const RecordedPlugin&) const = default;
};

/// What is known when the run begins.
struct RecordingHead {
  std::string graph;  ///< expanded: reads back to the same graph
  std::string graph_name;
  std::uint64_t graph_hash{};
  std::uint64_t seed{};
  std::string program;                          ///< "interbeat 0.1.0, commit …"
  std::string build;                            ///< compiler and flags
  std::string cpu;                              ///< family: bytes are promised for one
  std::int64_t session_start_utc_ns{IB_NEVER};  ///< read once
  std::int64_t lead_in_ns{}, step_ns{};
  std::vector<RecordedSource> sources;  ///< in plan order: LogEntry::source
  std::vector<std::string> nodes;  ///< paths, by graph node: LogEntry::source of events and outages
  std::vector<RecordedOutlet> outlets;
  std::vector<RecordedPlugin> plugins;
  bool operator==(const RecordingHead&) const = default;
};

/// A block that a source gave in the turn before it. Borrowed: valid until the next call.
struct RecordedBlock {
  std::uint32_t source{}, port{};  ///< in RecordingHead::sources, and in its ports
  std::uint64_t first_index{};
  ib_anchor anchor{};
  std::int64_t
      arrival_ns{};  ///< host's CLOCK_BOOTTIME, less its value at session time 0; 0: not live
  std::int64_t settled_ns{};
  std::int64_t uncertainty_ns{};
  std::uint64_t lost{};
  std::uint32_t flags{};  ///< IB_BLOCK_*
  std::uint32_t n{};
  std::span<const std::byte> items;            ///< n * item_bytes
  std::span<const std::int64_t> times;         ///< irregular: n
  std::span<const std::uint8_t> sample_flags;  ///< n, or none: all clear
  std::span<const ib_gap> gaps;
};

/// What a device sent, as it came, in the turn before it; or that it was connected or lost. Not needed for
/// a replay: from these its clock can be estimated anew. Borrowed: valid until the next call.
struct RecordedPacket {
  static constexpr std::uint32_t most_bytes = 4096;

  std::uint32_t source{}, channel{};  ///< in RecordingHead::sources, and in its packet_channels
  std::uint32_t flags{};              ///< IB_PACKET_*
  std::uint32_t port{};               ///< n > 0: whose samples it bears
  std::uint32_t n{};                  ///< samples
  std::uint64_t first_index{};        ///< n > 0: device index of the first
  std::int64_t arrival_ns{};          ///< session time; below 0: before the session began
  std::int64_t device_ns{IB_NEVER};   ///< of its last sample, on the device's own clock
  std::uint64_t lost{};               ///< packets of its source in front of it that found no room
  std::span<const std::byte> bytes;   ///< at most most_bytes
};

/// A hash over all items that an outlet got with times up to `settled`: FNV-1a, 64 bits, of each item's
/// time and fields, whatever blocks they came in.
struct Checkpoint {
  std::uint32_t outlet{};
  Time settled;  ///< whole seconds, and once at the end of the stream
  std::uint64_t items{}, hash{};
  bool operator==(const Checkpoint&) const = default;
};

/// Something worth keeping that no replay needs: telemetry, a remark. JSON.
struct RecordedNote {
  Time session;
  std::string kind, json;
};

/// The run came to its end, and every source was finished. Without it a recording broke off.
struct RecordingEnd {
  Time settled;
  std::uint64_t
      lost_records{};  ///< found the recorder's room full: what follows them can't be replayed
};

/// Here records are missing: the recorder had no room for them, be it in memory or on its disk. What
/// follows can be looked at; a replay ends here.
struct RecordsLost {
  std::uint64_t records{};
  bool operator==(const RecordsLost&) const = default;
};

using Record = std::variant<LogEntry, RecordedBlock, Checkpoint, RecordedNote, RecordingEnd,
                            RecordsLost, RecordedPacket>;

/// Keeps a session. Errors (a full disk) are its own to keep and to tell: the run goes on.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void begin(const RecordingHead& head) = 0;
  virtual void write(const Record& record) = 0;
  /// What was written so far shall survive a crash from here on. At least every half second.
  virtual void commit() = 0;
  /// The first thing that went wrong, as a sentence; empty: nothing did.
  virtual std::string problem() const { return {}; }
  /// Records that were written and aren't kept.
  virtual std::uint64_t lost() const { return 0; }
};

/// Gives a session back.
class Recording {
 public:
  virtual ~Recording() = default;
  virtual const RecordingHead& head() const = 0;
  /// The next record; none: the end of what there is. Spans live until the next call.
  virtual const Record* next() = 0;
  /// Back to the first record.
  virtual void rewind() = 0;
  /// Once `next` gave none: why it ended before its end, where that is more than "the program that
  /// wrote it was stopped"; empty otherwise.
  virtual std::string problem() const { return {}; }
};

}  // namespace ib
