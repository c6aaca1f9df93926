// What is being called in this moment, for whoever pressed Ctrl-C and wonders: a pass is not broken off.
// Known by pass, not by node: to note every call would cost every call.
#include "plan_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace ib::detail {
namespace {

/// "slow", "one of ring, slow and 3 others"
class Names {
 public:
  void add(const std::string& name) {
    if (++n_ <= most) text_ += (text_.empty() ? "" : ", ") + name;
  }
  std::string text() const {
    if (n_ <= most) return (n_ > 1 ? "one of " : "") + text_;
    return fmt::format("one of {} and {} other{}", text_, n_ - most, n_ == most + 1 ? "" : "s");
  }
  bool empty() const { return n_ == 0; }

 private:
  static constexpr std::size_t most = 4;
  std::string text_;
  std::size_t n_{};
};

}  // namespace

std::string waits_for(PlanImpl& plan) {
  std::string text;
  const auto say = [&](const Names& names, std::string_view where) {
    if (!names.empty())
      text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", names.text(), where);
  };
  for (auto& s : plan.sources) {
    if (!std::atomic_ref(s.in_turn).load(std::memory_order_relaxed)) continue;
    Names names;
    for (const auto& island : plan.islands) {
      if (island->component != s.component || island->home != s.island->home) continue;
      for (const auto& stage : island->stages) names.add(plan.graph.nodes[stage->graph_node].path);
    }
    say(names, fmt::format("executor {}", plan.components[s.component].executor));
  }
  for (const auto& island : plan.islands) {
    if (island->state.now() == IslandState::idle || island->state.now() == IslandState::queued)
      continue;
    Names names;
    for (const auto& stage : island->stages) names.add(plan.graph.nodes[stage->graph_node].path);
    say(names, island->blocking ? "it touches disk, network or a terminal" : "on another thread");
  }
  return text;
}

}  // namespace ib::detail
