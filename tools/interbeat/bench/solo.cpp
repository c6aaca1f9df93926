// The whole chain of one person (filter, beats, quality, intervals, HRV every second, activation),
// one core, no files: how many samples a second, and what a packet of a ring costs.
#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"
#include "bench/system_calls.hpp"

namespace ib::bench {
namespace {

enum Sides : std::size_t { large, small };
constexpr int in_replay = 256, from_a_ring = 4;

Side person(const std::string& name, int packet, std::uint64_t samples) {
  // A minute of HRV window and the filters' settling lie before the window.
  const GraphWork work{solo_yaml(packet), samples / static_cast<std::uint64_t>(packet),
                       120 * 64 / static_cast<std::uint64_t>(packet)};
  return {name, [work] { return run_graph(work); }};
}

/// Of a thousand packets of a ring, in a process of its own.
Count system_calls() {
  const auto calls = count_system_calls([] {
    Window window;
    window.opened = SystemCallWindow::open;
    window.closed = SystemCallWindow::close;
    run_graph({solo_yaml(from_a_ring), 1000}, window);
  });
  Count c{"system calls in 1,000 packets", "", std::nullopt};
  if (calls.counted) c.value = static_cast<double>(calls.total);
  else c.why_absent = calls.why;
  return c;
}

}  // namespace

Experiment solo(const Effort& effort) {
  Experiment e;
  e.title = "the whole chain of one person, HRV every second";
  e.sides = {person("packets of 256", in_replay, effort.of(512'000)),
             person("packets of 4", from_a_ring, effort.of(128'000))};
  e.figures = {
      {"samples a second, packets of 256", "M", Kind::time,
       [](auto& r) { return 1e3 * in_replay / r.sides[large].cpu(); }, at_least(3)},
      {"samples a second, packets of 4", "M", Kind::time,
       [](auto& r) { return 1e3 * from_a_ring / r.sides[small].cpu(); }},
      {"a packet of 4", "us", Kind::time, [](auto& r) { return 1e-3 * r.sides[small].cpu(); }},
      {"minor faults a packet", "", Kind::count,
       [](auto& r) { return r.sides[small].faults_each(); }, at_most(0)},
      {"context switches a packet", "", Kind::count,
       [](auto& r) { return r.sides[small].switches_each(); }},
  };
  e.counts = [] { return std::vector{system_calls()}; };
  return e;
}

}  // namespace ib::bench
