// Memory of a plan: outputs of an island share buffers like registers, and islands of one thread share
// them too, because they run one after the other and nothing stays in a buffer behind a pass. A slot
// of a ring is its own. All of it lies in one arena, so the data path never meets a fresh page.
#include "fold.hpp"
#include "machine_limits.hpp"
#include "memory_bill.hpp"
#include "plan_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <queue>
#include <utility>
#include <vector>

namespace ib::detail {
namespace {

/// A stretch of memory that several ports use, one after the other.
struct Pool {
  std::byte* memory{};
  std::size_t bytes{};
};

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

/// Hands stretches to the ports of a thread's islands, like registers: the first one that is free.
class Sharing {
 public:
  void share(const Island& island) {
    find_last_readers(island);
    free_ = {};
    taken_ = {};
    for (std::size_t i = 0; i < pools_.size(); ++i) free_.push(i);
    for (std::size_t k = 0; k < island.stages.size(); ++k) {
      for (; !taken_.empty() && taken_.top().first < k; taken_.pop())
        free_.push(taken_.top().second);
      for (auto& port : island.stages[k]->ports) {
        if (!port.listened) continue;
        const auto i = take();
        auto& bytes = pools_[i].bytes;
        bytes = std::max(bytes, Layout(port.shape).bytes);
        // An output that crosses a cut is published after the whole island ran: it must last.
        if (!port.leaves()) taken_.push({last_reader(port, k), i});
        users_.push_back({&port, i});
      }
    }
  }
  std::deque<Pool>& pools() { return pools_; }
  struct User {
    OutPort* port;
    std::size_t pool;
  };
  const std::vector<User>& users() const { return users_; }

 private:
  void find_last_readers(const Island& island) {
    readers_.clear();
    for (std::size_t k = 0; k < island.stages.size(); ++k) {
      for (const auto& ref : island.stages[k]->inputs) {
        if (ref.port != nullptr) readers_.push_back({ref.port, k});
      }
    }
    std::sort(readers_.begin(), readers_.end());
    until_.resize(island.stages.size());
    for (auto k = island.stages.size(); k-- > 0;) {
      const Stage& s = *island.stages[k];
      until_[k] = in_place(s) != nullptr ? last_reader(s.ports[0], k) : k;
    }
  }
  /// The stage itself when nobody in the island reads the port. A node that may change its neighbour's
  /// block hands that memory on: it lasts as long as the node's own output.
  std::size_t last_reader(const OutPort& port, std::size_t stage) const {
    std::size_t last = stage;
    auto reader = std::lower_bound(readers_.begin(), readers_.end(), Reader{&port, 0});
    for (; reader != readers_.end() && reader->first == &port; ++reader)
      last = std::max(last, until_[reader->second]);
    return last;
  }
  std::size_t take() {
    if (free_.empty()) {
      pools_.emplace_back();
      return pools_.size() - 1;
    }
    const auto i = free_.top();
    free_.pop();
    return i;
  }

  template <class T>
  using LeastFirst = std::priority_queue<T, std::vector<T>, std::greater<>>;
  using Reader = std::pair<const OutPort*, std::size_t>;  ///< a port, and a stage that reads it

  std::deque<Pool> pools_;
  std::vector<User> users_;
  std::vector<Reader> readers_;  ///< sorted
  std::vector<std::size_t>
      until_;  ///< by stage: the last that may work in the memory of its inputs
  LeastFirst<std::size_t> free_;
  LeastFirst<std::pair<std::size_t, std::size_t>> taken_;  ///< after that stage it is free again
};

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

/// One for each thread, as large as its most demanding node asks for.
void want_scratch(PlanImpl& plan) {
  for (const auto& island : plan.islands) {
    for (const auto& stage : island->stages) {
      auto& most = island->home->scratch_bytes;
      most = std::max(most, plan.streams[stage->graph_node].scratch_bytes);
    }
  }
  for (auto& w : plan.workers) plan.arena.want(&w->scratch, w->scratch_bytes);
}

void hand_out_scratch(PlanImpl& plan) {
  for (const auto& island : plan.islands) {
    for (const auto& stage : island->stages) stage->call.scratch = island->home->scratch;
  }
}

/// False, and said: the arena is larger than what is free.
bool fits(const PlanImpl& plan, Diagnostics& out) {
  const auto left = free_memory();
  if (plan.arena.bytes() <= left.bytes) return true;
  MemoryBill bill;
  const Folding folding(plan.graph);
  for (const auto& ring : plan.rings) {
    bill.add(
        fmt::format("the ring from {} to {}", folding.folded(ring->from), folding.folded(ring->to)),
        ring->ring.capacity() * ring->shape.bytes());
  }
  for (const auto& island : plan.islands) {
    for (const auto& stage : island->stages) {
      for (const auto& port : stage->ports) {
        if (port.listened)
          bill.add("outputs of " + folding.name(folding.group_of(stage->graph_node)),
                   Layout(port.shape).bytes);
      }
    }
  }
  bill.refuse("the blocks of this graph need", plan.arena.bytes(), left, plan.graph.file.string(),
              out);
  return false;
}

}  // namespace

void want(Arena& arena, BlockSlot& slot, const BlockShape& shape) {
  arena.want(&slot.data, std::size_t{shape.capacity} * shape.item_bytes);
  if (shape.regular) arena.want(&slot.flags, shape.capacity);
  else arena.want(&slot.times, shape.capacity * sizeof(std::int64_t));
  arena.want(&slot.gaps, shape.gaps() * sizeof(ib_gap));
}

bool allocate(PlanImpl& plan, Diagnostics& out) {
  std::map<const Worker*, Sharing> threads;
  want_scratch(plan);
  for (const auto& island : plan.islands) threads[island->home].share(*island);
  for (auto& [home, sharing] : threads) {
    for (auto& pool : sharing.pools()) plan.arena.want(&pool.memory, pool.bytes);
  }
  for (auto& ring : plan.rings) {
    for (auto& slot : ring->ring.slots()) want(plan.arena, slot, ring->shape);
  }
  if (!fits(plan, out)) return false;
  plan.arena.allocate();
  hand_out_scratch(plan);
  for (auto& [home, sharing] : threads) {
    for (const auto& user : sharing.users()) lay_out(*user.port, sharing.pools()[user.pool].memory);
  }
  for (auto& ring : plan.rings) {
    for (auto& slot : ring->ring.slots()) slot.prepare(ring->shape);
  }
  for (auto& island : plan.islands) compile(*island);
  return true;
}

}  // namespace ib::detail
