#include "bench/arrivals.hpp"

#include <interbeat/node.hpp>

#include <chrono>

namespace ib::bench {
namespace {

Arrivals* current_arrivals = nullptr;

struct Arrive {
  static constexpr About about{"bench.arrive", "1.0.0", "Looks at the clock when a packet comes."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK;
  In<"in", float, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&Arrive::in};

  Arrivals* told = current_arrivals;
  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr || p.in[0]->n == 0 || told == nullptr) return IB_OK;
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const auto i = told->heard.load(std::memory_order_relaxed);
    told->latencies_us[i] =
        1e-3F * static_cast<float>(now - told->pushed.load(std::memory_order_acquire));
    if (i == 0) {
      told->meter.start();
      if (told->opened != nullptr) told->opened();
    } else if (i + 1 == told->latencies_us.size()) {
      if (told->closed != nullptr) told->closed();
      told->cost = told->meter.stop(static_cast<double>(i));
    }
    told->heard.store(i + 1, std::memory_order_release);
    return IB_OK;
  }
};

}  // namespace

Arrivals::Arrivals(std::size_t n) : latencies_us(n) { current_arrivals = this; }
Arrivals::~Arrivals() { current_arrivals = nullptr; }

NodeType arrive_node() {
  const auto def = node_def<Arrive>();
  return NodeType{def.desc, def.create};
}

}  // namespace ib::bench
