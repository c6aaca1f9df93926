// Coregulation: one row about two persons. Linkage is co-variation beyond chance; it is neither
// good nor bad, and a common cause (a task, music, walking) makes it as well as any exchange does.
//
// Invariant: the test's values are absent unless `reason` is empty, those of the newest window
// unless `wcc_reason` is (dyad.wcc has all of them). Nothing is carried over from an earlier row
// except `state`, which has a memory by rule (see dyad.linkage). Fields stand in the order of their
// weight: a low screen shows the first ones.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/edge.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/lag_error.hpp>
#include <interbeat/types/linkage_state.hpp>

#include <cstdint>

namespace ib {

struct Coregulation {
  Maybe linkage_effect;  ///< in-phase statistic, in SD of its surrogates
  Maybe linkage_p;       ///< one-sided, 0.01..1 with 99 surrogates
  Maybe in_phase_z;      ///< mean over windows of the best Fisher z
  Maybe net_z, net_p;    ///< mean Fisher z, signed; two-sided p
  Maybe magnitude_z;     ///< mean |Fisher z|
  Maybe lag_s;           ///< of the largest mean z over the horizon; > 0: b follows a
  Maybe lag_jitter_ms, lag_least_ms, lag_most_ms;  ///< LagError of the horizon, both lags
  Maybe lead_index;  ///< mean z where a leads minus mean z where b leads
  Maybe wcc_z0;      ///< newest window: Fisher z at lag 0
  Maybe wcc_lag_s;   ///< newest window: lag of the largest r; > 0: b follows a
  double coverage_a{}, coverage_b{}, coverage_both{};  ///< share of the horizon with a slope, 0..1
  double horizon_s{};                                  ///< how much of it has been collected
  LinkageState state{};
  Reason reason{};             ///< why there is no test
  Side side_a{}, side_b{};     ///< at the time of this row
  Reason wcc_reason{};         ///< why the newest window has no values
  std::uint8_t reserved[3]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    using C = Coregulation;
    return item_type<C>(
        "interbeat/coregulation/1",
        "Linkage of the heart-rate slopes of two persons. Linkage is neither good nor bad; chance "
        "makes it in 1 of 100 pairs (30 min).",
        field<&C::state>("state", "", "collecting, not_distinguishable from chance, or linked."),
        field<&C::linkage_effect>("linkage_effect", "1", "In-phase statistic in SD of surrogates."),
        field<&C::linkage_p>("linkage_p", "1", "Share of surrogates at least as linked."),
        field<&C::lag_s>("lag_s", "s", "Lag of the largest mean z; above 0: b follows a."),
        field<&C::lag_jitter_ms>("lag_jitter_ms", "ms", LagError::jitter_doc),
        field<&C::lag_least_ms>("lag_least_ms", "ms", LagError::least_doc),
        field<&C::lag_most_ms>("lag_most_ms", "ms", LagError::most_doc),
        field<&C::horizon_s>("horizon_s", "s", "Length of what has been collected."),
        field<&C::coverage_both>("coverage_both", "1", "Share of the horizon with both slopes."),
        field<&C::lead_index>("lead_index", "1", "Mean z where a leads minus where b leads."),
        field<&C::wcc_z0>("wcc_z0", "1", "Newest window: Fisher z at lag 0."),
        field<&C::wcc_lag_s>("wcc_lag_s", "s", "Newest window: lag of the largest r."),
        field<&C::wcc_reason>("wcc_reason", "", "Why the newest window has no values."),
        field<&C::in_phase_z>("in_phase_z", "1", "Mean over windows of the best Fisher z."),
        field<&C::net_z>("net_z", "1", "Mean Fisher z; negative: anti-phase."),
        field<&C::net_p>("net_p", "1", "Two-sided p of net_z."),
        field<&C::magnitude_z>("magnitude_z", "1", "Mean absolute Fisher z."),
        field<&C::coverage_a>("coverage_a", "1", "Share of the horizon with a slope of a."),
        field<&C::coverage_b>("coverage_b", "1", "Share of the horizon with a slope of b."),
        field<&C::side_a>("side_a", "", "Whether a's time was settled, given up or idle."),
        field<&C::side_b>("side_b", "", "Whether b's time was settled, given up or idle."),
        field<&C::reason>("reason", "", "Why there is no test."));
  }
};

static_assert(sizeof(Coregulation) == 13 * sizeof(Maybe) + 4 * sizeof(double) + 8);

}  // namespace ib
