// What a node holds: heap bytes of each node of one person at a live ring of 64 Hz, after activation.
// Ten thousand rings in one process stand on these numbers; a node that grows beyond its bound must
// say why here.
#include "support/counted_malloc.hpp"
#include "support/graph_world.hpp"
#include "support/heap.hpp"

#include "plan_impl.hpp"
#include "stream_pointers.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// A second instance of a planned node, activated with the same streams.
std::size_t bytes_of(const detail::PlanImpl& plan, std::uint32_t i) {
  const auto& planned = plan.graph.nodes[i];
  auto in = plan.streams[i].in;
  auto out = plan.streams[i].out;
  char error[512]{};
  ib_activation a{};
  a.struct_size = sizeof a;
  StreamPointers pointers;
  pointers.put(a, in, out);
  a.max_step_ns = plan.step().count();
  a.seed = 1;
  a.path = planned.path.c_str();
  a.out_dir = ".";
  a.error = error;
  a.error_size = sizeof error;
  a.n_sources = static_cast<std::uint32_t>(plan.streams.sources(i).size());
  const auto before = bytes_in_use();
  ib_node* node = planned.type->create(nullptr);
  for (const auto& s : planned.settings) {
    node->set_param(node, s.param, s.number, s.text.c_str());
  }
  BOOST_REQUIRE_MESSAGE(node->activate(node, &a) == IB_OK, error);
  const auto bytes = bytes_in_use() - before;
  node->deactivate(node);
  node->destroy(node);
  return bytes;
}

/// Every node of person.yaml whose type has a bound stays below it; all together, in bytes.
std::size_t check(const char* source, const std::map<std::string_view, std::size_t>& bounds) {
  const auto registry = all_nodes();
  const auto graph = read(registry, graphs() / "person.yaml", {{"source", source}});
  PlanOptions options;
  options.mode = Mode::live;
  const auto built = plan(graph, options);
  std::size_t sum = 0, seen = 0;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const auto bound = bounds.find(graph.nodes[i].type->desc->type);
    if (bound == bounds.end()) continue;
    const auto bytes = bytes_of(built->impl(), i);
    sum += bytes;
    ++seen;
    BOOST_TEST_MESSAGE(bound->first << ": " << bytes);
    BOOST_TEST(bytes <= bound->second, bound->first << " holds " << bytes << " bytes");
  }
  BOOST_TEST(seen == bounds.size());
  BOOST_TEST_MESSAGE(source << ": " << sum);
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(node_memory)

BOOST_AUTO_TEST_CASE(a_pulse_alone) {
  if (!malloc_is_counted) return;
  BOOST_TEST(check("virtual:seed=1,rate=64,acc=off", {{"filter.bandpass", 1'400},
                                                      {"beat.ppg", 2'700},
                                                      {"quality.ppg", 11'200},
                                                      {"interval.clean", 1'900},
                                                      {"hrv.window", 2'500},
                                                      {"stress.classifier", 3'900}}) <= 22'800U);
}

/// The hand moves 64 times a second too: quality keeps 8 s of it, activation as long as intervals lag.
BOOST_AUTO_TEST_CASE(with_acceleration) {
  if (!malloc_is_counted) return;
  BOOST_TEST(check("virtual:seed=1,rate=64",
                   {{"quality.ppg", 19'900}, {"stress.classifier", 11'700}}) <= 31'600U);
}

BOOST_AUTO_TEST_SUITE_END()
