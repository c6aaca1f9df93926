#include "report_waiting.hpp"

#include "pace.hpp"

#include <algorithm>

namespace ib::detail {
namespace {

/// All that a node with several inputs waits for: where the one that holds it stands, and the furthest.
struct Inputs {
  std::int64_t least{IB_FOREVER}, most{IB_NEVER};
  const Edge* holder{};
};

/// Of what comes from there nothing is waited for any more.
bool has_ended(const PlanImpl& plan, std::uint32_t node) {
  const auto sources = plan.streams.sources(node);
  return std::all_of(sources.begin(), sources.end(), [&](std::uint32_t k) {
    return std::atomic_ref(const_cast<bool&>(plan.sources[k].finished))  // NOLINT: only read
        .load(std::memory_order_relaxed);
  });
}

/// Inputs that nothing feeds hold nobody.
Inputs look_at_inputs(const PlanImpl& plan, const Stage& s) {
  Inputs all;
  for (const auto& edge : plan.graph.nodes[s.graph_node].inputs) {
    const bool fed = (plan.streams[s.graph_node].in[edge.to_port].flags & IB_STREAM_CONNECTED) != 0;
    if (!fed || has_ended(plan, edge.from_node)) continue;
    const auto settled = s.settled_in[edge.to_port].load(std::memory_order_relaxed);
    if (settled < all.least) {
      all.least = settled;
      all.holder = &edge;
    }
    all.most = std::max(all.most, settled);
  }
  return all;
}

}  // namespace

Time session_now(const PlanImpl& plan) {
  return plan.context.pace != nullptr ? plan.context.pace->session_now() : plan.ended;
}

std::vector<Time> newest_time(PlanImpl& plan) {
  std::vector<Time> newest(plan.components.size(), never);
  std::vector<char> lasts(plan.components.size());
  for (auto& s : plan.sources) {
    const Time t{std::atomic_ref(s.told_settled_ns).load(std::memory_order_relaxed)};
    newest[s.component] = std::max(newest[s.component], t);
    if (!std::atomic_ref(s.finished).load(std::memory_order_relaxed)) lasts[s.component] = 1;
  }
  if (plan.context.pace == nullptr) return newest;
  const Time now = session_now(plan);
  for (std::size_t c = 0; c < newest.size(); ++c)
    if (lasts[c] != 0) newest[c] = std::max(newest[c], now);
  return newest;
}

double lag_s(Time newest, Time at) {
  if (newest == never || at >= newest) return 0;
  return seconds(newest - std::max(at, Time{0}));
}

void add_waiting(NodeReport& r, const PlanImpl& plan, const Stage& s, Time newest) {
  if (s.n_in == 0 || newest == never) return;
  Inputs all;
  if (s.n_in > 1) {
    all = look_at_inputs(plan, s);
  } else {
    all.least = all.most = input_settled(s);
  }
  r.lag_s = std::max(r.lag_s.value_or(0), lag_s(newest, Time{all.least}));
  if (all.most <= all.least) return;
  // An input that has not begun lies behind by all that the others have had of the session.
  const double behind_s = seconds(Time{all.most} - Time{std::max<std::int64_t>(all.least, 0)});
  if (behind_s <= r.waits_s) return;
  r.waits_s = behind_s;
  r.waits_for = output_name(plan.graph.nodes[all.holder->from_node], all.holder->from_port);
}

}  // namespace ib::detail
