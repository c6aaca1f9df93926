// Who writes into which histogram: nodes that are equal (the same node of a template) and run on one
// thread share one; beyond a bound, those of one type do.
#include "fold.hpp"
#include "plan_steps.hpp"

#include <map>
#include <tuple>

namespace ib::detail {
namespace {

constexpr std::size_t max_groups = 256;  // of 2.6 kB, per thread and kind

class Metering {
 public:
  explicit Metering(PlanImpl& plan) : plan_(plan), folding_(plan.graph) {}

  void run() {
    for (auto& island : plan_.islands) {
      for (auto& s : island->stages) {
        s->process_time = &histogram(*s, island->home, 0);
        if (wants_latency(*s)) s->latency = &histogram(*s, island->home, 1);
      }
    }
  }

 private:
  /// Of sinks how long ago their blocks arrived, of nodes that give items how old those are.
  bool wants_latency(const Stage& s) const {
    if (s.sink) return plan_.mode == Mode::live;
    return times_decisions(plan_) && decides(plan_, s.graph_node);
  }

  using Key = std::tuple<const void*, std::uint32_t, const Worker*, int>;

  Histogram& histogram(const Stage& s, const Worker* home, int kind) {
    const bool by_type = folding_.size() > max_groups;
    const auto group = folding_.group_of(s.graph_node);
    const Key key = by_type ? Key{plan_.graph.nodes[s.graph_node].type, 0, home, kind}
                            : Key{nullptr, group, home, kind};
    auto& h = made_[key];
    if (h == nullptr) h = &plan_.histograms.emplace_back();
    return *h;
  }

  PlanImpl& plan_;
  Folding folding_;
  std::map<Key, Histogram*> made_;
};

}  // namespace

void attach_meters(PlanImpl& plan) { Metering(plan).run(); }

}  // namespace ib::detail

namespace ib {

void Plan::forget_latencies() {
  for (const auto* s : impl_->stages) {
    if (s != nullptr && s->latency != nullptr) s->latency->forget();
  }
}

}  // namespace ib
