// The Poincare plot: each interval against the one before it, as a cloud of points. Its shape, and
// how its upper half (the heart slows down) differs from the lower one.
//
// SD1 (across the identity line) and SD2 (along it) come from IntervalStatistics. From them follow
// ratio, area, CSI and CVI (Brennan et al., IEEE Trans Biomed Eng 48:1342, 2001; Toichi et al.,
// J Auton Nerv Syst 62:79, 1997). Asymmetry: Guzik et al., Biomed Tech 51:272, 2006; Porta et al.,
// Am J Physiol 295:R550, 2008; Piskorski & Guzik, Med Biol Eng Comput 49:1289, 2011; Karmakar et
// al., Physiol Meas 36:303, 2015; Yan et al., Biomed Eng Online 16:112, 2017.
// Only contiguous pairs are points. Thread: any; no allocation.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "dsp/nn_interval.hpp"

namespace ib::dsp {

struct PoincareEllipse {
  double sd1_sd2{};  ///< width / length, without a unit
  double area{};     ///< S = pi SD1 SD2, ms^2
  double csi{};      ///< SD2 / SD1
  double cvi{};      ///< log10(16 SD1 SD2), ms
};

/// From SD1 and SD2 in ms; absent if one of them is, or is not above 0.
std::optional<PoincareEllipse> poincare_ellipse(std::optional<double> sd1,
                                                std::optional<double> sd2) noexcept;

/// `slower`: points above the identity line, whose interval is longer than the one before. Points
/// on the line belong to neither half; of SD2 each half gets half of theirs. The shares of the
/// other half are the rest to 1 or 100 %.
struct PoincareAsymmetry {
  std::size_t pairs{}, slower{}, faster{};

  double guzik_pct{};  ///< GI: of the distances from the line, those of `slower`
  double slope_pct{};  ///< SI: the same of the angles between a point and the line
  double area_pct{};   ///< AI: the same of the sectors between a point and the line
  double porta_pct{};  ///< PI: `faster` of all points off the line

  // Deviations in ms, divided by pairs - 1: SD1 from the line, SD2 along it from the centre.
  double sd1_slower{}, sd1_faster{};
  double sd2_slower{}, sd2_faster{};
  double sdnn_slower{}, sdnn_faster{};  ///< sqrt((SD1^2 + SD2^2) / 2)
  // Share of `slower` in the square of each, 0..1.
  double c1_slower{};               ///< of SD1^2, short-term
  std::optional<double> c2_slower;  ///< of SD2^2, long-term; absent if SD2 is 0
  double c_slower{};                ///< of SDNN^2
};

/// A share of 100 points still scatters by 5 %; below that it says nothing (our choice).
inline constexpr std::size_t asymmetry_least_pairs = 100;

/// Of a window, oldest first; absent with fewer than `least_pairs` (at least 2) contiguous pairs,
/// or if all points lie on the line.
std::optional<PoincareAsymmetry> poincare_asymmetry(
    std::span<const NnInterval> series, std::size_t least_pairs = asymmetry_least_pairs) noexcept;

}  // namespace ib::dsp
