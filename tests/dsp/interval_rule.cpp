#include "dsp/interval_rule.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using ib::dsp::ArtefactRule;
using ib::dsp::IntervalRule;

/// Accepted: "1". Milliseconds.
std::string accepted_by(ArtefactRule kind, const std::vector<int>& ms) {
  IntervalRule rule(kind);
  std::string text;
  for (std::size_t i = 0; i < ms.size(); ++i) {
    const int next = i + 1 < ms.size() ? ms[i + 1] * 1000 : 0;
    text += rule.accepts(ms[i] * 1000, next) ? '1' : '0';
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_rule)

BOOST_AUTO_TEST_CASE(malik_takes_a_fifth_and_not_more) {
  BOOST_TEST(accepted_by(ArtefactRule::malik, {1000, 1200, 960, 1152}) == "1111");  // exactly 20 %
  BOOST_TEST(accepted_by(ArtefactRule::malik, {1000, 1201, 799, 1000}) == "1001");
}

BOOST_AUTO_TEST_CASE(kamath_lets_hearts_slow_down_further_than_speed_up) {
  BOOST_TEST(accepted_by(ArtefactRule::kamath, {1000, 1325, 1001}) == "111");
  BOOST_TEST(accepted_by(ArtefactRule::kamath, {1000, 1326, 755}) == "101");
  BOOST_TEST(accepted_by(ArtefactRule::kamath, {1000, 754}) == "10");
}

BOOST_AUTO_TEST_CASE(karlsson_looks_to_both_sides) {
  // 1000 and 1000 around it: from 801 to 1199.
  BOOST_TEST(accepted_by(ArtefactRule::karlsson, {1000, 1199, 1000}) == "111");
  BOOST_TEST(accepted_by(ArtefactRule::karlsson, {1000, 1200, 1000}) == "101");
  BOOST_TEST(accepted_by(ArtefactRule::karlsson, {1000, 1500, 2000}) == "111");  // a steady rise
}

BOOST_AUTO_TEST_CASE(acar_compares_with_nine) {
  BOOST_TEST(accepted_by(ArtefactRule::acar, {1000, 1000, 1199}) == "111");
  BOOST_TEST(accepted_by(ArtefactRule::acar, {1000, 1000, 1200}) == "110");
  // Nine of 900 behind one of 600: what lies further back does not count.
  std::vector<int> ms{760};
  ms.insert(ms.end(), 9, 900);
  ms.push_back(1079);  // below 1.2 * 900, above 1.2 times the mean of all ten
  BOOST_TEST(accepted_by(ArtefactRule::acar, ms) == "11111111111");
}

BOOST_AUTO_TEST_CASE(one_artefact_does_not_condemn_the_next_and_three_are_a_new_level) {
  for (const auto rule : {ArtefactRule::malik, ArtefactRule::kamath, ArtefactRule::acar}) {
    BOOST_TEST(accepted_by(rule, {800, 400, 800, 1600, 800}) == "10101");
    BOOST_TEST(accepted_by(rule, {800, 400, 400, 400, 400, 400}) == "100011");
  }
}

BOOST_AUTO_TEST_CASE(a_start_and_a_gap_compare_with_nothing) {
  IntervalRule rule(ArtefactRule::malik);
  BOOST_TEST(rule.accepts(500'000, 0));
  BOOST_TEST(!rule.accepts(900'000, 0));
  rule.restart();
  BOOST_TEST(rule.accepts(900'000, 0));
  BOOST_TEST(accepted_by(ArtefactRule::none, {1, 2000, 3, 60000}) == "1111");
}

BOOST_AUTO_TEST_SUITE_END()
