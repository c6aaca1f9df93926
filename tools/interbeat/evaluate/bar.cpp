#include "evaluate/bar.hpp"

#include "evaluate/summary.hpp"

#include <interbeat/units.hpp>

namespace ib::evaluate {
namespace {

double count(std::size_t n) { return static_cast<double>(n); }

}  // namespace

const std::vector<Metric>& metrics() {
  using S = Summary;
  static const std::vector<Metric> all{
      {"f1_median", "1", "F1 of beats, median over records", true,
       [](const S& s) { return s.f1.median(); }},
      {"f1_mean", "1", "F1 of beats, mean over records", true,
       [](const S& s) { return s.f1.mean(); }},
      {"f1_worst", "1", "F1 of beats of the worst record", true,
       [](const S& s) { return s.f1.least(); }},
      {"sensitivity_mean", "1", "beats that were found, mean over records", true,
       [](const S& s) { return s.sensitivity.mean(); }},
      {"ppv_mean", "1", "found ones that were beats, mean over records", true,
       [](const S& s) { return s.ppv.mean(); }},
      {"interval_error_median", "ms", "median over records of the record's median", true,
       [](const S& s) { return s.interval_error_ms.median(); }},
      {"interval_error_mean", "ms", "mean over records of the record's mean", true,
       [](const S& s) { return s.interval_error_mean_ms.mean(); }},
      {"rmssd_error_median", "ms", "median over records of |RMSSD - the reference's|", true,
       [](const S& s) { return s.rmssd_error_ms.median(); }},
      {"coverage_median", "1", "share of the time under valid intervals, median over records",
       false, [](const S& s) { return s.coverage.median(); }},
      {"reported_minutes", "1", "minutes with coverage enough for an RMSSD, of all records", false,
       [](const S& s) -> std::optional<double> { return count(s.reported_rmssd_ms.n()); }},
      {"reported_rmssd_p90", "ms", "their RMSSD: nine of ten lie below", false,
       [](const S& s) { return s.reported_rmssd_ms.quantile(0.9); }},
      {"reported_rmssd_greatest", "ms", "their greatest RMSSD", false,
       [](const S& s) { return s.reported_rmssd_ms.greatest(); }},
  };
  return all;
}

const Metric* find_metric(std::string_view name) {
  for (const auto& m : metrics())
    if (m.name == name) return &m;
  return nullptr;
}

std::string Bar::text() const {
  return (at_least ? ">= " : "<= ") + format_quantity(bound, std::string(metric->unit));
}

}  // namespace ib::evaluate
