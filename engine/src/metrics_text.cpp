#include "metrics_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

std::string escaped(std::string_view value) {
  std::string s;
  for (const char c : value) {
    if (c == '\\' || c == '"') s += '\\';
    if (c == '\n') s += "\\n";
    else s += c;
  }
  return s;
}

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

std::string text_of(const Labels& labels) {
  std::string s;
  for (const auto& [name, value] : labels) {
    s += fmt::format("{}{}=\"{}\"", s.empty() ? "" : ",", name, escaped(value));
  }
  return s;
}

class Text {
 public:
  /// What the samples behind it are of.
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(out_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                   type);
  }
  void sample(const Labels& labels, double value) { line("", text_of(labels), value); }
  void sample(const Labels& labels, std::uint64_t value) {
    line("", text_of(labels), static_cast<double>(value));
  }
  void histogram(const Labels& labels, const std::vector<double>& bounds_s,
                 const std::vector<std::uint64_t>& within, std::uint64_t n, double sum_s) {
    const auto own = text_of(labels);
    for (std::size_t k = 0; k < within.size(); ++k) {
      line("_bucket", fmt::format("{},le=\"{}\"", own, bounds_s[k]),
           static_cast<double>(within[k]));
    }
    if (!within.empty()) n = std::max(n, within.back());  // one more may have come meanwhile
    line("_bucket", own + ",le=\"+Inf\"", static_cast<double>(n));
    line("_sum", own, sum_s);
    line("_count", own, static_cast<double>(n));
  }
  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view suffix, std::string_view labels, double value) {
    const bool bare = labels.empty();
    fmt::format_to(std::back_inserter(out_), "{}{}{}{}{} {}\n", name_, suffix, bare ? "" : "{",
                   labels, bare ? "" : "}", value);
  }
  std::string out_, name_;
};

std::vector<double> durations_s() {
  auto bounds = report_bounds_ns();
  for (auto& ns : bounds) ns *= 1e-9;
  return bounds;
}

void sources(Text& t, const RunReport& r) {
  t.family("interbeat_source_settled_seconds", "gauge", "Session time that is closed.");
  for (const auto& s : r.sources) t.sample({{"source", s.path}}, s.settled_s);
  t.family("interbeat_source_lag_seconds", "gauge",
           "Live: behind session time; else behind the newest source of its part of the graph.");
  for (const auto& s : r.sources) t.sample({{"source", s.path}}, s.lag_s);
  t.family("interbeat_source_finished", "gauge", "1: nothing more will come.");
  for (const auto& s : r.sources) t.sample({{"source", s.path}}, s.finished ? 1.0 : 0.0);
}

void nodes(Text& t, const RunReport& r) {
  const auto counter = [&](const char* name, const char* help, auto member) {
    t.family(name, "counter", help);
    for (const auto& n : r.nodes) t.sample({{"node", n.path}, {"type", n.type}}, n.*member);
  };
  counter("interbeat_node_blocks_total", "Blocks that reached the node.", &NodeReport::blocks);
  counter("interbeat_node_items_in_total", "Items on its inputs.", &NodeReport::items_in);
  counter("interbeat_node_items_out_total", "Items on its outputs.", &NodeReport::items_out);
  counter("interbeat_node_errors_total", "Calls that failed.", &NodeReport::errors);
  counter("interbeat_node_restarts_total", "Starts after a failed call.", &NodeReport::restarts);
  t.family("interbeat_node_counted_total", "counter", "What the node itself counts.");
  for (const auto& n : r.nodes) {
    for (const auto& [what, count] : n.counters)
      t.sample({{"node", n.path}, {"what", what}}, count);
  }
  t.family("interbeat_node_running", "gauge", "0: stopped or bypassed.");
  for (const auto& n : r.nodes) t.sample({{"node", n.path}}, n.state == "running" ? 1.0 : 0.0);
  t.family("interbeat_node_busy_seconds", "gauge",
           "Time in its calls, estimated from those that were timed.");
  for (const auto& n : r.nodes) t.sample({{"node", n.path}}, n.busy_ns * 1e-9);
  t.family("interbeat_node_lag_seconds", "gauge",
           "Behind the newest source of its part of the graph.");
  for (const auto& n : r.nodes) {
    if (n.lag_s) t.sample({{"node", n.path}}, *n.lag_s);
  }
  t.family("interbeat_node_waits_seconds", "gauge",
           "How far the input that holds it lies behind its furthest one.");
  for (const auto& n : r.nodes) {
    if (!n.waits_for.empty()) t.sample({{"node", n.path}, {"input", n.waits_for}}, n.waits_s);
  }
  t.family("interbeat_node_process_seconds", "histogram",
           "Calls that were timed, about one in 16.");
  for (const auto& n : r.nodes) {
    if (n.timed > 0)
      t.histogram({{"node", n.path}}, durations_s(), n.timed_within, n.timed, n.timed_ns * 1e-9);
  }
  t.family("interbeat_node_decision_seconds", "histogram", "Age of items when the node gave them.");
  for (const auto& d : r.decisions)
    t.histogram({{"node", d.node}}, decision_bounds_s(), d.within, d.n, d.sum_s);
}

void rings(Text& t, const RunReport& r) {
  const auto each = [&](const char* name, const char* type, const char* help, auto member) {
    t.family(name, type, help);
    for (const auto& e : r.edges) t.sample({{"from", e.from}, {"to", e.to}}, e.*member);
  };
  each("interbeat_ring_blocks_total", "counter", "Blocks handed over.", &EdgeReport::blocks);
  each("interbeat_ring_lost_items_total", "counter", "Items that found no room.",
       &EdgeReport::lost_items);
  each("interbeat_ring_depth_blocks", "gauge", "Blocks that wait.", &EdgeReport::depth);
  each("interbeat_ring_deepest_blocks", "gauge", "Most blocks that ever waited.",
       &EdgeReport::deepest);
  each("interbeat_ring_capacity_blocks", "gauge", "Room.", &EdgeReport::capacity);
}

}  // namespace

std::string metrics_text(const RunReport& r) {
  Text t;
  t.family("interbeat_graph_info", "gauge", "Which graph runs.");
  t.sample({{"graph", r.graph}, {"hash", r.hash}}, 1.0);
  t.family("interbeat_session_seconds", "gauge", "Session time of the furthest source.");
  t.sample({}, r.session_s);
  t.family("interbeat_lost_items_total", "counter", "Items lost anywhere.");
  t.sample({}, r.lost);
  sources(t, r);
  nodes(t, r);
  rings(t, r);
  t.family("interbeat_thread_wake_ups_total", "counter", "Times another thread woke it.");
  for (const auto& thread : r.threads) t.sample({{"thread", thread.what}}, thread.wake_ups);
  t.family("interbeat_latency_seconds", "histogram", "Arrival at the host to the sink.");
  for (const auto& l : r.latencies)
    t.histogram({{"sink", l.sink}}, durations_s(), l.within, l.n, l.sum_us * 1e-6);
  return t.take();
}

}  // namespace ib
