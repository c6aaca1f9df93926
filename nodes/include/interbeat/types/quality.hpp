// QualityRow: how far the pulse waveform can be trusted at one second, part by part, so that "0.3"
// can be explained. What a part needs and does not have leaves it absent; absent is never 0.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/truth.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// What keeps a score from being higher: the part that alone would raise it most.
enum class QualityLimit : std::uint8_t {
  none,             ///< nothing: it is 1, or not known
  shape,            ///< the beat differs from the mean beat
  skewness,         ///< the wave leans the wrong way
  perfusion,        ///< too little pulse, or unlike that of the last minute
  agreement,        ///< two detectors see different beats
  motion,           ///< the hand moves
  flat,             ///< the raw wave stood still
  clipped,          ///< tops are cut off
  cadence,          ///< hand and pulse share one rhythm
  silence,          ///< no beat for 3 s
  no_acceleration,  ///< nobody knows whether the hand moves: at most 0.9
  low_rate,         ///< below 20 Hz: at most 0.7
  recovering,       ///< all is well by now; trust returns within seconds
};
inline constexpr std::array<const char*, 13> labels(QualityLimit) {
  return {"",        "shape",   "skewness", "perfusion",       "agreement", "motion",    "flat",
          "clipped", "cadence", "silence",  "no_acceleration", "low_rate",  "recovering"};
}

struct QualityRow {
  Maybe score;            ///< all parts joined and smoothed, 0..1; absent while it can't be told
  Maybe template_r;       ///< last beat against the mean beat, Pearson, -1..1
  Maybe skewness;         ///< of the band-passed last 5 s; above 0: steeper up than down
  Maybe perfusion_pct;    ///< pulse height on the constant light, where a sensor delivers that
  Maybe amplitude_ratio;  ///< last beat's height / median of the 60 s before it
  Maybe agreement;        ///< of two detectors over 10 s, 0..1; absent without a second one
  Maybe flat_s;           ///< longest stand-still of the raw last 5 s
  Maybe at_limits;     ///< share of the raw last 5 s at the converter's limits, if these are known
  Maybe activity_g;    ///< standard deviation of acceleration, worst of two seconds
  Maybe since_beat_s;  ///< silence since the last beat; absent before the first
  Maybe clipped;       ///< truth: a cut-off top, or samples filled across a gap, in the last beat
  Maybe cadence_locked;        ///< truth: hand and pulse have shared one rhythm for 8 s in motion
  Maybe inverted;              ///< truth: the pulse has pointed down for 20 s
  Reason reason{};             ///< why the score is absent, or too low for HRV
  QualityLimit limited_by{};   ///< what keeps the score from being higher
  std::uint8_t reserved[6]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using Q = QualityRow;
    return item_type<Q>(
        "interbeat/quality/1", "Quality of a pulse waveform, once per second.",
        field<&Q::score>("score", "1", "All parts joined, 0..1; beats need 0.5 for HRV."),
        field<&Q::template_r>("template_r", "1", "Last beat against the mean beat, Pearson r."),
        field<&Q::skewness>("skewness", "1", "Skewness of the band-passed last 5 s."),
        field<&Q::perfusion_pct>("perfusion_pct", "%", "Pulse height on the constant light."),
        field<&Q::amplitude_ratio>("amplitude_ratio", "1",
                                   "Last beat's height over the median of the 60 s before."),
        field<&Q::agreement>(
            "agreement", "1",
            "Beats of the last 10 s that both detectors see; empty without `second`."),
        field<&Q::flat_s>("flat_s", "s", "Longest stand-still of the raw last 5 s."),
        field<&Q::at_limits>("at_limits", "1",
                             "Share of the raw last 5 s at the converter's limits, if known."),
        field<&Q::clipped>("clipped", "", "1: a cut-off top or filled samples in the last beat."),
        field<&Q::activity_g>("activity_g", "g", "Standard deviation of acceleration over 1 s."),
        field<&Q::cadence_locked>("cadence_locked", "",
                                  "1: the rhythm found is the hand's; empty without acc."),
        field<&Q::inverted>("inverted", "", "1: the pulse seems to point down; see `invert`."),
        field<&Q::since_beat_s>("since_beat_s", "s", "Time since the last beat."),
        field<&Q::limited_by>("limited_by", "", "The part that keeps the score from being higher."),
        field<&Q::reason>("reason", "", "Why the score is absent, or too low for HRV."));
  }
};

static_assert(sizeof(QualityRow) == 13 * sizeof(Maybe) + 8);

}  // namespace ib
