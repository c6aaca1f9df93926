// What one more live ring costs: heap bytes of the whole chain of a person without files (graph, plan,
// nodes and the queue that its packets come through), by the difference of two plans. Ten thousand
// rings in one process stand on this number; what grows beyond its bound must say why here.
#include "support/counted_malloc.hpp"
#include "support/graph_world.hpp"
#include "support/heap.hpp"

#include "bench/push.hpp"

#include <fmt/format.h>

using namespace ib;
using namespace ib::test;

namespace {

/// Takes every stream.
struct Taker {
  static constexpr About about{"test.taker", "1.0.0", "Takes every stream."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", void, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&Taker::in};
  ib_status process(ib_process&) { return IB_OK; }
};

const Registry& registry() {
  static const Registry all = [] {
    auto r = all_nodes();
    for (const auto& d : {node_def<bench::Push>(), node_def<Taker>()})
      r.add(NodeType{d.desc, d.create});
    return r;
  }();
  return all;
}

std::string yaml_of(std::size_t rings) {
  return fmt::format(R"(interbeat: 1
nodes:
  ring:       {{for_each: 0..{0}, type: bench.push, ring: $index}}
  filtered:   {{for_each: 0..{0}, type: filter.bandpass, in: "ring[${{each}}]", low: 0.5 Hz, high: 8 Hz}}
  detected:   {{for_each: 0..{0}, type: beat.ppg, in: "filtered[${{each}}]"}}
  quality:    {{for_each: 0..{0}, type: quality.ppg, raw: "ring[${{each}}]", filtered: "filtered[${{each}}]", beats: "detected[${{each}}]"}}
  clean:      {{for_each: 0..{0}, type: interval.clean, beats: "quality[${{each}}].beats"}}
  hrv:        {{for_each: 0..{0}, type: hrv.window, intervals: "clean[${{each}}]", window: 60 s, step: 1 s}}
  activation: {{for_each: 0..{0}, type: stress.classifier, intervals: "clean[${{each}}]"}}
  a:          {{for_each: 0..{0}, type: test.taker, in: "hrv[${{each}}]"}}
  b:          {{for_each: 0..{0}, type: test.taker, in: "activation[${{each}}]"}}
)",
                     rings - 1);
}

/// Of a plan that stands, and all that it stands on.
double bytes_of(std::size_t rings) {
  const auto before = bytes_in_use();
  const bench::PushRings fed(rings);
  Diagnostics problems;
  auto graph = read_graph_text(yaml_of(rings), "rings", ".", {}, registry(), problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  const auto plan = Plan::build(std::move(*graph), {}, problems);
  graph.reset();
  BOOST_REQUIRE_MESSAGE(plan != nullptr, problems.text());
  return static_cast<double>(bytes_in_use() - before);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ring_memory)

BOOST_AUTO_TEST_CASE(one_more_ring) {
  if (!malloc_is_counted) return;
  bytes_of(10);  // what is made once is there
  const double each = (bytes_of(300) - bytes_of(100)) / 200;
  BOOST_TEST_MESSAGE(each << " bytes");
  BOOST_TEST(each <= 32'000);
}

BOOST_AUTO_TEST_SUITE_END()
