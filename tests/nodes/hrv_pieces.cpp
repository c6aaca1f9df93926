#include "hrv/pieces.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

#include "nodes/probe.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// Five minutes of intervals by turns 10 ms longer and shorter than `us`.
void append_five_minutes(std::vector<Timed<Interval>>& out, std::int32_t us, bool valid = true) {
  Time t = out.empty() ? Time{} : out.back().t;
  for (int i = 0; i < 300'000'000 / us; ++i) {
    const std::int32_t length = us + (i % 2 == 0 ? 10'000 : -10'000);
    t = t + std::chrono::microseconds(length);
    out.push_back({t,
                   {length,
                    valid,
                    valid && !out.empty(),
                    Label::normal,
                    valid ? Reason::none : Reason::artefact,
                    {}}});
  }
}

std::vector<Timed<PiecesRow>> pieces_rows(const std::vector<Timed<Interval>>& intervals,
                                          Duration end) {
  NodeRunner run(node_def<HrvPieces>(), {});
  run.in<Interval>(0).items(intervals).settle(end).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0U);
  return run.items<PiecesRow>(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_pieces)

// Means of 750, 1000 and 1250 ms; of n intervals +-10 ms around a mean the SDNN is 10 sqrt(n/(n-1)).
BOOST_AUTO_TEST_CASE(three_pieces_by_hand) {
  std::vector<Timed<Interval>> intervals;
  for (const std::int32_t us : {750'000, 1'000'000, 1'250'000}) append_five_minutes(intervals, us);
  const auto rows = pieces_rows(intervals, 900s);
  BOOST_REQUIRE_EQUAL(rows.size(), 3U);
  BOOST_TEST(rows[1].v.n_pieces == 2);
  BOOST_TEST(present(rows[1].v) == 0);
  BOOST_CHECK(rows[1].v.reason == Reason::warming_up);
  const auto& whole = rows.back().v;
  BOOST_TEST(whole.n_pieces == 3);
  BOOST_CHECK(whole.reason == Reason::none);
  BOOST_TEST(*whole.sdann_ms == 250, boost::test_tools::tolerance(1e-12));
  const auto sdnn = [](double n) { return 10 * std::sqrt(n / (n - 1)); };
  BOOST_TEST(*whole.sdnni_ms == (sdnn(400) + sdnn(300) + sdnn(240)) / 3,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(pieces_of_artefacts_do_not_count_and_the_row_says_so) {
  std::vector<Timed<Interval>> intervals;
  for (const bool valid : {true, false, true, false, true})
    append_five_minutes(intervals, 1'000'000, valid);
  const auto rows = pieces_rows(intervals, 1500s);
  BOOST_REQUIRE_EQUAL(rows.size(), 5U);
  BOOST_TEST(rows[3].v.n_pieces == 2);
  BOOST_CHECK(rows[3].v.reason == Reason::insufficient_coverage);
  BOOST_TEST(rows[4].v.n_pieces == 3);
  BOOST_TEST(*rows[4].v.sdann_ms == 0);
}

BOOST_AUTO_TEST_CASE(no_piece_reaches_across_a_silence) {
  std::vector<Timed<Interval>> intervals;
  for (int k = 0; k < 3; ++k) append_five_minutes(intervals, 1'000'000);
  const auto before = pieces_rows(intervals, 900s).back().v;
  const std::size_t n = intervals.size();
  append_five_minutes(intervals, 1'000'000);
  for (std::size_t i = n; i < intervals.size(); ++i) intervals[i].t = intervals[i].t + 10h + 100s;
  intervals[n].v.contiguous = false;
  const auto rows = pieces_rows(intervals, 900s + 10h + 500s);
  BOOST_TEST(rows.back().v.n_pieces ==
             3);  // what came behind fills two thirds of one, a third of the next
  BOOST_TEST(
      (rows.back().v.sdann_ms == before.sdann_ms && rows.back().v.sdnni_ms == before.sdnni_ms));
}

BOOST_AUTO_TEST_CASE(beats_that_nothing_has_rated_are_refused) {
  BOOST_TEST(refuses(node_def<HrvPieces>(), 0) == "unrated");
}

BOOST_AUTO_TEST_SUITE_END()
