// Components: the parts of a graph that no edge connects. Each runs on one executor, from its sources to
// its sinks, so that a participant stays on one thread; what meets somewhere is never torn apart.
#include "graph_executors.hpp"
#include "machine_limits.hpp"
#include "plan_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace ib::detail {
namespace {

/// Disjoint sets by path halving (R. E. Tarjan, J. van Leeuwen, 1984).
class Sets {
 public:
  explicit Sets(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t of(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  /// The lower number stands for both, so that components are in the order written.
  void join(std::uint32_t a, std::uint32_t b) {
    a = of(a);
    b = of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::uint32_t> parent_;
};

/// The options win; `auto` is what this machine can run at once.
unsigned wanted_executors(const PlanImpl& plan) {
  const auto asked = plan.options.executors;
  if (asked != 0) return asked;
  const auto of_graph = plan.graph.executors.value_or(1);
  return of_graph != 0 ? of_graph : std::min(usable_cpus(), max_executors);
}

}  // namespace

void find_components(PlanImpl& plan) {
  const auto& nodes = plan.graph.nodes;
  Sets sets(nodes.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    for (const auto& e : nodes[i].inputs) sets.join(i, e.from_node);
  }
  plan.component_of.assign(nodes.size(), 0);
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    const auto root = sets.of(i);
    plan.component_of[i] = root == i ? n++ : plan.component_of[root];
  }
  plan.components.resize(n);
  plan.executors_wanted = wanted_executors(plan);
  plan.executors = std::min<unsigned>(plan.executors_wanted, std::max(1U, n));
  for (std::uint32_t c = 0; c < n; ++c) plan.components[c].executor = c % plan.executors;
  // A component's nodes lie side by side: what one packet touches is made in one go.
  std::stable_sort(plan.order.begin(), plan.order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return plan.component_of[a] < plan.component_of[b];
  });
}

void list_sources(PlanImpl& plan) {
  for (std::uint32_t k = 0; k < plan.sources.size(); ++k) {
    auto& s = plan.sources[k];
    s.component = plan.component_of[s.node];
    plan.components[s.component].sources.push_back(k);
  }
}

std::vector<std::string> executor_notes(const PlanImpl& plan) {
  std::vector<std::string> notes;
  const auto parts = plan.components.size();
  if (plan.executors < plan.executors_wanted) {
    const auto why = parts == 1
                         ? std::string("all nodes hang together, and what does stays on one thread")
                         : fmt::format(
                               "the graph has {} parts that no edge connects, and each "
                               "stays on one thread",
                               parts);
    notes.push_back(fmt::format("{} executors were asked for and {} run{}: {}",
                                plan.executors_wanted, plan.executors,
                                plan.executors == 1 ? "s" : "", why));
  }
  if (const auto cpus = usable_cpus(); plan.executors > cpus) {
    notes.push_back(
        fmt::format("{} executors share {} CPU{}: they take turns and are no faster than {}",
                    plan.executors, cpus, cpus == 1 ? "" : "s", cpus));
  }
  return notes;
}

}  // namespace ib::detail

namespace ib {

std::vector<std::string> Plan::executor_notes() const { return detail::executor_notes(*impl_); }

}  // namespace ib
