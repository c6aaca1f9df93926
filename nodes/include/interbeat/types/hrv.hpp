// HrvRow: time-domain heart rate variability of one window. Definitions: Task Force (Circulation
// 93:1043, 1996); from a pulse waveform it is pulse rate variability.
//
// Invariant: a value is present only if the window carries it; `grade` and `reason` say so for the
// row. With grade `low` only heart rate, mean, RMSSD and pNN are there; with reason `irregular`
// heart rate alone. HTI and TINN have a grade of their own: they need a much longer window.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>

#include <cstdint>

namespace ib {

struct HrvRow {
  double window_s{};
  double coverage{};  ///< share of the window under valid intervals, 0..1
  Maybe heart_rate_bpm, heart_rate_beats_bpm, mean_nn_ms, rmssd_ms, ln_rmssd, pnn50_pct, pnn20_pct;
  Maybe sdnn_ms, sdsd_ms, cvnn, cvsd, sd1_ms, sd2_ms;
  Maybe median_nn_ms, mad_nn_ms, iqr_nn_ms, prc20_nn_ms, prc80_nn_ms, min_nn_ms, max_nn_ms;
  Maybe hti, tinn_ms;                             ///< windows from 300 s on
  Maybe heart_rate_low_bpm, heart_rate_high_bpm;  ///< 95 % confidence, of these three values
  Maybe rmssd_low_ms, rmssd_high_ms, sdnn_low_ms, sdnn_high_ms;
  std::int32_t n_beats{};        ///< valid intervals in the window
  std::int32_t n_differences{};  ///< contiguous differences between them
  std::int32_t n_excluded{};     ///< intervals of the window that were not used
  std::int32_t n_edited{};       ///< of both kinds, those that a person changed
  HrvClass grade{};
  HrvClass triangle_grade{};  ///< of hti and tinn_ms
  Reason reason{};            ///< why the grade is not ok
  Definition definition{};
  bool loss_not_random{};      ///< what was not used beats faster or slower
  std::uint8_t reserved[3]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using H = HrvRow;
    return item_type<H>(
        "interbeat/hrv/1", "Time-domain heart rate variability of the window that ends here.",
        field<&H::heart_rate_bpm>("heart_rate_bpm", "bpm", "60000 / mean interval."),
        field<&H::heart_rate_beats_bpm>("heart_rate_beats_bpm", "bpm",
                                        "Mean of 60000 / interval over the beats."),
        field<&H::rmssd_ms>("rmssd_ms", "ms", "Root mean square of successive differences."),
        field<&H::ln_rmssd>("ln_rmssd", "1", "ln of RMSSD in ms; absent where RMSSD is 0."),
        field<&H::sdnn_ms>("sdnn_ms", "ms", "Standard deviation of the intervals (n - 1)."),
        field<&H::mean_nn_ms>("mean_nn_ms", "ms", "Mean interval."),
        field<&H::median_nn_ms>("median_nn_ms", "ms", "Median interval."),
        field<&H::sdsd_ms>("sdsd_ms", "ms", "Standard deviation of successive differences."),
        field<&H::pnn50_pct>("pnn50_pct", "%", "Share of differences above 50 ms."),
        field<&H::pnn20_pct>("pnn20_pct", "%", "Share of differences above 20 ms."),
        field<&H::cvnn>("cvnn", "1", "SDNN / mean interval."),
        field<&H::cvsd>("cvsd", "1", "RMSSD / mean interval."),
        field<&H::mad_nn_ms>("mad_nn_ms", "ms", "1.4826 median |interval - median|."),
        field<&H::iqr_nn_ms>("iqr_nn_ms", "ms", "Interquartile range (type 7)."),
        field<&H::prc20_nn_ms>("prc20_nn_ms", "ms", "20th percentile (type 7)."),
        field<&H::prc80_nn_ms>("prc80_nn_ms", "ms", "80th percentile (type 7)."),
        field<&H::min_nn_ms>("min_nn_ms", "ms", "Shortest interval."),
        field<&H::max_nn_ms>("max_nn_ms", "ms", "Longest interval."),
        field<&H::sd1_ms>("sd1_ms", "ms", "Poincare plot, across the identity line."),
        field<&H::sd2_ms>("sd2_ms", "ms", "Poincare plot, along the identity line."),
        field<&H::hti>("hti", "1", "Triangular index; windows from 300 s."),
        field<&H::tinn_ms>("tinn_ms", "ms", "Base of the interval triangle; windows from 300 s."),
        field<&H::triangle_grade>("hti_class", "",
                                  "Of hti and tinn: low from 300 s, ok from 20 min, else absent."),
        field<&H::heart_rate_low_bpm>(
            "heart_rate_low_bpm", "bpm",
            "95 % confidence, lower end: of the rate that all beats of the window had; the value itself where none is missing."),
        field<&H::heart_rate_high_bpm>("heart_rate_high_bpm", "bpm", "95 % confidence, upper end."),
        field<&H::rmssd_low_ms>(
            "rmssd_low_ms", "ms",
            "95 % confidence, lower end: of the RMSSD that this heart has while its state lasts."),
        field<&H::rmssd_high_ms>("rmssd_high_ms", "ms", "95 % confidence, upper end."),
        field<&H::sdnn_low_ms>(
            "sdnn_low_ms", "ms",
            "95 % confidence, lower end: of SDNN in windows of this length while its state lasts."),
        field<&H::sdnn_high_ms>("sdnn_high_ms", "ms", "95 % confidence, upper end."),
        field<&H::window_s>("window_s", "s", "Length of the window."),
        field<&H::n_beats>("n_beats", "beats", "Valid intervals in the window."),
        field<&H::n_differences>("n_differences", "beats", "Contiguous differences."),
        field<&H::n_excluded>("n_excluded", "beats",
                              "Intervals of the window that were left out, for whatever reason."),
        field<&H::n_edited>(
            "n_edited", "beats",
            "Of used and left-out ones, those that a person changed by hand (beat.edit)."),
        field<&H::coverage>("coverage", "1", "Share of the window under valid intervals."),
        field<&H::loss_not_random>(
            "loss_not_random", "",
            "1: those left out are more than 5 bpm faster or slower than those used, so the values do not stand for the whole window."),
        field<&H::definition>(
            "definition", "",
            "Whose formulas, and which version of them; compare only rows in which it is the same."),
        field<&H::grade>(
            "class", "",
            "ok: all values are good; low: few data, only the robust values are there; absent: nothing of variability is told."),
        field<&H::reason>(
            "reason", "",
            "Why the class is not ok: the index of `interbeat manual` says what each word means."));
  }
};

static_assert(sizeof(HrvRow) == 2 * sizeof(double) + 28 * sizeof(Maybe) + 24);

}  // namespace ib
