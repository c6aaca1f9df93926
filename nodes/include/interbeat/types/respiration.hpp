// RespirationRow: the rate of breathing, as far as the heart tells it (respiratory sinus arrhythmia), and what spoke
// for it or against. Definition: nodes/dsp/rsa_respiration.hpp.
//
// Invariant: the rate is present only where the guard lets it pass; peak, share and rise say what it saw.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// Why the window's highest wave is not called a breath.
enum class BreathDoubt : std::uint8_t { none, no_peak, too_slow, too_broad, too_faint };
inline constexpr std::array<const char*, 5> labels(BreathDoubt) {
  return {"", "no_peak", "too_slow", "too_broad", "too_faint"};
}

struct RespirationRow {
  double window_s{};
  double coverage{};  ///< share of the window under valid intervals, 0..1
  Maybe breaths_per_min, peak_hz, share, rise_db;
  std::int32_t n_beats{};     ///< valid intervals in the window
  std::int32_t n_excluded{};  ///< intervals of the window that were not used
  std::int32_t n_edited{};    ///< of both kinds, those that a person changed
  BreathDoubt doubt{};
  HrvClass grade{};
  Reason reason{};  ///< why the grade is not ok
  Definition definition{};
  bool loss_not_random{};      ///< what was not used beats faster or slower
  std::uint8_t reserved[7]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using R = RespirationRow;
    return item_type<R>(
        "interbeat/respiration/1",
        "Rate of breathing, from the heart, of the window that ends here.",
        field<&R::breaths_per_min>("breaths_per_min", "1/min", "Present only where it is clear."),
        field<&R::peak_hz>("peak_hz", "Hz", "The highest wave in 0.12-0.50 Hz, clear or not."),
        field<&R::share>("share", "1", "Power within 0.03 Hz of it, of that in 0.12-0.50 Hz."),
        field<&R::rise_db>("rise_db", "dB", "How far it stands above its neighbours."),
        field<&R::doubt>("doubt", "", "Why the wave is not called a breath."),
        field<&R::window_s>("window_s", "s", "Length of the window."),
        field<&R::n_beats>("n_beats", "beats", "Valid intervals in the window."),
        field<&R::n_excluded>("n_excluded", "beats", "Intervals of the window that were not used."),
        field<&R::n_edited>("n_edited", "beats", "Intervals that a person changed."),
        field<&R::coverage>("coverage", "1", "Share of the window under valid intervals."),
        field<&R::loss_not_random>(
            "loss_not_random", "",
            "Intervals that were not used are more than 5 bpm faster or slower."),
        field<&R::definition>("definition", "", "Whose formulas, and which version of them."),
        field<&R::grade>("class", "", "ok, low or absent: how far the window can be trusted."),
        field<&R::reason>("reason", "", "Why there is nothing to look at."));
  }
};

static_assert(sizeof(RespirationRow) == 2 * sizeof(double) + 4 * sizeof(Maybe) + 24);

}  // namespace ib
