#include "dsp/interval_cleaner.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/shared_data.hpp"

namespace {

using ib::Duration;
using ib::Time;
using ib::dsp::CleanInterval;
using ib::dsp::IntervalCleaner;
using ib::dsp::IntervalLabel;
using ib::dsp::RawInterval;
using namespace std::chrono_literals;

/// Feeds intervals in milliseconds and keeps what comes out.
struct Feed {
  IntervalCleaner cleaner;
  Time now{};
  std::vector<CleanInterval> out;

  void take() { out.insert(out.end(), cleaner.decided().begin(), cleaner.decided().end()); }
  void beat(std::int32_t us, float quality = 1, bool follows = true) {
    now = now + std::chrono::microseconds(us);
    cleaner.push({.t_end = now, .ibi_us = us, .quality = quality, .follows = follows});
    take();
  }
  void beats_ms(const std::vector<int>& ms) {
    for (int x : ms) beat(x * 1000);
  }
  void flush() { cleaner.flush(), take(); }
  void gap(Duration length) { cleaner.restart(), take(), now = now + length; }

  std::string labels(std::size_t from = 0) const {
    std::string text;
    for (std::size_t i = from; i < out.size(); ++i)
      (text += text.empty() ? "" : " ") += name(out[i].label);
    return text;
  }
  std::string flags(bool CleanInterval::*flag, std::size_t from = 0) const {
    std::string text;
    for (std::size_t i = from; i < out.size(); ++i) text += out[i].*flag ? '1' : '0';
    return text;
  }
};

/// Twenty calm beats around 800 ms, enough to leave the warm-up.
const std::vector<int> calm = {800, 810, 795, 805, 790, 800, 812, 798, 803, 793,
                               806, 799, 811, 797, 802, 794, 808, 800, 796, 804};

Feed warmed_up() {
  Feed feed;
  feed.beats_ms(calm);
  feed.flush();
  feed.out.clear();
  return feed;
}

nlohmann::json read(const std::filesystem::path& path) {
  return nlohmann::json::parse(std::ifstream(path));
}

/// The vectors contain intervals of 290 and 2078 ms, which the range gate would take first.
constexpr IntervalCleaner::Params wide{.shortest = 200ms, .longest = 2500ms};

Feed run_us(const std::vector<std::int32_t>& intervals) {
  Feed feed{IntervalCleaner(wide), {}, {}};
  for (auto us : intervals) feed.beat(us);
  feed.flush();
  return feed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_cleaner)

BOOST_AUTO_TEST_CASE(calm_beats_are_normal_and_come_out_two_later) {
  Feed feed;
  feed.beats_ms({800, 810});
  BOOST_TEST(feed.out.empty());
  feed.beats_ms({795});
  BOOST_TEST(feed.labels() == "n");
  feed.beats_ms({805, 790});
  feed.flush();
  BOOST_TEST(feed.labels() == "n n n n n");
  BOOST_TEST(feed.flags(&CleanInterval::valid) == "11111");
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "01111");
}

BOOST_AUTO_TEST_CASE(a_missed_beat_spoils_its_interval_only) {
  auto feed = warmed_up();
  feed.beats_ms({800, 1600, 805, 798, 803});
  feed.flush();
  BOOST_TEST(feed.labels() == "n missed n n n");
  BOOST_TEST(feed.flags(&CleanInterval::valid) == "10111");
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "10011");
}

BOOST_AUTO_TEST_CASE(an_extra_beat_spoils_both_halves) {
  auto feed = warmed_up();
  feed.beats_ms({800, 390, 410, 805, 798, 803});
  feed.flush();
  BOOST_TEST(feed.labels() == "n extra n n n n");
  BOOST_TEST(feed.flags(&CleanInterval::valid) == "100111");
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "100011");
}

BOOST_AUTO_TEST_CASE(an_ectopic_beat_spoils_itself_and_the_next) {
  auto feed = warmed_up();
  feed.beats_ms({800, 560, 1040, 805, 798, 803});
  feed.flush();
  const auto valid = feed.flags(&CleanInterval::valid);
  BOOST_TEST(feed.labels().find("ectopic") != std::string::npos);
  BOOST_TEST(valid.substr(0, 3) == "100");
  BOOST_TEST(valid.substr(4) == "11");
}

BOOST_AUTO_TEST_CASE(gates_come_first_and_break_the_chain) {
  auto feed = warmed_up();
  feed.beat(800'000);
  feed.beat(250'000);
  feed.beat(800'000);
  feed.beat(2'000'001);
  feed.beat(800'000, 0.79F);
  feed.beat(800'000, std::numeric_limits<float>::quiet_NaN());
  feed.beat(0);
  feed.beat(800'000, 0.8F);
  feed.beat(801'000);
  feed.flush();
  BOOST_TEST(feed.labels() == "n range n range low_quality low_quality gap n n");
  BOOST_TEST(feed.flags(&CleanInterval::valid) == "101000011");
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "100000001");
}

BOOST_AUTO_TEST_CASE(a_gap_never_gives_a_contiguous_pair) {
  auto feed = warmed_up();
  feed.beats_ms({800, 802});
  feed.gap(20s);
  feed.beats_ms({801, 799, 803});
  feed.flush();
  BOOST_TEST(feed.labels() == "n n n n n");
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "11011");

  feed.out.clear();
  feed.beat(800'000, 1, false);  // the same, said by the interval itself
  feed.beat(800'000);
  feed.flush();
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "01");
}

BOOST_AUTO_TEST_CASE(a_new_level_after_a_gap_is_not_an_artefact) {
  auto feed = warmed_up();
  feed.gap(60s);
  feed.beats_ms({600, 605, 598, 603, 601});
  feed.flush();
  BOOST_TEST(feed.labels() == "n n n n n");
}

BOOST_AUTO_TEST_CASE(the_threshold_history_survives_a_gap) {
  auto feed = warmed_up();
  feed.gap(60s);
  feed.beats_ms({800, 805, 1000, 803, 798, 801});  // + 25 %: the cold rule would pass it
  feed.flush();
  BOOST_TEST(feed.labels().find("n n n n n n") == std::string::npos);

  Feed cold;
  cold.beats_ms({800, 805, 1000, 803, 798, 801});
  cold.flush();
  BOOST_TEST(cold.labels() == "n n n n n n");
}

BOOST_AUTO_TEST_CASE(pending_intervals_become_overdue_and_are_decided_with_fewer_neighbours) {
  Feed feed;
  feed.beats_ms({800, 810});
  const Time first_end = Time{} + 800ms;
  BOOST_TEST(!feed.cleaner.overdue(first_end + 4s - 1ns));
  BOOST_TEST(feed.cleaner.overdue(first_end + 4s));
  feed.flush();
  BOOST_TEST(feed.labels() == "n n");
  BOOST_TEST(!feed.cleaner.overdue(first_end + 100s));
  feed.beats_ms({805});  // late, but it still continues the chain
  feed.flush();
  BOOST_TEST(feed.flags(&CleanInterval::contiguous) == "011");
}

BOOST_AUTO_TEST_CASE(a_perfectly_steady_heart_has_no_artefacts) {
  Feed feed;
  for (int i = 0; i < 200; ++i) feed.beat(800'000);
  feed.flush();
  BOOST_TEST(std::all_of(feed.out.begin(), feed.out.end(), [](auto& x) { return x.valid; }));
}

BOOST_AUTO_TEST_CASE(wild_scatter_is_irregular_and_calm_is_not) {
  auto feed = warmed_up();
  BOOST_TEST(!feed.cleaner.irregular());
  for (int i = 0; i < 91; ++i) feed.beat(500'000 + 100'000 * ((i * 7) % 11));
  BOOST_TEST(feed.cleaner.irregular());
  BOOST_TEST(feed.out.back().irregular);
}

BOOST_AUTO_TEST_CASE(every_interval_comes_out_once_and_in_order) {
  const unsigned seed = 20261;
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  Feed feed;
  std::vector<std::int32_t> pushed;
  for (int i = 0; i < 10'000; ++i) {
    const auto r = random();
    if (r % 37 == 0) feed.gap(3s);
    if (r % 23 == 0) feed.flush();
    pushed.push_back(static_cast<std::int32_t>(250'000 + r % 1'900'000));
    feed.beat(pushed.back(), (r >> 8) % 10 == 0 ? 0.0F : 1.0F, (r >> 12) % 50 != 0);
  }
  feed.flush();
  BOOST_TEST_REQUIRE(feed.out.size() == pushed.size());
  for (std::size_t i = 0; i < pushed.size(); ++i) {
    BOOST_TEST_REQUIRE(feed.out[i].ibi_us == pushed[i]);
    if (feed.out[i].contiguous) BOOST_TEST_REQUIRE((feed.out[i].valid && feed.out[i - 1].valid));
  }
}

BOOST_AUTO_TEST_CASE(shifted_time_gives_the_same_labels) {
  std::vector<int> beats = calm;
  beats.insert(beats.end(), {1600, 800, 560, 1040, 800, 390, 410, 802, 798});
  Feed early, late;
  late.now = Time{} + 24h;
  early.beats_ms(beats), late.beats_ms(beats);
  early.flush(), late.flush();
  BOOST_TEST(early.labels() == late.labels());
}

BOOST_AUTO_TEST_CASE(labels_equal_the_reference) {
  const auto path = ib::test::shared("reference/ibi_artifacts.json");
  if (!path) return ib::test::skip_absent("reference/ibi_artifacts.json");
  std::size_t labels = 0;
  const auto reference = read(*path);
  for (const auto& c : reference.at("cases")) {
    const auto peaks = c.at("peaks_ms").get<std::vector<int>>();
    const auto expected = c.at("stream_L2_labels_per_peak").get<std::vector<std::string>>();
    std::vector<std::int32_t> intervals;
    for (std::size_t i = 1; i < peaks.size(); ++i)
      intervals.push_back((peaks[i] - peaks[i - 1]) * 1000);

    const Feed feed = run_us(intervals);
    BOOST_TEST_CONTEXT(c.at("series") << " " << c.at("kind")) {
      for (std::size_t i = 1; i < peaks.size();
           ++i, ++labels)  // label i: interval ending at peak i
        BOOST_TEST(name(feed.out[i - 1].label) == expected[i], "peak " << i);

      const auto valid = feed.flags(&CleanInterval::valid);
      const auto pairs = feed.flags(&CleanInterval::contiguous);
      const auto& counts = c.at("stream_L2_exclusion");
      BOOST_TEST(std::count(valid.begin(), valid.end(), '1') == counts.at("valid_intervals"));
      BOOST_TEST(std::count(pairs.begin(), pairs.end(), '1') == counts.at("valid_diffs"));
    }
  }
  BOOST_TEST_MESSAGE(labels << " labels compared");
  BOOST_TEST(labels == 2948);
}

BOOST_AUTO_TEST_CASE(false_alarms_on_untouched_series_are_as_published) {
  const auto path = ib::test::shared("reference/hrv_series.json");
  if (!path) return ib::test::skip_absent("reference/hrv_series.json");
  const auto all = read(*path);
  const auto alarms = [&](const char* series) {
    std::vector<std::int32_t> intervals;
    for (double ms : all.at(series).at("rr").get<std::vector<double>>())
      intervals.push_back(static_cast<std::int32_t>(std::lround(ms * 1000)));
    const Feed feed = run_us(intervals);
    const auto irregular = feed.flags(&CleanInterval::irregular);
    BOOST_TEST_MESSAGE(series << ": irregular at "
                              << std::count(irregular.begin(), irregular.end(), '1') << " of "
                              << irregular.size());
    return std::count_if(feed.out.begin(), feed.out.end(),
                         [](auto& x) { return x.label != IntervalLabel::normal; });
  };
  BOOST_TEST(alarms("synth_lf_hf") == 0);
  BOOST_TEST(alarms("pyhrv_short") == 11);  // truly irregular
  BOOST_TEST(alarms("systole_rr") == 3);
  // Published: 4. That run took the mean of the whole series as its interval 0 and the difference
  // to it as its first; a stream can't know it, and interval 37 falls on the other side.
  BOOST_TEST(alarms("hrvanalysis_nn1000") == 5);
  BOOST_TEST(alarms("biosppy_rri") == 25);
  BOOST_TEST(alarms("nk_resting5_ecg") == 14);
}

BOOST_AUTO_TEST_CASE(a_simple_rule_takes_the_place_of_the_thresholds) {
  const auto by = [](ib::dsp::ArtefactRule rule) {
    IntervalCleaner::Params params;
    params.rule = rule;
    Feed feed;
    feed.cleaner = IntervalCleaner(params);
    feed.beats_ms({800, 990, 800, 500, 800});  // up by a quarter and down; down by more and up
    feed.flush();
    return feed.labels();
  };
  BOOST_TEST(by(ib::dsp::ArtefactRule::malik) == "n long n short n");
  BOOST_TEST(by(ib::dsp::ArtefactRule::kamath) == "n n n short n");
  BOOST_TEST(by(ib::dsp::ArtefactRule::karlsson) == "n long short short n");  // the third stands before 500
  BOOST_TEST(by(ib::dsp::ArtefactRule::none) == "n n n n n");
}

BOOST_AUTO_TEST_CASE(without_a_rule_scatter_is_no_objection) {
  for (const auto rule : {ib::dsp::ArtefactRule::none, ib::dsp::ArtefactRule::malik}) {
    IntervalCleaner::Params params;
    params.rule = rule;
    Feed feed;
    feed.cleaner = IntervalCleaner(params);
    const std::vector<int> wild{500, 1100, 700, 1300, 600, 640, 1200, 800};
    for (int i = 0; i < 8; ++i) feed.beats_ms(wild);
    feed.flush();
    BOOST_TEST(feed.out.back().irregular == (rule != ib::dsp::ArtefactRule::none));
  }
}

BOOST_AUTO_TEST_CASE(a_gap_gives_a_simple_rule_nothing_to_compare_with) {
  IntervalCleaner::Params params;
  params.rule = ib::dsp::ArtefactRule::malik;
  Feed feed;
  feed.cleaner = IntervalCleaner(params);
  feed.beats_ms({800, 800});
  feed.gap(20s);
  feed.beat(1'200'000, 1, false);
  feed.beat(1'200'000);
  feed.flush();
  BOOST_TEST(feed.labels() == "n n n n");
}

BOOST_AUTO_TEST_SUITE_END()
