#include "evaluate/record_table.hpp"

#include "evaluate/report.hpp"

#include <fmt/format.h>

#include <optional>

namespace ib::evaluate {
namespace {

std::optional<double> rmssd(const std::optional<Variability>& v) {
  return v ? v->rmssd_ms : std::nullopt;
}

}  // namespace

RecordTable table_of_records(const Summary& s) {
  RecordTable table{{"record", "beats", "F1", "missed", "extra", "lag s", "valid", "coverage",
                     "interval ms", "RMSSD ms", "reference", "error"},
                    {}};
  for (const auto& r : s.records) {
    if (!r.problem.empty() || !r.match) continue;
    const auto& m = *r.match;
    table.rows.push_back({r.name + (r.turned_over ? " (turned over)" : ""),
                          fmt::format("{}", m.beats()), shown(m.f1(), 4),
                          fmt::format("{}", m.missed), fmt::format("{}", m.extra),
                          shown(m.lag_s, 2), percent(r.valid_share),
                          percent(r.gated ? std::optional(r.gated->coverage) : std::nullopt),
                          shown(r.interval_error_median_ms, 1), shown(rmssd(r.gated), 1),
                          shown(rmssd(r.known), 1), shown(r.rmssd_error_ms, 1)});
  }
  return table;
}

RecordTable table_of_minutes(const Summary& s) {
  RecordTable table{
      {"record", "minute", "all ms", "cleaned ms", "gated ms", "kept", "coverage", "reported"}, {}};
  for (const auto& r : s.records)
    for (std::size_t k = 0; k < r.minutes.size(); ++k) {
      const auto& m = r.minutes[k];
      const auto kept = m.gated && m.gated->intervals > 0
                            ? std::optional(static_cast<double>(m.gated->valid) /
                                            static_cast<double>(m.gated->intervals))
                            : std::nullopt;
      table.rows.push_back({r.name, fmt::format("{}", k + 1), shown(m.raw.rmssd_ms, 1),
                            shown(rmssd(m.cleaned), 1), shown(rmssd(m.gated), 1), percent(kept),
                            percent(m.gated ? std::optional(m.gated->coverage) : std::nullopt),
                            m.is_reported ? "yes" : "no"});
    }
  return table;
}

}  // namespace ib::evaluate
