// SpectrumRow: frequency-domain heart rate variability of one window. Bands: Task Force (Circulation 93:1043, 1996).
// From a pulse waveform it is pulse rate variability. LF/HF is no balance of two nerves.
//
// Invariant: a value is present only if the window carries it: HF from 60 s, LF from 120 s, LF/HF and the shares
// from 300 s, VLF and the total from 300 s by a method that resolves it.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// How a row was made.
enum class SpectrumBy : std::uint8_t { none, welch, whole, lomb, burg, sliding };
inline constexpr std::array<const char*, 6> labels(SpectrumBy) {
  return {"", "welch", "whole", "lomb", "burg", "sliding"};
}

struct SpectrumRow {
  double window_s{};
  double coverage{};       ///< share of the window under valid intervals, 0..1
  double longest_gap_s{};  ///< without valid intervals, also at its ends
  Maybe hf_ms2, lf_ms2, vlf_ms2, total_ms2;
  Maybe lf_hf, lf_share, hf_share, ln_hf;
  Maybe hf_peak_hz, lf_peak_hz, vlf_peak_hz;
  std::int32_t n_beats{};     ///< valid intervals in the window
  std::int32_t n_excluded{};  ///< intervals of the window that were not used
  std::int32_t n_edited{};    ///< of both kinds, those that a person changed
  SpectrumBy by{};
  bool vlf_leakage{};  ///< LF holds power that belongs to VLF: the segments are too short to tell
  HrvClass grade{};
  Reason reason{};  ///< why the grade is not ok
  Definition definition{};
  bool loss_not_random{};      ///< what was not used beats faster or slower
  std::uint8_t reserved[6]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using S = SpectrumRow;
    return item_type<S>(
        "interbeat/spectrum/1",
        "Frequency-domain heart rate variability of the window that ends here.",
        field<&S::hf_ms2>("hf_ms2", "ms2", "Power in 0.15-0.40 Hz; windows from 60 s."),
        field<&S::lf_ms2>("lf_ms2", "ms2", "Power in 0.04-0.15 Hz; windows from 120 s."),
        field<&S::vlf_ms2>("vlf_ms2", "ms2", "Power in 0.0033-0.04 Hz; windows from 300 s."),
        field<&S::total_ms2>("total_ms2", "ms2", "VLF + LF + HF."),
        field<&S::lf_hf>("lf_hf", "1", "LF / HF; windows from 300 s. No balance of two nerves."),
        field<&S::lf_share>("lf_share", "1", "LF / (LF + HF), 0..1; x 100 are normalized units."),
        field<&S::hf_share>("hf_share", "1", "HF / (LF + HF), 0..1; x 100 are normalized units."),
        field<&S::ln_hf>("ln_hf", "1", "ln of HF in ms2."),
        field<&S::hf_peak_hz>("hf_peak_hz", "Hz", "Where HF is highest: the breath, mostly."),
        field<&S::lf_peak_hz>("lf_peak_hz", "Hz", "Where LF is highest."),
        field<&S::vlf_peak_hz>("vlf_peak_hz", "Hz", "Where VLF is highest."),
        field<&S::by>("method", "", "How this row was made."),
        field<&S::vlf_leakage>("vlf_leakage", "", "LF holds power that belongs to VLF."),
        field<&S::window_s>("window_s", "s", "Length of the window."),
        field<&S::n_beats>("n_beats", "beats", "Valid intervals in the window."),
        field<&S::n_excluded>("n_excluded", "beats", "Intervals of the window that were not used."),
        field<&S::n_edited>("n_edited", "beats", "Intervals that a person changed."),
        field<&S::coverage>("coverage", "1", "Share of the window under valid intervals."),
        field<&S::longest_gap_s>("longest_gap_s", "s", "Longest stretch without valid intervals."),
        field<&S::loss_not_random>(
            "loss_not_random", "",
            "Intervals that were not used are more than 5 bpm faster or slower."),
        field<&S::definition>("definition", "", "Whose formulas, and which version of them."),
        field<&S::grade>("class", "", "ok, low or absent: how far the window can be trusted."),
        field<&S::reason>("reason", "", "Why the class is not ok."));
  }
};

static_assert(sizeof(SpectrumRow) == 3 * sizeof(double) + 11 * sizeof(Maybe) + 24);

}  // namespace ib
