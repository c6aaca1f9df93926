// Ratios of CPU time within one run, with generous limits: a guard against a hop that has become several
// times as dear, not a measurement. What the engine has to reach is measured by `interbeat bench`.
#include "bench/graph_work.hpp"
#include "bench/plain.hpp"
#include "bench/rounds.hpp"

#include <boost/test/unit_test.hpp>

#include "bench/figure.hpp"

using namespace ib::bench;

namespace {

constexpr std::uint64_t packets = 10'000;
enum Sides : std::size_t { none, scale, rings, loop, biquads, sos };

Side through(const std::string& yaml, std::uint64_t n) {
  return {"", [work = GraphWork{.yaml = yaml, .packets = n}] { return run_graph(work); }};
}

std::string four_biquads() {
  return R"(interbeat: 1
nodes:
  n0: {type: bench.source, packet: 8}
  n1: {type: bench.biquad, in: n0, section: 0}
  n2: {type: bench.biquad, in: n1, section: 1}
  n3: {type: bench.biquad, in: n2, section: 2}
  n4: {type: bench.biquad, in: n3, section: 3}
  sink: {type: bench.sink, in: n4}
)";
}

/// Nine rounds; the median of a ratio needs no quiet machine, only both sides in one round.
const std::vector<Round>& nine_rounds() {
  static const std::vector<Round> rounds = [] {
    const std::vector<Side> sides{through(chain_yaml(0, "", 8), packets),
                                  through(chain_yaml(20, "bench.scale", 8), packets),
                                  through(chain_yaml(20, "bench.scale", 8, true), packets),
                                  {"", [] { return plain_scalings(packets, 20); }},
                                  through(four_biquads(), packets),
                                  {"", [] { return plain_sos(8 * packets); }}};
    RoundOptions options;
    options.most = RoundOptions::enough;
    Reference reference;
    return run_rounds(sides, options, surroundings(reference));
  }();
  return rounds;
}

template <class Ratio>
double median(Ratio ratio) {
  std::vector<double> values;
  for (const auto& r : nine_rounds()) values.push_back(ratio(r.sides));
  return median_of(values);
}

void expect(const char* what, double found, double at_most) {
  BOOST_TEST_MESSAGE(what << ": " << found << " times (at most " << at_most << ")");
  BOOST_TEST(found <= at_most, what << ": " << found << " times, at most " << at_most);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ratios)

BOOST_AUTO_TEST_CASE(twenty_scaling_nodes_against_a_loop_of_twenty_scalings) {
  expect("scaling node / plain loop",
         median([](auto& s) { return (s[scale].cpu() - s[none].cpu()) / s[loop].cpu(); }), 3);
}

BOOST_AUTO_TEST_CASE(a_ring_on_every_edge_against_fused) {
  expect("through a ring / fused", median([](auto& s) {
           return (s[rings].cpu() - s[none].cpu()) / (s[scale].cpu() - s[none].cpu());
         }),
         25);
}

BOOST_AUTO_TEST_CASE(four_filter_nodes_against_one_loop) {
  expect("four biquad nodes / plain loop",
         median([](auto& s) { return (s[biquads].cpu() - s[none].cpu()) / 8 / s[sos].cpu(); }), 4);
}

BOOST_AUTO_TEST_SUITE_END()
