#include <interbeat/engine.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include "bench/arrivals.hpp"
#include "bench/graph_work.hpp"
#include "bench/push.hpp"
#include "bench/wakeups.hpp"

namespace ib::bench {
namespace {

constexpr const char* yaml = R"(interbeat: 1
nodes:
  ring: {type: bench.push}
  sink: {type: bench.arrive, in: ring}
)";

/// An engine at work on its own thread, until this dies.
class Engine {
 public:
  Engine() : plan_(build(yaml, {})), stop_(eventfd(0, EFD_CLOEXEC)) {
    live_.stop_fd = stop_;
    thread_ = std::thread([this] { run_live(*plan_, live_); });
  }
  ~Engine() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(stop_, &one, sizeof one);
    thread_.join();
    close(stop_);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

 private:
  std::unique_ptr<Plan> plan_;
  int stop_;
  LiveOptions live_;
  std::thread thread_;
};

/// One packet after the other; `pause` between them, and the last has arrived.
void push_one_by_one(PushRings& rings, Arrivals& arrivals, std::size_t n,
                     std::chrono::nanoseconds pause) {
  for (std::size_t i = 0; i < n; ++i) {
    do {
      if (pause.count() > 0) std::this_thread::sleep_for(pause);
      else std::this_thread::yield();
    } while (arrivals.heard.load(std::memory_order_acquire) < i);
    arrivals.pushed.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                          std::memory_order_release);
    rings.push(0, {}, 0);
  }
  while (arrivals.heard.load(std::memory_order_acquire) < n) std::this_thread::yield();
}

}  // namespace

Cost engine_wakeups(std::size_t n, std::chrono::nanoseconds pause) {
  PushRings rings(1);
  Arrivals arrivals(n);
  {
    const Engine engine;
    push_one_by_one(rings, arrivals, n, pause);
  }
  auto cost = arrivals.cost;
  cost.latencies_us = std::move(arrivals.latencies_us);
  return cost;
}

void engine_packets(std::size_t n, void (*opened)(), void (*closed)()) {
  PushRings rings(1);
  Arrivals arrivals(n);
  arrivals.opened = opened;
  arrivals.closed = closed;
  const auto plan = build(yaml, {});
  LiveOptions live;
  live.stop_fd = eventfd(0, EFD_CLOEXEC);
  std::thread pusher([&] {
    push_one_by_one(rings, arrivals, n, {});
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(live.stop_fd, &one, sizeof one);
  });
  run_live(*plan, live);
  pusher.join();
  close(live.stop_fd);
}

}  // namespace ib::bench
