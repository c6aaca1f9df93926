#include "dsp/mspt_beats.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <vector>

#include "dsp/iir_design.hpp"
#include "dsp/parabola.hpp"
#include "dsp/sos_filter.hpp"
#include "support/reference_json.hpp"

namespace {

using ib::dsp::MsptBeats;
using ib::dsp::Peak;
using nlohmann::json;
using Signal = std::vector<double>;

struct Found {
  Peak peak;
  std::uint64_t seen_at;  // newest sample when it came
};

// Feeds signal[i] at device index first + i, without a restart between calls.
std::vector<Found> feed(MsptBeats& beats, const Signal& signal, std::uint64_t first = 0) {
  std::vector<Found> found;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    beats.push(first + i, signal[i]);
    for (const Peak& peak : beats.peaks()) found.push_back({peak, first + i});
  }
  return found;
}

// A cosine whose tops lie at whole multiples of the period.
Signal pulse_train(double rate_hz, double period_s, double seconds) {
  Signal signal;
  for (double i = 0; i < seconds * rate_hz; ++i)
    signal.push_back(std::cos(2.0 * std::numbers::pi * i / (rate_hz * period_s)));
  return signal;
}

Signal band_passed(const Signal& raw, double rate_hz) {
  ib::dsp::SosFilter filter(ib::dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  filter.restart(raw.front());
  Signal out;
  for (double x : raw) out.push_back(filter(x));
  return out;
}

std::vector<Found> beats_of(const Signal& raw, double rate_hz) {
  MsptBeats beats(rate_hz);
  beats.restart(0);
  return feed(beats, band_passed(raw, rate_hz));
}

void check_indices(const std::vector<Found>& found, const json& expected, int tolerance) {
  BOOST_TEST(found.size() == expected.size());
  for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
    BOOST_TEST(std::abs(static_cast<int>(found[i].peak.index) - expected[i].get<int>()) <=
               tolerance);
}

void check_times(const std::vector<Found>& found, const json& expected_s, double rate_hz) {
  for (std::size_t i = 0; i < std::min(found.size(), expected_s.size()); ++i) {
    const double at_s =
        (static_cast<double>(found[i].peak.index) + found[i].peak.fraction) / rate_hz;
    BOOST_TEST(std::abs(at_s - expected_s[i].get<double>()) < 1e-3);
  }
}

void check_latencies(const std::vector<Found>& found, const json& expected_s, double rate_hz) {
  for (std::size_t i = 0; i < std::min(found.size(), expected_s.size()); ++i) {
    const double latency_s = static_cast<double>(found[i].seen_at - found[i].peak.index) / rate_hz;
    BOOST_TEST(std::abs(latency_s - expected_s[i].get<double>()) < 1e-9);
  }
}

bool same(const std::vector<Found>& a, const std::vector<Found>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Found& x, const Found& y) {
    return x.peak.index == y.peak.index && x.peak.fraction == y.peak.fraction &&
           x.peak.height == y.peak.height && x.seen_at == y.seen_at;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mspt_beats)

BOOST_AUTO_TEST_CASE(the_vertex_lies_between_its_neighbours_or_is_clamped) {
  BOOST_TEST(ib::dsp::vertex_offset(0.0, 1.0, 0.0) == 0.0);
  BOOST_TEST(ib::dsp::vertex_offset(0.0, 1.0, 1.0) == 0.5);
  BOOST_TEST(ib::dsp::vertex_offset(1.0, 1.0, 0.0) == -0.5);
  BOOST_TEST(ib::dsp::vertex_offset(0.0, 1.0, 2.0) == 0.0);
  BOOST_TEST(ib::dsp::vertex_offset(0.0, 1.0, 2.001) == -0.5);
}

BOOST_AUTO_TEST_CASE(tops_of_a_cosine_are_found_at_their_samples) {
  for (double rate : {20.0, 25.0, 32.0, 64.0, 100.0, 125.0, 250.0}) {
    BOOST_TEST_CONTEXT(rate << " Hz") {
      MsptBeats beats(rate);
      const auto found = feed(beats, pulse_train(rate, 0.8, 20.0));
      BOOST_TEST(found.size() == 24u);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Peak& peak = found[i].peak;
        const double at_s = (static_cast<double>(peak.index) + peak.fraction) / rate;
        BOOST_TEST(std::abs(at_s - 0.8 * static_cast<double>(i + 1)) < 2e-3);
      }
      BOOST_TEST(beats.late_peaks() == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_look_comes_after_three_seconds_and_brings_their_beats) {
  MsptBeats beats(20.0);
  const Signal signal = pulse_train(20.0, 0.8, 4.0);
  std::uint64_t i = 0;
  for (; i < 60; ++i) {  // looks stand at multiples of 5 samples; 60 samples are there at 59
    beats.push(i, signal[i]);
    BOOST_TEST(!beats.looked());
  }
  beats.push(i, signal[i]);
  BOOST_TEST(beats.looked());
  BOOST_TEST(beats.peaks().size() == 3u);
  BOOST_TEST(beats.peaks()[0].index == 16u);
}

BOOST_AUTO_TEST_CASE(nothing_is_found_in_a_constant_a_line_or_non_numbers) {
  for (double level : {0.0, 0.1, 1e6}) {
    MsptBeats beats(25.0);
    BOOST_TEST(feed(beats, Signal(500, level)).empty());
  }
  MsptBeats rising(25.0);
  Signal line;
  for (int i = 0; i < 500; ++i) line.push_back(i);
  BOOST_TEST(feed(rising, line).empty());
  MsptBeats blind(25.0);
  BOOST_TEST(feed(blind, Signal(500, std::numeric_limits<double>::quiet_NaN())).empty());
}

BOOST_AUTO_TEST_CASE(a_restart_is_the_same_as_a_fresh_detector) {
  MsptBeats used(25.0), fresh(25.0);
  feed(used, pulse_train(25.0, 0.6, 10.0));
  used.restart(1000);
  fresh.restart(1000);
  BOOST_TEST(same(feed(used, pulse_train(25.0, 0.9, 15.0), 1000),
                  feed(fresh, pulse_train(25.0, 0.9, 15.0), 1000)));
}

BOOST_AUTO_TEST_CASE(an_index_that_jumps_restarts) {
  MsptBeats jumped(25.0), restarted(25.0);
  const Signal signal = pulse_train(25.0, 0.8, 10.0);
  feed(jumped, signal);
  feed(restarted, signal);
  restarted.restart(300);
  BOOST_TEST(same(feed(jumped, signal, 300), feed(restarted, signal, 300)));
}

// Looks and decimation hang on the device index, so a detector that joined later agrees once the
// window lies behind its start.
BOOST_AUTO_TEST_CASE(a_later_start_finds_the_same_beats_at_the_same_moments) {
  const double rate = 125.0;
  const Signal all = pulse_train(rate, 0.83, 40.0);
  MsptBeats early(rate), late(rate);
  const auto expected = feed(early, all);
  const auto found = feed(late, Signal(all.begin() + 1003, all.end()), 1003);
  const auto settled = [&](const std::vector<Found>& beats) {
    std::vector<Found> out;
    for (const Found& f : beats)
      if (f.seen_at > 1003 + 7 * 125) out.push_back(f);
    return out;
  };
  BOOST_TEST(!settled(found).empty());
  BOOST_TEST(same(settled(expected), settled(found)));
}

BOOST_AUTO_TEST_CASE(streamed_peaks_equal_the_reference) {
  const json file = ib::test::reference("ppg_beats.json");
  if (file.is_null()) return;
  for (const json& c : file["cases"]) {
    BOOST_TEST_CONTEXT(c["fs"] << " Hz") {
      const auto found = beats_of(ib::test::numbers(c["input"]), c["fs"]);
      check_indices(found, c["mspt_stream"], 1);
      check_times(found, c["subsample_peak_time_s"], c["fs"]);
      check_latencies(found, c["mspt_stream_latency_s"], c["fs"]);
    }
  }
}

BOOST_AUTO_TEST_CASE(beats_of_a_known_pulse_train_are_within_three_milliseconds) {
  const json file = ib::test::reference("ppg_beats.json");
  if (file.is_null()) return;
  for (const json& c : file["synthetic"]) {
    BOOST_TEST_CONTEXT(c["fs"] << " Hz") {
      const double rate = c["fs"];
      const auto truth = ib::test::numbers(c["beat_times_s"]);
      Signal raw;
      for (int k = 0; k < static_cast<int>(60.0 * rate); ++k) {
        double x = 0.0;
        for (double beat : truth) {
          const double t = k / rate - beat;
          const double first = (t - 0.20) / 0.06;
          const double second = (t - 0.45) / 0.10;
          x += std::exp(-0.5 * first * first) + 0.45 * std::exp(-0.5 * second * second);
        }
        raw.push_back(std::round(x * 1e9) / 1e9);
      }
      const auto found = beats_of(raw, rate);
      check_indices(found, c["mspt_stream"], 1);
      check_times(found, c["subsample_peak_time_s"], rate);
    }
  }
}

BOOST_AUTO_TEST_CASE(peaks_of_a_real_ring_equal_the_reference) {
  const json file = ib::test::reference("ring_real.json");
  if (file.is_null()) return;
  const auto found = beats_of(ib::test::numbers(file["input"]), file["fs"]);
  check_indices(found, file["mspt_stream"], 1);
}

BOOST_AUTO_TEST_SUITE_END()
