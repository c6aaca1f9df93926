#include "dsp/heart_capacity.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/nn_series.hpp"

namespace {

using ib::dsp::heart_capacity_of;
using ib::test::NnSeries;

NnSeries breathing(std::size_t n, double beats_per_breath, double swing_us) {
  std::vector<std::int32_t> us;
  for (std::size_t i = 0; i < n; ++i)
    us.push_back(800'000 + static_cast<std::int32_t>(std::lround(
                               swing_us * std::sin(2 * std::numbers::pi * static_cast<double>(i) /
                                                   beats_per_breath))));
  return ib::test::unbroken(us);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(heart_capacity)

// Up from 800 to 820: (820 + 830 - 800 - 790) / 4 = 15. Down from 830 to 810 has nothing behind it.
BOOST_AUTO_TEST_CASE(one_anchor_by_hand) {
  const auto x = heart_capacity_of(ib::test::unbroken({790'000, 800'000, 820'000, 830'000}), 1);
  BOOST_TEST(*x.deceleration == 15.0);
  BOOST_TEST(x.deceleration_anchors == 1u);
  BOOST_TEST(!x.acceleration);
  const auto y = heart_capacity_of(ib::test::unbroken({830'000, 820'000, 800'000, 790'000}), 1);
  BOOST_TEST(*y.acceleration == -15.0);
  BOOST_TEST(!y.deceleration);
}

// Four beats per breath: 0, a, 0, -a. Anchor a: (a + 0 - 0 + a) / 4; anchor 0: (0 + a + a - 0) / 4.
BOOST_AUTO_TEST_CASE(breathing_over_four_beats_gives_half_its_swing) {
  const auto x = heart_capacity_of(breathing(200, 4, 20'000));
  BOOST_TEST(*x.deceleration == 10.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(*x.acceleration == -10.0, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_step_of_more_than_five_percent_is_no_anchor) {
  const auto anchors = [](std::int32_t after) {
    const auto x = heart_capacity_of(ib::test::unbroken({800'000, 800'000, after, after}), 1);
    return x.deceleration_anchors + x.acceleration_anchors;
  };
  BOOST_TEST(anchors(840'000) == 1u);
  BOOST_TEST(anchors(840'001) == 0u);
  BOOST_TEST(anchors(760'000) == 1u);
  BOOST_TEST(anchors(759'999) == 0u);
  BOOST_TEST(anchors(800'000) == 0u);
}

BOOST_AUTO_TEST_CASE(all_four_intervals_must_be_contiguous) {
  const auto whole = ib::test::unbroken({790'000, 800'000, 820'000, 830'000});
  for (std::size_t at = 1; at < 4; ++at) {
    auto broken = whole;
    broken[at].continues = false;
    BOOST_TEST(heart_capacity_of(broken, 1).deceleration_anchors == 0u);
  }
}

BOOST_AUTO_TEST_CASE(fewer_than_30_anchors_have_none) {
  BOOST_TEST(!heart_capacity_of({}).deceleration);
  BOOST_TEST(!heart_capacity_of({}, 0).deceleration);
  BOOST_TEST(!heart_capacity_of(ib::test::unbroken({800'000, 810'000, 820'000}), 1).deceleration);
  std::vector<std::int32_t> rising;
  for (std::int32_t i = 0; i < 33; ++i) rising.push_back(700'000 + 1'000 * i);
  const auto enough = heart_capacity_of(ib::test::unbroken(rising));
  BOOST_TEST(enough.deceleration_anchors == 30u);
  BOOST_TEST(*enough.deceleration == 1.0);
  rising.pop_back();
  BOOST_TEST(!heart_capacity_of(ib::test::unbroken(rising)).deceleration);
}

BOOST_AUTO_TEST_CASE(constant_and_huge_intervals_are_no_trouble) {
  const auto flat =
      heart_capacity_of(ib::test::unbroken(std::vector<std::int32_t>(200, 800'000)), 0);
  BOOST_TEST(!flat.deceleration);
  BOOST_TEST(!flat.acceleration);
  const auto huge =
      heart_capacity_of(ib::test::unbroken(std::vector<std::int32_t>(60'000, 15'999'999)));
  BOOST_TEST(!huge.deceleration);
}

// The same by its definition: the mean curve around the anchors first.
BOOST_AUTO_TEST_CASE(it_is_the_contrast_of_the_averaged_curve) {
  const auto x = ib::test::noise(400, 12);
  double curve[4] = {};
  int anchors = 0;
  for (std::size_t i = 2; i + 1 < x.size(); ++i) {
    const double ratio = static_cast<double>(x[i].us) / x[i - 1].us;
    if (ratio <= 1 || ratio > 1.05) continue;
    ++anchors;
    for (std::size_t k = 0; k < 4; ++k) curve[k] += x[i + k - 2].us / 1000.0;
  }
  const double expected = (curve[2] + curve[3] - curve[1] - curve[0]) / anchors / 4;
  BOOST_TEST(*heart_capacity_of(x).deceleration == expected, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
