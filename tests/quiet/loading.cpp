// What reading a graph of thousands of people costs: it grows with their number and not faster, and
// what stays in memory is small. Counted, not timed.
#include "support/counted_malloc.hpp"
#include "support/graph_world.hpp"
#include "support/heap.hpp"

#include <cstdint>
#include <string>

using namespace ib;
using namespace ib::test;

namespace {

struct Cost {
  double allocations{}, bytes{};
  std::size_t nodes{}, text{};
};

/// graphs/group.yaml, 9 nodes for each person, with that many.
Cost read_group(int people) {
  static const auto registry = all_nodes();
  const auto before = bytes_in_use();
  count_allocations(true);
  const auto graph =
      read(registry, graphs() / "group.yaml", {{"people", "0.." + std::to_string(people - 1)}});
  count_allocations(false);
  return {static_cast<double>(counted_allocations()), static_cast<double>(bytes_in_use() - before),
          graph.nodes.size(), graph.expanded.size()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loading)

BOOST_AUTO_TEST_CASE(it_grows_with_the_number_of_people) {
  if (!malloc_is_counted) return;
  read_group(10);  // what is made once is there
  const auto one = read_group(1'000), two = read_group(2'000), four = read_group(4'000);
  for (const auto& c : {one, two, four})
    BOOST_TEST_MESSAGE(c.nodes / 9 << " people: " << 9 * c.allocations / double(c.nodes)
                                   << " allocations and " << 9 * c.bytes / double(c.nodes)
                                   << " bytes for each");
  BOOST_TEST(four.nodes == 36'000U);
  const auto slope = [](double from, double to, double people) { return (to - from) / people; };
  const double first = slope(one.allocations, two.allocations, 1'000),
               second = slope(two.allocations, four.allocations, 2'000);
  BOOST_TEST(second < 1.05 * first);
  BOOST_TEST(first < 210);  // for 9 nodes and 6 outputs
  BOOST_TEST(slope(two.bytes, four.bytes, 2'000) < 3'000);
}

BOOST_AUTO_TEST_CASE(its_canonical_text_does_not_grow) {
  BOOST_TEST(read_group(4'000).text < 5'000U);
}

BOOST_AUTO_TEST_SUITE_END()
