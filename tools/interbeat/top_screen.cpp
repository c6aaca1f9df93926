#include "top_screen.hpp"

#include "closing.hpp"
#include "text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ib::tool {

using Json = nlohmann::json;

namespace {

const Json& list(const Json& report, const char* what) {
  static const Json none = Json::array();
  const auto it = report.find(what);
  return it != report.end() ? *it : none;
}

std::string count_text(const Json& j, const char* key) {
  return fmt::format("{}", j.value(key, std::uint64_t{0}));
}

/// "running", or what it waits for, or why it has stopped; and what it counted.
std::string state_of(const Json& node) {
  auto s = node.value("state", "");
  if (node.contains("waits_for")) {
    s += fmt::format(", waits for {} ({:.2f} s behind)", node.value("waits_for", ""),
                     node.value("waits_s", 0.0));
  }
  const auto counters = node.find("counters");
  if (counters == node.end()) return s;
  for (const auto& [name, count] : counters->items()) {
    s += fmt::format(", {} {}", name, count.get<std::uint64_t>());
  }
  return s;
}

std::string timed_text(const Json& node, const char* key) {
  return node.contains(key) ? time_text(node.value(key, 0.0) * 1e-6) : "-";
}

}  // namespace

void TopScreen::add_rates(Json& report) {
  const double now = report.value("wall_s", 0.0), since = now - last_s_;
  last_s_ = now;
  const auto rate = [&](const std::string& what, double count) {
    const double before = std::exchange(last_[what], count);
    return since > 0 ? std::max(0.0, (count - before) / since) : 0.0;
  };
  for (auto& n : report["nodes"]) {
    const auto path = n.value("path", "");
    n["items_per_s"] =
        rate("items " + path, std::max(n.value("items_in", 0.0), n.value("items_out", 0.0)));
    n["busy"] = rate("busy " + path, n.value("busy_s", 0.0));
  }
  for (auto& t : report["threads"]) {
    t["wake_ups_per_s"] = rate("thread " + t.value("what", ""), t.value("wake_ups", 0.0));
  }
}

std::string TopScreen::draw(const Json& report) const {
  auto s = fmt::format("{} ({}): {:.1f} s of session, {} lost\n", name_, report.value("graph", ""),
                       report.value("session_s", 0.0), report.value("lost", 0));
  s += sources(report) + nodes(report) + rings(report) + threads(report) + latencies(report) +
       decisions(report);
  for (const auto& why : list(report, "failures")) s += "FAILED: " + why.get<std::string>() + "\n";
  return s;
}

std::string TopScreen::sources(const Json& report) const {
  TextTable table({"source", "settled", "behind", "state"});
  for (const auto& s : list(report, "sources")) {
    table.row({s.value("path", ""), fmt::format("{:.1f} s", s.value("settled_s", 0.0)),
               fmt::format("{:.2f} s", s.value("lag_s", 0.0)),
               s.value("finished", false) ? "finished"
               : s.value("away", false)   ? "live, out of reach"
               : s.value("live", false)   ? "live"
                                          : "recording"});
  }
  return "\n" + table.text(0, width_);
}

std::string TopScreen::nodes(const Json& report) const {
  TextTable table({"node", "items/s", "busy", "p50", "p99", "lag", "state"});
  for (const auto& n : list(report, "nodes")) {
    table.row({n.value("path", ""), fmt::format("{:.1f}", n.value("items_per_s", 0.0)),
               fmt::format("{:.2f} %", 100 * n.value("busy", 0.0)), timed_text(n, "p50_us"),
               timed_text(n, "p99_us"),
               n.contains("lag_s") ? fmt::format("{:.2f} s", n.value("lag_s", 0.0)) : "-",
               state_of(n)});
  }
  return "\n" + table.text(0, width_);
}

std::string TopScreen::rings(const Json& report) const {
  TextTable table({"ring", "to", "depth", "deepest", "of", "lost"});
  for (const auto& e : list(report, "edges")) {
    table.row({e.value("from", ""), e.value("to", ""), count_text(e, "depth"),
               count_text(e, "deepest"), count_text(e, "capacity"), count_text(e, "lost_items")});
  }
  return table.empty() ? "" : "\n" + table.text(0, width_);
}

std::string TopScreen::threads(const Json& report) const {
  TextTable table({"thread", "wake-ups/s", "wake-ups"});
  for (const auto& t : list(report, "threads")) {
    table.row({t.value("what", ""), fmt::format("{:.1f}", t.value("wake_ups_per_s", 0.0)),
               count_text(t, "wake_ups")});
  }
  return table.empty() ? "" : "\n" + table.text(0, width_);
}

std::string TopScreen::latencies(const Json& report) const {
  TextTable table({"arrival to sink", "p50", "p99", "max"});
  for (const auto& l : list(report, "latencies")) {
    table.row({l.value("sink", ""), timed_text(l, "p50_us"), timed_text(l, "p99_us"),
               timed_text(l, "max_us")});
  }
  return table.empty() ? "" : "\n" + table.text(0, width_);
}

std::string TopScreen::decisions(const Json& report) const {
  TextTable table({"age when given", "p50", "p95", "max", "declared"});
  for (const auto& d : list(report, "decisions")) {
    const auto time = [&](const char* key) { return time_text(d.value(key, 0.0)); };
    table.row(
        {d.value("node", ""), time("p50_s"), time("p95_s"), time("max_s"), time("declared_s")});
  }
  return table.empty() ? "" : "\n" + table.text(0, width_);
}

}  // namespace ib::tool
