// WccRow: how the newest window of two persons' heart-rate slopes correlates, lag by lag. A
// description of half a minute, not a test: any two series correlate at some lag (see
// Coregulation).
//
// Invariant: the values are absent unless `reason` is empty, and then every lag has its r.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/edge.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/lag_error.hpp>

#include <cstdint>

namespace ib {

struct WccRow {
  Maybe z0;          ///< Fisher z at lag 0
  Maybe mean_z;      ///< over all lags; negative: anti-phase
  Maybe best_lag_s;  ///< of the largest r; > 0: b follows a
  Maybe lead_index;  ///< mean z where a leads minus mean z where b leads
  Maybe peak_lag_s;  ///< Boker peak: nearest to lag 0, largest within two lags
  Maybe peak_r;      ///< Pearson r there
  Maybe lag_jitter_ms, lag_least_ms, lag_most_ms;  ///< LagError of the window, both lags
  double coverage{};           ///< share of the window with both slopes at lag 0, 0..1
  bool has_peak{};             ///< false: no peak, r only rises towards an edge
  Reason reason{};             ///< why there are no values
  Side side_a{}, side_b{};     ///< at the time of this row
  std::uint8_t reserved[4]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    using W = WccRow;
    return item_type<W>(
        "interbeat/wcc/1",
        "Windowed cross-correlation of the heart-rate slopes of two persons. It describes the "
        "newest "
        "window and tests nothing.",
        field<&W::z0>("z0", "1", "Fisher z at lag 0."),
        field<&W::mean_z>("mean_z", "1", "Mean Fisher z over all lags; negative: anti-phase."),
        field<&W::best_lag_s>("best_lag_s", "s", "Lag of the largest r; above 0: b follows a."),
        field<&W::lead_index>("lead_index", "1", "Mean z where a leads minus where b leads."),
        field<&W::has_peak>("has_peak", "", "0: r has no peak, it only rises towards an edge."),
        field<&W::peak_lag_s>("peak_lag_s", "s", "Boker's peak: the nearest one to lag 0."),
        field<&W::peak_r>("peak_r", "1", "Pearson r at the peak."),
        field<&W::lag_jitter_ms>("lag_jitter_ms", "ms", LagError::jitter_doc),
        field<&W::lag_least_ms>("lag_least_ms", "ms", LagError::least_doc),
        field<&W::lag_most_ms>("lag_most_ms", "ms", LagError::most_doc),
        field<&W::coverage>("coverage", "1", "Share of the window with both slopes."),
        field<&W::side_a>("side_a", "", "Whether a's time was settled, given up or idle."),
        field<&W::side_b>("side_b", "", "Whether b's time was settled, given up or idle."),
        field<&W::reason>("reason", "", "Why there are no values."));
  }
};

static_assert(sizeof(WccRow) == 9 * sizeof(Maybe) + sizeof(double) + 8);

}  // namespace ib
