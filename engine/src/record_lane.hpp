// RecordLane: what one thread of a run has for the recording: the admitted log and the blocks of its sources,
// and the checkpoints of its sinks. It writes into a ring of its own; the recorder's thread reads.
//
// Full, live: what comes is lost and counted, and the loss stands in the ring in front of what comes next.
// Full, in virtual time: the writer waits, as at every edge then.
// Thread: [exec], the lane's one thread, writes; the recorder's reads.
#pragma once

#include <interbeat/recording.hpp>

#include "block_slot.hpp"
#include "record_bell.hpp"
#include "record_ring.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ib::detail {

struct Stage;

class RecordLane {
 public:
  /// `waits`: time is virtual.
  RecordLane(RecordBell& bell, std::size_t bytes, bool waits)
      : ring_(bytes), bell_(bell), waits_(waits) {}

  // -- writing --------------------------------------------------------------------------------------
  void write(const LogEntry& entry) noexcept;
  void write(const Checkpoint& checkpoint) noexcept;
  /// False: it found no room.
  bool write_block(std::uint32_t source, std::uint32_t port, const BlockShape& shape,
                   const ib_block& block, std::int64_t arrival_ns) noexcept;
  /// `lost`: packets of the source since the last that found room. False: neither did this one; no hole is
  /// told, because nothing of a replay is missing.
  bool write_packet(std::uint32_t source, const ib_packet& packet, std::uint64_t lost) noexcept;
  /// While a live run catches up with a past, time is virtual for a while.
  void wait_when_full(bool waits) { waits_ = waits; }

  // -- reading --------------------------------------------------------------------------------------
  /// The oldest record, or none. Its spans live until `release`.
  std::optional<Record> peek();
  void release() { ring_.release(); }
  bool is_empty() const { return ring_.waiting() == 0; }
  bool is_half_full() const { return ring_.waiting() > ring_.capacity() / 2; }

  /// Of a block of so many bytes of payload: what it takes in the ring.
  static std::size_t bytes_of_block(std::size_t payload);
  static std::size_t bytes_of_packet(std::size_t payload);

 private:
  enum class Kind : std::uint32_t { entry, block, checkpoint, packet, lost };
  std::byte* reserve(std::size_t bytes) noexcept;
  template <class T>
  void put(Kind kind, const T& value) noexcept;
  void hand_over() noexcept;

  RecordRing ring_;
  RecordBell& bell_;
  bool waits_;            ///< writer
  std::uint64_t lost_{};  ///< writer: records since the last that found room
};

/// The blocks of one source on their way into its thread's lane.
class SourceTap {
 public:
  /// `origin_ns`: the host's clock at session time 0.
  SourceTap(RecordLane& lane, std::uint32_t source, std::size_t ports, std::int64_t origin_ns)
      : lane_(lane), source_(source), origin_ns_(origin_ns), settled_(ports, IB_NEVER) {}

  /// [exec] What the ports hold after a call of the source's node, before anybody else changes it. A block
  /// without anything new is none.
  void take(const Stage& stage) noexcept;

 private:
  RecordLane& lane_;
  std::uint32_t source_;
  std::int64_t origin_ns_;
  std::vector<std::int64_t> settled_;  ///< by port, as the recording knows it
};

/// The packets of one source on their way into its thread's lane, as ib.packets/1 brings them.
class PacketTap {
 public:
  /// Until it goes, the node tells it of its packets. It stays where it is. What the node tells may be nonsense: a
  /// packet of no channel or port of these many is left out, so that no reader has to end at it.
  PacketTap(RecordLane& lane, std::uint32_t source, ib_node* node, const ib_packets& packets,
            std::size_t channels, std::size_t ports);
  ~PacketTap();
  PacketTap(const PacketTap&) = delete;
  PacketTap& operator=(const PacketTap&) = delete;

  /// [control] Once nobody tells any more: packets that found no room, or can be none.
  std::uint64_t lost() const { return all_lost_; }

 private:
  static void take(void* tap, const ib_packet* packet) noexcept;
  bool is_sound(const ib_packet& packet) const noexcept;

  RecordLane& lane_;
  std::uint32_t source_;
  ib_node* node_;
  const ib_packets& packets_;
  std::size_t channels_, ports_;
  std::uint64_t lost_{}, all_lost_{};  ///< since the last that found room; ever
};

}  // namespace ib::detail
