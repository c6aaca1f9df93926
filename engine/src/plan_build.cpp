// Graph to Plan, as a story. After allocate() nothing changes its shape.
#include "plan_steps.hpp"

#include <algorithm>

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

/// False: something is wrong, and said.
bool build(PlanImpl& plan, Diagnostics& out) {
  sort_nodes(plan);
  make_nodes(plan, out);
  if (out.has_errors()) return false;
  open_sources(plan, out);
  if (out.has_errors()) return false;
  plan.choose_mode();
  check_waiting_edges(plan, out);
  place_sources(plan);
  activate_nodes(plan, out);
  if (out.has_errors()) return false;
  // From here on the graph and its bounds are fixed.
  cut_into_islands(plan);
  allocate(plan);
  return true;
}

}  // namespace

void PlanImpl::choose_mode() {
  const bool any_live =
      std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.info.live != 0; });
  mode = options.mode.value_or(any_live ? Mode::live : Mode::replay);
  if (options.step.count() <= 0) {
    options.step = mode == Mode::live ? Duration(1s) : Duration(10s);
  }
  context.live = mode == Mode::live;
  context.log = &log;
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

std::unique_ptr<Plan> Plan::build(const Graph& graph, const PlanOptions& options,
                                  Diagnostics& out) {
  std::unique_ptr<Plan> plan(new Plan);
  plan->impl_->graph = graph;
  plan->impl_->options = options;
  return detail::build(*plan->impl_, out) ? std::move(plan) : nullptr;
}

Mode Plan::mode() const { return impl_->mode; }

bool Plan::has_live_source() const {
  return std::any_of(impl_->sources.begin(), impl_->sources.end(),
                     [](const auto& s) { return s.info.live != 0; });
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
