// What planning for thousands of people costs: it grows with their number and not faster. Allocations are
// counted; the CPU time of ten thousand is printed and has a wide bound.
#include "support/counted_malloc.hpp"
#include "support/graph_world.hpp"
#include "support/heap.hpp"

#include <cstdint>
#include <ctime>
#include <string>

using namespace ib;
using namespace ib::test;

namespace {

struct Cost {
  double allocations{}, bytes{}, arena{}, cpu_s{};
};

double cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// So many people, as in graphs/person.yaml, and no files.
Cost build(int people) {
  static const auto registry = all_nodes();
  Diagnostics problems;
  auto graph = read_graph_text("interbeat: 1\nparticipants:\n  p: {for_each: 0.." +
                                   std::to_string(people - 1) + ", use: \"" +
                                   (graphs() / "person.yaml").string() +
                                   "\", with: {source: \"virtual:seed=${index}\"}}\n",
                               "people", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  PlanOptions options;
  options.mode = Mode::live;
  const auto before = bytes_in_use();
  const auto from = cpu_now();
  count_allocations(true);
  const auto plan = Plan::build(std::move(*graph), options, problems);
  count_allocations(false);
  const auto cpu = cpu_now() - from;
  BOOST_REQUIRE_MESSAGE(plan != nullptr, problems.text());
  return {static_cast<double>(counted_allocations()), static_cast<double>(bytes_in_use() - before),
          static_cast<double>(plan->memory_bytes()), cpu};
}

void tell(int people, const Cost& c) {
  BOOST_TEST_MESSAGE(people << " people: for each " << c.allocations / people << " allocations, "
                            << c.bytes / people << " bytes (of them " << c.arena / people
                            << " of blocks), " << 1e6 * c.cpu_s / people << " us of CPU");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_building)

BOOST_AUTO_TEST_CASE(it_grows_with_the_number_of_people) {
  if (!malloc_is_counted) return;
  build(10);  // what is made once is there
  const auto one = build(1'000), two = build(2'000), four = build(4'000);
  tell(1'000, one);
  tell(2'000, two);
  tell(4'000, four);
  const double first = (two.allocations - one.allocations) / 1'000;
  const double second = (four.allocations - two.allocations) / 2'000;
  BOOST_TEST(second < 1.05 * first);
  BOOST_TEST((four.bytes - two.bytes) / 2'000 < 1.05 * (two.bytes - one.bytes) / 1'000);
}

BOOST_AUTO_TEST_CASE(ten_thousand_take_seconds_at_most) {
  const auto all = build(10'000);
  tell(10'000, all);
  if (malloc_is_counted) BOOST_TEST(all.cpu_s < 3);
}

BOOST_AUTO_TEST_SUITE_END()
