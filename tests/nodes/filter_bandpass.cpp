#include "signal/bandpass.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "beat/ppg.hpp"
#include "nodes/filter_checks.hpp"
#include "nodes/probe.hpp"
#include "support/cases.hpp"
#include "support/node_runner.hpp"

using namespace ib;
using namespace ib::test;

namespace {

constexpr double rate = 25;

/// A pulse like a simulated finger's: 75 per minute, a dicrotic wave, on a level that a step moves.
std::vector<float> finger(double seconds, double step_at_s, float step) {
  std::vector<float> x;
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i) {
    const double t = i / rate, phase = std::fmod(t, 0.8);
    const double systole = std::exp(-(phase - 0.2) * (phase - 0.2) / 0.008);
    const double notch = 0.4 * std::exp(-(phase - 0.45) * (phase - 0.45) / 0.01);
    x.push_back(static_cast<float>(systole + notch) + (t >= step_at_s ? step : 0.0F));
  }
  return x;
}

void feed(NodeRunner& run, const std::vector<float>& x) {
  run.in<float>(0).rate(rate).samples(x).settle(from_seconds(static_cast<double>(x.size()) / rate));
}

std::vector<float> values(const NodeRunner& run) {
  const auto& bytes = run.output(0).bytes;
  std::vector<float> y(bytes.size() / sizeof(float));
  std::memcpy(y.data(), bytes.data(), bytes.size());
  return y;
}

std::string refusal(double hz, double low, double high) {
  NodeRunner run(node_def<BandPass>(), {{"low", low}, {"high", high}, {"order", 2}});
  run.in<float>(0).rate(hz).samples(std::vector<float>{1, 2, 3});
  return run.activate() ? "" : run.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(filter_bandpass)

BOOST_AUTO_TEST_CASE(a_step_of_the_level_gives_no_valid_beat_until_settled) {
  NodeRunner filter(node_def<BandPass>());
  feed(filter, finger(30, 15, 50));
  filter.play();
  BOOST_TEST(filter.counter("dc_steps") == 1u);
  const auto& flags = filter.output(0).flags;
  BandPass node;
  activate(node, {rate});
  const auto settling = static_cast<std::size_t>(node.settling_samples);
  BOOST_TEST(settling == 53u);
  const auto first = static_cast<std::size_t>(15 * rate);
  for (std::size_t i = settling; i < flags.size(); ++i) {
    const bool settles = i >= first && i < first + settling;
    BOOST_TEST((flags[i] == IB_SAMPLE_WARMING) == settles, "sample " << i);
  }
  for (float y : values(filter)) BOOST_TEST(std::abs(y) < 2);  // nothing rings

  NodeRunner beats(node_def<PpgBeats>());
  const auto y = values(filter);
  auto in = beats.in<float>(0);
  in.rate(rate, -node.shift);
  for (std::size_t i = 0; i < y.size();) {  // runs of equal flags
    std::size_t end = i + 1;
    while (end < y.size() && flags[end] == flags[i]) ++end;
    in.samples(std::span(y).subspan(i, end - i), flags[i]);
    i = end;
  }
  in.settle(30s).finish();
  beats.play();
  int settled = 0;
  for (const auto& b : beats.items<Beat>(0)) {
    const double behind_s = seconds(b.t + node.shift) - 15;
    if (behind_s >= 0 && behind_s < static_cast<double>(settling - 1) / rate) {
      BOOST_TEST(!b.v.valid);
      BOOST_CHECK(b.v.reason == Reason::warming_up);
    }
    if (behind_s > 3) settled += b.v.valid ? 1 : 0;
  }
  BOOST_TEST(settled >= 14);
}

BOOST_AUTO_TEST_CASE(without_a_step_nothing_restarts) {
  NodeRunner run(node_def<BandPass>());
  feed(run, finger(60, 100, 0));
  run.play();
  BOOST_TEST(run.counter("dc_steps") == 0u);
}

BOOST_AUTO_TEST_CASE(starts_and_gaps) {
  BandPass node;
  activate(node, {rate});
  const FilterChecks pulse(node_def<BandPass>(), rate);
  pulse.starts_still(0);
  pulse.gaps_are_as_they_should_be(static_cast<std::size_t>(node.settling_samples));
}

BOOST_AUTO_TEST_CASE(any_cut_gives_the_same_samples_and_flags) {
  for (unsigned seed : cases(50)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      NodeRunner run(node_def<BandPass>());
      feed(run, finger(20, 5 + seed % 10, 40));
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_CHECK(run.outputs() == whole);
      BOOST_TEST(run.counter("dc_steps") == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(edges_beyond_the_rate_are_an_error_with_numbers_and_names) {
  const auto text = refusal(25, 0.5, 12);
  BOOST_TEST(text.find("12 Hz") != std::string::npos, text);
  BOOST_TEST(text.find("25 Hz") != std::string::npos, text);
  BOOST_TEST(text.find("11.25 Hz") != std::string::npos, text);
  BOOST_TEST(text.find("high: 12 Hz") != std::string::npos, text);
  BOOST_TEST(refusal(25, 0.5, 11) == "");
  BOOST_TEST(refusal(64, 9, 8).find("low: 9 Hz, high: 8 Hz") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(below_twenty_hertz_the_upper_edge_gives_way) {
  BOOST_TEST(refusal(12.5, 0.5, 8) == "");
  BandPass slow, asked;
  activate(slow, {12.5});
  asked.high.value = 5;
  activate(asked, {12.5});
  BOOST_CHECK(slow.filter.design().view().front().b0 == asked.filter.design().view().front().b0);
}

BOOST_AUTO_TEST_CASE(a_pulse_passes_at_its_time_and_all_else_does_not) {
  const FilterChecks usual(node_def<BandPass>(), rate);
  BOOST_TEST(std::abs(usual.gain(2) - 1) < 1e-2);
  BOOST_TEST(std::abs(usual.gain(0.5) - std::sqrt(0.5)) < 1e-4);
  BOOST_TEST(std::abs(usual.gain(8) - std::sqrt(0.5)) < 1e-4);
  BOOST_TEST(usual.gain(0.05) < 0.0101);
  const double low = warped(0.5, rate), high = warped(8, rate);
  for (const double hz : {0.2, 1.2, 3.0, 10.0}) {
    const double w = warped(hz, rate);
    const double law = butterworth_gain((w * w - low * high) / (w * (high - low)), 2);
    BOOST_TEST(std::abs(usual.gain(hz) - law) < 1e-6, hz << " Hz");
  }
  BOOST_TEST(std::abs(usual.late_s(1.2)) < 2e-4);
  usual.starts_still(0);
  usual.gaps_are_as_they_should_be(53);
}

BOOST_AUTO_TEST_CASE(chebyshev_is_down_where_it_says_and_later) {
  const FilterChecks noisy(node_def<BandPass>(), rate, {{"family", chebyshev2}, {"order", 4}});
  BOOST_TEST(std::abs(noisy.gain(0.5) - 0.1) < 1e-3);
  BOOST_TEST(std::abs(noisy.gain(8) - 0.1) < 1e-3);
  BOOST_TEST(noisy.gain(0.25) < 0.101);
  BOOST_TEST(std::abs(noisy.gain(2) - 1) < 1e-3);
  BOOST_TEST(std::abs(noisy.late_s(1.2)) < 1e-3);
  BOOST_TEST(noisy.latency() > FilterChecks(node_def<BandPass>(), rate).latency());
  noisy.any_cut_gives_the_same(10);
}

BOOST_AUTO_TEST_CASE(an_even_chebyshev_says_how_much_of_the_constant_it_leaves) {
  const auto even = dsp::chebyshev2_band_pass(4, 20, 0.5, 8, rate);
  BOOST_TEST(says(constant_left(even).value_or(""), {"0.1 of the constant", "filter.dc"}));
  BOOST_CHECK(!constant_left(dsp::chebyshev2_band_pass(3, 20, 0.5, 8, rate)));
  BOOST_CHECK(!constant_left(dsp::butterworth_band_pass(4, 0.5, 8, rate)));
  const FilterChecks of_four(node_def<BandPass>(), rate, {{"family", chebyshev2}, {"order", 4}});
  of_four.starts_still(1e5F);
  const FilterChecks of_three(node_def<BandPass>(), rate, {{"family", chebyshev2}, {"order", 3}});
  of_three.starts_still(0);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_input_is_the_end_of_the_output) {
  NodeRunner run(node_def<BandPass>());
  run.in<float>(0).rate(rate).samples(finger(10, 100, 0)).settle(10s).finish();
  run.play();
  BOOST_TEST(run.output(0).mark == Duration{10s}.count());
}

BOOST_AUTO_TEST_SUITE_END()
