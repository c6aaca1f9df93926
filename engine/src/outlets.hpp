// Outlets: the inputs of the sinks, where a run comes out, and what a repetition of it is compared by: a running
// hash of the items that came there, whatever blocks they came in, with checkpoints at whole seconds of settled
// time: at least at the last one before each item, so that the first checkpoint at or behind a whole second
// holds exactly what came up to that second.
//
// A stream that lost something on its way is left out from then on: it depends on more than the log.
// Thread: made and asked by [control]; each outlet belongs to the thread of its sink.
#pragma once

#include <interbeat/recording.hpp>

#include "stage.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace ib::detail {

class PlanImpl;
class RecordLane;

/// FNV-1a, 64 bits, over items: the time, then the fields, each field's own bytes, no padding; of a text up
/// to its zero.
class ItemHash {
 public:
  /// `type` null: a regular stream's floats.
  ItemHash(const ib_type* type, std::uint32_t item_bytes);
  void add(std::int64_t t_ns, const std::byte* item);
  std::uint64_t value() const { return hash_; }

 private:
  struct Part {
    std::uint32_t offset, bytes;
    bool text;
  };
  std::vector<Part> parts_;
  std::uint64_t hash_{0xcbf29ce484222325};
};

/// What happens with the checkpoints of one outlet: the first at or behind a moment holds what came up to there.
class CheckpointUser {
 public:
  /// `last`: the stream has ended.
  virtual void take(const Checkpoint& checkpoint, bool last) noexcept = 0;

 protected:
  ~CheckpointUser() = default;
};

/// One input of a sink.
class Outlet {
 public:
  Outlet(std::uint32_t number, const BlockShape& shape, const ib_type* type,
         std::vector<const CutRing*> lossy)
      : number_(number), shape_(shape), hash_(type, shape.item_bytes), lossy_(std::move(lossy)) {}

  /// [exec] A block that the sink is about to meet.
  void meet(const ib_block& block, CheckpointUser& user) noexcept;
  /// [control, nothing runs] That it has lost something, and where its checkpoints end.
  bool lossy() const { return lost_; }

 private:
  void tell(std::int64_t settled_ns, CheckpointUser& user) noexcept;
  bool has_lost() noexcept;

  std::uint32_t number_;
  BlockShape shape_;
  ItemHash hash_;
  std::vector<const CutRing*> lossy_;  ///< on the way from its sources
  std::uint64_t items_{};
  std::int64_t last_ns_{IB_NEVER}, told_ns_{IB_NEVER};
  bool ended_{}, lost_{};
};

/// All outlets of a plan: first, by sink, and who hears of their checkpoints.
class Outlets {
 public:
  explicit Outlets(PlanImpl& plan);

  const std::vector<RecordedOutlet>& names() const { return names_; }
  Outlet& outlet(std::size_t k) { return outlets_[k]; }
  /// [control] Before anything runs; from the next block of its sink on.
  void send_to(std::size_t outlet, CheckpointUser& user);
  /// [control] The graph's node that outlet k is an input of.
  std::uint32_t node(std::size_t k) const { return nodes_[k]; }

  /// [exec] From call_specially(), before the sink's own call.
  void meet(const Stage& sink, const ib_block* const* in) noexcept;

 private:
  PlanImpl& plan_;
  std::vector<RecordedOutlet> names_;
  std::vector<Outlet> outlets_;
  std::vector<CheckpointUser*> users_;
  std::vector<std::uint32_t> nodes_, ports_;
  std::vector<std::uint32_t> first_;  ///< by graph node: its first outlet; they stand in a row
};

}  // namespace ib::detail
