#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include "dsp/iir_design.hpp"
#include "dsp/ppg_quality.hpp"
#include "dsp/sos_filter.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;
using Signal = std::vector<double>;

constexpr const char* quality_group = "Parts of quality.ppg, 60 s clean and 60 s spoilt (sqi.json)";

struct Parts {
  Worst skewness, height, flat, shape;
  unsigned beats{}, plateaus{}, plateaus_of_theirs{};
};

Signal band_passed(const Signal& raw, double rate_hz) {
  dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  if (!raw.empty()) filter.restart(raw.front());
  Signal out;
  for (const double x : raw) out.push_back(filter(x));
  return out;
}

/// Samples from..to, both included, as far as they are there.
std::span<const double> part(const Signal& signal, double from, double to) {
  const double last = static_cast<double>(signal.size()) - 1;
  const double first = std::ceil(std::max(0.0, from)), end = std::floor(std::min(last, to));
  if (!(first <= end)) throw std::runtime_error("a window or a peak lies outside of its signal");
  return std::span(signal).subspan(static_cast<std::size_t>(first),
                                   static_cast<std::size_t>(end - first) + 1);
}

void compare_windows(const json& c, const Signal& raw, const Signal& filtered, double rate_hz,
                     Parts& parts) {
  for (const auto& row : c.at("windows")) {
    const double end = row.at(0).get<double>() * rate_hz - 1;
    const auto y = part(filtered, end - 5 * rate_hz + 1, end);
    if (const auto s = dsp::skewness(y)) parts.skewness.absolute(*s, row.at(1));
    else parts.skewness.absent();
    parts.height.absolute(dsp::amplitude(y), row.at(3));
    const auto x = part(raw, end - 5 * rate_hz + 1, end);
    parts.flat.absolute(dsp::longest_flat_s(x, rate_hz), row.at(4));
  }
}

/// Template and plateau of each beat from the second on; the template speaks from its fifth.
void compare_beats(const json& c, const Signal& raw, const Signal& filtered, double rate_hz,
                   Parts& parts) {
  const auto peaks = numbers(c.at("peaks_mspt_stream")), expected = numbers(c.at("template_r"));
  dsp::MedianInterval interval;
  dsp::BeatTemplate shape;
  for (std::size_t i = 1; i < peaks.size(); ++i) {
    if (!(peaks[i] > peaks[i - 1])) throw std::runtime_error("peaks do not rise");
    interval.push(peaks[i] - peaks[i - 1]);
    const double half = 0.5 * *interval.value();
    const auto beat = part(raw, peaks[i] - half, peaks[i] + half);
    const auto r = shape.match(filtered, peaks[i], half);
    if (r) parts.shape.absolute(*r, expected.at(i - 1));
    else if (i > 4) parts.shape.absent();
    ++parts.beats;
    parts.plateaus += dsp::has_plateau(beat, rate_hz) ? 1U : 0U;
    parts.plateaus_of_theirs += c.at("plateau_flag_from_second_beat").at(i - 1) == 1 ? 1U : 0U;
  }
}

}  // namespace

void compare_quality(const json& quality, Comparisons& all) {
  Parts parts;
  for (const auto* name : {"clean", "corrupted"}) {
    const auto& c = quality.at(name);
    const double rate = number_in(c.at("fs"), 20, 10'000, "a sampling rate in Hz");
    const auto raw = numbers(c.at("input"));
    for (const double x : raw)
      if (!std::isfinite(x)) throw std::runtime_error("a sample is no number");
    const auto filtered = band_passed(raw, rate);
    compare_windows(c, raw, filtered, rate, parts);
    compare_beats(c, raw, filtered, rate, parts);
  }
  all.push_back(parts.skewness.comparison(quality_group, "skewness of 5 s", 1e-6));
  all.push_back(parts.height.comparison(quality_group, "height of the pulse in 5 s", 1e-6));
  all.push_back(parts.flat.comparison(quality_group, "longest flat stretch, s", 1e-6));
  all.push_back(
      parts.shape.comparison(quality_group, "correlation with the template, each beat", 1e-6));
  all.push_back({quality_group, "beats with a plateau", "",
                 static_cast<double>(parts.plateaus_of_theirs), static_cast<double>(parts.plateaus),
                 0,
                 "of " + std::to_string(parts.beats) +
                     "; the reference counts flat lines too, which ours measures as such",
                 true, 0});
}

}  // namespace ib::verify
