// FilterChecks: what is asked of every filter node. A sine says what passes and how late it is on
// the output's own times; starts on a large constant, gaps, jumps and cuts must go as they should.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <cstring>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/cases.hpp"
#include "support/node_runner.hpp"

namespace ib::test {

inline std::vector<float> values_of(const Output& out) {
  std::vector<float> y(out.bytes.size() / sizeof(float));
  std::memcpy(y.data(), out.bytes.data(), out.bytes.size());
  return y;
}

class FilterChecks {
 public:
  FilterChecks(NodeDef def, double rate_hz, std::vector<NodeRunner::Setting> settings = {})
      : def_(def), rate_(rate_hz), settings_(std::move(settings)) {}

  // -- what passes ------------------------------------------------------------------------------

  double gain(double hz) const { return std::abs(response(hz)); }
  /// Group delay that the output's times have not taken out, by two sines beside each other.
  double late_s(double hz) const {
    const double beside = 1 / window_s;
    const auto turned = response(hz + beside) * std::conj(response(hz - beside));
    return -std::arg(turned) / (4 * std::numbers::pi * beside);
  }
  /// Everything that comes out for these samples.
  Output of(const std::vector<float>& x) const {
    NodeRunner run(def_, settings_);
    run.in<float>(0).rate(rate_).samples(x).settle(seconds_of(x)).finish();
    run.play();
    return run.output(0);
  }
  std::vector<float> values(const std::vector<float>& x) const { return values_of(of(x)); }
  /// Output times lie so much earlier, and the node declares as much.
  Duration latency() const {
    NodeRunner run(def_, settings_);
    run.in<float>(0).rate(rate_).samples(std::vector<float>(10)).settle(1s).finish();
    run.play();
    BOOST_TEST(-run.output(0).t_ns.at(0) == run.stream(0).latency_ns);
    return Duration{run.stream(0).latency_ns};
  }
  /// What it says where it can't run; "" where it can.
  std::string refusal() const {
    NodeRunner run(def_, settings_);
    run.in<float>(0).rate(rate_).samples(std::vector<float>{1, 2, 3});
    return run.activate() ? "" : run.error();
  }

  // -- what goes as it should -------------------------------------------------------------------

  /// A million from the first sample on: `expected` at once, without an end.
  void starts_still(float expected) const {
    for (const float y : values(std::vector<float>(static_cast<std::size_t>(20 * rate_), 1e6F)))
      BOOST_TEST(std::abs(y - expected) < 0.1F);
  }

  /// Behind a gap of a second it is as a fresh one; one of 0.1 s is bridged and flagged.
  void gaps_are_as_they_should_be(std::size_t settling) const {
    const auto before = wave(8, 0), behind = wave(8, 500);
    const auto lost = static_cast<std::size_t>(rate_), short_lost = lost / 10;
    const auto with_gap = [&](std::size_t n) {
      NodeRunner run(def_, settings_);
      run.in<float>(0).rate(rate_).samples(before).lose(n).samples(behind).settle(20s).finish();
      run.play();
      return run.output(0);
    };
    const auto fresh = of(behind), long_gap = with_gap(lost), short_gap = with_gap(short_lost);
    const auto n = before.size();
    BOOST_REQUIRE_EQUAL(long_gap.gaps.size(), 1U);
    BOOST_TEST(long_gap.gaps[0].before == n);
    const auto y = values_of(long_gap);
    BOOST_TEST((std::vector(y.begin() + static_cast<long>(n), y.end()) == values_of(fresh)));
    const auto& flags = long_gap.flags;
    BOOST_TEST((std::vector(flags.begin() + static_cast<long>(n), flags.end()) == fresh.flags));
    for (std::size_t i = 0; i < fresh.flags.size(); ++i)
      BOOST_TEST(fresh.flags[i] == (i < settling ? IB_SAMPLE_WARMING : 0), "sample " << i);

    BOOST_TEST(short_gap.gaps.empty());
    BOOST_REQUIRE_EQUAL(short_gap.flags.size(), 2 * n + short_lost);
    for (std::size_t i = n; i < n + short_lost; ++i)
      BOOST_TEST((short_gap.flags[i] & IB_SAMPLE_BRIDGED) != 0);
  }

  /// Gaps of every length and a jump, cut at random: the same bits, flags, marks and counts.
  void any_cut_gives_the_same(unsigned n_cases = 40) const {
    for (const auto seed : cases(n_cases)) {
      std::mt19937 g(seed);
      NodeRunner run(def_, settings_);
      auto script = run.in<float>(0).rate(rate_);
      for (int piece = 0; piece < 6; ++piece) {
        const double length_s = 1 + 0.01 * static_cast<double>(g() % 300);
        script.samples(wave(length_s, piece < 3 ? 0 : 500));
        constexpr double losses_s[]{0, 0.04, 0.12, 1};
        const auto lost = static_cast<std::size_t>(losses_s[g() % 4] * rate_);
        if (lost > 0) script.lose(lost);
      }
      script.samples(wave(1, 500)).settle(60s).finish();
      run.play();
      const auto whole = run.outputs();
      run.play(Cut{seed});
      BOOST_TEST((run.outputs() == whole), "seed " << seed);
    }
  }

  /// A jump of the level is counted once, marked as long as it settles, and does not ring.
  void begins_anew_behind_a_jump(std::size_t settling, float most) const {
    auto x = wave(15, 0);
    const auto at = x.size(), n = static_cast<std::size_t>(15 * rate_);
    const auto behind = wave(15, 500);
    x.insert(x.end(), behind.begin(), behind.end());
    NodeRunner run(def_, settings_);
    run.in<float>(0).rate(rate_).samples(x).settle(30s).finish();
    run.play();
    BOOST_TEST(run.counter("dc_steps") == 1U);
    const auto& out = run.output(0);
    const auto y = values_of(out);
    for (std::size_t i = at; i < at + n; ++i) {
      const bool settles = i < at + settling;
      BOOST_TEST(out.flags[i] == (settles ? IB_SAMPLE_WARMING : 0), "sample " << i);
      BOOST_TEST(std::abs(y[i]) < most);
    }
  }

  // -- waves ------------------------------------------------------------------------------------

  /// A pulse of 75 a minute, 2 high, upon this level.
  std::vector<float> wave(double seconds, double level) const {
    std::vector<float> x;
    for (int i = 0; i < static_cast<int>(seconds * rate_); ++i)
      x.push_back(static_cast<float>(level + std::sin(2 * std::numbers::pi * 1.25 * i / rate_)));
    return x;
  }

 private:
  static constexpr double window_s = 40;  ///< all sines asked for have whole periods in it

  Duration seconds_of(const std::vector<float>& x) const {
    return from_seconds(static_cast<double>(x.size()) / rate_);
  }
  /// Of the last 40 s of 200, on the output's times.
  std::complex<double> response(double hz) const {
    const double w = 2 * std::numbers::pi * hz;
    std::vector<float> x;
    for (int i = 0; i < static_cast<int>(200 * rate_); ++i)
      x.push_back(static_cast<float>(std::sin(w * i / rate_)));
    const auto out = of(x);
    const auto y = values_of(out);
    const auto n = static_cast<std::size_t>(window_s * rate_);
    std::complex<double> sum;
    for (std::size_t i = y.size() - n; i < y.size(); ++i)
      sum += double{y[i]} * std::polar(1.0, -w * 1e-9 * static_cast<double>(out.t_ns[i]));
    return sum * std::complex(0.0, 2.0 / static_cast<double>(n));
  }

  NodeDef def_;
  double rate_;
  std::vector<NodeRunner::Setting> settings_;
};

/// Butterworth's law: u is the distance from the band, 1 at its edge.
inline double butterworth_gain(double u, int order) {
  return 1 / std::sqrt(1 + std::pow(u, 2 * order));
}
/// Where the bilinear transform puts a frequency.
inline double warped(double hz, double rate_hz) {
  return std::tan(std::numbers::pi * hz / rate_hz);
}

inline bool says(const std::string& text, std::initializer_list<std::string_view> parts) {
  for (const auto part : parts) {
    if (text.find(part) == std::string::npos) return false;
  }
  return true;
}

}  // namespace ib::test
