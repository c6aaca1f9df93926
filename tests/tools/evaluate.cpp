// interbeat evaluate as a user meets it, on recordings of which every beat is known: a virtual person's pulse, with the
// beats that the heart made as reference, or with a reference that was changed in a way whose score can be worked out.
#include "tools/program.hpp"

#include "evaluate/data_set.hpp"
#include "evaluate/match.hpp"
#include "evaluate/signal.hpp"
#include "evaluate/variability.hpp"
#include "virtual_ring/truth.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numbers>

using namespace ib::test;
namespace ev = ib::evaluate;  // the suite has the same name

namespace {

std::vector<ev::KnownBeat> every_second(int n) {
  std::vector<ev::KnownBeat> beats;
  for (int i = 0; i < n; ++i) beats.push_back({static_cast<double>(i) + 0.01 * (i % 3), true});
  return beats;
}

std::vector<double> times_of(const std::vector<ev::KnownBeat>& beats, double later_s) {
  std::vector<double> out;
  for (const auto& b : beats) out.push_back(b.at_s + later_s);
  return out;
}

ev::MatchRule from_the_start() {
  ev::MatchRule rule;
  rule.from_s = 0;
  return rule;
}

/// What is wrong with a data set, all of it.
std::string complaints(const std::string& yaml) {
  ib::Diagnostics problems;
  const auto set = ev::read_data_set_text(yaml, "set.yaml", problems);
  BOOST_TEST(!set.has_value());
  return problems.text();
}

/// A folder with the pulses of two virtual people (120 s at 50 Hz, as `interbeat run` writes them) and their hearts.
class People : public Program {
 public:
  People() {
    write("record.yaml", R"(interbeat: 1
parameters:
  who: {type: source}
nodes:
  ring: {type: source, uri: $who}
  file: {type: sink.csv, in: ring.ppg, path: pulse.csv}
)");
    for (const char* seed : {"1", "2"}) {
      const auto who =
          fmt::format("virtual:seed={},rate=50,duration=120s,noise=0.005,wander=0.05", seed);
      const auto said =
          (*this)(fmt::format("run record.yaml --set who={} --speed max --out {}", who, seed));
      BOOST_TEST_REQUIRE(said.code == 0, said.err);
      keep_pulse(seed);
      keep_beats(seed, who, {});
    }
    write("set.yaml", set_text("lag: [0 s, 1.2 s]"));
  }

  static std::string set_text(const std::string& score) {
    return "evaluate: 1\nname: two people\nrecordings: \"*_pulse.csv\"\n"
           "signal: {column: ppg}\nreference: {beats: \"*_beats.csv\", ok: ok}\n"
           "score: {skip: 10 s, " +
           score + "}\n";
  }

  /// Every `dropped`th beat is not in the file; 0: all are.
  void keep_beats(const std::string& seed, const std::string& who, int dropped) {
    const ib::virtual_ring::Truth truth(ib::virtual_ring::parse_options(who).options);
    std::string text = "t_s,ok\n";
    int n = 0;
    for (const auto& b : truth.beats_until(ib::Time{} + std::chrono::seconds(120)))
      if (dropped == 0 || ++n % dropped != 0)
        text += fmt::format("{:.6f},1\n", ib::seconds(b.heart));
    write(seed + "_beats.csv", text);
  }

 private:
  /// time_s,ppg,... to a file with a time column t_s.
  void keep_pulse(const std::string& seed) {
    auto text = text_of_file(folder / seed / "pulse.csv");
    const auto head = text.find("time_s,");
    BOOST_TEST_REQUIRE(head != std::string::npos);
    text.replace(head, 7, "t_s,");
    write(seed + "_pulse.csv", text);
  }
};

nlohmann::json results(const Program& interbeat, const std::string& words) {
  const auto said = interbeat("evaluate " + words + " --json out.json");
  BOOST_TEST_REQUIRE(said.code <= 1, said.err);
  return nlohmann::json::parse(text_of_file(interbeat.folder / "out.json"));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(evaluate, Program)

BOOST_AUTO_TEST_CASE(a_lag_is_found_and_a_lost_pulse_counted) {
  const auto beats = every_second(20);
  auto pulses = times_of(beats, 0.4);
  const auto all = ev::best_match(beats, pulses, from_the_start());
  BOOST_TEST(all.right == 20);
  BOOST_TEST(all.f1() == 1);
  BOOST_TEST(std::abs(all.lag_s - 0.4) < 1e-9);
  pulses.erase(pulses.begin() + 7);
  const auto one_lost = ev::best_match(beats, pulses, from_the_start());
  BOOST_TEST(one_lost.missed == 1);
  BOOST_TEST(one_lost.f1() == 2.0 * 19 / (2 * 19 + 1));
  pulses.insert(pulses.begin() + 3, 3.0 + 0.1);  // between two
  const auto one_more = ev::best_match(beats, pulses, from_the_start());
  BOOST_TEST(one_more.extra == 1);
  BOOST_TEST(one_more.ppv() == 19.0 / 20);
  BOOST_TEST(one_more.sensitivity() == 19.0 / 20);
}

/// One beat off, as many pulses lie just within the tolerance; the closest lag is the right one.
BOOST_AUTO_TEST_CASE(a_steady_heart_is_not_taken_one_beat_off) {
  std::vector<ev::KnownBeat> beats;
  for (int i = 0; i < 60; ++i) beats.push_back({0.8 * i + 0.05 * std::sin(0.9 * i), true});
  auto rule = from_the_start();
  rule.least_lag_s = -2;
  rule.greatest_lag_s = 2;
  auto pulses = times_of(beats, 0.3);
  pulses.push_back(pulses.back() + 0.8);  // and one that the reference does not reach
  const auto match = ev::best_match(beats, pulses, rule);
  BOOST_TEST(match.right == 60);
  BOOST_TEST(std::abs(match.lag_s - 0.3) < 0.1);
  for (const double ms : ev::interval_errors_ms(beats, pulses, match)) BOOST_TEST(ms < 1e-6);
}

BOOST_AUTO_TEST_CASE(doubted_beats_and_the_start_count_for_nothing) {
  auto beats = every_second(20);
  beats[12].scored = false;
  auto pulses = times_of(beats, 0.2);
  pulses.erase(pulses.begin() + 12);
  pulses.erase(pulses.begin() + 4);  // before the tenth second
  ev::MatchRule rule;
  const auto match = ev::best_match(beats, pulses, rule);
  BOOST_TEST(match.missed == 0);
  BOOST_TEST(match.right == 9);
  BOOST_TEST(ev::best_match(beats, {}, rule).missed == 9);
  BOOST_TEST(ev::best_match({}, pulses, rule).f1() == 1);  // nothing was to be found
}

BOOST_AUTO_TEST_CASE(interval_error_is_of_neighbours_on_both_sides) {
  const auto beats = every_second(6);
  auto pulses = times_of(beats, 0.2);
  pulses[3] += 0.012;
  const auto errors =
      ev::interval_errors_ms(beats, pulses, ev::match_at_lag(beats, pulses, from_the_start(), 0.2));
  BOOST_TEST_REQUIRE(errors.size() == 5U);
  BOOST_TEST(std::abs(errors[2] - 12) < 1e-6);
  BOOST_TEST(std::abs(errors[3] - 12) < 1e-6);
  BOOST_TEST(errors[0] < 1e-6);
}

BOOST_AUTO_TEST_CASE(rmssd_never_reaches_across_what_was_thrown_out) {
  std::vector<ev::LabelledInterval> intervals{{1, 1000, true, false},
                                              {2, 1010, true, true},
                                              {3.5, 1500, false, false},
                                              {4.5, 1000, true, false},
                                              {5.5, 1030, true, true}};
  const auto v = ev::variability(intervals, {0, 10});
  BOOST_TEST(v.differences == 2U);
  BOOST_TEST(*v.rmssd_ms == std::sqrt((100.0 + 900.0) / 2));
  BOOST_TEST(std::abs(v.coverage - 0.404) < 1e-12);
  BOOST_TEST(!ev::variability(intervals, {20, 30}).rmssd_ms.has_value());
}

/// 125 to 64 Hz: a spline through a sine is the sine; every second sample is the sample.
BOOST_AUTO_TEST_CASE(resampling_keeps_a_wave_and_its_holes) {
  ev::Signal wave;
  wave.rate_hz = 125;
  const auto sine = [](double t) { return std::sin(2 * std::numbers::pi * 3 * t); };
  for (int i = 0; i < 1250; ++i) wave.values.push_back(sine(i / 125.0));
  const auto half = ev::resampled(wave, 62.5, 0);
  BOOST_TEST(half.values[10] == wave.values[20]);
  const auto spline = ev::resampled(wave, 64, 0);
  for (std::size_t i = 10; i + 10 < spline.values.size(); ++i)
    BOOST_TEST(std::abs(spline.values[i] - sine(spline.time_s(i))) < 1e-4);
  for (std::size_t i = 500; i < 600; ++i) wave.values[i] = std::nan("");
  const auto holed = ev::resampled(wave, 64, 0);
  BOOST_TEST(std::isnan(holed.values[static_cast<std::size_t>(4.4 * 64)]));
  BOOST_TEST(!std::isnan(holed.values[static_cast<std::size_t>(3.9 * 64)]));
  BOOST_TEST(ev::rate_error(wave, 200).has_value());
}

BOOST_AUTO_TEST_CASE(a_wave_that_falls_at_systole_is_known_by_its_shape) {
  ev::Signal wave;
  wave.rate_hz = 30;
  for (int i = 0; i < 900; ++i) {
    const double phase = std::fmod(i / 30.0, 0.9) - 0.2;  // a short high wave every 0.9 s
    wave.values.push_back(250 + std::exp(-phase * phase / 0.006));
  }
  BOOST_TEST(!ev::points_down(wave));
  ev::turn_over(wave);
  BOOST_TEST(ev::points_down(wave));
  wave.values.assign(900, 7.0);
  BOOST_TEST(!ev::points_down(wave));  // nothing to tell by
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_a_data_set_is_said_at_once) {
  const auto said = complaints(R"(evaluate: 2
recordings: "../*_a_*.csv"
signal: {colum: ppg, rates: [25], polarity: sideways}
reference: {intervals: rr.csv}
score: {skip: 10, lag: [2 s, 1 s], coverage: 3}
bars: {f1_medain: ">= 0.9", f1_mean: "about 0.9", interval_error_median: "<= 8"}
)");
  for (const auto* part :
       {"set.yaml:1:", "there is no version", "set.yaml:2:", "no place below the data folder",
        "set.yaml:3:", "did you mean \"column\"", "polarity cannot be",
        "set.yaml:4:", "\"column\" is missing", "set.yaml:5:", "the least lag is above",
        "set.yaml:6:", "did you mean \"f1_median\"", "is no bound"})
    BOOST_TEST(has(said, part), part << " is not in\n" << said);
  BOOST_TEST(has(complaints("evaluate: 1\nrecordings: a.csv\nbars: {f1_mean: \">= 0.9\"}\n"),
                 "needs a reference"));
  BOOST_TEST(has(complaints("evaluate: 1\nrecordings: [a, b]\n"), "set.yaml:2:"));
  BOOST_TEST(has(complaints("- 1\n"), "set.yaml:1:"));
  const auto graph = complaints("interbeat: 1\nnodes: {}\n");
  BOOST_TEST(has(graph, "set.yaml:1:1: error: interbeat: this is a graph"), graph);
  BOOST_TEST(has(graph, "--graph"), graph);
  BOOST_TEST(!has(graph, "unknown key"), graph);
  complaints("");
  complaints("evaluate: 1\nrecordings: \"*/a.csv\"\nreference: 7\nscore: []\nsignal: x\n");
}

BOOST_AUTO_TEST_CASE(files_that_can_not_be_scored_are_said_and_nothing_starts) {
  auto& interbeat = *this;
  interbeat.write("set.yaml",
                  "evaluate: 1\nrecordings: \"*_a.csv\"\nreference: {beats: \"*_b.csv\"}\n");
  const auto none = interbeat("evaluate set.yaml");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(has(none.err, "set.yaml:2:13: error: recordings: there is no"), none.err);
  interbeat.write("x_a.csv", "# fs_hz: 50\nppg\n1\n2\n3\n");
  BOOST_TEST(has(interbeat("evaluate set.yaml").err, "x_b.csv"));
  interbeat.write("x_b.csv", "t_s\n2\n1\n");
  const auto back = interbeat("evaluate set.yaml");
  BOOST_TEST(back.code == 2);
  BOOST_TEST(has(back.err, "x_b.csv"), back.err);
  BOOST_TEST(back.out == "");
  BOOST_TEST(interbeat("evaluate nowhere.yaml").code == 2);
  const auto homeless = interbeat("evaluate set.yaml --html nowhere/page.html");
  BOOST_TEST(homeless.code == 2);
  BOOST_TEST(has(homeless.err, "there is no folder nowhere"), homeless.err);
  BOOST_TEST(interbeat("evaluate set.yaml --rates fast").code == 2);
  BOOST_TEST(interbeat("evaluate set.yaml --set nothing=1").code == 2);
}

BOOST_FIXTURE_TEST_CASE(a_person_whose_beats_are_known_is_scored, People) {
  auto& interbeat = *this;
  const auto all = results(interbeat, "set.yaml");
  const auto& way = all["ways"][0];
  BOOST_TEST(way["n"] == 2);
  BOOST_TEST(way["f1"]["least"].get<double>() > 0.99);
  BOOST_TEST(way["interval_error_median_ms"]["greatest"].get<double>() < 8);
  BOOST_TEST(way["rmssd_error_ms"]["greatest"].get<double>() < 8);
  const auto said = interbeat("evaluate set.yaml --html page.html");
  BOOST_TEST(has(said.out, "n = 2 records: a figure, not a proof"), said.out);
  const auto page = text_of_file(folder / "page.html");
  for (const auto* part : {"<svg", "role=\"img\"", "aria-label", "prefers-color-scheme", "</html>"})
    BOOST_TEST(has(page, part), part);
  BOOST_TEST(!has(page, "<script"));
  BOOST_TEST(!has(page, "http"));
}

/// A reference that lacks every twentieth beat: each pulse there is one too many, and nothing is missed.
BOOST_FIXTURE_TEST_CASE(every_twentieth_beat_unknown_is_an_extra_pulse, People) {
  auto& interbeat = *this;
  for (const char* seed : {"1", "2"})
    keep_beats(seed,
               fmt::format("virtual:seed={},rate=50,duration=120s,noise=0.005,wander=0.05", seed),
               20);
  const auto way = results(interbeat, "set.yaml")["ways"][0];
  BOOST_TEST(std::abs(way["ppv"]["mean"].get<double>() - 0.95) < 0.015);
  BOOST_TEST(way["sensitivity"]["least"].get<double>() > 0.99);
}

BOOST_FIXTURE_TEST_CASE(bars_decide_the_exit_code, People) {
  auto& interbeat = *this;
  interbeat.write("easy.yaml", set_text("lag: [0 s, 1.2 s]") + "bars: {f1_mean: \">= 0.9\"}\n");
  interbeat.write("hard.yaml", set_text("lag: [0 s, 1.2 s]") +
                                   "bars: {interval_error_median: \"<= 0.0001 ms\"}\n");
  const auto easy = interbeat("evaluate easy.yaml --quiet");
  BOOST_TEST(easy.code == 0, easy.out << easy.err);
  BOOST_TEST(has(easy.out, "1 of 1 bars met"));
  const auto hard = interbeat("evaluate hard.yaml --quiet");
  BOOST_TEST(hard.code == 1);
  BOOST_TEST(has(hard.out, "MISSED by"), hard.out);
  const auto two = interbeat("evaluate easy.yaml --quiet --algorithms mspt,elgendi --rates 50,25");
  BOOST_TEST(two.code == 0, two.out << two.err);
  BOOST_TEST(has(two.out, "elgendi, 25 Hz"));
  BOOST_TEST(has(two.out, "2 of 2 bars met"));
}

BOOST_AUTO_TEST_SUITE_END()
