// beat.ppg: beats from a band-passed pulse waveform.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "beat/flag_ring.hpp"
#include "dsp/elgendi_beats.hpp"
#include "dsp/fiducial.hpp"
#include "dsp/mspt_beats.hpp"
#include "dsp/ssf_beats.hpp"

#include <optional>
#include <variant>

namespace ib {

/// Streaming peak detection with parabolic sub-sample times.
struct PpgBeats {
  static constexpr About about{
      "beat.ppg", "1.0.0", "Beats from a band-passed pulse waveform.",
      "A beat stands at the parabolic peak of the wave, or at the `fiducial` of its rise. `mspt`, "
      "multi-scale peaks, looks at the last 6 s every 0.25 s; a beat comes out 0.45 s later (median), "
      "never later than 1.25 s; no threshold, no memory of amplitude. `elgendi`, two moving averages "
      "of the squared wave, costs less and is never later than 0.75 s; it knows the mean energy of "
      "the last 10 s, so a change of gain costs beats. `ssf`, the slope sum of 128 ms against 60 % of "
      "what recent pulses reached, knows a beat after 0.13 s, never later than 0.17 s, and is the "
      "first to lose beats in noise; the first 2 s of a stream teach it and hold no beat.\n"
      "`mid` (half way up), `max_slope` and `tangent` are for clean waves of 100 Hz and more, and a "
      "log line says so below; they may "
      "lie 0.35 s before the peak, and so much is the latency longer. A beat whose rise is not whole "
      "is not valid (low_quality), stands at its peak and bounds no interval: no other fiducial takes "
      "its place.\n"
      "Beats are at least 0.3 s apart: of a heart above 200 a minute every second or third is found. They come out "
      "as they are found; that they pass over pulses the wave tells, and quality.ppg marks them (`aliasing`, not "
      "valid): it keeps the wave, and one rule serves every detector. Without it half the rate is told.\n"
      "Intervals are computed in the device's own time and never formed across a gap. Beats on "
      "bridged samples are dropped; beats while the filter settles are not valid (warming_up).\n"
      "Sources: Bishop & Ercole 2018 (10.1007/978-3-319-65798-1_39), Charlton 2025 "
      "(10.1088/1361-6579/adb89e), Elgendi 2013 (10.1371/journal.pone.0076585), Zong 2003 (Computers "
      "in Cardiology 30:259), Peralta 2019 (10.1088/1361-6579/ab009b)."};

  In<"in", float,
     InSpec{
         .doc =
             "Band-passed pulse waveform (filter.bandpass), systole up. A slower one has no beats: take the device's own "
             "heart rate, or intervals of one that has them (ring.bcl, ble.heart_rate, source.intervals).",
         .rate_min_hz = 10}>
      in;
  Out<"beats", Beat,
      OutSpec{.doc = "Beats; their quality is not rated yet.",
              .grade = Grade::beats,
              .per_item = 0,
              .per_second = 4,
              .per_call = 12,
              .adds = "unrated"}>
      beats;
  enum Algorithm : std::uint32_t { mspt, elgendi, ssf };
  Choice<"algorithm",
         ChoiceSpec{.labels = {"mspt", "elgendi", "ssf"},
                    .doc = "Detector: multi-scale peaks, two moving averages, or slope sum."}>
      algorithm;
  enum class Point : std::uint32_t { peak, mid, max_slope, tangent };
  Choice<"fiducial",
         ChoiceSpec{.labels = {"peak", "mid", "max_slope", "tangent"},
                    .doc = "Where a beat stands: at the peak of the wave, or on its rise."}>
      fiducial;
  /// Dropped: found after more than the detector's bound, or passed only once a later beat was out.
  Counter<"late_peaks"> late_peaks;
  Counter<"peaks_beyond_bound"> beyond_bound;  ///< the part that a longer wait would have saved
  static constexpr auto fields =
      std::tuple{&PpgBeats::in,       &PpgBeats::beats,      &PpgBeats::algorithm,
                 &PpgBeats::fiducial, &PpgBeats::late_peaks, &PpgBeats::beyond_bound};

  /// The detector's bound, one sample, since a peak lies between samples, and the longest rise where
  /// that is asked for.
  Duration latency{};
  Log log;

  bool activate(Activation& a);
  void reset();
  void on(decltype(in)&, const Sample& s);
  void on_gap(decltype(in)&, Time from, Time to);
  void advance(Time t);
  /// What the last seconds did not confirm is no beat: nothing waits.
  void on_end() { beats.settle(closed_); }
  /// After a start or gap the mark stands still until the first look: a peak of the first 3 s is
  /// found only then. A touch shorter than that has no look, and holds nobody longer.
  Time settle_limit() const { return hold_mark_; }

 private:
  static constexpr Duration first_look = 3500ms;  ///< at the latest: 3 s and a hop
  void detect(dsp::MsptBeats& detector, const Sample& s);
  template <class Prompt>
  void detect(Prompt& detector, const Sample& s);
  void emit(const dsp::Peak& peak, const Sample& newest);
  /// Where the beat of this peak stands; nothing: its rise has no such point.
  std::optional<double> place_of(const dsp::Peak& peak) const;
  std::uint64_t rise_from(const dsp::Peak& peak) const;
  std::uint8_t flags_between(std::uint64_t first, std::uint64_t last) const;
  void break_chain(Reason why);

  std::variant<std::monostate, dsp::MsptBeats, dsp::ElgendiBeats, dsp::SsfBeats> detector_;
  std::optional<dsp::PulseRises> rises_;  ///< for other fiducials than the peak
  Time closed_ = never;
  Time hold_mark_ =
      forever;  ///< stands still from the first sample after a start or gap to the first look
  std::optional<double> last_;  ///< where the beat before stands: fractional device index
  Reason broken_{};             ///< why there is no such beat
  bool fresh_ = true;           ///< no sample since a start or gap
  std::optional<std::uint64_t> last_peak_;  ///< since a start or gap
  double last_place_ = -1;                  ///< of a beat since then, one without fiducial too
  FlagRing flags_;                          ///< of the last samples
};

}  // namespace ib
