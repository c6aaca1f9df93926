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
  if (n.errors > 0) j["errors"] = n.errors;
  if (n.restarts > 0) j["restarts"] = n.restarts;
  for (const auto& [name, count] : n.counters) j["counters"][name] = count;
  return j;
}

Json source_json(const SourceReport& s) {
  Json j{{"path", s.path},
         {"uri", s.uri},
         {"live", s.live},
         {"start_s", s.start_s},
         {"settled_s", s.settled_s},
         {"finished", s.finished},
         {"seen_marks", s.seen_marks}};
  if (s.start_utc_ns) j["start_utc_ns"] = *s.start_utc_ns;
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
                          {"capacity", e.capacity},
                          {"why", e.why}});
  }
  j["latencies"] = Json::array();
  for (const auto& l : r.latencies) {
    j["latencies"].push_back({{"sink", l.sink},
                              {"n", l.n},
                              {"p50_us", l.p50_us},
                              {"p99_us", l.p99_us},
                              {"max_us", l.max_us}});
  }
  return j;
}

}  // namespace ib
