#include "verify/formulas.hpp"

#include "verify/interval_run.hpp"

#include "dsp/hrv_spectrum.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

namespace ib::verify {
namespace {

constexpr const char* ec57 =
    "ANSI/AAMI EC57 patterns, as sines (interval.clean without a rule, 200 to 5000 ms)";
constexpr const char* hand = "By hand";

/// What the default would say of VLF if it published it: segments of 64 s can't tell it from LF.
double vlf_by_default(const Lengths& lengths) {
  std::vector<dsp::BeatInterval> intervals;
  Time t{};
  for (const auto us : lengths) {
    t = t + std::chrono::microseconds(us);
    intervals.push_back({t, static_cast<std::int32_t>(us), true});
  }
  dsp::HrvSpectrum::Params params;
  params.method = dsp::SpectrumMethod::welch;
  dsp::HrvSpectrum spectrum(300s, params);
  spectrum.of(t, intervals);
  return powers_of(spectrum.density()).vlf;
}

}  // namespace

Comparisons ec57_patterns() {
  IntervalRun run;
  Comparisons all;
  const auto add = [&](const std::string& metric, double reference, std::optional<double> ours,
                       double allowed, const std::string& note = {}, bool figure = false) {
    all.push_back({ec57, metric, "ms2", reference, ours, allowed, note, figure, 0});
  };
  const std::string window = "{type: hrv.spectrum, window: 300 s, step: 10 s}",
                    half_hour = "{type: hrv.spectrum, window: 1800 s, step: 10 s, method: whole}";

  const auto breath = run.last_row(swinging(800, 35, 0.25, 330), window);
  add("HF of 800 + 35 sin(2 pi 0.25 t)", 612.5, value(breath, "hf_ms2"), 0.02 * 612.5, "300 s");
  add("  its LF", 0, value(breath, "lf_ms2"), 6.125);
  const auto slow = run.last_row(swinging(1000, 70, 0.10, 330), window);
  add("LF of 1000 + 70 sin(2 pi 0.10 t)", 2450, value(slow, "lf_ms2"), 0.02 * 2450, "300 s");
  add("  its HF", 0, value(slow, "hf_ms2"), 24.5);
  const auto lengths = swinging(3000, 280, 1.0 / 30, 1860);
  const auto slowest = run.last_row(lengths, half_hour);
  add("VLF of 3000 + 280 sin(2 pi t / 30)", 39200, value(slowest, "vlf_ms2"), 0.02 * 39200,
      "one Hann segment of 30 min");
  add("  its LF", 0, value(slowest, "lf_ms2"), 392);
  add("  its HF", 0, value(slowest, "hf_ms2"), 392);
  add("  VLF by the default's 64-s segments", 39200, vlf_by_default(lengths), 0,
      "withheld by the node, and why", true);
  const auto constant = run.last_row(Lengths(450, 800'000), window);
  add("HF of a constant", 0, value(constant, "hf_ms2"), 1e-6);
  add("LF of a constant", 0, value(constant, "lf_ms2"), 1e-6);
  return all;
}

Comparisons by_hand() {
  IntervalRun run;
  Comparisons all;
  const auto add = [&](const std::string& metric, const char* unit, double reference,
                       std::optional<double> ours, double allowed) {
    all.push_back({hand, metric, unit, reference, ours, allowed, {}, false, 0});
  };
  // 800 and 840 ms in turn, 82 s a hundred of them; the window holds whole pairs.
  Lengths seesaw;
  for (int i = 0; i < 400; ++i) seesaw.push_back(i % 2 == 0 ? 800'000 : 840'000);
  const auto row = run.last_row(seesaw, "{type: hrv.window, window: 82 s, step: 82 s}");
  const double n = 100;
  add("mean of 800, 840, 800, ... ms", "ms", 820, value(row, "mean_nn_ms"), 1e-9);
  add("  heart rate", "bpm", 60'000.0 / 820, value(row, "heart_rate_bpm"), 1e-9);
  add("  RMSSD", "ms", 40, value(row, "rmssd_ms"), 1e-9);
  add("  SDNN", "ms", 20 * std::sqrt(n / (n - 1)), value(row, "sdnn_ms"), 1e-9);
  add("  pNN20", "%", 100, value(row, "pnn20_pct"), 0);
  add("  pNN50", "%", 0, value(row, "pnn50_pct"), 0);
  add("  median", "ms", 820, value(row, "median_nn_ms"), 1e-9);
  const auto order = run.last_row(seesaw, "{type: hrv.nonlinear, window: 246 s, step: 82 s}");
  add("  asymmetry, Porta", "%", 50, value(order, "porta_pct"), 0.2);
  add("  sample entropy", "1", 0, value(order, "sample_entropy"), 0.01);
  const auto still =
      run.last_row(Lengths(450, 800'000), "{type: hrv.window, window: 300 s, step: 100 s}");
  add("RMSSD of a constant", "ms", 0, value(still, "rmssd_ms"), 0);
  add("SDNN of a constant", "ms", 0, value(still, "sdnn_ms"), 0);
  const auto breath = run.last_row(swinging(800, 35, 0.25, 330), "{type: hrv.respiration}");
  add("15 breaths a minute", "1/min", 15, value(breath, "breaths_per_min"), 0.15);
  return all;
}

}  // namespace ib::verify
