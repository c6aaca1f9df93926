// Stage: one node in its island, with its ports. Island: stages that run to completion one after the
// other on one thread. CutRing: the ring where an edge leaves one island for others.
//
// Ownership: the plan owns all of them; while a run is on, everything here belongs to the thread that
// runs the island, except the atomics.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/sugar/activation.hpp>

#include "block_slot.hpp"
#include "histogram.hpp"
#include "island_state.hpp"
#include "ring.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ib {
class LogRing;
}

namespace ib::detail {

struct Island;
struct Stage;

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

/// A ring with its policy. Gating rings are written in place; lossy ones get a copy and may drop.
struct CutRing {
  Ring<BlockSlot> ring;
  BlockShape shape;
  Overflow policy{Overflow::error};
  std::string why;
  Island* producer{};
  std::vector<Island*> consumers;
  std::atomic<bool> producer_waits{false};
  std::atomic<std::uint64_t> blocks{0}, lost_items{0};
  Dropped dropped;  ///< writer only
  std::string from, to;

  CutRing(std::size_t slots, std::size_t readers) : ring(slots, readers) {}
};

/// An output of a stage. `current` is where this pass writes: a slot of the gating ring if an edge
/// leaves the island, else the port's own.
struct OutPort {
  BlockSlot own;
  BlockShape shape;
  BlockSlot* current{};
  CutRing* gating{};
  std::vector<CutRing*> lossy;
  std::int64_t settled_ns{IB_NEVER};
  std::uint64_t pass{};  ///< the pass that last wrote it
  bool listened{};       ///< somebody in the graph reads it
  bool spilled{};        ///< this pass found the gating ring full
};

/// Where an input comes from: a port of the same island, or what a ring brought.
struct InRef {
  OutPort* port{};
  const BlockSlot* arrived{};
};

enum class StageState : std::uint8_t { running, stopped, bypassed };

/// Why a stage stopped: written once, before its state is published.
using Failure = std::array<char, 256>;

struct Stage {
  ib_node* node{};
  std::uint32_t graph_node{};
  std::uint32_t n_in{}, n_out{};
  std::vector<InRef> inputs;
  std::vector<const ib_block*> in;
  std::vector<ib_block*> out;
  std::vector<OutPort> ports;
  ib_process call{};
  ib_status answer{};  ///< what a source said on its last turn
  // Marks that the host itself sends through a source's ports, instead of a turn.
  std::int64_t host_seen{IB_NEVER};
  bool host_finished{};
  OnError on_error{};
  std::atomic<StageState> state{StageState::running};
  bool sink{};
  Failure failure{};  ///< readable once `state` says stopped or bypassed

  /// Param changes on their way to the node: pushed where the sources run, taken with the next call.
  /// Null where no param is live.
  static constexpr std::uint32_t max_events = 1024;
  std::unique_ptr<Ring<ib_event>> mailbox;
  std::vector<ib_event> events;          ///< of this call
  std::vector<std::int64_t> settled_in;  ///< by input, for `now`

  std::atomic<std::uint64_t> blocks{0}, items_in{0}, items_out{0}, errors{0}, restarts{0};
  std::atomic<std::uint64_t> timed{0}, timed_ns{0};
  Histogram latency;  ///< sinks, live: arrival to here
};

/// An edge that arrives from another island.
struct RingInput {
  CutRing* ring{};
  std::size_t reader{};
  struct Target {
    Stage* stage;
    std::uint32_t port;
  };
  std::vector<Target> targets;
  // `latest`: what was passed over, and the newest block with that told in it.
  Dropped skipped;
  BlockSlot view;
  std::vector<ib_gap> view_gaps;
};

class Worker;
class Busy;

struct Island {
  std::uint32_t id{};
  std::string why;  ///< "source anna.ring", "merge at together.align", ...
  std::vector<std::unique_ptr<Stage>> stages;  ///< topological
  std::vector<RingInput> arrivals;
  std::vector<CutRing*> leaves;  ///< gating rings this island writes
  IslandState state;
  Worker* home{};
  Busy* busy{};
  Island* next_queued{};  ///< intrusive list of the worker
  std::uint64_t pass{};
  bool blocking{};  ///< sinks that touch disk or network
};

/// What an island run needs to know of the run around it.
struct PassContext {
  bool live{};
  std::int64_t (*host_now)(){};  ///< live only; null in virtual time
  LogRing* log{};
};

/// [exec] Runs the stages once, on what their inputs hold now.
void run_pass(Island& island, const PassContext& context);
/// [exec] All there is to run for a queued island: blocks of its rings, while there is room ahead.
void run_island(Island& island, const PassContext& context);
/// [control, on the island's thread or when it is quiet] Sends the ends that found a ring full.
/// True: there was something to send.
bool send_kept_ends(Island& island);
/// [exec] True when every gating ring that leaves the island has room for one pass.
bool has_room(Island& island);

}  // namespace ib::detail
