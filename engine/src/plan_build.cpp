// Graph to Plan, as a story. After allocate() nothing changes its shape.
#include "huge_pages.hpp"
#include "machine_limits.hpp"
#include "plan_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace ib {
namespace detail {
namespace {

/// An edge that waits for its reader would, live, hold the thread that hears the devices.
void check_waiting_edges(const PlanImpl& plan, Diagnostics& out) {
  if (plan.mode != Mode::live) return;
  for (const auto& n : plan.graph.nodes) {
    for (const auto& e : n.inputs) {
      if (e.overflow != Overflow::block) continue;
      out.error(e.mark, "nodes." + n.path, "`overflow: block` would make a live source wait",
                "error, drop_newest or latest; block is for replay (--speed max)");
    }
  }
}

/// Live, with many who take turns: what they touch lies in few pages.
void gather(const PlanImpl& plan) {
  constexpr std::size_t many = 256;
  if (plan.mode != Mode::live || plan.sources.size() < many) return;
  use_huge_pages_for_heap();
  use_huge_pages(plan.stages_in_order.data(), plan.stages_in_order.size() * sizeof(Stage));
  use_huge_pages(plan.ports.data(), plan.ports.size() * sizeof(OutPort));
}

/// False: something is wrong, and said.
bool build(PlanImpl& plan, Diagnostics& out) {
  sort_nodes(plan);
  find_components(plan);
  make_nodes(plan, out);
  if (out.has_errors()) return false;
  open_sources(plan, out);
  if (out.has_errors()) return false;
  list_sources(plan);
  plan.choose_mode();
  pace_isolated(plan);
  check_waiting_edges(plan, out);
  check_people(plan, out);
  place_sources(plan);
  activate_nodes(plan, out);
  if (out.has_errors()) return false;
  // From here on the graph and its bounds are fixed.
  if (!cut_into_islands(plan, out)) return false;
  attach_meters(plan);
  if (!allocate(plan, out)) return false;
  gather(plan);
  return true;
}

}  // namespace

void PlanImpl::choose_mode() {
  const bool any_live =
      std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.is_live(); });
  mode = options.mode.value_or(any_live ? Mode::live : Mode::replay);
  if (options.step.count() <= 0) {
    options.step = mode == Mode::live ? Duration(250ms) : Duration(10s);
  }
  context.live = mode == Mode::live;
  context.log = &log;
  context.taps = &taps;
}

PlanImpl::~PlanImpl() {
  for (auto& w : workers) w->stop_thread();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] == nullptr) continue;
    if (active[i]) nodes[i]->deactivate(nodes[i]);
    nodes[i]->destroy(nodes[i]);
  }
}

}  // namespace detail

Plan::Plan() : impl_(std::make_unique<detail::PlanImpl>()) {}
Plan::~Plan() = default;

std::unique_ptr<Plan> Plan::build(Graph graph, const PlanOptions& options, Diagnostics& out) {
  const auto file = graph.file.string();
  const auto nodes = graph.nodes.size();
  try {
    std::unique_ptr<Plan> plan(new Plan);
    plan->impl_->graph = std::move(graph);
    plan->impl_->options = options;
    return detail::build(*plan->impl_, out) ? std::move(plan) : nullptr;
  } catch (const std::exception& error) {  // the plan is gone, and what it had is free again
    const auto met = shortage(error);
    if (met.what.empty()) throw;
    out.error({file, 1, 1}, "",
              fmt::format("this graph of {} nodes can't run here: {}", nodes, met.what), "",
              met.hint);
    return nullptr;
  }
}

Mode Plan::mode() const { return impl_->mode; }

bool Plan::has_live_source() const {
  return std::any_of(impl_->sources.begin(), impl_->sources.end(),
                     [](const auto& s) { return s.is_live(); });
}

std::vector<std::string> Plan::start_notes() const {
  std::vector<std::string> notes;
  for (const auto& s : impl_->sources) {
    notes.push_back(impl_->graph.nodes[s.stage->graph_node].path + " " + s.start_note);
  }
  return notes;
}

std::size_t Plan::memory_bytes() const { return impl_->arena.bytes(); }
const Graph& Plan::graph() const { return impl_->graph; }

}  // namespace ib
