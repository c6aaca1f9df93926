#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include "dsp/dfa.hpp"
#include "dsp/hrv_spectrum.hpp"
#include "dsp/interval_entropy.hpp"
#include "dsp/interval_statistics.hpp"
#include "dsp/poincare.hpp"
#include "dsp/stress_index.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;

/// Intervals as streams carry them: whole microseconds, without a break.
struct Series {
  std::vector<dsp::BeatInterval> intervals;
  dsp::IntervalStatistics statistics;
  bool whole = true;  ///< they were whole microseconds

  explicit Series(const json& rr_ms) : statistics(microseconds(rr_ms).size()) {
    Time t{};
    for (const double ms : rr_ms) {
      const auto us = static_cast<std::int32_t>(std::lround(ms * 1000));
      whole = whole && std::abs(us - ms * 1000) < 1e-6;
      t = t + std::chrono::microseconds(us);
      statistics.push(t, us, !intervals.empty());
      intervals.push_back({t, us, true});
    }
  }
  std::vector<dsp::NnInterval> in_order() const {
    std::vector<dsp::NnInterval> room(statistics.size());
    const auto n = statistics.in_order(room).size();
    room.resize(n);
    return room;
  }
};

/// Differences by metric, over all series.
class ByMetric {
 public:
  void operator()(const std::string& metric, std::optional<double> ours, const json& reference) {
    if (reference.is_null()) return;
    auto& worst = worst_[metric];
    if (worst.empty()) order_.push_back(metric);
    if (ours) worst.relative(*ours, reference);
    else worst.absent();
  }
  void add_to(Comparisons& all, const std::string& group, double allowed) const {
    for (const auto& metric : order_)
      all.push_back(worst_.at(metric).comparison(group, metric, allowed));
  }

 private:
  std::map<std::string, Worst> worst_;
  std::vector<std::string> order_;
};

void compare_time(const Series& s, const json& spec, ByMetric& say) {
  const auto& x = s.statistics;
  const auto& t = spec.at("time");
  say("MeanNN", x.mean_nn(), t.at("MeanNN"));
  say("SDNN", x.sdnn(), t.at("SDNN"));
  say("RMSSD", x.rmssd(), t.at("RMSSD"));
  say("lnRMSSD", x.ln_rmssd(), t.at("lnRMSSD"));
  say("SDSD", x.sdsd(), t.at("SDSD"));
  say("MeanHR", x.mean_hr(), t.at("MeanHR_of_meanNN"));
  say("MeanHR_beats", x.mean_of_rates(), t.at("MeanHR_of_beats"));
  say("pNN50", x.pnn50(), t.at("pNN50_diffs"));
  say("pNN20", x.pnn20(), t.at("pNN20_diffs"));
  say("CVNN", x.cvnn(), t.at("CVNN"));
  say("CVSD", x.cvsd(), t.at("CVSD"));
  say("MedianNN", x.median_nn(), t.at("MedianNN"));
  say("MadNN", x.mad_nn(), t.at("MadNN"));
  say("IQRNN", x.iqr_nn(), t.at("IQRNN"));
  say("Prc20NN", x.percentile(0.2), t.at("Prc20NN"));
  say("Prc80NN", x.percentile(0.8), t.at("Prc80NN"));
  say("MinNN", x.min_nn(), t.at("MinNN"));
  say("MaxNN", x.max_nn(), t.at("MaxNN"));
  say("HTI", x.hti(), t.at("HTI"));
  say("TINN", x.tinn(), t.at("TINN"));
  const auto si = dsp::stress_index_of(x);
  say("Baevsky SI", si ? std::optional(si->value) : std::nullopt, t.at("Baevsky_SI"));
}

void compare_order(const Series& s, const json& spec, ByMetric& say) {
  const auto series = s.in_order();
  const auto& p = spec.at("poincare");
  say("SD1", s.statistics.sd1(), p.at("SD1"));
  say("SD2", s.statistics.sd2(), p.at("SD2"));
  const auto e = dsp::poincare_ellipse(s.statistics.sd1(), s.statistics.sd2());
  const auto of = [&e](double dsp::PoincareEllipse::*value) {
    return e ? std::optional((*e).*value) : std::nullopt;
  };
  say("Poincare area", of(&dsp::PoincareEllipse::area), p.at("S"));
  say("CSI", of(&dsp::PoincareEllipse::csi), p.at("CSI"));
  say("CVI", of(&dsp::PoincareEllipse::cvi), p.at("CVI"));
  dsp::IntervalEntropy entropy(series.size());
  const auto found = entropy(series);
  say("SampEn", found.sample, spec.at("SampEn").at("value"));
  say("ApEn", found.approximate, spec.at("ApEn"));
  dsp::Dfa dfa(series.size());
  dfa.take(series);
  say("DFA alpha1", dfa.alpha1(), spec.at("DFA_alpha1_4_16"));
  say("DFA alpha2", dfa.alpha2(), spec.at("DFA_alpha2_16_64"));
}

void compare_spectra(const Series& s, const json& spec, ByMetric& say) {
  const Duration window = s.intervals.back().end - Time{};
  for (const auto& [method, key, name] :
       {std::tuple{dsp::SpectrumMethod::welch, "welch_256", "Welch"},
        {dsp::SpectrumMethod::lomb, "lomb", "Lomb-Scargle"},
        {dsp::SpectrumMethod::burg, "burg16", "Burg"}}) {
    dsp::HrvSpectrum::Params params;
    params.method = method;
    dsp::HrvSpectrum spectrum(window, params);
    spectrum.of(s.intervals.back().end, s.intervals);
    const auto p = powers_of(spectrum.density());
    const auto& bands = spec.at(key).at("bands_trapz");
    const std::string by = std::string(", ") + name;
    say("VLF" + by, p.vlf, bands.at("VLF"));
    say("LF" + by, p.lf, bands.at("LF"));
    say("HF" + by, p.hf, bands.at("HF"));
    say("LF/HF" + by, p.lf_hf(), bands.at("LFHF"));
    say("HF peak" + by, p.hf_peak_hz, bands.at("peak_HF"));
  }
}

}  // namespace

void compare_kubios(const json& series, Comparisons& all) {
  if (!series.contains("systole_rr")) return;
  const Series s(series.at("systole_rr").at("rr"));
  const auto& x = s.statistics;
  const auto add = [&](const std::string& metric, const char* unit, double reference,
                       std::optional<double> ours, double allowed, const std::string& note = {}) {
    all.push_back({"Kubios HRV 2.2, as printed (245 beats)", metric, unit, reference, ours, allowed,
                   note, false});
  };
  const auto d = static_cast<double>(x.sums().n_diff);
  add("mean", "ms", 883.24, x.mean_nn(), 0.005);
  add("SDNN", "ms", 84.691, x.sdnn(), 0.0005);
  add("RMSSD", "ms", 45.545, *x.sdsd() * std::sqrt((d - 1) / d), 0.0005,
      "Kubios: standard deviation of the differences, n");
  add("pNN50", "%", 26.230, x.pnn50(), 0.0005);
  add("SD1", "ms", 32.273, x.sd1(), 0.002);
  add("SD2", "ms", 115.38, x.sd2(), 0.005);
  dsp::HrvSpectrum::Params params;
  params.method = dsp::SpectrumMethod::whole;
  params.remove_line = false;
  dsp::HrvSpectrum spectrum(s.intervals.back().end - Time{}, params);
  spectrum.of(s.intervals.back().end, s.intervals);
  const auto density = spectrum.density();
  const auto p = powers_of(density);
  add("VLF", "ms2", 4504.4, trapezoid_power(density, bins_of(density, {0, 0.04})), 0.03 * 4504.4,
      "one Hann segment, less its mean; VLF from 0 Hz; within 3 %");
  add("LF", "ms2", 2393.9, p.lf, 0.03 * 2393.9);
  add("HF", "ms2", 566.30, p.hf, 0.03 * 566.30);
  add("LF/HF", "1", 4.227, p.lf_hf(), 0.03 * 4.227);
}

void compare_hrv(const json& series, const json& reference, Comparisons& all) {
  struct Part {
    ByMetric time, order, spectra;
  } whole, rounded;
  unsigned n_whole = 0, n_rounded = 0;
  for (const auto& [name, one] : series.items()) {
    const Series s(one.at("rr"));
    const auto& spec = reference.at(name).at("spec");
    auto& part = s.whole ? whole : rounded;
    ++(s.whole ? n_whole : n_rounded);
    compare_time(s, spec, part.time);
    compare_order(s, spec, part.order);
    compare_spectra(s, spec, part.spectra);
  }
  const auto group = [](const char* what, unsigned n, const char* kind) {
    return std::string(what) + ", " + std::to_string(n) + " series of " + kind + ", relative";
  };
  for (const auto& [part, n, kind, exact, loose] :
       {std::tuple{&whole, n_whole, "whole microseconds", 1e-9, 1e-6},
        {&rounded, n_rounded, "fractions of one, which rounding moves", 1e-5, 1e-5}}) {
    part->time.add_to(all, group("Time domain", n, kind), exact);
    part->order.add_to(all, group("Order of beats", n, kind), exact);
    part->spectra.add_to(all, group("Spectra", n, kind), loose);
  }
}

}  // namespace ib::verify
