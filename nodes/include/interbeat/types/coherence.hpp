// CoherenceRow: how much of the heart's variability is one slow, regular wave; mostly it measures slow regular
// breathing. An open definition of our own (nodes/dsp/rhythm_coherence.hpp): products with a score of this kind keep
// theirs secret, and their numbers are not these.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>

#include <array>
#include <cstdint>

namespace ib {

enum class Coherence : std::uint8_t { none, low, medium, high };
inline constexpr std::array<const char*, 4> labels(Coherence) {
  return {"", "low", "medium", "high"};
}

struct CoherenceRow {
  double window_s{};
  double coverage{};  ///< share of the window under valid intervals, 0..1
  Maybe score_pct, ratio, peak_hz;
  std::int32_t n_beats{};     ///< valid intervals in the window
  std::int32_t n_excluded{};  ///< intervals of the window that were not used
  std::int32_t n_edited{};    ///< of both kinds, those that a person changed
  Coherence level{};
  HrvClass grade{};
  Reason reason{};  ///< why the grade is not ok
  Definition definition{};
  bool loss_not_random{};      ///< what was not used beats faster or slower
  std::uint8_t reserved[7]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using C = CoherenceRow;
    return item_type<C>(
        "interbeat/coherence/1", "Rhythm coherence of the window that ends here.",
        field<&C::score_pct>("score_pct", "%",
                             "Power of the highest wave in 0.04-0.26 Hz, of all power."),
        field<&C::ratio>("ratio", "1", "The same power over all the rest."),
        field<&C::peak_hz>("peak_hz", "Hz", "Where that wave stands."),
        field<&C::level>("level", "", "low below 35 %, high above 60 %: bounds of our own."),
        field<&C::window_s>("window_s", "s", "Length of the window."),
        field<&C::n_beats>("n_beats", "beats", "Valid intervals in the window."),
        field<&C::n_excluded>("n_excluded", "beats", "Intervals of the window that were not used."),
        field<&C::n_edited>("n_edited", "beats", "Intervals that a person changed."),
        field<&C::coverage>("coverage", "1", "Share of the window under valid intervals."),
        field<&C::loss_not_random>(
            "loss_not_random", "",
            "Intervals that were not used are more than 5 bpm faster or slower."),
        field<&C::definition>("definition", "", "Whose formulas, and which version of them."),
        field<&C::grade>("class", "", "ok, low or absent: how far the window can be trusted."),
        field<&C::reason>("reason", "", "Why there is no score."));
  }
};

static_assert(sizeof(CoherenceRow) == 2 * sizeof(double) + 3 * sizeof(Maybe) + 24);

}  // namespace ib
