// CutRing: the ring where an edge leaves one island for others, with its policy and its losses.
// OutPort: an output of a stage, which may write straight into such a ring.
//
// Gating rings are written in place and read by all islands behind them; lossy ones get a copy, in
// pieces where their slots are smaller than the block, and may drop. What did not fit is told in front
// of the next block that did. A sink hears of time alone once a second of it: no wake-up for less.
// Thread: the producer's island writes, the consumers' islands read, [any] reads the atomics.
#pragma once

#include <interbeat/graph.hpp>
#include <interbeat/sugar/activation.hpp>

#include "block_slot.hpp"
#include "ring.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ib::detail {

struct Island;

/// The time of a block's first item; of an empty one, just behind what it is settled to.
inline std::int64_t first_moment(const ib_block& b) {
  if (b.n == 0) return b.settled_ns + 1;
  return b.anchor.dt_q32 == 0 ? b.t_ns[0] : Samples{b}.time(0).ns;
}

/// What did not fit into a ring since its last published block, told in front of the next one.
/// Marks need no telling: the next block's are later. An end is kept until there is room.
struct Dropped {
  std::uint64_t items{};
  std::int64_t from{IB_NEVER};  ///< behind what was delivered; IB_NEVER: nothing is to be told
  std::uint32_t end{};          ///< IB_BLOCK_FINISHED, IB_BLOCK_FAILED

  /// `delivered`: what the reader has been told is settled.
  void add(const ib_block& b, std::int64_t delivered) {
    end |= b.flags & (IB_BLOCK_FINISHED | IB_BLOCK_FAILED);
    if (b.n == 0 && b.n_gaps == 0 && b.lost == 0) return;
    items += b.n + b.lost;
    if (from == IB_NEVER) from = delivered > IB_NEVER ? delivered + 1 : first_moment(b);
  }
  bool any() const { return from != IB_NEVER || end != 0; }
};

struct CutRing {
  Ring<BlockSlot> ring;
  /// Both ends run on one thread: nothing here needs to be seen by another.
  bool local{};
  std::atomic<bool> producer_waits{false};
  Overflow policy{Overflow::error};
  Island* producer{};
  std::vector<Island*> consumers;
  /// Writer only: blocks that its readers are told of together, and how many they don't know of yet.
  std::uint32_t batch{1}, untold{};
  Dropped dropped;                 ///< writer only
  std::uint32_t pieces{1};         ///< slots that the greatest block may take
  bool to_sinks{};                 ///< its readers do nothing with a mark alone
  std::int64_t told_ns{IB_NEVER};  ///< writer only: the mark of the last block
  std::atomic<std::uint64_t> lost_items{0}, deepest{0};
  BlockShape shape;
  std::uint32_t from_node{};  ///< in the graph
  std::string why, from, to;

  CutRing(std::size_t slots, std::size_t readers) : ring(slots, readers) {}
};

/// The rings of a port that may lose: of most ports none.
class LossyRings {
 public:
  bool empty() const { return all_ == nullptr; }
  CutRing** begin() const { return empty() ? nullptr : all_->data(); }
  CutRing** end() const { return empty() ? nullptr : all_->data() + all_->size(); }
  void push_back(CutRing* ring) {
    if (empty()) all_ = std::make_unique<std::vector<CutRing*>>();
    all_->push_back(ring);
  }

 private:
  std::unique_ptr<std::vector<CutRing*>> all_;
};

/// An output of a stage. `current` is where this pass writes: a slot of the gating ring if an edge
/// leaves the island, else the port's own. One cache line beside that.
struct OutPort {
  BlockSlot own;
  CutRing* gating{};
  BlockSlot* current{&own};
  std::int64_t told_ns{IB_NEVER};    ///< of a port that writes into a ring: its mark
  std::int64_t before_ns{IB_NEVER};  ///< of a port that leaves: its mark before this pass
  LossyRings lossy;
  BlockShape shape;
  bool listened{};  ///< somebody in the graph reads it
  bool spilled{};   ///< this pass found the gating ring full

  bool leaves() const { return gating != nullptr || !lossy.empty(); }
  /// What readers have been told: nothing at or before this comes any more.
  std::int64_t settled_ns() const { return gating != nullptr ? told_ns : own.head.settled_ns; }
};

static_assert(sizeof(OutPort) == sizeof(BlockSlot) + 64);

/// [exec] Before a port that leaves is written: a slot of the gating ring, if there is one and it has
/// room, else the own one.
inline void take_slot(OutPort& port) {
  port.before_ns = port.settled_ns();
  if (port.gating == nullptr) return port.own.reopen();
  port.current = port.gating->ring.reserve();
  port.spilled = port.current == nullptr;
  if (port.spilled) port.current = &port.own;
  port.current->open(port.told_ns);
}
/// [exec] Hands what the port wrote to the islands behind it.
void publish(OutPort& port, std::int64_t arrival_ns);
/// [exec] Tells the readers of what was published and is still untold.
void tell_readers(CutRing& ring);
/// [control, with the producer at rest] Sends the end that found the ring full. False: nothing to send.
bool send_kept_end(CutRing& ring, const OutPort& port);
/// [exec] Says in front of a block what was lost before it.
void tell_loss(Dropped& dropped, BlockSlot& slot);

}  // namespace ib::detail
