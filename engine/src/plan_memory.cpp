// Memory of a plan: outputs of an island share buffers like registers, a slot of a ring is its own; all
// of it lies in one arena, so the data path never meets a fresh page.
#include "plan_steps.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace ib::detail {
namespace {

/// A stretch of memory that several ports use, one after the other.
struct Pool {
  std::byte* memory{};
  std::size_t bytes{};
  std::size_t free_after{};  ///< stage index after which it may be written again
  std::vector<OutPort*> users;
};
using Pools = std::vector<std::unique_ptr<Pool>>;

/// Where a block's parts lie when they share one stretch.
struct Layout {
  explicit Layout(const BlockShape& shape) {
    flags = after(std::size_t{shape.capacity} * shape.item_bytes);
    times = after(shape.regular ? shape.capacity : 0);
    gaps = after(shape.regular ? 0 : shape.capacity * sizeof(std::int64_t));
    bytes = after(shape.gaps() * sizeof(ib_gap));
  }
  std::size_t flags{}, times{}, gaps{}, bytes{};

 private:
  std::size_t after(std::size_t n) {
    return at_ += (n + Arena::alignment - 1) / Arena::alignment * Arena::alignment;
  }
  std::size_t at_{};
};

Pool& free_pool(Pools& pools, std::size_t from, std::size_t stage) {
  for (std::size_t k = from; k < pools.size(); ++k) {
    if (pools[k]->free_after < stage) return *pools[k];
  }
  return *pools.emplace_back(std::make_unique<Pool>());
}

void share(const Island& island, Pools& pools) {
  std::map<const OutPort*, std::size_t> last_reader;
  for (std::size_t k = 0; k < island.stages.size(); ++k) {
    for (const auto& ref : island.stages[k]->inputs) {
      if (ref.port != nullptr) last_reader[ref.port] = k;
    }
  }
  const auto first = pools.size();
  for (std::size_t k = 0; k < island.stages.size(); ++k) {
    for (auto& port : island.stages[k]->ports) {
      if (!port.listened) continue;
      const auto it = last_reader.find(&port);
      // An output that crosses a cut is published after the whole island ran: it must last.
      const bool leaves = port.gating != nullptr || !port.lossy.empty();
      auto& pool = free_pool(pools, first, k);
      pool.bytes = std::max(pool.bytes, Layout(port.shape).bytes);
      pool.free_after = leaves ? SIZE_MAX : it != last_reader.end() ? it->second : k;
      pool.users.push_back(&port);
    }
  }
}

void lay_out(OutPort& port, std::byte* memory) {
  const Layout at(port.shape);
  auto& slot = port.own;
  slot.data = memory;
  if (port.shape.regular) slot.flags = reinterpret_cast<std::uint8_t*>(memory + at.flags);
  else slot.times = reinterpret_cast<std::int64_t*>(memory + at.times);
  slot.gaps = reinterpret_cast<ib_gap*>(memory + at.gaps);
  slot.prepare(port.shape);
  port.current = &slot;
}

void want(Arena& arena, BlockSlot& slot, const BlockShape& shape) {
  arena.want(&slot.data, std::size_t{shape.capacity} * shape.item_bytes);
  if (shape.regular) arena.want(&slot.flags, shape.capacity);
  else arena.want(&slot.times, shape.capacity * sizeof(std::int64_t));
  arena.want(&slot.gaps, shape.gaps() * sizeof(ib_gap));
}

}  // namespace

void allocate(PlanImpl& plan) {
  Pools pools;
  for (const auto& island : plan.islands) share(*island, pools);
  for (auto& pool : pools) plan.arena.want(&pool->memory, pool->bytes);
  for (auto& ring : plan.rings) {
    for (auto& slot : ring->ring.slots()) want(plan.arena, slot, ring->shape);
  }
  plan.arena.allocate();
  for (auto& pool : pools) {
    for (OutPort* port : pool->users) lay_out(*port, pool->memory);
  }
  for (auto& ring : plan.rings) {
    for (auto& slot : ring->ring.slots()) slot.prepare(ring->shape);
  }
}

}  // namespace ib::detail
