// What the tests of every spectral method ask: does a wave's power come out, do the numbers equal
// the reference?
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "dsp/band_powers.hpp"
#include "dsp/piecewise_cubic.hpp"
#include "dsp/straight_line.hpp"
#include "support/rr_series.hpp"

namespace ib::test {

/// amplitude * sin(2 pi hz t) at 4 Hz.
inline std::vector<double> wave(double hz, double amplitude, std::size_t samples) {
  std::vector<double> x(samples);
  for (std::size_t i = 0; i < samples; ++i)
    x[i] = amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / 4);
  return x;
}

/// The exact intervals (some are fractions of a microsecond) at 4 Hz, less their line.
inline std::vector<double> detrended_tachogram(const ReferenceSeries& series) {
  dsp::PiecewiseCubic curve(series.rr_ms.size());
  curve.fit(series.t_s, series.rr_ms, dsp::Curve::natural);
  std::vector<double> y(static_cast<std::size_t>((series.t_s.back() - series.t_s[0]) * 4) + 1);
  curve.at(series.t_s[0], 0.25, y);
  dsp::remove_line(y);
  return y;
}

/// Remembers how far the worst one was off.
struct WorstDifference {
  double relative = 0;
  std::size_t compared = 0;

  void operator()(double value, const nlohmann::json& expected) {
    const double e = expected.get<double>();
    relative = std::max(relative, std::abs(value - e) / std::abs(e));
    ++compared;
  }
  void operator()(const dsp::BandPowers& p, const nlohmann::json& bands) {
    (*this)(p.vlf, bands.at("VLF"));
    (*this)(p.lf, bands.at("LF"));
    (*this)(p.hf, bands.at("HF"));
    (*this)(p.total(), bands.at("TP"));
    (*this)(*p.lf_hf(), bands.at("LFHF"));
    (*this)(*p.lf_share(), bands.at("LFn"));
    (*this)(*p.hf_share(), bands.at("HFn"));
    (*this)(*p.ln_hf(), bands.at("lnHF"));
    (*this)(*p.lf_peak_hz, bands.at("peak_LF"));
    (*this)(*p.hf_peak_hz, bands.at("peak_HF"));
  }
  /// Nothing compared: the files are absent, which was said.
  void must_stay_below(double most) const {
    if (compared == 0) return;
    BOOST_TEST_MESSAGE(compared << " values compared, the worst differs by " << relative);
    BOOST_TEST(relative < most);
  }
};

inline bool all_zero(const dsp::Density& density) {
  return !density.empty() &&
         std::all_of(density.bins.begin(), density.bins.end(), [](double s) { return s == 0; });
}

}  // namespace ib::test
