#include "bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "text_table.hpp"

namespace ib::bench {
namespace {

std::string with_unit(double x, const std::string& unit) {
  return three_digits(x) + (unit.empty() ? "" : " " + unit);
}

std::string bar_text(const Judged& j) {
  if (!j.bar) return "";
  return (j.bar->side == Bar::Side::at_most ? "<= " : ">= ") + with_unit(j.bar->value, j.unit);
}

std::vector<std::string> row_of(const Judged& j) {
  if (j.n == 0) return {j.name, "", "", bar_text(j), text_of(j.verdict) + ": " + j.why_absent};
  const auto spread =
      j.n > 1 ? three_digits(j.least) + " to " + three_digits(j.most) : std::string();
  return {j.name, with_unit(j.median, j.unit), spread, bar_text(j), text_of(j.verdict)};
}

/// Why rounds were left out, if any were.
std::string left_out(const Outcome& o) {
  std::size_t slow = 0, stolen = 0;
  for (std::size_t i = 0; i < o.rounds.size(); ++i) {
    if (std::find(o.that_count.begin(), o.that_count.end(), i) != o.that_count.end()) continue;
    const bool is_slow = counting({{{}, o.rounds[i].reference_ns, 0}}, o.best_reference_ns).empty();
    (is_slow ? slow : stolen) += 1;
  }
  std::string text;
  if (slow > 0)
    text += fmt::format("; in {} the reference loop was over 20 % slower than its best", slow);
  if (stolen > 0) text += fmt::format("; in {} the host took 2 % or more of the time", stolen);
  return text;
}

nlohmann::json json_of(const Cost& c) {
  nlohmann::json j{{"units", c.units},     {"cpu_ns", c.cpu_ns},     {"process_ns", c.process_ns},
                   {"wall_ns", c.wall_ns}, {"switches", c.switches}, {"minor_faults", c.faults}};
  if (c.allocations) j["allocations"] = *c.allocations;
  if (!c.latencies_us.empty()) {
    j["latencies_us"] = {{"n", c.latencies_us.size()},
                         {"p50", c.latency_us(0.5)},
                         {"p99", c.latency_us(0.99)},
                         {"max", c.latency_us(1)}};
  }
  return j;
}

nlohmann::json json_of(const Judged& j) {
  nlohmann::json out{{"name", j.name}, {"unit", j.unit}, {"rounds", j.n}};
  out["kind"] = j.kind == Kind::time ? "time" : j.kind == Kind::ratio ? "ratio" : "count";
  if (j.n > 0) out.update({{"median", j.median}, {"min", j.least}, {"max", j.most}});
  if (!j.why_absent.empty()) out["absent"] = j.why_absent;
  if (j.bar) {
    out["bar"] = {{j.bar->side == Bar::Side::at_most ? "at_most" : "at_least", j.bar->value}};
  }
  out["verdict"] = j.verdict == Verdict::no_bar ? "no bar" : text_of(j.verdict);
  return out;
}

nlohmann::json json_of(const Outcome& o) {
  nlohmann::json rounds = nlohmann::json::array();
  for (const auto& r : o.rounds) {
    nlohmann::json sides = nlohmann::json::array();
    for (const auto& c : r.sides) sides.push_back(json_of(c));
    rounds.push_back({{"reference_ns", r.reference_ns}, {"stolen", r.stolen}, {"sides", sides}});
  }
  nlohmann::json figures = nlohmann::json::array();
  for (const auto& j : o.figures) figures.push_back(json_of(j));
  return {{"name", o.name},   {"title", o.title},
          {"sides", o.sides}, {"figures", figures},
          {"load", o.load},   {"reference_best_ns", o.best_reference_ns},
          {"rounds", rounds}, {"rounds_that_count", o.that_count}};
}

}  // namespace

std::string three_digits(double x) {
  if (x == 0 || !std::isfinite(x)) return fmt::format("{:g}", x);
  const int before_point = static_cast<int>(std::floor(std::log10(std::abs(x)))) + 1;
  return fmt::format("{:.{}f}", x, std::clamp(3 - before_point, 0, 9));
}

std::string index_list(const std::vector<std::size_t>& indices) {
  std::string text;
  for (std::size_t i = 0; i < indices.size();) {
    std::size_t j = i;
    while (j + 1 < indices.size() && indices[j + 1] == indices[j] + 1) ++j;
    text += (text.empty() ? "" : " ") + std::to_string(indices[i]);
    if (j > i) text += (j == i + 1 ? " " : "-") + std::to_string(indices[j]);
    i = j + 1;
  }
  return text.empty() ? "none" : text;
}

std::string text_of(const Outcome& o) {
  tool::TextTable table({o.name, "median", "min to max", "bar", "verdict"});
  for (const auto& j : o.figures) table.row(row_of(j));
  std::string text = fmt::format("\n{}: {}\n{}", o.name, o.title, table.text(2));
  text += fmt::format("  rounds that count: {} of {} ({}){}; load {}\n", o.that_count.size(),
                      o.rounds.size(), index_list(o.that_count), left_out(o),
                      o.load.empty() ? "unknown" : o.load);
  if (o.that_count.size() < RoundOptions::enough) {
    text += fmt::format(
        "  fewer than {} rounds were quiet: times and ratios above are of all of them and prove "
        "nothing\n",
        RoundOptions::enough);
  }
  return text;
}

nlohmann::json json_of(const Machine& machine, const std::vector<Outcome>& outcomes) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& o : outcomes) all.push_back(json_of(o));
  return {{"machine", json_of(machine)}, {"experiments", all}};
}

}  // namespace ib::bench
