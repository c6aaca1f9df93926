#include "verify/interval_run.hpp"

#include <cmath>
#include <numbers>

namespace ib::verify {
namespace {

std::string graph_around(std::string node) {
  node.insert(node.rfind('}'), ", intervals: clean, trust_source: true");
  return R"(interbeat: 1
nodes:
  rr:    {type: source.intervals, path: rr.csv}
  clean: {type: interval.clean, beats: rr, trust_source: true, rule: none, shortest: 200 ms, longest: 5000 ms}
  hrv:   )" +
         node + R"(
  file:  {type: sink.csv, in: hrv, path: row.csv}
)";
}

}  // namespace

Lengths swinging(double mean_ms, double amplitude_ms, double hz, double seconds) {
  Lengths out;
  for (std::int64_t t_us = 0; static_cast<double>(t_us) < seconds * 1e6; t_us += out.back()) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(t_us) * 1e-6;
    out.push_back(std::llround(1000 * (mean_ms + amplitude_ms * std::sin(phase))));
  }
  return out;
}

std::map<std::string, double> IntervalRun::last_row(const Lengths& lengths,
                                                    const std::string& node) {
  std::string text = "rr_us\n";
  for (const auto us : lengths) text += std::to_string(us) + "\n";
  run_.write("rr.csv", text);
  run_.run(graph_around(node));
  const auto rows = run_.rows("row.csv");
  std::map<std::string, double> row;
  if (rows.size() == 0) return row;
  for (const auto& column : rows.columns())
    if (const auto x = rows.number(rows.size() - 1, column)) row[column] = *x;
  return row;
}

std::optional<double> value(const std::map<std::string, double>& row, const std::string& column) {
  const auto at = row.find(column);
  return at == row.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace ib::verify
