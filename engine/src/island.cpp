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

/// Says in front of a block what was lost before it.
void tell_loss(Dropped& dropped, BlockSlot& slot) {
  if (!dropped.any()) return;
  slot.head.flags |= dropped.end;
  if (dropped.from != IB_NEVER) {
    slot.head.flags |= IB_BLOCK_LOST;
    slot.head.lost += dropped.items;
    const auto to = first_moment(slot.head);
    if (dropped.from < to) widen_front(slot, {dropped.from, to, 0, 0});
  }
  dropped = {};
}

void note_drop(CutRing& ring, const BlockSlot& slot, std::int64_t settled_before) {
  ring.dropped.add(slot.head, settled_before);
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
      tell_loss(ring->dropped, *slot);
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
  tell_loss(port.gating->dropped, *port.current);
  port.gating->ring.publish();
  hand_over(*port.gating);
}

bool send_kept_end(CutRing& ring, const OutPort& port) {
  if (!ring.dropped.any()) return false;
  BlockSlot* slot = ring.ring.reserve();
  if (slot == nullptr) return false;
  slot->open(port.settled_ns);
  tell_loss(ring.dropped, *slot);
  ring.ring.publish();
  hand_over(ring);
  return true;
}

/// Stopped, bypassed: the text first, then the state that makes it readable.
void leave(Stage& s, StageState to, const char* why) {
  if (why == nullptr || *why == '\0') why = "the node reported an error";
  std::snprintf(s.failure.data(), s.failure.size(), "%s", why);
  s.state.store(to, std::memory_order_release);
}

/// What a stopped node sends: its stream ends here, once, behind what it sent before, and says why.
void send_end(Stage& s) {
  for (auto& port : s.ports) {
    if (port.listened) port.current->head.flags |= IB_BLOCK_FINISHED | IB_BLOCK_FAILED;
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
  std::snprintf(line, sizeof line, "%s: %s", what,
                why != nullptr && *why != '\0' ? why : "the node reported an error");
  context.log->write(IB_LOG_ERROR, s.graph_node, line);
}

/// The rest of the blocks is lost: an end among them must not be.
void send_nothing(Stage& s) {
  bool ended = s.n_in > 0;
  for (const auto* in : s.in) {
    ended = ended && in != nullptr && (in->flags & IB_BLOCK_FINISHED) != 0;
  }
  for (auto& port : s.ports) {
    if (!port.listened) continue;
    port.current->open(port.settled_ns);
    if (ended) port.current->head.flags |= IB_BLOCK_FINISHED;
  }
}

/// The failed item and what lies behind it, as it came.
void send_rest(Stage& s, std::uint32_t from) {
  if (s.in[0] == nullptr || !s.ports[0].listened) return;
  s.ports[0].current->append(*s.inputs[0].arrived, from, s.ports[0].shape);
}

/// A node that failed at an item is called again behind it, until the blocks are through or it
/// fails for good; so what comes out does not depend on how they were cut. Each call passes one item.
void handle_error(Stage& s, const PassContext& context, ib_status status) {
  for (;;) {
    bump(s.errors);
    const bool at_item = status == IB_ERROR_AT_ITEM;
    if (s.on_error == OnError::stop) {
      if (!at_item) send_nothing(s);
      say(context, s, "stopped");
      leave(s, StageState::stopped, error_text(s.node));
      return send_end(s);
    }
    if (s.on_error == OnError::bypass) {
      if (!at_item) send_nothing(s);
      say(context, s, "bypassed");
      leave(s, StageState::bypassed, error_text(s.node));
      return send_rest(s, at_item ? s.call.failed_item : 0);
    }
    bump(s.restarts);
    say(context, s, "restarted");
    s.node->reset(s.node, IB_RESET_ERROR);
    if (!at_item) return send_nothing(s);
    s.call.resume = 1;
    status = s.node->process(s.node, &s.call);
    s.call.resume = 0;
    s.answer = status;
    if (status != IB_ERROR && status != IB_ERROR_AT_ITEM) return;
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
    s.settled_in[i] = std::max(s.settled_in[i], s.in[i]->settled_ns);
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

/// The changes that were admitted before the block in hand: whoever pushed them published later blocks.
void take_events(Stage& s) {
  s.events.clear();
  if (s.mailbox) {
    while (s.events.size() < s.events.capacity()) {
      const ib_event* e = s.mailbox->peek(0);
      if (e == nullptr) break;
      s.events.push_back(*e);
      s.mailbox->release(0);
    }
  }
  s.call.events = s.events.data();
  s.call.n_events = static_cast<std::uint32_t>(s.events.size());
}

void call_node(Stage& s, const PassContext& context) {
  if (send_host_marks(s)) return;
  take_events(s);
  if (s.n_in > 0) s.call.now_ns = *std::min_element(s.settled_in.begin(), s.settled_in.end());
  ib_status status = IB_OK;
  if ((s.blocks.load(std::memory_order_relaxed) & 15U) == 0) {  // timing every call costs 20 ns
    const auto t0 = monotonic_ns();
    status = s.node->process(s.node, &s.call);
    bump(s.timed_ns, static_cast<std::uint64_t>(monotonic_ns() - t0));
    bump(s.timed);
  } else {
    status = s.node->process(s.node, &s.call);
  }
  s.answer = status;
  if (status == IB_ERROR || status == IB_ERROR_AT_ITEM) handle_error(s, context, status);
}

/// `latest`: of the blocks that wait only the newest is met, and says what was passed over.
const BlockSlot* newest_only(RingInput& in, const BlockSlot* slot) {
  auto& cut = *in.ring;
  while (cut.ring.depth(in.reader) > 1) {
    in.skipped.add(slot->head, in.view.head.settled_ns);
    cut.lost_items.fetch_add(slot->head.n, std::memory_order_relaxed);
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
    switch (s.state.load(std::memory_order_relaxed)) {
      case StageState::running: call_node(s, context); break;
      case StageState::stopped: send_end(s); break;
      case StageState::bypassed: send_through(s); break;
    }
    for (auto& port : s.ports) {
      if (!port.listened) continue;
      bump(s.items_out, port.current->head.n);
    }
    if (s.sink && context.host_now != nullptr && arrival > 0 && s.in[0] != nullptr &&
        s.in[0]->n > 0) {
      s.latency.record(context.host_now() - arrival);
    }
  }
  for (auto& stage : island.stages) {  // published after the whole island ran
    for (auto& port : stage->ports) {
      if (port.listened && port.pass == pass) publish(port);
    }
  }
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
      if (!context.live && !has_room(island)) {
        for (CutRing* r : island.leaves)
          r->producer_waits.exchange(true, std::memory_order_acq_rel);
        if (!has_room(island)) return;  // a reader that makes room will notify us
      }
      CutRing& cut = *arrival.ring;
      const BlockSlot* slot = cut.ring.peek(arrival.reader);
      if (slot == nullptr) continue;
      if (cut.policy == Overflow::latest) slot = newest_only(arrival, slot);
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
