// Rows of the local-maxima scalogram: counted by hand, and the same with every width of vector.
#include "dsp/local_maxima.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using namespace ib::dsp;
using namespace ib::test;

BOOST_AUTO_TEST_SUITE(local_maxima)

BOOST_AUTO_TEST_CASE(a_maximum_is_higher_than_both_neighbours) {
  const std::vector<double> w{0, 2, 1, 1, 3, 3, 0, 1, 0};
  BOOST_TEST(count_maxima(w, 1) == 2U);  // 2 and the last 1: a plateau has no top
  BOOST_TEST(count_maxima(w, 2) == 2U);  // both 3, seen from two steps away
  BOOST_TEST(count_maxima(w, 4) == 1U);  // the first 3, above both ends
  BOOST_TEST(count_maxima(w, 5) == 0U);  // nothing has neighbours so far away
  BOOST_TEST(count_maxima({}, 1) == 0U);
}

BOOST_AUTO_TEST_CASE(every_width_counts_the_same) {
  for (const auto seed : cases(200)) {
    std::mt19937 random(seed);
    std::vector<double> w(random() % 130);
    for (auto& x : w) x = static_cast<double>(random() % 7) - 3;  // with many ties
    for (std::size_t distance = 1; distance < 70; ++distance) {
      const auto expected = count_maxima_by(1)(w, distance);
      BOOST_TEST(count_maxima(w, distance) == expected);
      for (const std::size_t lanes : {2U, 4U}) {
        const auto count = count_maxima_by(lanes);
        if (count == nullptr) continue;
        BOOST_TEST(count(w, distance) == expected, lanes << " lanes, seed " << seed);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
