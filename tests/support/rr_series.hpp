// Interval series for the spectra: made from a formula, or the reference ones.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "dsp/beat_interval.hpp"
#include "support/reference_json.hpp"

namespace ib::test {

/// As a beat detector would give them: whole microseconds, without a break.
inline std::vector<dsp::BeatInterval> beat_intervals(std::span<const double> rr_ms,
                                                     Time start = {}) {
  std::vector<dsp::BeatInterval> intervals;
  Time t = start;
  for (const double ms : rr_ms) {
    const auto us = static_cast<std::int32_t>(std::lround(ms * 1000));
    t = t + std::chrono::microseconds(us);
    intervals.push_back({t, us, true});
  }
  return intervals;
}

/// A heart whose intervals swing around a mean: each is as long as the formula says when it begins.
/// The power of the swing is amplitude^2 / 2.
inline std::vector<double> swinging_rr(double mean_ms, double amplitude_ms, double hz,
                                       double seconds) {
  std::vector<double> rr;
  for (double t = 0; t < seconds; t += rr.back() / 1000)
    rr.push_back(mean_ms + amplitude_ms * std::sin(2 * std::numbers::pi * hz * t));
  return rr;
}

/// Time of each interval's end, s.
inline std::vector<double> ends_of(std::span<const double> rr_ms) {
  std::vector<double> t;
  double sum = 0;
  for (const double ms : rr_ms) t.push_back(sum += ms / 1000);
  return t;
}

struct ReferenceSeries {
  std::string name;
  std::vector<double> rr_ms, t_s;
  nlohmann::json spec;  ///< what hrv_reference.json says of it
};

/// Empty, with a "skipped" line, if the files are absent.
inline std::vector<ReferenceSeries> reference_series() {
  const auto series = reference("hrv_series.json");
  const auto expected = reference("hrv_reference.json");
  std::vector<ReferenceSeries> all;
  if (series.is_null() || expected.is_null()) return all;
  for (const auto& [name, one] : series.items()) {
    const auto rr = numbers(one.at("rr"));
    all.push_back({name, rr, ends_of(rr), expected.at(name).at("spec")});
  }
  return all;
}

}  // namespace ib::test
