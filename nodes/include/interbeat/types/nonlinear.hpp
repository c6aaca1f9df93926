// NonlinearRow: what the order and the shape of the intervals of one window say beyond their spread. Definitions stand
// with each algorithm in nodes/dsp/.
//
// Invariant: a value is present only if the window holds enough for it; `grade` is low below 200 intervals, where
// entropy and fluctuation still scatter.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>

#include <cstdint>

namespace ib {

struct NonlinearRow {
  double window_s{};
  double coverage{};  ///< share of the window under valid intervals, 0..1
  Maybe sample_entropy, approximate_entropy, dfa_alpha1, dfa_alpha2;
  Maybe sd1_sd2, ellipse_ms2, csi, cvi;
  Maybe guzik_pct, porta_pct, slope_pct, area_pct;
  Maybe pip_pct, ials, pss_pct, pas_pct;
  Maybe deceleration_ms, acceleration_ms;
  Maybe stress_index;
  std::int32_t n_beats{};     ///< valid intervals in the window
  std::int32_t n_excluded{};  ///< intervals of the window that were not used
  std::int32_t n_edited{};    ///< of both kinds, those that a person changed
  HrvClass grade{};
  Reason reason{};  ///< why the grade is not ok
  Definition definition{};
  bool loss_not_random{};  ///< what was not used beats faster or slower

  static const ib_type& type() {
    using N = NonlinearRow;
    return item_type<N>(
        "interbeat/nonlinear/1", "Order and shape of the intervals of the window that ends here.",
        field<&N::sample_entropy>("sample_entropy", "1", "SampEn, m = 2, r = 0.2 SDNN."),
        field<&N::approximate_entropy>("approximate_entropy", "1", "ApEn, m = 2, r = 0.2 SDNN."),
        field<&N::dfa_alpha1>("dfa_alpha1", "1", "Fluctuation exponent, 4 to 16 intervals."),
        field<&N::dfa_alpha2>("dfa_alpha2", "1", "Fluctuation exponent, 16 to 64 intervals."),
        field<&N::sd1_sd2>("sd1_sd2", "1", "Poincare plot: width / length."),
        field<&N::ellipse_ms2>("ellipse_ms2", "ms2", "Poincare plot: area, pi SD1 SD2."),
        field<&N::csi>("csi", "1", "SD2 / SD1."),
        field<&N::cvi>("cvi", "1", "log10(16 SD1 SD2), SD in ms."),
        field<&N::guzik_pct>("guzik_pct", "%",
                             "Of the distances from the line, those that slow down."),
        field<&N::porta_pct>("porta_pct", "%", "Points that speed up, of those off the line."),
        field<&N::slope_pct>("slope_pct", "%", "Of the angles to the line, those that slow down."),
        field<&N::area_pct>("area_pct", "%", "Of the sectors to the line, those that slow down."),
        field<&N::pip_pct>("pip_pct", "%", "Fragmentation: turns per interval."),
        field<&N::ials>("ials", "1", "Fragmentation: 1 / mean length of a segment."),
        field<&N::pss_pct>("pss_pct", "%", "Fragmentation: intervals in short segments."),
        field<&N::pas_pct>("pas_pct", "%", "Fragmentation: intervals in alternations."),
        field<&N::deceleration_ms>("deceleration_ms", "ms", "Deceleration capacity."),
        field<&N::acceleration_ms>("acceleration_ms", "ms", "Acceleration capacity."),
        field<&N::stress_index>("stress_index", "1/s2",
                                "Baevsky: narrowness of the histogram; windows to 300 s."),
        field<&N::window_s>("window_s", "s", "Length of the window."),
        field<&N::n_beats>("n_beats", "beats", "Valid intervals in the window."),
        field<&N::n_excluded>("n_excluded", "beats", "Intervals of the window that were not used."),
        field<&N::n_edited>("n_edited", "beats", "Intervals that a person changed."),
        field<&N::coverage>("coverage", "1", "Share of the window under valid intervals."),
        field<&N::loss_not_random>(
            "loss_not_random", "",
            "Intervals that were not used are more than 5 bpm faster or slower."),
        field<&N::definition>("definition", "", "Whose formulas, and which version of them."),
        field<&N::grade>("class", "", "ok, low or absent: how far the window can be trusted."),
        field<&N::reason>("reason", "", "Why the class is not ok."));
  }
};

static_assert(sizeof(NonlinearRow) == 2 * sizeof(double) + 19 * sizeof(Maybe) + 16);

}  // namespace ib
