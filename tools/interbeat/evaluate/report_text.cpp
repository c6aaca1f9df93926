#include "evaluate/record_table.hpp"
#include "evaluate/report.hpp"

#include "text_table.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <cmath>

namespace ib::evaluate {
namespace {

using tool::TextTable;

std::string text_of(const RecordTable& t, std::size_t room) {
  TextTable table(t.head);
  for (const auto& row : t.rows) table.row(row);
  return table.empty() ? "" : table.text(2, room);
}

std::string worst_text(const Summary& s) {
  std::string text;
  for (const auto* r : s.worst(3))
    text += fmt::format("{}{} {:.4f}", text.empty() ? "" : ", ", r->name, r->match->f1());
  return text.empty() ? "" : "  worst F1: " + text + "\n";
}

std::string failures(const Summary& s) {
  std::string text;
  for (const auto& r : s.records)
    if (!r.problem.empty()) text += "  " + r.name + " was not scored: " + r.problem + "\n";
  return text;
}

void row(TextTable& table, const std::string& what, const Distribution& d, int digits) {
  if (d.n() > 0)
    table.row({what, fmt::format("{}", d.n()), shown(d.median(), digits), shown(d.mean(), digits),
               shown(d.sd(), digits), shown(d.least(), digits), shown(d.greatest(), digits)});
}

std::string summary_of(const Summary& s, std::size_t room) {
  TextTable table({"", "n", "median", "mean", "sd", "least", "greatest"});
  row(table, "F1", s.f1, 4);
  row(table, "sensitivity", s.sensitivity, 4);
  row(table, "PPV", s.ppv, 4);
  row(table, "interval error, a record's median (ms)", s.interval_error_ms, 2);
  row(table, "interval error, a record's mean (ms)", s.interval_error_mean_ms, 2);
  row(table, "RMSSD error (ms)", s.rmssd_error_ms, 1);
  row(table, "coverage", s.coverage, 3);
  if (s.f1.n() == 0) {
    row(table, "RMSSD of minutes, all intervals (ms)", s.raw_rmssd_ms, 1);
    row(table, "RMSSD of minutes, cleaned (ms)", s.cleaned_rmssd_ms, 1);
    row(table, "RMSSD of minutes, gated (ms)", s.gated_rmssd_ms, 1);
    row(table, "RMSSD of minutes, reported (ms)", s.reported_rmssd_ms, 1);
  }
  std::string text = table.text(2, room);
  if (s.kept_share)
    text += fmt::format("  intervals kept by gate and cleaning: {}\n", percent(s.kept_share));
  return text;
}

std::string bars_of(const Summary& s) {
  if (!s.way.binding) return "  figures: no bar binds them\n";
  std::string text;
  for (const auto& v : s.verdicts) text += "  " + verdict_text(v) + "\n";
  return text;
}

}  // namespace

std::string shown(const std::optional<double>& value, int digits) {
  return value && std::isfinite(*value) ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", 100 * *share) : "-";
}

std::string verdict_text(const Verdict& v) {
  const std::string name(v.bar.metric->name);
  const std::string unit(v.bar.metric->unit);
  if (!v.value) return name + " is absent, " + v.bar.text() + " is asked for: MISSED";
  const auto with_unit = [&](double x) {
    return fmt::format("{:.4g}{}", x, unit == "1" ? "" : " " + unit);
  };
  return name + " " + with_unit(*v.value) + ", " + v.bar.text() +
         " is asked for: " + (v.met ? "met" : "MISSED by " + with_unit(v.miss));
}

std::string count_text(const Summary& s) {
  const auto n = s.scored();
  auto text = fmt::format("n = {} record{}", n, n == 1 ? "" : "s");
  if (n < least_for_proof) text += ": a figure, not a proof";
  return text;
}

std::string text_of(const Evaluation& e, bool quiet, std::size_t room) {
  std::string text = e.set.name + "\n\n";
  for (const auto& s : e.summaries) {
    text += s.way.text() + ": " + count_text(s) + "\n";
    if (!quiet) {
      text += text_of(e.set.reference ? table_of_records(s) : table_of_minutes(s), room);
      text += "\n";
    }
    text += failures(s) + summary_of(s, room) + worst_text(s) + bars_of(s) + "\n";
  }
  std::size_t bars = 0, missed = 0;
  for (const auto& s : e.summaries)
    for (const auto& v : s.verdicts) ++bars, missed += v.met ? 0U : 1U;
  if (bars == 0) return text;
  return text + fmt::format("{} of {} bars met\n", bars - missed, bars);
}

}  // namespace ib::evaluate
