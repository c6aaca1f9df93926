#include "dsp/fragmentation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "support/nn_series.hpp"

namespace {

using ib::dsp::Fragmentation;
using ib::dsp::fragmentation_of;
using ib::test::NnSeries;

/// '+' an interval 10 ms longer than the one before, '-' shorter, '0' the same; one more in front.
NnSeries steps(const std::string& signs) {
  std::vector<std::int32_t> us{800'000};
  for (const char sign : signs)
    us.push_back(us.back() + (sign == '+' ? 10'000 : sign == '-' ? -10'000 : 0));
  return ib::test::unbroken(us);
}

Fragmentation found_in(const NnSeries& series) { return *fragmentation_of(series, 1); }

bool three_alike(const NnSeries& x) {
  for (std::size_t i = 2; i < x.size(); ++i)
    if (x[i].us == x[i - 1].us && x[i].us == x[i - 2].us) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fragmentation)

// Ten intervals; turns behind +++ and behind --; segments of 3, 2 and 4.
BOOST_AUTO_TEST_CASE(three_segments_by_hand) {
  const auto x = found_in(steps("+++--++++"));
  BOOST_TEST(x.pip_pct == 20.0);
  BOOST_TEST(*x.ials == 3.0 / 9);
  BOOST_TEST(x.pss_pct == 30.0);  // all but 3 + 4
  BOOST_TEST(x.pas_pct == 0.0);
}

BOOST_AUTO_TEST_CASE(four_single_segments_in_a_row_alternate_and_three_do_not) {
  BOOST_TEST(found_in(steps("++-+-++++")).pas_pct == 0.0);
  BOOST_TEST(found_in(steps("++-+-+---")).pas_pct == 40.0);
  BOOST_TEST(found_in(steps("+-+-+-+-+")).pas_pct == 90.0);
  BOOST_TEST(found_in(steps("+-+-+-+-+")).ials.value() == 1.0);
  BOOST_TEST(found_in(steps("+-+-+-+-+")).pip_pct == 80.0);
}

BOOST_AUTO_TEST_CASE(an_equal_interval_turns_and_is_no_segment) {
  const auto x = found_in(steps("++0++0000"));
  BOOST_TEST(x.pip_pct == 60.0);  // at both sides of the first 0, and five at the end
  BOOST_TEST(*x.ials == 0.5);
  BOOST_TEST(x.pas_pct == 0.0);
  BOOST_TEST(found_in(steps("+-0+-+000")).pas_pct == 0.0);  // two and three, not five
}

BOOST_AUTO_TEST_CASE(constant_intervals_have_no_segments) {
  const auto x = found_in(steps("000000000"));
  BOOST_TEST(!x.ials);
  BOOST_TEST(x.pip_pct == 80.0);
  BOOST_TEST(x.pss_pct == 100.0);
}

BOOST_AUTO_TEST_CASE(a_break_ends_everything) {
  const auto x = found_in(ib::test::with_gap(steps("+-+"), steps("-+-+++")));  // 4 + 7 intervals
  BOOST_TEST(x.pip_pct == 100 * (2 + 3) / 11.0);
  BOOST_TEST(x.pas_pct == 0.0);
  BOOST_TEST(*x.ials == 7.0 / 9);
  BOOST_TEST(x.pss_pct == 100 * 8 / 11.0);
  const auto alone = found_in(ib::test::with_gap(steps("+++"), steps("")));
  BOOST_TEST(alone.pss_pct == 25.0);  // the lonely interval isn't counted
}

BOOST_AUTO_TEST_CASE(fewer_than_100_differences_have_none) {
  BOOST_TEST(!fragmentation_of({}));
  BOOST_TEST(!fragmentation_of({}, 0));
  BOOST_TEST(!fragmentation_of(steps(""), 0));
  BOOST_TEST(!fragmentation_of(ib::test::noise(100, 1)));
  BOOST_TEST(fragmentation_of(ib::test::noise(101, 1)).has_value());
}

// Of independent values two thirds are turns, and so segments are 1.5 long on average. A segment is
// of length k with probability 2 (k^2 + 3k + 1) / (k + 3)! times 3 / 2: 5/8 of them
// single, 11/40 of two.
BOOST_AUTO_TEST_CASE(noise_turns_at_two_of_three_beats) {
  const auto x = *fragmentation_of(ib::test::noise(50'000, 6));
  BOOST_TEST(std::abs(x.pip_pct - 200.0 / 3) < 0.5);
  BOOST_TEST(std::abs(*x.ials - 2.0 / 3) < 0.005);
  BOOST_TEST(std::abs(x.pss_pct - 100 * (5 / 8.0 + 2 * 11 / 40.0) * 2 / 3) < 0.5);
}

// IALS has the same definition there; PIP has it where no two differences of 0 follow each other.
BOOST_AUTO_TEST_CASE(turns_equal_neurokit_where_definitions_agree) {
  int compared = 0;
  const auto all = ib::test::nn_reference_series();
  for (const auto& [name, series, parts, expected] : all) {
    BOOST_TEST_CONTEXT(name) {
      const auto& theirs = expected.at("neurokit_nonlinear");
      const auto x = *fragmentation_of(series);
      BOOST_TEST(*x.ials == theirs.at("HRV_IALS").get<double>(),
                 boost::test_tools::tolerance(1e-9));
      if (three_alike(series)) continue;
      ++compared;
      BOOST_TEST(x.pip_pct == 100 * theirs.at("HRV_PIP").get<double>(),
                 boost::test_tools::tolerance(1e-9));
    }
  }
  if (!all.empty()) BOOST_TEST(compared == 4);
}

BOOST_AUTO_TEST_SUITE_END()
