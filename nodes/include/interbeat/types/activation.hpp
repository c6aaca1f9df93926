// ActivationRow: how far a body is above its own rest. An estimate for self-reflection: it does not
// know pleasant from unpleasant, and never compares one person with another.
//
// Invariant: without a baseline of this person there is no score. Absent is never 0.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/confidence.hpp>
#include <interbeat/types/truth.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// Level above the own rest, in the words people see.
enum class ActivationLevel : std::uint8_t { insufficient, near_rest, somewhat_above, well_above };
inline constexpr std::array<const char*, 4> labels(ActivationLevel) {
  return {"insufficient", "near_rest", "somewhat_above", "well_above"};
}

enum class BaselineState : std::uint8_t {
  collecting,
  ready,
  unsettled,  ///< heart rate still drifted at its end: usable, and worth repeating
};
inline constexpr std::array<const char*, 3> labels(BaselineState) {
  return {"collecting", "ready", "unsettled"};
}

struct ActivationRow {
  Maybe score;           ///< activation relative to the own baseline, 0..1; never an old one
  Maybe heart_rate_bpm;  ///< median of 30 s
  Maybe rest_heart_rate_bpm;
  Maybe ln_rmssd;                        ///< 60 s
  Maybe z_heart_rate, z_ln_rmssd;        ///< distance from rest in spreads, clipped to +-4
  Maybe term_heart_rate, term_ln_rmssd;  ///< weight * z: what each one adds, log odds
  Maybe high_arousal;                    ///< truth; absent while the state is insufficient
  ActivationLevel state{};
  Confidence confidence{};
  BaselineState baseline{};
  Reason reason{};             ///< why there is no state, or why this second was not used for it
  std::uint8_t reserved[4]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using A = ActivationRow;
    return item_type<A>(
        "interbeat/activation/1",
        "Activation relative to the person's own baseline. Activation is an estimate for "
        "self-reflection, not a diagnosis.",
        field<&A::score>("score", "1",
                         "Activation relative to the own baseline, 0..1; only of seconds in use."),
        field<&A::state>("state", "", "Near, somewhat above or well above the own rest."),
        field<&A::high_arousal>("high_arousal", "",
                                "1: heart rate far above rest, without motion; 0: not so."),
        field<&A::confidence>("confidence", "", "A rule of thumb never earns more than medium."),
        field<&A::baseline>("baseline", "", "collecting, ready, or unsettled."),
        field<&A::heart_rate_bpm>("heart_rate_bpm", "bpm", "Median of the last 30 s."),
        field<&A::rest_heart_rate_bpm>("rest_heart_rate_bpm", "bpm", "The baseline's median."),
        field<&A::ln_rmssd>("ln_rmssd", "1", "ln of RMSSD in ms, last 60 s."),
        field<&A::z_heart_rate>("z_heart_rate", "1", "Heart rate's distance from rest in spreads."),
        field<&A::z_ln_rmssd>("z_ln_rmssd", "1", "ln RMSSD's distance from rest in spreads."),
        field<&A::term_heart_rate>("term_heart_rate", "1", "What heart rate adds, log odds."),
        field<&A::term_ln_rmssd>("term_ln_rmssd", "1", "What ln RMSSD adds, log odds."),
        field<&A::reason>("reason", "", "Why there is no state, or this second was not used."));
  }
};

static_assert(sizeof(ActivationRow) == 9 * sizeof(Maybe) + 8);

}  // namespace ib
