#include "dsp/detector_agreement.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/cases.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::DetectorAgreement;
using Detector = DetectorAgreement::Detector;
using Milliseconds = std::vector<int>;

constexpr std::int64_t ms = 1'000'000;

struct SeenBeat {
  std::int64_t t_ns;
  Detector who;
};

std::vector<SeenBeat> in_order(const Milliseconds& first, const Milliseconds& second) {
  std::vector<SeenBeat> all;
  for (const int t : first) all.push_back({t * ms, Detector::first});
  for (const int t : second) all.push_back({t * ms, Detector::second});
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.t_ns < b.t_ns; });
  return all;
}

/// What is said at `now_ms` when all beats until then have come.
std::optional<double> agreement(const Milliseconds& first, const Milliseconds& second, int now_ms) {
  DetectorAgreement a;
  a.restart(0);
  for (const auto& b : in_order(first, second))
    if (b.t_ns <= now_ms * ms) a.push(b.who, b.t_ns);
  return a.value(now_ms * ms);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(detector_agreement)

BOOST_AUTO_TEST_CASE(the_same_beats_agree_and_others_do_not) {
  const Milliseconds beats{1000, 2000, 3000, 4000};
  BOOST_TEST(*agreement(beats, {1100, 1900, 3000, 4150}, 10'000) == 1.0);
  BOOST_TEST(*agreement(beats, {1151, 1849, 3200, 4500}, 10'000) == 0.0);
  BOOST_TEST(*agreement(beats, {1000, 2000}, 10'000) == 4.0 / 6);
  BOOST_TEST(*agreement(beats, {}, 10'000) == 0.0);
  BOOST_TEST(!agreement({}, {}, 10'000));
}

BOOST_AUTO_TEST_CASE(each_beat_has_at_most_one_partner) {
  BOOST_TEST(*agreement({1000}, {900, 1100}, 10'000) == 2.0 / 3);
  BOOST_TEST(*agreement({1000, 1200}, {900, 1100}, 10'000) == 1.0);  // the earliest free one
  BOOST_TEST(*agreement({1000, 1200}, {1100}, 10'000) == 2.0 / 3);
}

BOOST_AUTO_TEST_CASE(nothing_is_said_of_the_first_ten_seconds) {
  BOOST_TEST(!agreement({1000}, {1000}, 9'999));
  BOOST_TEST(*agreement({1000}, {1000}, 10'000) == 1.0);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_ten_seconds_is_forgotten) {
  BOOST_TEST(*agreement({1000, 9000}, {9000}, 10'999) == 2.0 / 3);
  BOOST_TEST(*agreement({1000, 9000}, {9000}, 11'000) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_beat_whose_partner_may_still_come_does_not_count) {
  const Milliseconds both{10'000, 11'000}, one{10'000, 11'000, 12'000};
  BOOST_TEST(*agreement(one, both, 12'149) == 1.0);
  BOOST_TEST(*agreement(one, both, 12'150) == 4.0 / 5);
}

BOOST_AUTO_TEST_CASE(a_restart_forgets_and_waits_again) {
  DetectorAgreement a;
  a.restart(0);
  a.push(Detector::first, 1000 * ms);
  a.restart(5000 * ms);
  a.push(Detector::first, 6000 * ms);
  a.push(Detector::second, 6000 * ms);
  BOOST_TEST(!a.value(14'999 * ms));
  BOOST_TEST(*a.value(15'000 * ms) == 1.0);
}

BOOST_AUTO_TEST_CASE(more_beats_than_there_is_room_for_forget_the_oldest) {
  DetectorAgreement a;
  a.restart(0);
  for (int i = 0; i < 1000; ++i) a.push(Detector::first, (9000 + i / 2) * ms);
  for (int i = 0; i < 1000; ++i) a.push(Detector::second, (9600 + i / 2) * ms);
  BOOST_TEST(*a.value(10'000 * ms + 400 * ms) <= 1.0);
  BOOST_TEST(*a.value(10'000 * ms + 400 * ms) >= 0.0);
}

/// Against the definition: every pair within the tolerance, as many pairs as there can be.
BOOST_AUTO_TEST_CASE(equals_the_largest_pairing) {
  for (const unsigned seed : ib::test::cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const auto beats = [&] {
        Milliseconds out;
        for (int t = 100; t < 9'900; t += 40 + static_cast<int>(random() % 900)) out.push_back(t);
        return out;
      };
      const auto first = beats(), second = beats();
      // Longest common subsequence, where "equal" is "within 150 ms".
      std::vector<std::vector<int>> pairs(first.size() + 1, std::vector<int>(second.size() + 1));
      for (std::size_t i = 0; i < first.size(); ++i)
        for (std::size_t j = 0; j < second.size(); ++j) {
          const int pair = std::abs(first[i] - second[j]) <= 150 ? 1 : 0;
          pairs[i + 1][j + 1] = std::max({pairs[i][j + 1], pairs[i + 1][j], pairs[i][j] + pair});
        }
      const double q = 2.0 * pairs[first.size()][second.size()] /
                       static_cast<double>(first.size() + second.size());
      DetectorAgreement a;
      a.restart(0);
      for (const auto& b : in_order(first, second)) a.push(b.who, b.t_ns);
      // 150 ms behind the last all are decided, and the first still counts.
      BOOST_TEST(*a.value(10'060 * ms) == q, boost::test_tools::tolerance(1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(equals_the_reference) {
  const auto file = ib::test::reference("sqi.json");
  if (file.is_null()) return;
  for (const char* name : {"clean", "corrupted"}) {
    const auto& c = file[name];
    const double rate = c["fs"];
    const auto times = [&](const char* column) {
      Milliseconds out;
      for (const double peak : ib::test::numbers(c[column]))
        out.push_back(static_cast<int>(std::lround(1000 * peak / rate)));
      return out;
    };
    const auto all = in_order(times("peaks_mspt_stream"), times("peaks_elgendi"));
    const auto expected = ib::test::numbers(c["agreement_10s"]);
    BOOST_TEST(expected.size() == 6U);
    DetectorAgreement a;
    a.restart(0);
    std::size_t next = 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const auto end = static_cast<std::int64_t>(k + 1) * 10'000 * ms;
      while (next < all.size() && all[next].t_ns < end) {
        a.push(all[next].who, all[next].t_ns);
        ++next;
      }
      // The reference's windows hold their first moment and not their last.
      const auto ours = a.value(end == 10'000 * ms ? end : end - 1);
      BOOST_REQUIRE(bool(ours));
      BOOST_TEST(std::abs(*ours - expected[k]) <= 1e-6, name << ", window " << k);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
