#include "parallel_replay.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <stdexcept>
#include <vector>

using namespace ib;

namespace ib {
static std::ostream& operator<<(std::ostream& out, Backend b) {
  return out << (b == Backend::tbb ? "tbb" : "threads");
}
}  // namespace ib

namespace {
const std::vector<Backend> both{Backend::tbb, Backend::threads};
}

BOOST_AUTO_TEST_SUITE(parallel_replay)

BOOST_DATA_TEST_CASE(every_index_goes_to_exactly_one_call, both, backend) {
  std::vector<std::atomic<int>> calls(100);
  for_each_parallel(
      calls.size(), 4, [&](std::size_t i) { ++calls[i]; }, backend);
  for (const auto& n : calls) BOOST_TEST(n.load() == 1);
}

BOOST_DATA_TEST_CASE(no_more_than_jobs_run_at_once, both, backend) {
  std::atomic<int> running{0}, most{0};
  for_each_parallel(
      50, 2,
      [&](std::size_t) {
        const int now = ++running;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
        --running;
      },
      backend);
  BOOST_TEST(most.load() <= 2);
}

BOOST_DATA_TEST_CASE(nothing_to_do_is_done_at_once, both, backend) {
  for_each_parallel(
      0, 2, [](std::size_t) { BOOST_ERROR("called"); }, backend);
}

BOOST_DATA_TEST_CASE(an_exception_comes_out, both, backend) {
  const auto work = [](std::size_t i) {
    if (i == 3) throw std::runtime_error("three");
  };
  BOOST_CHECK_THROW(for_each_parallel(10, 2, work, backend), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
