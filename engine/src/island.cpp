// How an island runs: one pass per entry, the stages that it reaches one after the other, blocks handed
// on by pointer. This is the path of every sample: what stands in `run` is paid by each block and node.
#include "stage.hpp"

#include "session_recorder.hpp"
#include "ticks.hpp"
#include "trace_lane.hpp"
#include "worker.hpp"

#include <algorithm>

namespace ib::detail {
namespace {

/// Settled time of the inputs, for `now`.
std::int64_t settled_inputs(Stage& s, const Op& op) {
  if (s.n_in == 1) return op.in[0]->settled_ns;
  std::int64_t now = IB_FOREVER;
  for (std::uint32_t i = 0; i < s.n_in; ++i) {
    auto settled = s.settled_in[i].load(std::memory_order_relaxed);
    if (op.in[i] != nullptr && op.in[i]->settled_ns > settled) {
      settled = op.in[i]->settled_ns;
      s.settled_in[i].store(settled, std::memory_order_relaxed);
    }
    now = std::min(now, settled);
  }
  return now;
}

/// A port that stays continues its own slot; one that leaves gets the next of its ring.
void open_outputs(Stage& s, const Program& program, const Op& op) {
  for (auto& port : s.ports) {
    if (port.listened && !port.leaves()) port.own.reopen();
  }
  for (std::uint32_t k = 0; k < op.n_leaves; ++k) {
    const Leaf& leaf = program.leaves[op.first_leaf + k];
    take_slot(*leaf.port);
    *leaf.out = &leaf.port->current->head;
    for (std::uint32_t c = 0; c < leaf.n_cells; ++c) {
      *program.cells[leaf.first_cell + c] = *leaf.out;
    }
  }
}

/// Live: how long ago what this sink has just met arrived at the host.
void measure_latency(const Island& island, Stage& s, const Op& op, const PassContext& context) {
  if (context.host_now == nullptr || island.arrival_ns <= 0) return;
  if (op.in[0] != nullptr && op.in[0]->n > 0) {
    s.latency->record(context.host_now() - island.arrival_ns);
  }
}

/// How old the items were on the clock of the inputs.
void measure_decisions(Stage& s) {
  for (std::uint32_t k = 0; k < s.n_out; ++k) {
    const ib_block* out = s.out[k];
    if (out == nullptr || out->t_ns == nullptr) continue;
    for (std::uint32_t i = 0; i < out->n; ++i) s.latency->record(s.call.now_ns - out->t_ns[i]);
  }
}

inline bool undisturbed(const Stage& s) { return s.attention.load(std::memory_order_relaxed) == 0; }

/// The common case: one block in, one block out, both in this island.
inline void run_line(const Op& op, const PassContext& context) {
  Stage& s = *op.stage;
  BlockSlot& out = slot_of(*op.line);
  put(s.call.now_ns, op.in[0]->settled_ns);
  out.reopen();
  if (undisturbed(s)) [[likely]] {
    auto status = s.process(s.node, &s.call);
    if (overflows(&out.head)) [[unlikely]]
      status = IB_ERROR;
    if (status < 0) [[unlikely]]
      handle_error(s, op, context, status);
  } else {
    call_specially(s, op, context);
  }
  bump(out.items, out.head.n);
}

void run_any(Island& island, const Program& program, const Op& op, const PassContext& context) {
  Stage& s = *op.stage;
  if (s.n_in > 0) put(s.call.now_ns, settled_inputs(s, op));
  open_outputs(s, program, op);
  if (undisturbed(s)) {
    s.answer = call(s);
    if (s.answer < 0) handle_error(s, op, context, s.answer);
  } else {
    call_specially(s, op, context);
  }
  for (std::uint32_t k = 0; k < s.n_out; ++k) {
    if (s.out[k] != nullptr) bump(s.ports[k].own.items, s.out[k]->n);
  }
  if (s.n_in == 0) {
    island.arrival_ns = s.call.arrival_ns;
    if (island.recorded) [[unlikely]]
      context.recorder->take(s);
  }
  if (s.latency == nullptr) return;
  if (s.sink) measure_latency(island, s, op, context);
  else measure_decisions(s);
}

inline void run_op(Island& island, const Program& program, const Op& op,
                   const PassContext& context) {
  if (op.line != nullptr) run_line(op, context);
  else run_any(island, program, op, context);
}

inline bool is_plain(const ib_block& b) {
  return b.flags == 0 && b.n_gaps == 0 && b.n > 0 && b.sample_flags == nullptr;
}

/// Field by field: a wider load of what was just written field by field would wait for the stores.
inline void take(Neighbours& run, const ib_block& block) {
  ib_block& b = run.block.head;
  b.flags = block.flags;
  b.n = block.n;
  b.n_gaps = block.n_gaps;
  b.lost = block.lost;
  b.seen_ns = block.seen_ns;
  b.settled_ns = block.settled_ns;
  b.first_index = block.first_index;
  b.anchor.index = block.anchor.index;
  b.anchor.t_ns = block.anchor.t_ns;
  b.anchor.dt_q32 = block.anchor.dt_q32;
  b.uncertainty_ns = block.uncertainty_ns;
  b.data = block.data;
  b.sample_flags = block.sample_flags;
  b.gaps = block.gaps;
  run.plain = is_plain(block);
}

/// A node that changed how many there are has broken the contract, and nobody may read so far: it fails, and what
/// it had is lost.
void refuse_change(Neighbours& run, const Op& op, std::uint32_t n, const PassContext& context) {
  run.block.head.n = n;
  slot_of(*op.line).reopen();
  handle_error(*op.stage, op, context, IB_ERROR);
  take(run, *op.line);
}

/// One node, counted for itself.
void run_in_place(Neighbours& run, const Op& op, const PassContext& context) {
  Stage& s = *op.stage;
  ib_block& block = run.block.head;
  const auto n = block.n;
  if (run.plain && undisturbed(s) && op.change(s.node, &block)) {
    if (block.n != n) return refuse_change(run, op, n, context);
    BlockSlot& out = slot_of(*op.line);
    bump(out.items, block.n);
    out.head.settled_ns = block.settled_ns;
    return;
  }
  run_line(op, context);
  take(run, *op.line);
}

bool run_cascade(const Cascade& cascade, const Op* ops, ib_block& block) {
  const auto* end = ops + cascade.nodes();
  for (const Op* op = ops; op != end; ++op) {
    if (!undisturbed(*op->stage)) return false;
  }
  if (!cascade.ready()) return false;
  cascade.run(block);
  for (const Op* op = ops; op != end; ++op) op->line->settled_ns = block.settled_ns;
  return true;
}

/// As far as it goes in place. How many nodes that were.
std::uint32_t run_plain(Neighbours& run, const Op* ops, const PassContext& context) {
  std::uint32_t k = 0;
  ib_block& block = run.block.head;
  const auto n = block.n;
  for (const auto& step : run.steps) {
    if (step.cascade != 0) {
      if (!run_cascade(run.cascades[step.cascade - 1], ops + k, block)) return k;
    } else {
      if (!undisturbed(*step.stage) || !step.change(step.node, &block)) return k;
      if (block.n != n) [[unlikely]] {
        refuse_change(run, ops[k], n, context);
        return k + 1;
      }
      step.out->settled_ns = block.settled_ns;
    }
    k += step.n_ops;
  }
  return k;
}

void run_neighbours(const Program& program, Neighbours& run, const PassContext& context) {
  const Op* ops = program.ops.data() + run.first;
  take(run, *run.from);
  put(run.now_ns, run.block.head.settled_ns);
  const auto n = run.block.head.n;
  const auto done = run.plain ? run_plain(run, ops, context) : 0;
  if (done == run.n && run.plain) [[likely]]
    return bump(run.items, n);
  for (std::uint32_t k = 0; k < done; ++k) bump(slot_of(*ops[k].line).items, n);
  for (std::uint32_t k = done; k < run.n; ++k) run_in_place(run, ops[k], context);
}

std::uint32_t items_in(const Op& op) {
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < op.stage->n_in; ++i) n += op.in[i] != nullptr ? op.in[i]->n : 0;
  return n;
}
std::uint32_t items_out(const Op& op) {
  if (op.change != nullptr) return op.in[0]->n;
  std::uint32_t n = 0;
  for (const ib_block* out : op.stage->out) n += out != nullptr ? out->n : 0;
  return n;
}

void run_all(Island& island, Program& program, const PassContext& context) {
  std::uint32_t next = 0;
  const auto alone_until = [&](std::uint32_t end) {
    for (; next < end; ++next) run_op(island, program, program.ops[next], context);
  };
  for (auto& run : program.neighbours) {
    alone_until(run.first);
    run_neighbours(program, run, context);
    next += run.n;
  }
  alone_until(static_cast<std::uint32_t>(program.ops.size()));
}

/// A pass that reads the clock between its nodes, which no two of them share then.
void run_timed(Island& island, Program& program, const PassContext& context) {
  TraceLane* trace = island.home->trace;
  auto run = program.neighbours.begin();
  auto before = ticks();
  for (const Op& op : program.ops) {
    if (op.change != nullptr) {
      const auto index = static_cast<std::uint32_t>(&op - program.ops.data());
      if (index == run->first) {
        take(*run, *run->from);
        put(run->now_ns, run->block.head.settled_ns);
      }
      run_in_place(*run, op, context);
      if (index + 1 == run->first + run->n) ++run;
    } else {
      run_op(island, program, op, context);
    }
    const auto now = ticks();
    Stage& s = *op.stage;
    bump(s.counts.timed);
    bump(s.counts.timed_ticks, static_cast<std::uint64_t>(now - before));
    if (s.process_time != nullptr) s.process_time->record(now - before);
    if (trace != nullptr) [[unlikely]] {
      trace->call(s.graph_node, before, now, items_in(op), items_out(op));
    }
    before = now;
  }
}

}  // namespace

void run_pass(Island& island, Program& program, const PassContext& context) {
  bump(program.passes, 1);
  if (island.arrivals.size() > 1) {  // another program may have run since
    for (const Op& op : program.ops) op.stage->call.in = op.in;
  }
  if (island.sampling.next()) [[unlikely]] {
    run_timed(island, program, context);
  } else {
    run_all(island, program, context);
  }
  for (const Leaf& leaf : program.leaves) publish(*leaf.port, island.arrival_ns);
}

void note_depth(RingInput& arrival) {
  CutRing& cut = *arrival.ring;
  const auto waiting = cut.ring.seen_waiting(arrival.reader);
  if (waiting <= arrival.deepest) return;
  arrival.deepest = waiting;
  cut.deepest.store(waiting, std::memory_order_relaxed);
}

/// `latest`: the blocks before it are passed over, and it says so.
const BlockSlot* newest_only(RingInput& in, const BlockSlot* slot) {
  auto& cut = *in.ring;
  while (cut.ring.depth(in.reader) > 1) {
    in.skipped.add(slot->head, in.view.head.settled_ns);
    bump(cut.lost_items, std::uint64_t{slot->head.n});
    cut.ring.release(in.reader);
    slot = cut.ring.peek(in.reader);
  }
  in.view = *slot;  // a header of its own; items stay where they are
  in.view.gaps = in.view_gaps.data();
  in.view.head.gaps = in.view.gaps;
  std::copy_n(slot->head.gaps, slot->head.n_gaps, in.view.gaps);
  tell_loss(in.skipped, in.view);
  return &in.view;
}

namespace {

/// One block of one ring. False: none waits.
bool meet_arrival(Island& island, RingInput& arrival, const PassContext& context) {
  if (island.intake != nullptr) [[unlikely]]
    return island.intake->meet(island, arrival, context);
  CutRing& cut = *arrival.ring;
  const BlockSlot* slot = cut.ring.peek(arrival.reader);
  if (slot == nullptr) return false;
  note_depth(arrival);
  if (cut.policy == Overflow::latest) slot = newest_only(arrival, slot);
  for (const ib_block** cell : arrival.program.arrived) *cell = &slot->head;
  island.arrival_ns = slot->arrival_ns;
  bump(arrival.items, slot->head.n);
  run_pass(island, arrival.program, context);
  cut.ring.release(arrival.reader);
  return true;
}

/// Virtual time: a producer that found the ring full goes on when there is room. Between threads it hears
/// of it when all that this reader knew of has been read.
void tell_producer(CutRing& cut, std::size_t reader) {
  if (cut.local) {
    if (!cut.producer_waits.load(std::memory_order_relaxed)) return;
    cut.producer_waits.store(false, std::memory_order_relaxed);
    return schedule(*cut.producer);
  }
  if (cut.ring.seen_waiting(reader) > 0) return;
  // Written even when nobody waits: a plain look could pass the release above and miss a
  // producer that just found the ring full (tests/engine/ring.cpp).
  if (cut.producer_waits.exchange(false, std::memory_order_acq_rel)) schedule(*cut.producer);
}

}  // namespace

bool waits_for_room(Island& island) {
  if (has_room(island)) return false;
  tell_readers(island);
  for (CutRing* r : island.leaves) r->producer_waits.exchange(true, std::memory_order_acq_rel);
  return !has_room(island);
}

void tell_readers(Island& island) {
  for (CutRing* r : island.leaves) tell_readers(*r);
}

bool has_room(Island& island) {
  return std::all_of(island.leaves.begin(), island.leaves.end(),
                     [](CutRing* r) { return r->ring.has_room(); });
}

void run_turn(Island& island, const PassContext& context) {
  Stage& source = *island.turn.ops.front().stage;
  source.call.arrival_ns = context.host_now != nullptr ? context.host_now() : 0;
  run_pass(island, island.turn, context);
}

bool send_kept_ends(Island& island) {
  bool sent = false;
  for (auto& stage : island.stages) {
    for (auto& port : stage->ports) {
      for (CutRing* ring : port.lossy) sent = send_kept_end(*ring, port) || sent;
      if (port.gating != nullptr) sent = send_kept_end(*port.gating, port) || sent;
    }
  }
  return sent;
}

void run_island(Island& island, const PassContext& context) {
  for (bool progress = true; progress;) {
    progress = false;
    for (auto& arrival : island.arrivals) {
      if (!context.live && waits_for_room(island)) return;
      if (!meet_arrival(island, arrival, context)) continue;
      if (!context.live) tell_producer(*arrival.ring, arrival.reader);
      progress = true;
    }
  }
  tell_readers(island);
}

}  // namespace ib::detail
