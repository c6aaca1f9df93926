#include "closing.hpp"

#include "terminal.hpp"
#include "text_table.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace ib::tool {
namespace {

std::string count_text(std::uint64_t n) { return n == 0 ? "-" : fmt::format("{}", n); }

/// Sum of the counters whose name begins with `word`: "late", "late_peaks". Lost packets are left
/// out: their samples are counted too.
std::uint64_t counted(const NodeReport& n, std::string_view word) {
  std::uint64_t sum = 0;
  for (const auto& [name, value] : n.counters) {
    const std::string_view view = name;
    if (view.starts_with(word) && !view.ends_with("packets")) sum += value;
  }
  return sum;
}

std::string other_counters(const NodeReport& n) {
  std::string s;
  for (const auto& [name, value] : n.counters) {
    const std::string_view view = name;
    const bool has_column = view.starts_with("late") || view.starts_with("lost");
    if (has_column && !view.ends_with("packets")) continue;
    s += fmt::format("{}{} {}", s.empty() ? "" : ", ", name, value);
  }
  if (n.restarts > 0) s += fmt::format("{}restarts {}", s.empty() ? "" : ", ", n.restarts);
  return s;
}

std::string nodes_table(const RunReport& report) {
  TextTable table(
      {"node", "type", "blocks", "items in", "items out", "busy", "late", "lost", "counted"});
  for (const auto& n : report.nodes) {
    table.row({n.path, n.type, count_text(n.blocks), count_text(n.items_in),
               count_text(n.items_out), n.busy_ns > 0 ? time_text(n.busy_ns * 1e-9) : "-",
               count_text(counted(n, "late")), count_text(counted(n, "lost")), other_counters(n)});
  }
  return table.text(2);
}

std::string latency_table(const RunReport& report) {
  TextTable table({"arrival to sink", "blocks", "p50", "p99", "max"});
  for (const auto& l : report.latencies) {
    table.row({l.sink, count_text(l.n), time_text(l.p50_us * 1e-6), time_text(l.p99_us * 1e-6),
               time_text(l.max_us * 1e-6)});
  }
  return table.empty() ? "" : "\n" + table.text(2);
}

std::string decision_table(const RunReport& report) {
  TextTable table({"age when given", "items", "p50", "p95", "max", "declared"});
  for (const auto& d : report.decisions) {
    table.row({d.node, count_text(d.n), time_text(d.p50_s), time_text(d.p95_s), time_text(d.max_s),
               time_text(d.declared_s)});
  }
  return table.empty() ? "" : "\n" + table.text(2);
}

std::string last_line(const RunReport& r) {
  auto s = fmt::format("{:.1f} s of session in {}", r.session_s, time_text(r.wall_s));
  if (const double times = r.wall_s > 0 ? r.session_s / r.wall_s : 0; times >= 100)
    s += fmt::format(" ({:.0f} times real time)", times);
  else if (times > 0) s += fmt::format(" ({:.3g} times real time)", times);
  s += fmt::format(", {} of CPU", time_text(r.cpu_s));
  if (r.interrupted) s += "; ended by a signal, everything that had come was written";
  return s + "\n";
}

}  // namespace

std::string time_text(double s) {
  if (s < 1e-3) return fmt::format("{:.0f} us", s * 1e6);
  if (s < 1) return fmt::format("{:.1f} ms", s * 1e3);
  return fmt::format("{:.2f} s", s);
}

std::string closing_table(const RunReport& report) {
  return nodes_table(report) + latency_table(report) + decision_table(report) + "\n" +
         last_line(report);
}

std::string loud_lines(const RunReport& report) {
  const Paint paint(STDERR_FILENO);
  std::string s;
  if (report.recording && (report.recording->lost > 0 || !report.recording->problem.empty())) {
    const auto& r = *report.recording;
    s += paint.red("LOST: ") +
         fmt::format("{} records that the recording has no room for", r.lost) +
         (r.problem.empty() ? "" : "; " + r.problem) + "\n";
  }
  for (const auto& why : report.failures) s += paint.red("FAILED: ") + why + "\n";
  for (const auto& source : report.sources) {
    if (source.breaks == 0) continue;
    s += paint.yellow("AWAY: ") +
         fmt::format("{}: away {:.0f} s in {} break{}{}\n", source.path, source.away_s,
                     source.breaks, source.breaks == 1 ? "" : "s", source.away ? ", not back" : "");
  }
  for (const auto& e : report.edges) {
    if (e.lost_items == 0) continue;
    s += paint.red("LOST: ") +
         fmt::format("{} items between {} and {}, which could not keep up; the gaps are marked\n",
                     e.lost_items, e.from, e.to);
  }
  for (const auto& n : report.nodes) {
    if (const auto lost = counted(n, "lost"); lost > 0) {
      s += paint.yellow("LOST: ") +
           fmt::format("{} items at {}; the gaps are marked\n", lost, n.path);
    }
  }
  return s;
}

}  // namespace ib::tool
