// beat.ppg: beats from a band-passed pulse waveform.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "beat/flag_ring.hpp"
#include "dsp/elgendi_beats.hpp"
#include "dsp/mspt_beats.hpp"

#include <optional>
#include <variant>

namespace ib {

/// Streaming peak detection with parabolic sub-sample times.
struct PpgBeats {
  static constexpr About about{
      "beat.ppg", "1.0.0", "Beats from a band-passed pulse waveform.",
      "A beat stands at the parabolic peak of the wave. `mspt`, multi-scale peaks, looks at the last 6 s "
      "every 0.25 s; a beat comes out 0.45 s later (median), never later than 1.25 s; no threshold, no "
      "memory of amplitude. `elgendi`, two moving averages of the squared wave, costs less and is never "
      "later than 0.75 s; it knows the mean energy of the last 10 s, so a change of gain costs beats. "
      "Intervals are computed in the device's own time and never formed across a gap. Beats on "
      "bridged samples are dropped; beats while the filter settles are not valid (warming_up). "
      "Sources: Bishop & Ercole 2018 (10.1007/978-3-319-65798-1_39), Charlton 2025 "
      "(10.1088/1361-6579/adb89e), Elgendi 2013 (10.1371/journal.pone.0076585)."};

  In<"in", float, InSpec{.doc = "Band-passed pulse waveform, systole up.", .rate_min_hz = 12.5}> in;
  Out<"beats", Beat,
      OutSpec{.doc = "Beats; their quality is not rated yet.",
              .grade = Grade::beats,
              .per_item = 0,
              .per_second = 4,
              .per_call = 12,
              .adds = "unrated"}>
      beats;
  enum Algorithm : std::uint32_t { mspt, elgendi };
  Choice<"algorithm", ChoiceSpec{.labels = {"mspt", "elgendi"},
                                 .doc = "Detector: multi-scale peaks, or two moving averages."}>
      algorithm;
  /// Dropped: found after more than the detector's bound, or passed only once a later beat was out.
  Counter<"late_peaks"> late_peaks;
  Counter<"peaks_beyond_bound"> beyond_bound;  ///< the part that a longer wait would have saved
  static constexpr auto fields = std::tuple{&PpgBeats::in, &PpgBeats::beats, &PpgBeats::algorithm,
                                            &PpgBeats::late_peaks, &PpgBeats::beyond_bound};

  Duration latency{};  ///< the detector's bound and one sample, since a peak lies between samples

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
  void detect(dsp::ElgendiBeats& detector, const Sample& s);
  void emit(const dsp::Peak& peak, const Sample& newest);
  std::uint8_t flags_near(std::uint64_t index) const;

  std::variant<std::monostate, dsp::MsptBeats, dsp::ElgendiBeats> detector_;
  bool fresh_ = true;
  Time closed_ = never;
  Time hold_mark_ =
      forever;  ///< stands still from the first sample after a start or gap to the first look
  struct Last {
    double index;  ///< fractional device index
  };
  std::optional<Last> last_;
  FlagRing flags_;  ///< of the last samples
};

}  // namespace ib
