#include "evaluate/summary.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <utility>

namespace ib::evaluate {
namespace {

template <class Of>
Distribution over(const std::vector<RecordScore>& records, Of of) {
  std::vector<double> values;
  for (const auto& r : records)
    if (r.problem.empty())
      if (const std::optional<double> x = of(r)) values.push_back(*x);
  return Distribution(std::move(values));
}

template <class Of>
Distribution over_minutes(const std::vector<RecordScore>& records, Of of) {
  std::vector<double> values;
  for (const auto& r : records)
    for (const auto& m : r.minutes)
      if (const std::optional<double> x = of(m)) values.push_back(*x);
  return Distribution(std::move(values));
}

std::optional<double> rmssd(const std::optional<Variability>& v) {
  return v ? v->rmssd_ms : std::nullopt;
}

std::optional<double> kept_share(const std::vector<RecordScore>& records) {
  std::size_t kept = 0, all = 0;
  bool any = false;
  for (const auto& r : records) {
    if (!r.gated) continue;
    any = true;
    kept += r.gated->valid;
    all += r.gated->intervals;
  }
  if (!any || all == 0) return std::nullopt;
  return static_cast<double>(kept) / static_cast<double>(all);
}

Verdict judge(const Bar& bar, const Summary& summary) {
  Verdict v{bar, bar.metric->of(summary), false, 0};
  v.met = v.value && bar.is_met(*v.value);
  if (v.value && !v.met) v.miss = bar.at_least ? bar.bound - *v.value : *v.value - bar.bound;
  return v;
}

bool has(const std::vector<double>& list, const std::optional<double>& x) {
  return x && std::find(list.begin(), list.end(), *x) != list.end();
}

}  // namespace

std::string Way::text() const {
  std::string text = algorithm;
  if (rate_hz) text += (text.empty() ? "" : ", ") + format_quantity(*rate_hz, "Hz");
  return text.empty() ? "as it is" : text;
}

bool Summary::all_met() const {
  return std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return v.met; });
}

std::size_t Summary::failed() const {
  return static_cast<std::size_t>(std::count_if(
      records.begin(), records.end(), [](const RecordScore& r) { return !r.problem.empty(); }));
}

std::vector<const RecordScore*> Summary::worst(std::size_t n) const {
  std::vector<const RecordScore*> list;
  for (const auto& r : records)
    if (r.match) list.push_back(&r);
  std::stable_sort(list.begin(), list.end(), [](const RecordScore* a, const RecordScore* b) {
    return a->match->f1() < b->match->f1();
  });
  list.resize(std::min(n, list.size()));
  return list;
}

Summary summarise(const DataSet& set, const Way& way, std::vector<RecordScore> records) {
  Summary s;
  s.way = way;
  s.way.binding = way.binding && !has(set.figures_hz, way.rate_hz);
  const auto of_match = [&](double (Match::*what)() const) {
    return over(records, [what](const RecordScore& r) -> std::optional<double> {
      if (!r.match) return std::nullopt;
      return ((*r.match).*what)();
    });
  };
  s.f1 = of_match(&Match::f1);
  s.sensitivity = of_match(&Match::sensitivity);
  s.ppv = of_match(&Match::ppv);
  s.coverage = over(records, [](const RecordScore& r) -> std::optional<double> {
    if (!r.gated) return std::nullopt;
    return r.gated->coverage;
  });
  s.rmssd_error_ms = over(records, [](const RecordScore& r) { return r.rmssd_error_ms; });
  s.interval_error_ms =
      over(records, [](const RecordScore& r) { return r.interval_error_median_ms; });
  s.interval_error_mean_ms =
      over(records, [](const RecordScore& r) { return r.interval_error_mean_ms; });
  s.raw_rmssd_ms = over_minutes(records, [](const Minute& m) { return m.raw.rmssd_ms; });
  s.cleaned_rmssd_ms = over_minutes(records, [](const Minute& m) { return rmssd(m.cleaned); });
  s.gated_rmssd_ms = over_minutes(records, [](const Minute& m) { return rmssd(m.gated); });
  s.reported_rmssd_ms = over_minutes(
      records, [](const Minute& m) { return m.is_reported ? rmssd(m.gated) : std::nullopt; });
  for (const auto& r : records) s.minutes += r.minutes.size();
  s.kept_share = kept_share(records);
  s.records = std::move(records);
  if (s.way.binding)
    for (const auto& bar : set.bars) s.verdicts.push_back(judge(bar, s));
  return s;
}

}  // namespace ib::evaluate
