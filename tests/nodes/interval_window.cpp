#include "hrv/interval_window.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace ib;
using namespace std::chrono_literals;

namespace {

/// Of what lies in a window, one by one.
IntervalTally tally_by_count(const IntervalWindow& window) {
  IntervalTally sum;
  for (const auto& i : window.all()) {
    (i.valid ? sum.used : sum.excluded) += 1;
    sum.edited += i.edited ? 1 : 0;
    const bool own = i.ibi_us > 0 && i.ibi_us <= dsp::IntervalStatistics::longest_us;
    if (own && i.valid) sum.kept.add(i.ibi_us, +1);
    if (own && !i.valid && i.believable) sum.rejected.add(i.ibi_us, +1);
  }
  return sum;
}

bool same(const IntervalTally& a, const IntervalTally& b) {
  return a.used == b.used && a.excluded == b.excluded && a.edited == b.edited && a.kept == b.kept &&
         a.rejected == b.rejected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_window)

// More come than there is room for, some end where others do, and pauses empty the window.
BOOST_AUTO_TEST_CASE(its_tally_is_that_of_what_it_holds) {
  for (const unsigned seed : ib::test::cases(20)) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    std::mt19937 random(seed);
    IntervalWindow window;
    window.reserve(10s, 2);
    Time t{};
    for (int k = 0; k < 500; ++k) {
      Interval i;
      i.ibi_us = static_cast<std::int32_t>(random() % 6'000'000) - 10'000;
      i.valid = random() % 4 != 0;
      if (random() % 3 == 0) i.label = Label::low_quality, i.reason = Reason::low_quality;
      t = t + std::chrono::milliseconds(random() % 50 == 0 ? 20'000 : random() % 900);
      window.push(t, i);
      BOOST_TEST(same(window.tally(), tally_by_count(window)));
      if (random() % 5 == 0) window.advance(t + 5s);
      BOOST_TEST(same(window.tally(), tally_by_count(window)));
      if (random() % 200 == 0) window.clear();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
