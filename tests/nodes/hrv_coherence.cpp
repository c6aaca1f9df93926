#include "hrv/coherence.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

#include "nodes/probe.hpp"
#include "support/interval_streams.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

std::vector<Timed<CoherenceRow>> coherence_rows(const std::vector<Timed<Interval>>& intervals,
                                                Duration end) {
  NodeRunner run(node_def<HrvCoherence>(), {});
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  return run.items<CoherenceRow>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_coherence)

BOOST_AUTO_TEST_CASE(six_breaths_a_minute_are_one_wave) {
  const auto rows = coherence_rows(swinging_intervals(900, 60, 0.1, 120s), 120s);
  BOOST_REQUIRE_EQUAL(rows.size(), 24U);
  BOOST_CHECK(rows[5].v.reason == Reason::warming_up);
  BOOST_TEST(present(rows[5].v) == 0);
  const auto& full = rows.back().v;
  BOOST_CHECK(full.reason == Reason::none);
  BOOST_TEST(*full.score_pct > 85);
  BOOST_TEST(*full.peak_hz == 0.1, boost::test_tools::tolerance(0.05));
  BOOST_CHECK(full.level == Coherence::high);
}

BOOST_AUTO_TEST_CASE(noise_is_none) {
  std::mt19937 random(4);
  std::vector<double> rr;
  for (int i = 0; i < 400; ++i) rr.push_back(750 + static_cast<double>(random() % 200));
  int low = 0, all = 0;
  for (const auto& row : coherence_rows(as_stream(beat_intervals(rr)), 330s)) {
    if (row.v.reason != Reason::none) continue;
    ++all;
    low += row.v.level == Coherence::low ? 1 : 0;
  }
  BOOST_TEST(all > 40);
  BOOST_TEST(low > all / 2);
}

BOOST_AUTO_TEST_CASE(a_constant_heart_has_no_wave) {
  const auto row =
      coherence_rows(as_stream(beat_intervals(std::vector<double>(200, 800.0))), 150s).back().v;
  BOOST_TEST(!row.score_pct);
  BOOST_CHECK(row.reason == Reason::insufficient_beats);
  BOOST_CHECK(row.level == Coherence::none);
  BOOST_TEST(is_finite(row));
}

BOOST_AUTO_TEST_CASE(beats_that_nothing_has_rated_are_refused) {
  BOOST_TEST(refuses(node_def<HrvCoherence>(), 0) == "unrated");
}

BOOST_AUTO_TEST_SUITE_END()
