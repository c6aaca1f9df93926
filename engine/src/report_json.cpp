#include "report_json.hpp"

namespace ib {
namespace {

using Json = nlohmann::ordered_json;

Json node_json(const NodeReport& n) {
  Json j{{"path", n.path},
         {"type", n.type},
         {"state", n.state},
         {"blocks", n.blocks},
         {"items_in", n.items_in},
         {"items_out", n.items_out},
         {"busy_s", n.busy_ns * 1e-9}};
  if (n.nodes > 1) j["nodes"] = n.nodes;
  if (n.timed > 0) {
    j["p50_us"] = n.p50_ns / 1e3;
    j["p99_us"] = n.p99_ns / 1e3;
  }
  if (n.lag_s) j["lag_s"] = *n.lag_s;
  if (!n.waits_for.empty()) {
    j["waits_for"] = n.waits_for;
    j["waits_s"] = n.waits_s;
  }
  if (n.errors > 0) j["errors"] = n.errors;
  if (n.restarts > 0) j["restarts"] = n.restarts;
  for (const auto& [name, count] : n.counters) j["counters"][name] = count;
  return j;
}

Json source_json(const SourceReport& s) {
  Json j{{"path", s.path},           {"uri", s.uri},
         {"live", s.live},           {"start_s", s.start_s},
         {"settled_s", s.settled_s}, {"lag_s", s.lag_s},
         {"finished", s.finished},   {"seen_marks", s.seen_marks}};
  if (s.sources > 1) j["sources"] = s.sources;
  if (s.start_utc_ns) j["start_utc_ns"] = *s.start_utc_ns;
  if (s.breaks > 0) {
    j["breaks"] = s.breaks;
    j["away_s"] = s.away_s;
    j["away"] = s.away;
  }
  return j;
}

/// Times from the start of the session; null: nothing had been met.
Json outage_json(const Outage& o) {
  Json j{{"node", o.path},
         {"why", o.why},
         {"went_on_with_its_state", o.state},
         {"given_up", o.last},
         {"lost", Json::array()}};
  // Divided, so that 2.76 s stay 2.76 and do not become 2.7600000000000002.
  const auto time = [](Time t) {
    return t > never && t < forever ? Json(static_cast<double>(t.ns) / 1e9) : Json();
  };
  for (const auto& lost : o.inputs)
    j["lost"].push_back({{"after_s", time(lost.from)}, {"until_s", time(lost.until)}});
  return j;
}

}  // namespace

Json report_json(const RunReport& r) {
  Json j{{"graph", r.graph}, {"hash", r.hash}, {"session_s", r.session_s},    {"wall_s", r.wall_s},
         {"cpu_s", r.cpu_s}, {"lost", r.lost}, {"interrupted", r.interrupted}};
  j["failures"] = r.failures;
  j["sources"] = Json::array();
  for (const auto& s : r.sources) j["sources"].push_back(source_json(s));
  j["nodes"] = Json::array();
  for (const auto& n : r.nodes) j["nodes"].push_back(node_json(n));
  j["edges"] = Json::array();
  for (const auto& e : r.edges) {
    j["edges"].push_back({{"from", e.from},
                          {"to", e.to},
                          {"blocks", e.blocks},
                          {"lost_items", e.lost_items},
                          {"depth", e.depth},
                          {"deepest", e.deepest},
                          {"capacity", e.capacity},
                          {"why", e.why}});
  }
  if (!r.outages.empty()) j["outages"] = Json::array();
  for (const auto& o : r.outages) j["outages"].push_back(outage_json(o));
  j["threads"] = Json::array();
  for (const auto& t : r.threads) {
    j["threads"].push_back({{"what", t.what}, {"wake_ups", t.wake_ups}});
  }
  j["latencies"] = Json::array();
  for (const auto& l : r.latencies) {
    j["latencies"].push_back({{"sink", l.sink},
                              {"n", l.n},
                              {"p50_us", l.p50_us},
                              {"p99_us", l.p99_us},
                              {"max_us", l.max_us}});
  }
  if (!r.decisions.empty()) j["decisions"] = Json::array();
  for (const auto& d : r.decisions) {
    j["decisions"].push_back({{"node", d.node},
                              {"n", d.n},
                              {"p50_s", d.p50_s},
                              {"p95_s", d.p95_s},
                              {"max_s", d.max_s},
                              {"declared_s", d.declared_s}});
  }
  return j;
}

}  // namespace ib
