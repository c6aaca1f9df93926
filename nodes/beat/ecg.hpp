// beat.ecg: beats from an electrocardiogram.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "beat/flag_ring.hpp"
#include "dsp/ecg_beats.hpp"

#include <optional>

namespace ib {

/// Streaming QRS detection with parabolic sub-sample times. Its beats count as those of a strap that
/// reports intervals: nothing rates an ECG here (quality.ppg compares pulse waves), so an attribute
/// "unrated" would only make every user write trust_source in every node behind.
struct EcgBeats {
  static constexpr About about{
      "beat.ecg", "1.0.0", "Beats from an electrocardiogram.",
      "Takes the raw ECG, of any unit and either polarity, and filters it itself. Pan & Tompkins: "
      "5-15 Hz, slope, square, sum over 150 ms, thresholds that follow signal and noise, search-back "
      "after 1.66 mean intervals, T waves told by their slope. A beat stands at the largest "
      "deflection of the 0.5-40 Hz wave, up or down as most of this heart are. It comes out 0.35 s "
      "later, never later than 1.25 s: what search-back finds is older, and is in time down to about "
      "40 beats a minute. Levels that found no beat for 4 s are learned anew.\n"
      "The first 2 s after a start or gap teach and hold no beat; beats while the filters settle are "
      "not valid (warming_up). Intervals are computed in the device's own time and never formed across "
      "a gap; beats on bridged samples are dropped.\n"
      "Needs no pulse quality: interval.clean takes these beats as they are, and its artefact rules "
      "still act. An electrode that is loose shows there, as artefacts and low coverage.\n"
      "Source: Pan & Tompkins 1985 (10.1109/TBME.1985.325532)."};

  In<"in", float, InSpec{.doc = "Raw ECG, 125 Hz or more; better 250.", .rate_min_hz = 125}> in;
  Out<"beats", Beat,
      OutSpec{.doc = "Beats at their R waves.",
              .grade = Grade::beats,
              .per_item = 0,
              .per_second = 6,
              .per_call = 12}>
      beats;
  /// Dropped: found by search-back after more than the bound.
  Counter<"late_peaks"> late_peaks;
  static constexpr auto fields = std::tuple{&EcgBeats::in, &EcgBeats::beats, &EcgBeats::late_peaks};

  Duration latency{};  ///< the bound and one sample, since a beat lies between samples

  bool activate(Activation& a);
  void reset();
  void on(decltype(in)&, const Sample& s);
  void on_gap(decltype(in)&, Time, Time) { reset(); }
  void advance(Time t) { closed_ = t; }
  /// What the last seconds did not confirm is no beat: nothing waits.
  void on_end() { beats.settle(closed_); }

 private:
  void emit(const dsp::Peak& peak, const Sample& newest);

  std::optional<dsp::EcgBeats> detector_;
  bool fresh_ = true;
  std::uint64_t settled_from_{};  ///< device index
  std::optional<double> last_;    ///< the beat before: fractional device index
  Time closed_ = never;
  FlagRing flags_;  ///< of the last samples
};

}  // namespace ib
