#include "cut_ring.hpp"

#include "stage.hpp"
#include "trace_lane.hpp"
#include "worker.hpp"

#include <algorithm>

namespace ib::detail {
namespace {

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

/// The items from `first` on did not fit.
void note_drop(CutRing& ring, const BlockSlot& slot, std::uint32_t first, std::int64_t before) {
  ib_block rest = slot.head;
  rest.n -= first;
  rest.first_index += first;
  if (!ring.shape.regular) rest.t_ns += first;
  if (first > 0) rest.lost = rest.n_gaps = 0;
  ring.dropped.add(rest, before);
  bump(ring.lost_items, std::uint64_t{rest.n});
  if (auto* trace = ring.producer->home->trace; trace != nullptr) {
    trace->moment(TraceRecord::Kind::loss, ring.from_node, rest.n);
  }
}

void wake_readers(const CutRing& ring) {
  for (Island* consumer : ring.consumers) schedule(*consumer);
}

void hand_over(CutRing& ring) {
  ring.ring.publish();
  if (++ring.untold >= ring.batch) tell_readers(ring);
}

constexpr std::int64_t time_alone_ns = 1'000'000'000;

bool can_wait(const CutRing& ring, const ib_block& b) {
  return ring.to_sinks && b.n == 0 && b.n_gaps == 0 && b.flags == 0 && b.lost == 0 &&
         ring.told_ns != IB_NEVER && b.settled_ns - ring.told_ns < time_alone_ns;
}

void send_copy(CutRing& ring, const BlockSlot& from, std::int64_t before) {
  const ib_block& b = from.head;
  if (can_wait(ring, b)) return;
  std::uint32_t first = 0;
  do {
    const auto n = std::min(b.n - first, ring.shape.capacity);
    BlockSlot* slot = ring.ring.reserve();
    if (slot == nullptr) {
      note_drop(ring, from, first, before);
      break;
    }
    copy_piece(*slot, from, first, n, ring.shape);
    before = ring.told_ns = slot->head.settled_ns;
    tell_loss(ring.dropped, *slot);
    ring.ring.publish();
    first += n;
  } while (first < b.n);
  if (first > 0 || b.n == 0) wake_readers(ring);
}

}  // namespace

void tell_readers(CutRing& ring) {
  if (ring.untold == 0) return;
  ring.untold = 0;
  wake_readers(ring);
}

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

void publish(OutPort& port, std::int64_t arrival_ns) {
  port.current->arrival_ns = arrival_ns;
  for (CutRing* ring : port.lossy) send_copy(*ring, *port.current, port.before_ns);
  if (port.gating == nullptr) return;
  port.told_ns = port.current->head.settled_ns;
  if (port.spilled) {
    note_drop(*port.gating, *port.current, 0, port.before_ns);
    return;
  }
  if (port.gating->dropped.any()) tell_loss(port.gating->dropped, *port.current);
  hand_over(*port.gating);
}

bool send_kept_end(CutRing& ring, const OutPort& port) {
  if (!ring.dropped.any()) return false;
  BlockSlot* slot = ring.ring.reserve();
  if (slot == nullptr) return false;
  slot->open(port.settled_ns());
  tell_loss(ring.dropped, *slot);
  hand_over(ring);
  tell_readers(ring);
  return true;
}

}  // namespace ib::detail
