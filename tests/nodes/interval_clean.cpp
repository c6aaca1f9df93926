#include "beat/clean.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// Twenty calm beats, enough to leave the warm-up.
const std::vector<int> calm = {800, 810, 795, 805, 790, 800, 812, 798, 803, 793,
                               806, 799, 811, 797, 802, 794, 808, 800, 796, 804};

/// Beats as a detector and a rater give them: `sqi` 1 unless said otherwise.
struct Heart {
  Time now = Time{} + 1s;
  bool broken = true;
  std::vector<Timed<Beat>> beats;

  Heart& beat(int ms, double sqi = 1, bool valid = true) {
    now = now + ms * 1ms;
    Beat b;
    if (!broken) b.ibi_us = ms * 1000;
    b.contiguous = !broken;
    b.valid = valid;
    b.reason = valid ? Reason::none : Reason::low_quality;
    b.sqi = sqi;
    beats.push_back({now, b});
    broken = false;
    return *this;
  }
  Heart& all(const std::vector<int>& ms) {
    for (int x : ms) beat(x);
    return *this;
  }
};

std::vector<Timed<Interval>> cleaned(const Heart& heart, double sampled_hz = 0) {
  NodeRunner run(node_def<CleanIntervals>());
  run.in<Beat>(0).sampled(sampled_hz).items(heart.beats).settle(heart.now - Time{} + 10s).finish();
  run.play();
  BOOST_TEST(run.counter("late") == 0u);
  return run.items<Interval>(0);
}

const char* text_of(Label l) { return labels(Label{})[static_cast<std::size_t>(l)]; }

std::string label_text(const std::vector<Timed<Interval>>& items, std::size_t last) {
  std::string text;
  for (std::size_t i = items.size() - last; i < items.size(); ++i)
    (text += text.empty() ? "" : " ") += text_of(items[i].v.label);
  return text;
}

Heart wandering(unsigned seed) {
  std::mt19937 random(seed);
  Heart heart;
  for (int i = 0; i < 150; ++i) {
    if (random() % 40 == 0) {
      heart.now = heart.now + (random() % 9000) * 1ms;
      heart.broken = true;
    }
    const int ms = 700 + static_cast<int>(random() % 200) + (random() % 15 == 0 ? 700 : 0);
    heart.beat(ms, random() % 10 == 0 ? 0.3 : 0.9, random() % 25 != 0);
  }
  return heart;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interval_clean)

BOOST_AUTO_TEST_CASE(the_first_beat_ends_no_interval) {
  const auto items = cleaned(Heart{}.all({800, 810, 790}));
  BOOST_REQUIRE_EQUAL(items.size(), 2u);
  BOOST_TEST(items[0].v.ibi_us == 810'000);
  BOOST_CHECK(items[0].t == Time{} + 1s + 800ms + 810ms);  // the time of the later beat
  BOOST_TEST(!items[0].v.contiguous);
  BOOST_TEST(items[1].v.contiguous);
  BOOST_TEST(items[1].v.valid);
  BOOST_TEST(*items[1].v.sqi == 1.0);
}

BOOST_AUTO_TEST_CASE(artefacts_are_labelled_and_kept) {
  const auto items = cleaned(Heart{}.all(calm).all({800, 390, 410, 805, 798, 1600, 803, 799}));
  BOOST_TEST(label_text(items, 8) == "normal extra normal normal normal missed normal normal");
  const auto& half = items[items.size() - 6].v;  // the other half of the extra beat
  BOOST_TEST(!half.valid);
  BOOST_CHECK(half.reason == Reason::artefact);
  BOOST_TEST(items.size() == calm.size() + 8 - 1);
}

BOOST_AUTO_TEST_CASE(beats_below_the_bound_are_low_quality_on_both_sides) {
  Heart heart;
  heart.all(calm).beat(800, 0.4).beat(805, 0.9).beat(795, 0.9);
  const auto items = cleaned(heart);
  BOOST_TEST(label_text(items, 3) == "low_quality low_quality normal");
  BOOST_TEST(*items[items.size() - 2].v.sqi == 0.4);  // the lower one of its two beats
  BOOST_CHECK(items.back().v.reason == Reason::none);
}

BOOST_AUTO_TEST_CASE(a_beat_that_is_not_valid_says_why) {
  Heart heart;
  heart.all(calm);
  heart.beat(800, 0.9, false).beats.back().v.reason = Reason::warming_up;
  const auto items = cleaned(heart);
  BOOST_CHECK(items.back().v.label == Label::low_quality);
  BOOST_CHECK(items.back().v.reason == Reason::warming_up);
}

BOOST_AUTO_TEST_CASE(intervals_of_a_device_count_as_good_within_range) {
  Heart heart;
  heart.all(calm).beat(2100).beat(800);
  for (auto& b : heart.beats) b.v.sqi = {};
  const auto items = cleaned(heart);
  BOOST_TEST(items[3].v.valid);
  BOOST_TEST(!items[3].v.sqi);  // not rated stays not rated
  BOOST_TEST(label_text(items, 2) == "range normal");
  BOOST_CHECK(items[items.size() - 2].v.reason == Reason::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_label_waits_four_settled_seconds_at_most) {
  NodeRunner run(node_def<CleanIntervals>());
  Heart heart;
  heart.all({800, 800});
  run.in<Beat>(0).items(heart.beats).settle(6599ms).settle(6600ms);
  run.play();
  BOOST_TEST(run.stream(0).latency_ns == Duration{4s}.count());
  BOOST_TEST(run.items<Interval>(0).size() == 1u);  // ended at 2.6 s, out at 6.6 s
  BOOST_TEST(run.output(0).mark == Duration{2600ms}.count());
  BOOST_TEST(run.counter("late") == 0u);

  NodeRunner early(node_def<CleanIntervals>());
  early.in<Beat>(0).items(heart.beats).settle(6599ms);
  early.play();
  BOOST_TEST(early.items<Interval>(0).empty());
}

BOOST_AUTO_TEST_CASE(at_the_end_nothing_waits_any_more) {
  NodeRunner run(node_def<CleanIntervals>());
  Heart heart;
  heart.all({800, 800, 800});
  run.in<Beat>(0).items(heart.beats).settle(3500ms).finish();
  run.play();
  BOOST_TEST(run.items<Interval>(0).size() == 2u);
  BOOST_TEST(run.output(0).mark == Duration{3500ms}.count());  // windows behind may end there
}

BOOST_AUTO_TEST_CASE(a_gap_flushes_and_the_chain_breaks_where_beats_say_so) {
  Heart before, after;
  before.all(calm);
  after.now = before.now + 5s;
  after.all({800, 805});
  NodeRunner run(node_def<CleanIntervals>());
  run.in<Beat>(0)
      .items(before.beats)
      .gap(before.now - Time{}, after.beats[0].t - Time{} - 1ms)
      .items(after.beats)
      .finish();
  run.play();
  const auto items = run.items<Interval>(0);
  BOOST_REQUIRE_EQUAL(items.size(), calm.size());  // 19 before, 1 behind
  BOOST_TEST(!items.back().v.contiguous);
  BOOST_REQUIRE_EQUAL(run.output(0).gaps.size(), 1u);
  BOOST_TEST(run.output(0).gaps[0].before == calm.size() - 1);
}

BOOST_AUTO_TEST_CASE(scatter_beyond_a_quarter_is_irregular_and_not_valid) {
  std::mt19937 random(3);
  Heart heart;
  for (int i = 0; i < 120; ++i) heart.beat(500 + static_cast<int>(random() % 700));
  const auto items = cleaned(heart);
  std::size_t irregular = 0, valid_late = 0, rates = 0, expected_rates = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    irregular += items[i].v.reason == Reason::irregular ? 1U : 0U;
    valid_late += i >= 30 && items[i].v.valid ? 1U : 0U;
    rates += items[i].v.carries_rate() ? 1U : 0U;
    const auto reason = items[i].v.reason;
    expected_rates += reason == Reason::irregular || reason == Reason::none ? 1U : 0U;
    if (items[i].v.label != Label::normal) BOOST_TEST(!items[i].v.carries_rate());
  }
  BOOST_TEST(rates == expected_rates);
  BOOST_TEST(irregular > 60u);
  BOOST_TEST(valid_late == 0u);
}

BOOST_AUTO_TEST_CASE(labels_equal_the_reference) {
  const auto file = reference("ibi_artifacts.json");
  if (file.is_null()) return;
  std::size_t compared = 0;
  for (const auto& c : file.at("cases")) {
    const auto peaks = c.at("peaks_ms").get<std::vector<int>>();
    const auto expected = c.at("stream_L2_labels_per_peak").get<std::vector<std::string>>();
    Heart heart;
    heart.beat(peaks[0]);
    for (std::size_t i = 1; i < peaks.size(); ++i) heart.beat(peaks[i] - peaks[i - 1]);
    // The vectors hold intervals of 290 and 2078 ms, which the range would take first.
    NodeRunner run(node_def<CleanIntervals>(), {{"shortest", 200}, {"longest", 2500}});
    run.in<Beat>(0).items(heart.beats).finish();
    run.play();
    const auto items = run.items<Interval>(0);
    BOOST_REQUIRE_EQUAL(items.size(), peaks.size() - 1);
    std::size_t usable = 0;
    for (std::size_t i = 0; i < items.size(); ++i, ++compared) {
      const std::string name = text_of(items[i].v.label);
      BOOST_TEST((name == "normal" ? "n" : name) == expected[i + 1], "peak " << i + 1);
      usable += items[i].v.valid || items[i].v.reason == Reason::irregular ? 1U : 0U;
    }
    BOOST_TEST(usable == c.at("stream_L2_exclusion").at("valid_intervals"));
  }
  BOOST_TEST_MESSAGE(compared << " labels compared");
  BOOST_TEST(compared == 2948u);
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_items) {
  for (unsigned seed : cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto heart = wandering(seed);
      NodeRunner run(node_def<CleanIntervals>());
      auto in = run.in<Beat>(0);
      Time last = Time{};
      for (const auto& b : heart.beats) {
        if (!b.v.contiguous && last > Time{}) in.gap(last - Time{} + 100ms, b.t - Time{} - 100ms);
        in.item(b.t - Time{}, b.v);
        last = b.t;
      }
      in.settle(last - Time{} + 3s).finish();
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("late") == 0u);
      std::size_t breaks = 0;
      for (const auto& b : heart.beats) breaks += b.v.ibi_us ? 0U : 1U;
      BOOST_TEST(run.items<Interval>(0).size() == heart.beats.size() - breaks);
    }
  }
}

BOOST_AUTO_TEST_CASE(after_reset_as_fresh) {
  CleanIntervals fresh, used;
  activate(fresh, {0});
  activate(used, {0});
  for (const auto& b : wandering(1).beats) used.on(used.beats, b.t, b.v);
  used.reset();
  Catch a(fresh.intervals), b(used.intervals);
  for (auto* node : {&fresh, &used}) {
    Heart heart;
    heart.now = Time{} + 1000s;
    heart.all(calm).beat(1600).all(calm);
    for (const auto& x : heart.beats) node->on(node->beats, x.t, x.v);
    node->on_end();
  }
  BOOST_TEST(a.size() == 2 * calm.size());
  BOOST_CHECK(a == b);
}

BOOST_AUTO_TEST_CASE(nothing_valid_in_nothing_valid_out) {
  Heart heart;
  for (int i = 0; i < 40; ++i) heart.beat(800, 0.0, false);
  const auto items = cleaned(heart);
  BOOST_TEST(items.size() == 39u);
  for (const auto& i : items) {
    BOOST_TEST(!i.v.valid);
    BOOST_CHECK(i.v.reason == Reason::low_quality);
    BOOST_TEST(is_finite(i.v));
  }
  BOOST_TEST(cleaned(Heart{}).empty());
}

BOOST_AUTO_TEST_CASE(unrated_beats_are_refused_at_load) {
  const auto def = node_def<CleanIntervals>();
  BOOST_TEST(refuses(def, 0) == "unrated");
  BOOST_TEST(std::string(def.desc->ports[0].doc).find("quality.ppg") != std::string::npos);
  BOOST_TEST((def.desc->params[0].flags & IB_PARAM_OVERRIDE) != 0u);
}

BOOST_AUTO_TEST_CASE(what_a_person_made_says_so_and_what_a_person_excluded_too) {
  Heart heart;
  heart.all(calm).all(calm);
  heart.beats[10].v.edited = true;  // added, or its interval was formed anew
  heart.beats[20].v.edited = true;  // excluded
  heart.beats[20].v.valid = false;
  heart.beats[20].v.reason = Reason::edited;
  const auto out = cleaned(heart);  // the first beat ends no interval
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool by_hand = i == 9 || i == 19 || i == 20;
    BOOST_TEST((out[i].v.reason == (by_hand ? Reason::edited : Reason::none)), i);
    BOOST_TEST(out[i].v.valid == (i != 19 && i != 20), i);
  }
}

/// 300 beats of a heart with a breath, slow waves and chance.
std::vector<int> breathing(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> chance(0, 15);
  std::vector<int> ms;
  for (int i = 0; i < 300; ++i)
    ms.push_back(
        static_cast<int>(850 + 30 * std::sin(1.6 * i) + 25 * std::sin(0.5 * i) + chance(random)));
  return ms;
}

std::vector<int> averaged(const std::vector<int>& ms, std::size_t over) {
  std::vector<int> out;
  for (std::size_t i = over; i <= ms.size(); ++i) {
    int sum = 0;
    for (std::size_t k = i - over; k < i; ++k) sum += ms[k];
    out.push_back(sum / static_cast<int>(over));
  }
  return out;
}

/// How many intervals say `smoothed`, and where the first one stands.
struct Named {
  std::size_t n{}, first{};
};
Named named_smoothed(const std::vector<Timed<Interval>>& items) {
  Named found;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].v.reason != Reason::smoothed) continue;
    BOOST_TEST(!items[i].v.valid);
    BOOST_TEST(items[i].v.carries_rate());
    if (found.n++ == 0) found.first = i;
  }
  return found;
}

BOOST_AUTO_TEST_CASE(a_device_that_averages_its_intervals_is_named_and_one_that_does_not_is_not) {
  const auto heart = breathing(1);
  const auto plain = named_smoothed(cleaned(Heart{}.all(heart)));
  BOOST_TEST(plain.n == 0u);
  const auto smooth = Heart{}.all(averaged(heart, 5));
  const auto found = named_smoothed(cleaned(smooth));
  BOOST_TEST(found.n > 100u);
  BOOST_TEST(found.first >= 95u);  // earlier nobody can know
  // Beats that our own detector found in a waveform are nobody's average.
  BOOST_TEST(named_smoothed(cleaned(smooth, 25)).n == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
