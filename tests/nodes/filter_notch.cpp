#include "signal/notch.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"

using namespace ib;
using namespace ib::test;

namespace {

const FilterChecks without_mains(node_def<Notch>(), 250, {{"q", 25}});

/// A QRS complex of 40 ms each 0.8 s.
std::vector<float> qrs_each_800_ms(double seconds, double rate) {
  std::vector<float> x;
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i) {
    const double t = std::fmod(i / rate, 0.8) - 0.4;
    x.push_back(static_cast<float>(std::exp(-t * t / 2e-4)));
  }
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_notch)

BOOST_AUTO_TEST_CASE(mains_is_gone_and_all_else_is_there) {
  BOOST_TEST(without_mains.gain(50) < 1e-6);
  for (const double side : {49.0, 51.0})  // 50 / 25 = 2 Hz between the -3 dB frequencies
    BOOST_TEST(std::abs(without_mains.gain(side) - std::sqrt(0.5)) < 0.01);
  for (const double hz : {1.2, 10.0, 40.0, 60.0, 100.0})
    BOOST_TEST(std::abs(without_mains.gain(hz) - 1) < 0.01);
  BOOST_TEST(std::abs(without_mains.late_s(1.2)) < 1e-6);
}

BOOST_AUTO_TEST_CASE(a_heart_beat_is_no_jump) {
  NodeRunner run(node_def<Notch>());
  run.in<float>(0).rate(250).samples(qrs_each_800_ms(30, 250)).settle(30s).finish();
  run.play();
  BOOST_TEST(run.counter("dc_steps") == 0U);
}

BOOST_AUTO_TEST_CASE(starts_gaps_jumps_and_cuts) {
  Notch node;
  activate(node, {250});
  without_mains.starts_still(1e6F);
  const FilterChecks mains_of_50_hz(node_def<Notch>(), 250);
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  BOOST_TEST(settling == 220U);  // 4.6 / (pi 50 / 30) s
  mains_of_50_hz.gaps_are_as_they_should_be(settling);
  mains_of_50_hz.begins_anew_behind_a_jump(settling, 502);
  mains_of_50_hz.any_cut_gives_the_same(20);
}

BOOST_AUTO_TEST_CASE(below_two_and_a_half_times_it_is_refused_with_the_numbers) {
  const FilterChecks pulse(node_def<Notch>(), 64);
  BOOST_TEST(says(pulse.refusal(), {"50 Hz", "125 Hz", "2.5 times", "64 Hz"}), pulse.refusal());
  const FilterChecks american(node_def<Notch>(), 128, {{"at", 60}});
  BOOST_TEST(says(american.refusal(), {"60 Hz", "150 Hz", "128 Hz"}), american.refusal());
  BOOST_TEST(FilterChecks(node_def<Notch>(), 125).refusal() == "");
  BOOST_TEST(node_def<Notch>().desc->ports[0].rate_min_hz == 125);  // a graph says it with its line
}

BOOST_AUTO_TEST_SUITE_END()
