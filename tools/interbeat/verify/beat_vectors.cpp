#include "verify/vectors.hpp"

#include "verify/graph_run.hpp"
#include "verify/reference_file.hpp"

#include "dsp/iir_design.hpp"
#include "signal/recursive_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;

constexpr const char* pulse_group =
    "Pulse beats through filter.bandpass and beat.ppg, plus the filter's delay (ppg_beats.json)";

/// Evenly spaced samples as a file with one column.
std::string samples_file(const char* column, double rate_hz, const std::vector<double>& samples) {
  std::string text = fmt::format("# fs_hz: {}\n{}\n", rate_hz, column);
  for (const double x : samples) {
    if (std::isfinite(x)) text += fmt::format("{}", x);
    text += '\n';
  }
  return text;
}

std::vector<double> times_in(const Rows& rows) {
  std::vector<double> times;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto t = rows.number(i, "time_s")) times.push_back(*t);
  return times;
}

/// By how much the band-pass lays its output's times back, in s.
double delay_s(double rate_hz) {
  const auto design = dsp::butterworth_band_pass(2, 0.5, 8, rate_hz);
  return dsp::group_delay_s(design, delay_hz(design, rate_hz, 2), rate_hz);
}

/// When the pulses of a recording beat in the filtered wave, in s, as the reference counts: ours are laid back to
/// where they were in the finger.
std::vector<double> pulse_beats(const GraphRun& run, double rate_hz, const std::string& algorithm,
                                const std::string& fiducial = "peak") {
  run.run(fmt::format(R"(interbeat: 1
nodes:
  ring:     {{type: source.csv, path: pulse.csv}}
  filtered: {{type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}}
  beats:    {{type: beat.ppg, in: filtered, algorithm: {}, fiducial: {}}}
  file:     {{type: sink.csv, in: beats, path: beats.csv}}
)",
                      algorithm, fiducial));
  auto times = times_in(run.rows("beats.csv"));
  for (double& t : times) t += delay_s(rate_hz);
  return times;
}

/// Times beside their expected ones, in s; one too many or too few counts as absent.
void note_times(Worst& worst, const std::vector<double>& ours,
                const std::vector<double>& expected) {
  const auto [fewer, more] = std::minmax({ours.size(), expected.size()});
  for (std::size_t i = 0; i < fewer; ++i) worst.absolute(ours[i], expected[i]);
  for (std::size_t i = fewer; i < more; ++i) worst.absent();
}

/// The sample nearest to each beat beside the expected one.
void note_samples(Worst& worst, std::vector<double> ours, double rate_hz,
                  const std::vector<double>& expected) {
  for (double& t : ours) t = std::round(t * rate_hz);
  note_times(worst, ours, expected);
}

double nearest_to(double t, const std::vector<double>& sorted) {
  const auto behind = std::lower_bound(sorted.begin(), sorted.end(), t);
  double distance = behind == sorted.end() ? HUGE_VAL : *behind - t;
  if (behind != sorted.begin()) distance = std::min(distance, t - *std::prev(behind));
  return distance;
}

double share_near(const std::vector<double>& these, const std::vector<double>& those,
                  double within) {
  if (these.empty()) return 0;
  const auto near = std::count_if(these.begin(), these.end(),
                                  [&](double t) { return nearest_to(t, those) <= within; });
  return static_cast<double>(near) / static_cast<double>(these.size());
}

double f1(const std::vector<double>& found, const std::vector<double>& truth, double within) {
  const double precision = share_near(found, truth, within),
               recall = share_near(truth, found, within);
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

std::vector<double> over(std::vector<double> samples, double rate_hz) {
  for (double& s : samples) s /= rate_hz;
  return samples;
}

/// Two bumps for each beat, as the recipe in the file says.
std::vector<double> made_pulse(const std::vector<double>& beats_s, double rate_hz) {
  if (beats_s.size() > 300) throw std::runtime_error("a minute has more than 300 beats");
  std::vector<double> x;
  for (double k = 0; k < 60 * rate_hz; ++k) {
    double sum = 0;
    for (const double beat : beats_s) {
      const double t = k / rate_hz - beat, first = (t - 0.20) / 0.06, second = (t - 0.45) / 0.10;
      sum += std::exp(-0.5 * first * first) + 0.45 * std::exp(-0.5 * second * second);
    }
    x.push_back(std::round(sum * 1e9) / 1e9);
  }
  return x;
}

Comparison at_least(const char* group, const std::string& metric, double reference, double ours) {
  Comparison c{group, metric, "1", reference, ours, 0, "the reference's own, or more", false, 0};
  c.more_is_fine = true;
  return c;
}

}  // namespace

void compare_pulse_beats(const json& all_cases, Comparisons& all) {
  const GraphRun run;
  Worst mspt, elgendi, times, made, made_times;
  constexpr std::array fiducials{std::pair{"mid", "mid"}, std::pair{"max_slope", "maxslope"},
                                 std::pair{"tangent", "tangent"}};
  std::array<Worst, fiducials.size()> points;
  Comparisons slopes;
  for (const auto& c : all_cases.at("cases")) {
    const double rate = number_in(c.at("fs"), 1, 1000, "a sampling rate in Hz");
    run.write("pulse.csv", samples_file("ppg", rate, numbers(c.at("input"))));
    const auto peaks = numbers(c.at("mspt_stream"));
    const auto ours = pulse_beats(run, rate, "mspt");
    note_samples(mspt, ours, rate, peaks);
    note_times(times, ours, numbers(c.at("subsample_peak_time_s")));
    note_samples(elgendi, pulse_beats(run, rate, "elgendi"), rate, numbers(c.at("elgendi_stream")));
    for (std::size_t i = 0; i < fiducials.size(); ++i)
      note_times(points[i], pulse_beats(run, rate, "mspt", fiducials[i].first),
                 numbers(c.at("fiducials_on_bandpassed").at(fiducials[i].second)));
    const auto pulses = over(peaks, rate);
    slopes.push_back(at_least(pulse_group,
                              fmt::format("ssf: F1 to the pulses within 150 ms, {:g} Hz", rate),
                              f1(over(numbers(c.at("ssf_stream")), rate), pulses, 0.15),
                              f1(pulse_beats(run, rate, "ssf"), pulses, 0.15)));
  }
  for (const auto& c : all_cases.at("synthetic")) {
    const double rate = number_in(c.at("fs"), 1, 1000, "a sampling rate in Hz");
    run.write("pulse.csv",
              samples_file("ppg", rate, made_pulse(numbers(c.at("beat_times_s")), rate)));
    const auto ours = pulse_beats(run, rate, "mspt");
    note_samples(made, ours, rate, numbers(c.at("mspt_stream")));
    note_times(made_times, ours, numbers(c.at("subsample_peak_time_s")));
  }
  const auto add = [&](const Worst& worst, const std::string& metric, const char* unit,
                       double allowed) {
    if (worst.empty()) return;
    all.push_back(worst.comparison(pulse_group, metric, allowed));
    all.back().unit = unit;
  };
  add(mspt, "mspt: peaks", "samples", 1);
  add(times, "  their times between samples", "s", 1e-3);
  for (std::size_t i = 0; i < fiducials.size(); ++i)
    add(points[i], std::string("  fiducial ") + fiducials[i].first, "s", 1e-3);
  add(elgendi, "elgendi: peaks", "samples", 1);
  all.insert(all.end(), slopes.begin(), slopes.end());
  add(made, "mspt: peaks of a made pulse", "samples", 1);
  add(made_times, "  their times between samples", "s", 1e-3);
}

void compare_ring_beats(const json& ring, Comparisons& all) {
  constexpr const char* group = "Two minutes of a smart ring, the same way (ring_real.json)";
  const GraphRun run;
  const double rate = rate_of(ring.at("fs"));
  run.write("pulse.csv", samples_file("ppg", rate, numbers(ring.at("input"))));
  for (const auto& [algorithm, key] :
       {std::pair{"mspt", "mspt_stream"}, std::pair{"elgendi", "elgendi_stream"}}) {
    Worst worst;
    note_samples(worst, pulse_beats(run, rate, algorithm), rate, numbers(ring.at(key)));
    all.push_back(worst.comparison(group, std::string(algorithm) + ": peaks", 1));
    all.back().unit = "samples";
  }
}

void compare_ecg_beats(const json& ecg, Comparisons& all) {
  constexpr const char* group = "R waves through beat.ecg (ecg_beats.json)";
  constexpr double learning_s = 1.9;  // the first two seconds teach
  const GraphRun run;
  const double rate = rate_of(ecg.at("fs"));
  run.write("ecg.csv", samples_file("ecg", rate, numbers(ecg.at("input"))));
  run.run(R"(interbeat: 1
nodes:
  strap: {type: source.csv, path: ecg.csv, channel: ecg}
  beats: {type: beat.ecg, in: strap.ppg}
  file:  {type: sink.csv, in: beats, path: beats.csv}
)");
  const auto late = [](std::vector<double> t) {
    t.erase(std::remove_if(t.begin(), t.end(), [](double s) { return s < learning_s; }), t.end());
    return t;
  };
  const auto found = late(times_in(run.rows("beats.csv")));
  const auto& theirs = ecg.at("neurokit_rpeaks");
  const auto tops = late(over(numbers(theirs.at("neurokit")), rate)),
             hills = late(over(numbers(theirs.at("pantompkins1985")), rate));
  const auto add = [&](const std::string& metric, double ours, const char* note) {
    all.push_back({group, metric, "1", 1, ours, 0.01, note, false, 0});
  };
  add("F1 to R waves within 2 samples", f1(found, tops, 2.0001 / rate), "from 1.9 s on");
  add("F1 to Pan-Tompkins of NeuroKit within 150 ms", f1(found, hills, 0.15),
      "it tells places of hills, up to 0.1 s behind");
}

}  // namespace ib::verify
