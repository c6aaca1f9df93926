#include "evaluate/report.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace ib::evaluate {
namespace {

using nlohmann::json;

json number(const std::optional<double>& x) { return x && std::isfinite(*x) ? json(*x) : json(); }

json of(const Distribution& d) {
  return {
      {"n", d.n()},           {"median", number(d.median())}, {"mean", number(d.mean())},
      {"sd", number(d.sd())}, {"least", number(d.least())},   {"greatest", number(d.greatest())}};
}

json of(const std::optional<Variability>& v) {
  if (!v) return {};
  return {{"intervals", v->intervals},
          {"valid", v->valid},
          {"differences", v->differences},
          {"coverage", number(v->coverage)},
          {"rmssd_ms", number(v->rmssd_ms)}};
}

json of(const Minute& m) {
  return {{"from_s", m.at.from_s},    {"to_s", m.at.to_s},    {"all", of(m.raw)},
          {"cleaned", of(m.cleaned)}, {"gated", of(m.gated)}, {"reference", of(m.known)},
          {"reported", m.is_reported}};
}

json of(const RecordScore& r) {
  json out{{"record", r.name},
           {"problem", r.problem.empty() ? json() : json(r.problem)},
           {"turned_over", r.turned_over},
           {"scored_s", r.scored_s},
           {"beats_found", r.beats},
           {"valid_share", r.valid_share}};
  if (r.match) {
    const auto& m = *r.match;
    out.update({{"reference_beats", m.beats()},
                {"right", m.right},
                {"missed", m.missed},
                {"extra", m.extra},
                {"lag_s", m.lag_s},
                {"f1", m.f1()},
                {"sensitivity", m.sensitivity()},
                {"ppv", m.ppv()},
                {"interval_error_median_ms", number(r.interval_error_median_ms)},
                {"interval_error_mean_ms", number(r.interval_error_mean_ms)},
                {"rmssd_error_ms", number(r.rmssd_error_ms)},
                {"reference_variability", of(r.known)}});
  }
  out["variability"] = of(r.gated);
  out["minutes"] = json::array();
  for (const auto& m : r.minutes) out["minutes"].push_back(of(m));
  return out;
}

json of(const Verdict& v) {
  return {{"metric", v.bar.metric->name},
          {"unit", v.bar.metric->unit},
          {"asked", v.bar.text()},
          {"value", number(v.value)},
          {"met", v.met},
          {"missed_by", v.miss}};
}

json of(const Summary& s) {
  json out{{"algorithm", s.way.algorithm.empty() ? json() : json(s.way.algorithm)},
           {"rate_hz", number(s.way.rate_hz)},
           {"bars_bind", s.way.binding},
           {"n", s.scored()},
           {"not_scored", s.failed()},
           {"f1", of(s.f1)},
           {"sensitivity", of(s.sensitivity)},
           {"ppv", of(s.ppv)},
           {"interval_error_median_ms", of(s.interval_error_ms)},
           {"interval_error_mean_ms", of(s.interval_error_mean_ms)},
           {"rmssd_error_ms", of(s.rmssd_error_ms)},
           {"coverage", of(s.coverage)},
           {"kept_share", number(s.kept_share)},
           {"minutes",
            {{"n", s.minutes},
             {"all_rmssd_ms", of(s.raw_rmssd_ms)},
             {"cleaned_rmssd_ms", of(s.cleaned_rmssd_ms)},
             {"gated_rmssd_ms", of(s.gated_rmssd_ms)},
             {"reported_rmssd_ms", of(s.reported_rmssd_ms)}}}};
  out["worst"] = json::array();
  for (const auto* r : s.worst(3))
    out["worst"].push_back({{"record", r->name}, {"f1", r->match->f1()}});
  out["bars"] = json::array();
  for (const auto& v : s.verdicts) out["bars"].push_back(of(v));
  out["records"] = json::array();
  for (const auto& r : s.records) out["records"].push_back(of(r));
  return out;
}

}  // namespace

std::string json_of(const Evaluation& e) {
  const auto& score = e.set.score;
  json out{{"data_set", e.set.name},
           {"graph", e.graph},
           {"score",
            {{"skip_s", score.skip_s},
             {"tolerance_s", score.tolerance_s},
             {"lag_s", {score.least_lag_s, score.greatest_lag_s}},
             {"least_coverage", score.least_coverage}}},
           {"good", e.good()}};
  out["ways"] = json::array();
  for (const auto& s : e.summaries) out["ways"].push_back(of(s));
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace ib::evaluate
