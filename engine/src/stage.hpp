// Stage: one node in its island, with its ports. Island: stages that run to completion one after the
// other on one thread. Program: the stages that one entry of the island reaches, with their pointers.
//
// A pass begins at an entry: a source's turn, or a block that a ring brought. Which stages it reaches
// and where their inputs lie does not change while the plan runs, so it is worked out once (compile).
// Ownership: the plan owns all of them; while a run is on, everything here belongs to the thread that
// runs the island, except the atomics.
#pragma once

#include <interbeat/engine.hpp>

#include "cascade.hpp"
#include "cut_ring.hpp"
#include "intake.hpp"
#include "island_state.hpp"
#include "meters.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/container/vector.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ib {
class LogRing;
class RealtimeTeam;
}  // namespace ib

namespace ib::detail {

class Worker;
class Busy;
class Taps;
class Outlets;
class SessionRecorder;
struct Pace;

/// Where an input comes from: a port of the same island, or (null) a ring.
struct InRef {
  OutPort* port{};
};

enum class StageState : std::uint8_t { running, stopped, bypassed };

/// Why a stage needs more than a plain call of its node.
enum : std::uint8_t {
  attend_state = 1,    ///< it has stopped or is bypassed, or the host has a mark to send
  attend_mail = 2,     ///< something may lie in the mailbox
  attend_tap = 4,      ///< somebody looks at an output
  attend_outlet = 16,  ///< a sink: what comes to it is compared with other runs
  attend_restart = 8,  ///< its process was started again, and its readers don't know yet
};

/// A vector of 16 bytes.
template <class T>
using Compact = boost::container::vector<
    T, void, boost::container::vector_options_t<boost::container::stored_size<std::uint32_t>>>;

/// Four cache lines, and so many of them that each byte counts. Ports and inputs of all stages lie in
/// one piece each, in the order in which they run; the plan owns them.
struct alignas(64) Stage {
  // -- what every pass touches ----------------------------------------------------------------------
  ib_status (*process)(ib_node*, ib_process*){};  ///< of `node`
  ib_node* node{};
  std::atomic<std::uint8_t> attention{0};
  ib_status answer{};  ///< what a source said on its last turn
  std::uint32_t n_in{}, n_out{};
  ib_process call{};
  // -- what some passes touch -----------------------------------------------------------------------
  NodeCounts counts;
  Histogram* process_time{};  ///< of sampled calls, in ticks
  Histogram* latency{};  ///< sinks: arrival to here; nodes that give items: how old those are then
  Compact<ib_block*> out;  ///< call.out: null where nobody listens
  std::span<OutPort> ports;
  std::span<std::atomic<std::int64_t>> settled_in;  ///< by input, of nodes with several
  // Marks that the host itself sends through a source's ports, instead of a turn.
  std::int64_t host_seen{IB_NEVER};
  bool host_finished{};
  bool sink{};
  OnError on_error{};
  std::atomic<StageState> state{StageState::running};
  std::uint32_t graph_node{};
  const Island* island{};
  std::span<InRef> inputs;
  /// Why it stopped: the node's own text, which stands still from then on. Readable once `state` says so.
  const char* failure{""};

  /// Param changes on their way to the node: pushed where the sources run, taken with the next call.
  /// Made with the first change: most nodes never get one.
  static constexpr std::uint32_t max_events = 16;
  std::unique_ptr<Ring<ib_event>> mailbox;
};
static_assert(sizeof(Stage) == 256);

/// A port of a program's stages that crosses a cut, and who reads it in the same pass: their pointers
/// follow the slot that it writes.
struct Leaf {
  OutPort* port{};
  ib_block** out{};
  std::uint32_t first_cell{}, n_cells{};  ///< in Program::cells
};

/// One stage in one program.
struct Op {
  Stage* stage{};
  const ib_block** in{};  ///< n_in pointers; null: nothing on it in this program
  ib_block* line{};  ///< of a node with one input and one listened output that stays: that output
  std::uint32_t first_leaf{}, n_leaves{};  ///< in Program::leaves
  /// Of a node that may change its neighbour's block: see Neighbours.
  bool (*change)(ib_node*, ib_block*){};
};

/// Ops that follow each other and hand one block on, in the memory of the one before them: each is the
/// only reader of its input. A block with more than values in it (a gap, a flag, an end), and a node
/// that says no, take the long way through the node's own slot; from there it goes on in place.
struct Neighbours {
  BlockSlot block;  ///< the header in hand; values are wherever the last long way left them
  const ib_block* from{};
  bool plain{};                ///< nothing but values in it
  std::uint32_t first{}, n{};  ///< in Program::ops
  /// What a plain block meets: a node, or several in one loop.
  struct Step {
    Stage* stage{};
    ib_node* node{};
    bool (*change)(ib_node*, ib_block*){};
    ib_block* out{};          ///< the node's own slot: only its mark is kept up
    std::uint32_t cascade{};  ///< 0, or which of the cascades, from 1
    std::uint32_t n_ops{1};
  };
  std::vector<Step> steps;
  std::vector<Cascade> cascades;
  std::uint64_t items{};          ///< of passes that all of them made in place: counted once
  std::int64_t now_ns{IB_NEVER};  ///< what the block was settled to when it came
};

/// Few of something, within their owner: one cache line less to touch.
template <class T>
using Few = boost::container::small_vector<T, 1>;

struct Program {
  std::uint64_t passes{};
  Compact<Op> ops;
  Compact<const ib_block**> arrived;  ///< inputs that the ring's block stands behind
  Compact<Leaf> leaves;
  Compact<const ib_block*> in;         ///< all inputs of all ops
  std::vector<Neighbours> neighbours;  ///< in the order of their ops
  Compact<const ib_block**> cells;     ///< those that follow a leaf
};

/// An edge that arrives from another island.
struct RingInput {
  CutRing* ring{};
  std::size_t reader{};
  std::uint64_t items{}, deepest{};
  Program program;
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

/// Why there is an island.
enum class Begins : std::uint8_t { source, blocking, isolated, meeting, queue };

struct Island {
  // -- what handing it a block touches --------------------------------------------------------------
  /// Only its own thread hands it blocks, so that queueing it takes no atomics.
  bool local{}, queued{};
  bool blocking{};  ///< sinks that touch disk or network
  bool isolated{};  ///< its first node runs in another process
  Sampling sampling;
  Worker* home{};
  Island* next_local{};       ///< intrusive list of the worker, from its own thread
  Island* next_queued{};      ///< ... and from any
  std::int64_t arrival_ns{};  ///< of the pass in hand
  IslandState state;
  std::vector<RingInput> arrivals;
  std::unique_ptr<Intake> intake;  ///< of an island whose first node may be interrupted
  Few<CutRing*> leaves;            ///< gating rings this island writes
  Program turn;                    ///< of an island with a source
  Busy* busy{};
  std::vector<Stage*> stages;  ///< topological
  std::uint32_t id{}, component{};
  std::uint32_t begins_at{};  ///< the node, in the graph
  Begins begins{};
  bool recorded{};  ///< during a turn of its source that is
};

/// What an island run needs to know of the run around it.
struct PassContext {
  bool live{};
  std::int64_t (*host_now)(){};  ///< live only; null in virtual time
  const Pace* pace{};            ///< while a live run is on
  LogRing* log{};
  Taps* taps{};
  Outlets* outlets{};           ///< while what comes out is recorded or compared
  SessionRecorder* recorder{};  ///< while what comes in is recorded
  RealtimeTeam* realtime{};     ///< live only
};

/// [control, after activate] How the node changes a block that nobody else reads; null: it can't.
const ib_in_place* in_place(const Stage& s);
/// [control] Works out the programs of an island whose stages, edges and rings are complete.
void compile(Island& island);
/// [exec] A turn of the island's source, and all that follows from it in the island.
void run_turn(Island& island, const PassContext& context);
/// [exec] All there is to run for a queued island: blocks of its rings, while there is room ahead.
void run_island(Island& island, const PassContext& context);
/// [exec] All stages that this entry reaches, once. For run_island and Intake.
void run_pass(Island& island, Program& program, const PassContext& context);
/// [exec] How many blocks wait at a ring.
void note_depth(RingInput& arrival);
/// [exec] `latest`: of the blocks that wait, of which `slot` is the first, the newest.
const BlockSlot* newest_only(RingInput& arrival, const BlockSlot* slot);
/// [control, on the island's thread or when it is quiet] Sends the ends that found a ring full.
/// True: there was something to send.
bool send_kept_ends(Island& island);
/// [exec] All readers behind the island know of all that was published: at the end of a run, a source's
/// turns, and before somebody waits for them.
void tell_readers(Island& island);
/// [exec] True when every gating ring that leaves the island has room for one pass.
bool has_room(Island& island);
/// [exec] Virtual time, no room ahead: true if a reader that makes room will queue this island again.
bool waits_for_room(Island& island);

/// [any] Settled time of the input of a stage that has one; among neighbours, of the first one's.
std::int64_t input_settled(const Stage& s);
/// [any] Items on the inputs and outputs of a stage.
struct Totals {
  std::uint64_t items_in{}, items_out{};
};
Totals totals(const Island& island, const Stage& s);

inline bool overflows(const ib_block* out) { return out != nullptr && out->n > out->capacity; }
/// [exec] The node's own call. To say that it wrote more than a slot holds is a mistake that costs the
/// call: nobody may read so far.
inline ib_status call(Stage& s) {
  const auto status = s.process(s.node, &s.call);
  for (std::uint32_t k = 0; k < s.n_out; ++k) {
    if (overflows(s.call.out[k])) [[unlikely]]
      return IB_ERROR;
  }
  return status;
}

/// [exec] A call that is more than the node's own: marks of the host, changes of params, a node that
/// has stopped.
void call_specially(Stage& s, const Op& op, const PassContext& context);
/// [exec] What `on_error` says, after a call that failed.
void handle_error(Stage& s, const Op& op, const PassContext& context, ib_status status);
/// [exec] From the next call on it stands still, or is bypassed. The text lives as long as the stage.
void fail_for_good(Stage& s, const PassContext& context, const char* why);

}  // namespace ib::detail
