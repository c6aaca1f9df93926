// Passport: what every HRV row says of itself beside its values, so that two numbers can be compared years
// later: whose definition, which intervals were used, how far it can be trusted.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/types/definition.hpp>
#include <interbeat/types/hrv_class.hpp>
#include <interbeat/types/interval.hpp>

#include "dsp/interval_statistics.hpp"
#include "dsp/loss_not_random.hpp"
#include "hrv/rate_contract.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include <fmt/format.h>

namespace ib {

/// Intervals of one window by what became of them.
struct IntervalTally {
  std::int64_t used{}, excluded{}, edited{};
  dsp::RateSums kept, rejected;  ///< those not used that may be the heart's own

  static IntervalTally of(const dsp::IntervalStatistics& s) {
    return {s.sums().n, s.excluded() + s.aside().n, s.edited(), s.kept(), s.rejected()};
  }
};

/// Not used for their quality alone: their length may be the heart's own.
inline bool is_believable(const Interval& i) {
  return i.carries_rate() || (i.label == Label::low_quality && i.reason == Reason::low_quality);
}

template <class Row>
void stamp(Row& row, const IntervalTally& tally, Definition definition) {
  row.n_beats = static_cast<std::int32_t>(tally.used);
  row.n_excluded = static_cast<std::int32_t>(tally.excluded);
  row.n_edited = static_cast<std::int32_t>(tally.edited);
  row.definition = definition;
  row.loss_not_random = dsp::loss_of(tally.kept, tally.rejected).not_random;
}

/// A window whose samples lie further apart than its values want is never more than `low`.
template <class Row>
void limit_class(Row& row, const RateContract& contract) {
  if (contract.carries_all() || row.grade != HrvClass::ok) return;
  row.grade = HrvClass::low;
  row.reason = Reason::below_rate;
}

/// For Activation::fail(): a window behind such samples would never say anything.
inline std::string too_slow_for(const char* what, const RateContract& contract) {
  return fmt::format(
      "{} needs beats found in at least {:g} samples a second, and these were found in {:g} Hz. At that rate "
      "hrv.window gives heart rate alone.",
      what, RateContract::variability_hz, contract.sampled_hz());
}

}  // namespace ib
