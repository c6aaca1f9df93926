// LagError: what two devices' clocks leave open of a lag between two persons: what every row that
// states a lag bears beside it. The true lag lies between lag + least - jitter and lag + most +
// jitter, as far as clocks go (docs/clocks.md): how long light, skin and the heart take is in none
// of them.
//
// Invariant: all three are there, or none: where no clock of both is connected or known yet.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/sugar/item.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace ib {

struct LagError {
  Maybe jitter_ms;          ///< half width of the 95 % interval around the constant place
  Maybe least_ms, most_ms;  ///< what the constant delays of both devices may add to a lag

  static constexpr const char* jitter_doc =
      "Of a lag, what both clocks leave open: half width of its 95 % interval.";
  static constexpr const char* least_doc = "Least of what both devices' delays may add to a lag.";
  static constexpr const char* most_doc = "Greatest of what both devices' delays may add to a lag.";

  static LagError of(const std::optional<ClockModel>& a, const std::optional<ClockModel>& b) {
    LagError e;
    if (!a || !b) return e;
    const auto bounds = lag_bounds(*a, *b);
    if (!(std::isfinite(bounds.jitter_ms) && std::isfinite(bounds.least_ms) &&
          std::isfinite(bounds.most_ms)))
      return e;  // a clock that is none
    e.jitter_ms = bounds.jitter_ms;
    e.least_ms = bounds.least_ms;
    e.most_ms = bounds.most_ms;
    return e;
  }
  /// What holds of both; nothing, where one is not known.
  LagError wider(const LagError& o) const {
    LagError e;
    if (!jitter_ms || !o.jitter_ms) return e;
    e.jitter_ms = std::max(*jitter_ms, *o.jitter_ms);
    e.least_ms = std::min(*least_ms, *o.least_ms);
    e.most_ms = std::max(*most_ms, *o.most_ms);
    return e;
  }
  /// Of a row that bears it.
  template <class Row>
  static LagError in(const Row& row) {
    const LagError e{row.lag_jitter_ms, row.lag_least_ms, row.lag_most_ms};
    const auto is_number = [](Maybe v) { return v && std::isfinite(*v); };
    return is_number(e.jitter_ms) && is_number(e.least_ms) && is_number(e.most_ms) ? e : LagError{};
  }
  template <class Row>
  void put_into(Row& row) const {
    row.lag_jitter_ms = jitter_ms;
    row.lag_least_ms = least_ms;
    row.lag_most_ms = most_ms;
  }
};

}  // namespace ib
