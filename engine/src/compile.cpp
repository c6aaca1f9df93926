// The program of each entry of an island: which stages it reaches, and where their inputs lie.
#include "stage.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ib::detail {
namespace {

class Compiling {
 public:
  explicit Compiling(Island& island) : island_(island) {}

  /// The pass that begins at the source, or at the inputs that a ring feeds.
  void compile(Program& program, const std::vector<RingInput::Target>& fed) {
    reached_.clear();
    readers_.clear();
    program.ops.clear();
    program.arrived.clear();
    program.leaves.clear();
    program.in.clear();
    program.cells.clear();
    program.neighbours.clear();
    std::size_t inputs = 0;
    for (const auto& s : island_.stages) inputs += s->n_in;
    program.in.reserve(inputs);  // ops point into it
    for (const auto& s : island_.stages) {
      if (is_reached(*s, fed)) add(program, *s, fed);
    }
    for (auto& op : program.ops) add_leaves(program, op);
    program.ops.shrink_to_fit();
    program.arrived.shrink_to_fit();
    program.leaves.shrink_to_fit();
    program.cells.shrink_to_fit();
    join_neighbours(program);
  }

 private:
  static bool feeds(const std::vector<RingInput::Target>& fed, const Stage& s, std::uint32_t i) {
    return std::any_of(fed.begin(), fed.end(),
                       [&](const auto& t) { return t.stage == &s && t.port == i; });
  }
  bool is_reached(const Stage& s, const std::vector<RingInput::Target>& fed) const {
    if (fed.empty() && s.n_in == 0) return true;
    for (std::uint32_t i = 0; i < s.n_in; ++i) {
      if (feeds(fed, s, i) || reached_.count(s.inputs[i].port) != 0) return true;
    }
    return false;
  }

  void add(Program& program, Stage& s, const std::vector<RingInput::Target>& fed) {
    Op op;
    op.stage = &s;
    op.in = program.in.data() + program.in.size();
    for (std::uint32_t i = 0; i < s.n_in; ++i) {
      program.in.push_back(nullptr);
      OutPort* port = s.inputs[i].port;
      if (feeds(fed, s, i)) {
        program.arrived.push_back(&program.in.back());
      } else if (port != nullptr && reached_.count(port) != 0) {
        program.in.back() = &port->own.head;
        if (port->gating != nullptr) readers_[port].push_back(&program.in.back());
      }
    }
    for (auto& port : s.ports) {
      if (port.listened) reached_.insert(&port);
    }
    s.call.in = op.in;
    program.ops.push_back(op);
  }

  void add_leaves(Program& program, Op& op) {
    op.first_leaf = static_cast<std::uint32_t>(program.leaves.size());
    for (std::uint32_t k = 0; k < op.stage->n_out; ++k) {
      auto& port = op.stage->ports[k];
      if (!port.listened || !port.leaves()) continue;
      const auto& readers = readers_[&port];
      program.leaves.push_back({&port, &op.stage->out[k],
                                static_cast<std::uint32_t>(program.cells.size()),
                                static_cast<std::uint32_t>(readers.size())});
      program.cells.insert(program.cells.end(), readers.begin(), readers.end());
    }
    op.n_leaves = static_cast<std::uint32_t>(program.leaves.size()) - op.first_leaf;
    const Stage& s = *op.stage;
    const bool line = s.n_in == 1 && s.n_out == 1 && op.n_leaves == 0 && s.latency == nullptr;
    op.line = line ? s.out[0] : nullptr;
  }

  /// Whether it may change the block that `port` holds: nobody else reads that.
  bool may_change(const Op& op, const OutPort* port) const {
    if (op.line == nullptr || port == nullptr || port->leaves()) return false;
    if (op.in[0] != &port->own.head) return false;
    return count_readers(*port) == 1;
  }
  std::size_t count_readers(const OutPort& port) const {
    std::size_t n = 0;
    for (const auto& s : island_.stages) {
      for (const auto& ref : s->inputs) n += ref.port == &port ? 1 : 0;
    }
    return n;
  }
  /// Only where the island has one entry: what a run counts for its nodes is then one number.
  void join_neighbours(Program& program) {
    if (island_.arrivals.size() > 1) return;
    const OutPort* last = nullptr;  // of the run in hand
    for (std::uint32_t i = 0; i < program.ops.size(); ++i) {
      Op& op = program.ops[i];
      const Stage& s = *op.stage;
      const OutPort* port = s.n_in == 1 ? s.inputs[0].port : nullptr;
      const auto* ext = may_change(op, port) ? in_place(s) : nullptr;
      if (ext == nullptr) {
        last = nullptr;
        continue;
      }
      op.change = ext->change;
      if (last == nullptr || port != last) {
        program.neighbours.emplace_back();
        program.neighbours.back().first = i;
      }
      ++program.neighbours.back().n;
      last = &s.ports[0];
    }
    for (auto& run : program.neighbours) {
      hand_on(program, run);
      add_steps(program, run);
    }
  }
  /// All of them, and who reads the last one, look at the block in hand.
  static void hand_on(Program& program, Neighbours& run) {
    const Op* ops = program.ops.data() + run.first;
    run.from = ops[0].in[0];
    run.block.head = *run.from;  // what no pass changes
    std::replace(program.in.begin(), program.in.end(),
                 static_cast<const ib_block*>(ops[run.n - 1].line),
                 static_cast<const ib_block*>(&run.block.head));
    for (std::uint32_t k = 0; k < run.n; ++k) {
      *ops[k].in = &run.block.head;
      ops[k].stage->ports[0].own.neighbours = &run;
    }
  }
  static void add_steps(const Program& program, Neighbours& run) {
    for (std::uint32_t k = 0; k < run.n;) {
      const Op* op = program.ops.data() + run.first + k;
      Neighbours::Step step{op->stage, op->stage->node, op->change, op->line, 0, 1};
      Cascade together;
      for (auto next = op; k + together.nodes() < run.n; ++next) {
        if (next->stage->ports[0].shape.channels != 1 || !together.add(next->stage->node)) break;
      }
      if (together.nodes() > 1) {
        step.n_ops = together.nodes();
        run.cascades.push_back(std::move(together));
        step.cascade = static_cast<std::uint32_t>(run.cascades.size());
      }
      k += step.n_ops;
      run.steps.push_back(step);
    }
  }

  Island& island_;
  std::set<const OutPort*> reached_;
  std::map<const OutPort*, std::vector<const ib_block**>> readers_;
};

void prepare(Stage& s) {
  s.process = s.node->process;
  s.out.assign(s.n_out, nullptr);
  for (std::uint32_t k = 0; k < s.n_out; ++k) {
    if (s.ports[k].listened) s.out[k] = &s.ports[k].own.head;
  }
  for (auto& t : s.settled_in) t.store(IB_NEVER, std::memory_order_relaxed);
  s.call.struct_size = sizeof s.call;
  s.call.n_in = s.n_in;
  s.call.n_out = s.n_out;
  s.call.out = s.out.data();
}

}  // namespace

const ib_in_place* in_place(const Stage& s) {
  if (s.n_in != 1 || s.n_out != 1) return nullptr;
  const auto* ext = static_cast<const ib_in_place*>(s.node->extension(s.node, IB_EXT_IN_PLACE));
  return ext != nullptr && ext->change != nullptr ? ext : nullptr;
}

void compile(Island& island) {
  for (auto& s : island.stages) {
    prepare(*s);
    s->island = &island;
  }
  Compiling compiling(island);
  if (island.arrivals.empty()) compiling.compile(island.turn, {});
  for (auto& arrival : island.arrivals) compiling.compile(arrival.program, arrival.targets);
}

std::int64_t input_settled(const Stage& s) {
  const auto* run = s.ports.empty() ? nullptr : s.ports[0].own.neighbours;
  const auto& mark = run != nullptr ? run->now_ns : s.call.now_ns;
  return std::atomic_ref(const_cast<std::int64_t&>(mark))
      .load(std::memory_order_relaxed);  // NOLINT
}

namespace {

std::uint64_t items_of(const OutPort& port) {
  const auto together = port.own.neighbours != nullptr ? counted(port.own.neighbours->items) : 0;
  return counted(port.own.items) + together;
}

}  // namespace

Totals totals(const Island& island, const Stage& s) {
  Totals t;
  for (const auto& ref : s.inputs) {
    if (ref.port != nullptr) t.items_in += items_of(*ref.port);
  }
  for (const auto& arrival : island.arrivals) {
    for (const auto& target : arrival.targets) {
      if (target.stage == &s) t.items_in += counted(arrival.items);
    }
  }
  for (const auto& port : s.ports) t.items_out += items_of(port);
  return t;
}

}  // namespace ib::detail
