#include "beat/ecg.hpp"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "support/cases.hpp"
#include "support/graph_world.hpp"
#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

using namespace ib;
using namespace ib::test;

namespace {

constexpr double ecg_hz = 250;

/// R waves of 1 mV at 0.8, 1.6, 2.4 s, ..., 24 ms wide, each with its T wave.
std::vector<float> heart_of_75_a_minute(double seconds) {
  std::vector<float> mv;
  for (double i = 0; i < seconds * ecg_hz; ++i) {
    const double t = i / ecg_hz, phase = t - 0.8 * std::floor(t / 0.8);
    const auto bump = [phase](double at, double width) {
      return std::exp(-(phase - at) * (phase - at) / (2 * width * width));
    };
    const double r = t > 0.4 ? bump(0, 0.012) + bump(0.8, 0.012) : 0;
    mv.push_back(static_cast<float>(r + (t > 0.8 ? 0.3 * bump(0.3, 0.05) : 0)));
  }
  return mv;
}

bool lies_on_an_r_wave(Time t) {
  return std::abs(seconds(t) - 0.8 * std::round(seconds(t) / 0.8)) < 3e-3;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(beat_ecg)

BOOST_AUTO_TEST_CASE(beats_stand_at_their_r_waves) {
  NodeRunner run(node_def<EcgBeats>());
  run.in<float>(0).rate(ecg_hz).samples(heart_of_75_a_minute(20)).settle(20s).finish();
  run.play();
  const auto beats = run.items<Beat>(0);
  BOOST_REQUIRE_EQUAL(beats.size(), 22U);  // 2.4 to 19.2 s
  BOOST_TEST(run.counter("late") == 0U);
  BOOST_TEST(run.counter("late_peaks") == 0U);
  for (std::size_t i = 0; i < beats.size(); ++i) {
    BOOST_TEST(lies_on_an_r_wave(beats[i].t));
    BOOST_TEST(beats[i].v.valid);
    BOOST_TEST(!beats[i].v.sqi);
    BOOST_TEST(beats[i].v.contiguous == (i > 0));
    if (i > 0) BOOST_TEST(std::abs(*beats[i].v.ibi_us - 800'000) < 500);
  }
  BOOST_CHECK(beats[0].v.reason == Reason::gap);
}

BOOST_AUTO_TEST_CASE(equals_the_reference_within_two_samples) {
  const auto all = reference("ecg_beats.json");
  if (all.is_null()) return;
  std::vector<float> mv;
  for (const double x : numbers(all["input"])) mv.push_back(static_cast<float>(x));
  NodeRunner run(node_def<EcgBeats>());
  run.in<float>(0).rate(ecg_hz).samples(mv).settle(30s).finish();
  run.play();
  const auto beats = run.items<Beat>(0);
  const auto expected = numbers(all["neurokit_rpeaks"]["neurokit"]);
  BOOST_REQUIRE_EQUAL(beats.size() + 1, expected.size());  // the first teaches
  for (std::size_t i = 0; i < beats.size(); ++i)
    BOOST_TEST(std::abs(seconds(beats[i].t) * ecg_hz - expected[i + 1]) <= 2);
}

BOOST_AUTO_TEST_CASE(nothing_is_formed_across_a_gap_and_behind_it_all_is_learned_anew) {
  const auto mv = heart_of_75_a_minute(20);
  const std::span all(mv);
  NodeRunner run(node_def<EcgBeats>());
  run.in<float>(0)
      .rate(ecg_hz)
      .samples(all.first(2000))
      .lose(500)
      .samples(all.subspan(2500))
      .settle(20s)
      .finish();
  run.play();
  int first_ones = 0;
  for (const auto& b : run.items<Beat>(0)) {
    BOOST_TEST(lies_on_an_r_wave(b.t));
    BOOST_TEST((seconds(b.t) < 8 || seconds(b.t) > 11.5));
    if (b.v.contiguous) BOOST_TEST(std::abs(*b.v.ibi_us - 800'000) < 500);
    else BOOST_TEST(!b.v.ibi_us);
    first_ones += b.v.contiguous ? 0 : 1;
  }
  BOOST_TEST(first_ones == 2);
}

BOOST_AUTO_TEST_CASE(a_bridged_r_wave_is_no_beat_and_a_warming_one_is_not_valid) {
  const auto mv = heart_of_75_a_minute(12);
  const std::span all(mv);
  const auto flagged = [&](std::uint8_t flag) {
    NodeRunner run(node_def<EcgBeats>());
    run.in<float>(0)
        .rate(ecg_hz)
        .samples(all.first(1197))  // an R wave at 1200
        .samples(all.subspan(1197, 6), flag)
        .samples(all.subspan(1203))
        .settle(12s)
        .finish();
    run.play();
    return run.items<Beat>(0);
  };
  const auto bridged = flagged(IB_SAMPLE_BRIDGED), warming = flagged(IB_SAMPLE_WARMING);
  BOOST_REQUIRE_EQUAL(warming.size(), 12U);
  BOOST_REQUIRE_EQUAL(bridged.size(), 11U);
  BOOST_TEST(!warming[3].v.valid);
  BOOST_CHECK(warming[3].v.reason == Reason::warming_up);
  BOOST_TEST(warming[4].v.valid);
  BOOST_TEST(seconds(bridged[3].t) > 5.5);
  BOOST_TEST(!bridged[3].v.contiguous);
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_beats) {
  for (const unsigned seed : cases(10)) {
    BOOST_TEST_CONTEXT("INTERBEAT_SEED=" << seed) {
      std::mt19937 random(seed);
      auto mv = heart_of_75_a_minute(20);
      for (float& x : mv) x += static_cast<float>(random() >> 8U) / 3e7F;
      const std::span all(mv);
      NodeRunner run(node_def<EcgBeats>());
      run.in<float>(0)
          .rate(ecg_hz)
          .samples(all.first(1500 + seed))
          .lose(1 + seed % 100)
          .samples(all.subspan(1500 + seed))
          .settle(20s)
          .finish();
      run.play();
      const auto whole = run.outputs();
      BOOST_TEST(run.items<Beat>(0).size() > 10U);
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(slower_than_125_hz_is_refused) {
  for (const double rate : {25.0, 124.0, 5000.0}) {
    NodeRunner run(node_def<EcgBeats>());
    run.in<float>(0).rate(rate).samples(std::vector<float>{1, 2, 3});
    BOOST_TEST(!run.activate());
    BOOST_TEST(run.error().find("125") != std::string::npos, run.error());
  }
}

/// No trust_source: its beats are taken as those of a strap that reports intervals.
BOOST_AUTO_TEST_CASE(its_beats_need_no_pulse_quality) {
  const std::string hrv =
      "  clean: {type: interval.clean, beats: detected}\n"
      "  last: {type: hrv.window, intervals: clean}\n";
  const auto registry = all_nodes();
  Diagnostics problems;
  (void)read_graph_text(
      "interbeat: 1\nnodes:\n"
      "  strap: {type: source, uri: \"virtual:seed=1,rate=128\"}\n"
      "  detected: {type: beat.ecg, in: strap.ppg}\n" +
          hrv + "  file: {type: sink.csv, in: last, path: out.csv}\n",
      "g.yaml", graphs(), {}, registry, problems);
  BOOST_TEST(problems.text() == "");
}

BOOST_AUTO_TEST_CASE(a_recording_of_an_ecg_needs_no_word_about_its_column) {
  const Scratch scratch;
  const auto recording = scratch.path() / "anna.csv";
  {
    std::ofstream file(recording);
    file << "# fs_hz: 250\nppg,ecg_uv\n";
    for (const float mv : heart_of_75_a_minute(30)) file << fmt::format("1,{}\n", 1000 * mv);
  }
  const auto registry = all_nodes();
  Diagnostics problems;
  const auto graph = read_graph_text(
      "interbeat: 1\nparticipants:\n"
      "  anna: {use: person-ecg.yaml, with: {source: \"" +
          recording.string() +
          "\"}}\n"
          "nodes:\n  file: {type: sink.csv, in: anna.intervals, path: intervals.csv}\n",
      (graphs() / "g.yaml").string(), graphs(), {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  PlanOptions options;
  options.out_dir = scratch.path();
  (void)run_replay(*plan(*graph, options), {});
  std::ifstream rows(scratch.path() / "intervals.csv");
  std::size_t n = 0;
  for (std::string row; std::getline(rows, row);) n += row.find(",normal,") != row.npos ? 1U : 0U;
  BOOST_TEST(n >= 30U);  // 34 intervals of 0.8 s from 2.4 s on
}

BOOST_AUTO_TEST_SUITE_END()
