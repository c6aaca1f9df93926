// How an island runs: one pass per block, each stage at most once, blocks handed on by pointer.
#include "log_ring.hpp"
#include "stage.hpp"
#include "worker.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace ib::detail {
namespace {

void bump(std::atomic<std::uint64_t>& c, std::uint64_t n = 1) {
  c.store(c.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);  // one writer
}

std::int64_t monotonic_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

/// The slot this pass writes: in the ring if the edge leaves, so that it is written once.
BlockSlot& open_port(OutPort& port) {
  port.spilled = false;
  port.current = &port.own;
  if (port.gating != nullptr) {
    if (BlockSlot* slot = port.gating->ring.reserve()) port.current = slot;
    else port.spilled = true;
  }
  port.current->open(port.settled_ns);
  return *port.current;
}

/// Adds a gap in front of the first item of a block that is already filled.
void widen_front(BlockSlot& slot, ib_gap gap) {
  auto& n = slot.head.n_gaps;
  if (n > 0 && slot.gaps[0].at == 0) {
    slot.gaps[0].from_ns = std::min(slot.gaps[0].from_ns, gap.from_ns);
    slot.gaps[0].to_ns = std::max(slot.gaps[0].to_ns, gap.to_ns);
    return;
  }
  std::copy_backward(slot.gaps, slot.gaps + n, slot.gaps + n + 1);
  slot.gaps[0] = gap;
  ++n;
}

/// What a gap left by dropped blocks looks like to the reader of the next one.
void tell_loss(CutRing& ring, BlockSlot& slot) {
  if (ring.pending_lost == 0) return;
  slot.head.flags |= IB_BLOCK_LOST;
  slot.head.lost += ring.pending_lost;
  const std::int64_t to = slot.head.n > 0 && slot.head.anchor.dt_q32 == 0 ? slot.head.t_ns[0]
                                                                          : slot.head.settled_ns;
  if (ring.dropped_from < to) widen_front(slot, {ring.dropped_from, to, 0, 0});
  ring.pending_lost = 0;
}

void note_drop(CutRing& ring, const BlockSlot& slot, std::int64_t settled_before) {
  if (ring.pending_lost == 0) ring.dropped_from = settled_before;
  ring.pending_lost += slot.head.n > 0 ? slot.head.n : 1;  // a lost mark is a loss too
  ring.lost_items.fetch_add(slot.head.n, std::memory_order_relaxed);
}

void hand_over(CutRing& ring) {
  bump(ring.blocks);
  for (Island* consumer : ring.consumers) schedule(*consumer);
}

void publish(OutPort& port) {
  const auto before = port.settled_ns;
  port.settled_ns = port.current->head.settled_ns;
  for (CutRing* ring : port.lossy) {
    if (BlockSlot* slot = ring->ring.reserve()) {
      slot->copy(*port.current, ring->shape);
      tell_loss(*ring, *slot);
      ring->ring.publish();
      hand_over(*ring);
    } else {
      note_drop(*ring, *port.current, before);
    }
  }
  if (port.gating == nullptr) return;
  if (port.spilled) {
    note_drop(*port.gating, *port.current, before);
    return;
  }
  tell_loss(*port.gating, *port.current);
  port.gating->ring.publish();
  hand_over(*port.gating);
}

void stop_stage(Stage& s, const char* why) {
  s.state = StageState::stopped;
  s.failure = why != nullptr && *why != '\0' ? why : "the node reported an error";
}

/// What a stopped node sends: its stream ends here, once, and says why.
void send_end(Stage& s) {
  for (auto& port : s.ports) {
    if (!port.listened) continue;
    port.current->open(port.settled_ns);
    port.current->head.flags = IB_BLOCK_FINISHED | IB_BLOCK_FAILED;
  }
}

void send_through(Stage& s) {  // bypass: same type in and out, checked when the graph was read
  if (s.in[0] == nullptr || !s.ports[0].listened) return;
  const auto& in = *s.inputs[0].arrived;
  s.ports[0].current->copy(in, s.ports[0].shape);
}

const char* error_text(ib_node* node) {
  const auto* ext = static_cast<const ib_error_text*>(node->extension(node, IB_EXT_ERROR));
  return ext != nullptr ? ext->text(node) : nullptr;
}

void say(const PassContext& context, const Stage& s, const char* what) {
  if (context.log == nullptr) return;
  char line[160];
  const char* why = error_text(s.node);
  std::snprintf(line, sizeof line, "%s: %s", what, why != nullptr && *why != '\0' ? why : "the node reported an error");
  context.log->write(IB_LOG_ERROR, s.graph_node, line);
}

void handle_error(Stage& s, const PassContext& context) {
  bump(s.errors);
  switch (s.on_error) {
    case OnError::stop:
      say(context, s, "stopped");
      stop_stage(s, error_text(s.node));
      send_end(s);
      return;
    case OnError::restart: {  // goes on with the next block's first item, as fresh
      bump(s.restarts);
      say(context, s, "restarted");
      s.node->reset(s.node);
      for (auto& port : s.ports) {
        if (port.listened) port.current->open(port.settled_ns);
      }
      return;
    }
    case OnError::bypass:
      say(context, s, "bypassed");
      s.state = StageState::bypassed;
      s.failure = error_text(s.node) != nullptr ? error_text(s.node) : "";
      for (auto& port : s.ports) port.current->open(port.settled_ns);
      send_through(s);
      return;
  }
}

/// Collects this pass's inputs; false: nothing for this stage.
bool gather(Stage& s, std::uint64_t pass, std::int64_t& arrival) {
  bool any = s.n_in == 0;
  for (std::uint32_t i = 0; i < s.n_in; ++i) {
    auto& ref = s.inputs[i];
    if (ref.port != nullptr) ref.arrived = ref.port->pass == pass ? ref.port->current : nullptr;
    s.in[i] = ref.arrived != nullptr ? &ref.arrived->head : nullptr;
    if (ref.arrived == nullptr) continue;
    any = true;
    arrival = std::max(arrival, ref.arrived->arrival_ns);
    bump(s.items_in, ref.arrived->head.n);
  }
  return any;
}

/// An empty block with the host's own marks, in place of a source's turn.
bool send_host_marks(Stage& s) {
  if (s.n_in != 0 || (s.host_seen == IB_NEVER && !s.host_finished)) return false;
  for (auto& port : s.ports) {
    if (!port.listened) continue;
    port.current->head.seen_ns = s.host_seen;
    if (s.host_finished) port.current->head.flags |= IB_BLOCK_FINISHED;
  }
  s.host_seen = IB_NEVER;
  s.host_finished = false;
  return true;
}

void call_node(Stage& s, const PassContext& context) {
  if (send_host_marks(s)) return;
  s.call.events = s.events.data();
  s.call.n_events = s.n_events;
  ib_status status = IB_OK;
  if ((s.blocks.load(std::memory_order_relaxed) & 15U) == 0) {  // timing every call costs 20 ns
    const auto t0 = monotonic_ns();
    status = s.node->process(s.node, &s.call);
    bump(s.timed_ns, static_cast<std::uint64_t>(monotonic_ns() - t0));
    bump(s.timed);
  } else {
    status = s.node->process(s.node, &s.call);
  }
  s.n_events = 0;
  s.answer = status;
  if (status == IB_ERROR) handle_error(s, context);
}

}  // namespace

bool has_room(Island& island) {
  return std::all_of(island.leaves.begin(), island.leaves.end(),
                     [](CutRing* r) { return r->ring.reserve() != nullptr; });
}

void run_pass(Island& island, const PassContext& context) {
  const std::uint64_t pass = ++island.pass;
  for (auto& stage : island.stages) {
    Stage& s = *stage;
    std::int64_t arrival = s.n_in == 0 && context.host_now != nullptr ? context.host_now() : 0;
    if (!gather(s, pass, arrival)) continue;
    for (std::uint32_t k = 0; k < s.n_out; ++k) {
      auto& port = s.ports[k];
      if (!port.listened) continue;
      s.out[k] = &open_port(port).head;
      port.current->arrival_ns = arrival;
      port.pass = pass;
    }
    bump(s.blocks);
    switch (s.state) {
      case StageState::running: call_node(s, context); break;
      case StageState::stopped: send_end(s); break;
      case StageState::bypassed: send_through(s); break;
    }
    for (auto& port : s.ports) {
      if (!port.listened) continue;
      bump(s.items_out, port.current->head.n);
    }
    if (s.sink && context.host_now != nullptr && arrival > 0 && s.in[0] != nullptr && s.in[0]->n > 0) {
      s.latency.record(context.host_now() - arrival);
    }
  }
  for (auto& stage : island.stages) {  // published after the whole island ran
    for (auto& port : stage->ports) {
      if (port.listened && port.pass == pass) publish(port);
    }
  }
}

void run_island(Island& island, const PassContext& context) {
  for (bool progress = true; progress;) {
    progress = false;
    for (auto& arrival : island.arrivals) {
      if (!context.live && !has_room(island)) {
        for (CutRing* r : island.leaves) r->producer_waits.exchange(true, std::memory_order_acq_rel);
        if (!has_room(island)) return;  // a reader that makes room will notify us
      }
      CutRing& cut = *arrival.ring;
      const BlockSlot* slot = cut.ring.peek(arrival.reader);
      if (slot == nullptr) continue;
      if (cut.policy == Overflow::latest) {
        while (cut.ring.depth(arrival.reader) > 1) {
          cut.lost_items.fetch_add(slot->head.n, std::memory_order_relaxed);
          cut.ring.release(arrival.reader);
          slot = cut.ring.peek(arrival.reader);
        }
      }
      for (const auto& t : arrival.targets) t.stage->inputs[t.port].arrived = slot;
      run_pass(island, context);
      for (const auto& t : arrival.targets) t.stage->inputs[t.port].arrived = nullptr;
      cut.ring.release(arrival.reader);
      // Written even when nobody waits: a plain look could pass the release above and miss a
      // producer that just found the ring full (tests/engine/ring.cpp).
      if (!context.live && cut.producer_waits.exchange(false, std::memory_order_acq_rel)) {
        schedule(*cut.producer);
      }
      progress = true;
    }
  }
}

}  // namespace ib::detail
