#include "beat/ppg.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"
#include "support/reference_json.hpp"

#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const std::vector<std::string> algorithms{"mspt", "elgendi", "ssf"};
const std::vector<std::string> fiducials{"peak", "mid", "max_slope", "tangent"};

double place_in(const std::vector<std::string>& labels, const std::string& label) {
  return static_cast<double>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

NodeRunner ppg_beats(const std::string& algorithm, const std::string& point = "peak") {
  return NodeRunner(node_def<PpgBeats>(), {{"algorithm", place_in(algorithms, algorithm)},
                                           {"fiducial", place_in(fiducials, point)}});
}

/// Tops at whole multiples of 0.6 s, troughs 0.3 s before them.
std::vector<float> pulse_of_100_a_minute(double rate_hz, double seconds) {
  std::vector<float> wave;
  for (double i = 0; i < seconds * rate_hz; ++i)
    wave.push_back(static_cast<float>(std::cos(2 * std::numbers::pi * i / (0.6 * rate_hz))));
  return wave;
}

void play_wave(NodeRunner& run, const std::vector<float>& wave, double rate_hz) {
  run.in<float>(0)
      .rate(rate_hz)
      .samples(wave)
      .settle(from_seconds(static_cast<double>(wave.size()) / rate_hz))
      .finish();
  run.play();
}

/// How long before the peak of a cosine with 0.6 s a point of its rise lies.
double before_the_peak_s(const std::string& point) {
  if (point == "peak") return 0;
  return point == "tangent" ? 0.15 + 0.3 / std::numbers::pi : 0.15;
}

double bound_s(const std::string& algorithm) {
  return algorithm == "mspt" ? 1.25 : algorithm == "elgendi" ? 0.75 : 0.17;
}

/// Noise with the bandwidth of a pulse: what no detector can be sure of.
std::vector<float> restless(double rate_hz, double seconds, unsigned seed) {
  std::mt19937 random(seed);
  dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  std::vector<float> wave;
  for (double i = 0; i < seconds * rate_hz; ++i)
    wave.push_back(
        static_cast<float>(filter(static_cast<double>(random() >> 8U) / 16777216.0 - 0.5)));
  return wave;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(beat_ppg)

BOOST_AUTO_TEST_CASE(beats_stand_at_their_fiducial) {
  constexpr double rate = 100;
  for (const auto& algorithm : algorithms)
    for (const auto& point : fiducials) {
      BOOST_TEST_CONTEXT(algorithm << ", " << point) {
        auto run = ppg_beats(algorithm, point);
        play_wave(run, pulse_of_100_a_minute(rate, 20), rate);
        const auto beats = run.items<Beat>(0);
        BOOST_TEST(beats.size() >= 28U);
        BOOST_TEST(run.counter("late") == 0U);
        for (std::size_t i = 1; i < beats.size(); ++i) {
          const double t = seconds(beats[i].t) + before_the_peak_s(point);
          BOOST_TEST(std::abs(t - 0.6 * std::round(t / 0.6)) < 1.5e-3);
          BOOST_TEST(beats[i].v.valid);
          BOOST_TEST(beats[i].v.contiguous);
          BOOST_TEST(std::abs(*beats[i].v.ibi_us - 600'000) < 2'000);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(the_latency_holds_the_bound_and_the_rise) {
  for (const double rate : {25.0, 100.0})
    for (const auto& algorithm : algorithms)
      for (const auto& point : fiducials) {
        BOOST_TEST_CONTEXT(algorithm << ", " << point << ", " << rate << " Hz") {
          PpgBeats node;
          node.algorithm.value = static_cast<std::uint32_t>(place_in(algorithms, algorithm));
          node.fiducial.value = static_cast<std::uint32_t>(place_in(fiducials, point));
          activate(node, {rate});
          const double rise_s = point == "peak" ? 0 : std::round(0.35 * rate) / rate;
          BOOST_TEST(seconds(node.latency) == bound_s(algorithm) + 1 / rate + rise_s,
                     boost::test_tools::tolerance(1e-7));
        }
      }
}

/// Rises need samples; the peak, with its parabola, does not.
BOOST_AUTO_TEST_CASE(a_fiducial_on_the_rise_below_100_hz_is_said_in_the_log) {
  static std::vector<std::string> lines;
  static const ib_log log{sizeof(ib_log),
                          [](const ib_host*, std::uint32_t severity, const char* text) {
                            if (severity == IB_LOG_WARNING) lines.emplace_back(text);
                          }};
  ib_host host{};
  host.extension = [](const ib_host*, const char* id) -> const void* {
    return std::string_view(id) == IB_EXT_LOG ? &log : nullptr;
  };
  for (const double rate : {25.0, 64.0, 100.0, 250.0})
    for (const auto& point : fiducials) {
      lines.clear();
      PpgBeats node;
      node.log = Log(&host);
      node.fiducial.value = static_cast<std::uint32_t>(place_in(fiducials, point));
      activate(node, {rate});
      BOOST_TEST(lines.size() == (point != "peak" && rate < 100 ? 1U : 0U), point << ", " << rate);
      for (const auto& line : lines) {
        BOOST_TEST(line.find("100 Hz") != std::string::npos, line);
        BOOST_TEST(line.find("fiducial: peak") != std::string::npos, line);
        BOOST_TEST(line.size() <= 159U, line.size());  // more is cut
      }
    }
}

BOOST_AUTO_TEST_CASE(beats_are_found_from_ten_samples_a_second_on) {
  BOOST_TEST(node_def<PpgBeats>().desc->ports[0].rate_min_hz ==
             10);  // a graph says it with its line
  for (const double rate : {10.0, 10.4, 12.5})
    for (const auto& algorithm : algorithms) {
      auto run = ppg_beats(algorithm);
      play_wave(run, pulse_of_100_a_minute(rate, 30), rate);
      const auto beats = run.items<Beat>(0);
      BOOST_TEST(beats.size() >= 44U, algorithm << ", " << rate << " Hz: " << beats.size());
      for (const auto& b : beats) {
        const double t = seconds(b.t);
        BOOST_TEST(std::abs(t - 0.6 * std::round(t / 0.6)) < 0.02, algorithm << ", " << rate);
      }
    }
}

BOOST_AUTO_TEST_CASE(equals_the_reference_at_every_fiducial) {
  const auto all = reference("ppg_beats.json");
  if (all.is_null()) return;
  const std::vector<std::pair<std::string, std::string>> columns{
      {"peak", "peak"}, {"mid", "mid"}, {"max_slope", "maxslope"}, {"tangent", "tangent"}};
  for (const auto& c : all["cases"]) {
    const double rate = c["fs"];
    const auto raw = numbers(c["input"]);
    dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 8.0, rate));
    filter.restart(raw.front());
    std::vector<float> wave;
    for (const double x : raw) wave.push_back(static_cast<float>(filter(x)));
    for (const auto& [point, column] : columns) {
      BOOST_TEST_CONTEXT(point << ", " << rate << " Hz") {
        auto run = ppg_beats("mspt", point);
        play_wave(run, wave, rate);
        const auto expected = numbers(c["fiducials_on_bandpassed"][column]);
        const auto beats = run.items<Beat>(0);
        BOOST_REQUIRE_EQUAL(beats.size(), expected.size());
        for (std::size_t i = 0; i < beats.size(); ++i) {
          BOOST_TEST(std::abs(seconds(beats[i].t) - expected[i]) <= 1e-3);
          BOOST_TEST(beats[i].v.valid);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_beat_without_its_fiducial_is_not_valid_and_bounds_no_interval) {
  // The signal begins 0.32 s before a top: the rise to that one is not whole.
  constexpr double rate = 100;
  const auto whole = pulse_of_100_a_minute(rate, 20.4);
  auto run = ppg_beats("mspt", "mid");
  play_wave(run, std::vector<float>(whole.begin() + 28, whole.end()), rate);
  const auto beats = run.items<Beat>(0);
  BOOST_REQUIRE(beats.size() > 10U);
  BOOST_TEST(std::abs(seconds(beats[0].t) - 0.32) < 1e-3);  // its peak
  BOOST_TEST(!beats[0].v.valid);
  BOOST_CHECK(beats[0].v.reason == Reason::low_quality);
  BOOST_TEST(!beats[0].v.ibi_us);
  BOOST_TEST(std::abs(seconds(beats[1].t) - (0.92 - 0.15)) < 1e-3);
  BOOST_TEST(beats[1].v.valid);
  BOOST_TEST(!beats[1].v.contiguous);
  BOOST_TEST(!beats[1].v.ibi_us);
  BOOST_CHECK(beats[1].v.reason == Reason::low_quality);  // why it ends no interval
  BOOST_TEST(beats[2].v.valid);
  BOOST_TEST(beats[2].v.contiguous);
  BOOST_CHECK(beats[2].v.reason == Reason::none);
}

BOOST_AUTO_TEST_CASE(a_rise_on_bridged_samples_is_none_and_a_peak_on_them_is_no_beat) {
  constexpr double rate = 100;
  const auto wave = pulse_of_100_a_minute(rate, 20);
  const std::span all(wave);
  // A top stands at 600; bridged is what lies 0.25-0.2 s before it, or the top itself.
  for (const auto& [first, last, on_the_top] :
       {std::tuple{575U, 580U, false}, std::tuple{598U, 603U, true}}) {
    for (const std::string point : {"peak", "tangent"}) {
      BOOST_TEST_CONTEXT(point << ", bridged from " << first) {
        auto run = ppg_beats("elgendi", point);
        run.in<float>(0)
            .rate(rate)
            .samples(all.first(first))
            .samples(all.subspan(first, last - first), IB_SAMPLE_BRIDGED)
            .samples(all.subspan(last))
            .settle(20s)
            .finish();
        run.play();
        int here = 0, not_valid = 0;
        for (const auto& b : run.items<Beat>(0)) {
          const bool near = std::abs(seconds(b.t) + before_the_peak_s(point) - 6) < 0.3;
          here += near ? 1 : 0;
          not_valid += b.v.valid ? 0 : 1;
          if (!b.v.valid) {
            BOOST_TEST(std::abs(seconds(b.t) - 6) < 1e-3);  // at its peak
            BOOST_CHECK(b.v.reason == Reason::low_quality);
          }
        }
        BOOST_TEST(here == (on_the_top ? 0 : 1));
        BOOST_TEST(not_valid == (on_the_top || point == "peak" ? 0 : 1));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(warming_anywhere_on_the_rise_is_warming) {
  constexpr double rate = 100;
  const auto wave = pulse_of_100_a_minute(rate, 20);
  const std::span all(wave);
  for (const std::string point : {"peak", "mid"}) {
    auto run = ppg_beats("elgendi", point);
    run.in<float>(0)
        .rate(rate)
        .samples(all.first(280), IB_SAMPLE_WARMING)  // 0.2 s before the top at 3 s
        .samples(all.subspan(280))
        .settle(20s)
        .finish();
    run.play();
    int warming = 0;
    for (const auto& b : run.items<Beat>(0)) {
      if (b.v.reason == Reason::warming_up) ++warming;
      BOOST_TEST(b.v.valid == (b.v.reason != Reason::warming_up));
    }
    BOOST_TEST(warming == (point == "peak" ? 4 : 5));
  }
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_beats_whatever_comes) {
  std::size_t beats = 0, without = 0;
  for (const auto& algorithm : algorithms)
    for (const auto& point : fiducials)
      for (const unsigned seed : cases(6)) {
        BOOST_TEST_CONTEXT(algorithm << ", " << point << ", INTERBEAT_SEED=" << seed) {
          auto run = ppg_beats(algorithm, point);
          const auto wave = restless(25, 60, seed);
          const std::span all(wave);
          run.in<float>(0)
              .rate(25)
              .samples(all.first(700))
              .lose(1 + seed % 40)
              .samples(all.subspan(700))
              .settle(60s)
              .finish();
          run.play();
          const auto whole = run.outputs();
          for (const auto& b : run.items<Beat>(0)) {
            ++beats;
            without += b.v.reason == Reason::low_quality && !b.v.valid ? 1U : 0U;
          }
          BOOST_TEST(run.counter("late") == 0U);
          run.play(Cut{seed});
          BOOST_CHECK(run.outputs() == whole);
        }
      }
  BOOST_TEST_MESSAGE(beats << " beats of noise, " << without << " without their fiducial");
  BOOST_TEST(beats > 1000U);  // of one seed for each already
  BOOST_TEST(without > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
