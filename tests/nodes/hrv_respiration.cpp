#include "hrv/respiration.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

#include "nodes/probe.hpp"
#include "support/interval_streams.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<RespirationRow>> respiration_rows(
    const std::vector<Timed<Interval>>& intervals, Duration end,
    std::vector<NodeRunner::Setting> settings = {}) {
  NodeRunner run(node_def<HrvRespiration>(), std::move(settings));
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  return run.items<RespirationRow>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_respiration)

BOOST_AUTO_TEST_CASE(fifteen_breaths_a_minute) {
  const auto row = respiration_rows(swinging_intervals(800, 35, 0.25, 150s), 150s).back().v;
  BOOST_CHECK(row.reason == Reason::none);
  BOOST_CHECK(row.doubt == BreathDoubt::none);
  BOOST_TEST(*row.breaths_per_min == 15.0, boost::test_tools::tolerance(0.01));
  BOOST_TEST(*row.share > 0.9);
  BOOST_TEST(*row.rise_db > 10);
}

BOOST_AUTO_TEST_CASE(a_slow_wave_is_a_breath_only_for_who_follows_a_pacer) {
  const auto intervals = swinging_intervals(900, 60, 0.13, 150s);
  const auto free = respiration_rows(intervals, 150s).back().v;
  BOOST_TEST(!free.breaths_per_min);
  BOOST_CHECK(free.doubt == BreathDoubt::too_slow);
  BOOST_TEST(*free.peak_hz == 0.13, boost::test_tools::tolerance(0.02));
  const auto paced = respiration_rows(intervals, 150s, {{"paced", 1}}).back().v;
  BOOST_TEST(*paced.breaths_per_min == 7.8, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(a_constant_heart_does_not_breathe) {
  const auto row =
      respiration_rows(as_stream(beat_intervals(std::vector<double>(200, 800.0))), 150s).back().v;
  BOOST_TEST(present(row) == 0);
  BOOST_CHECK(row.doubt == BreathDoubt::no_peak);
  BOOST_TEST(is_finite(row));
}

BOOST_AUTO_TEST_CASE(beats_that_nothing_has_rated_are_refused) {
  BOOST_TEST(refuses(node_def<HrvRespiration>(), 0) == "unrated");
}

BOOST_AUTO_TEST_SUITE_END()
