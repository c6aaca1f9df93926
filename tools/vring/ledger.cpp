#include "vring/ledger.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ib::vring {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const RingLedger& ring) {
  Json faults = Json::object();
  for (const auto& info : fault_table())
    if (info.reach != FaultReach::daemon) faults[std::string(info.name)] = ring.of(info.kind);
  Json streams = Json::object();
  for (const auto& s : ring.streams)
    streams[s.name] = {
        {"made", s.made}, {"heard", s.heard}, {"missed", s.missed}, {"late", s.late}};
  Json one = {{"name", ring.name},
              {"address", ring.address},
              {"kind", ring.kind},
              {"connections", ring.connections},
              {"left_measuring", ring.left_measuring},
              {"values",
               {{"made", ring.made},
                {"sent", ring.sent},
                {"spoiled", ring.spoiled},
                {"lost_on_the_way", ring.lost_on_the_way}}},
              {"faults", faults},
              {"streams", streams}};
  for (const auto& item : ring.logged) {
    Json row = Json::array({item.at});
    for (const auto value : item.values) row.push_back(value);
    one["logged"][std::string(item.log)].push_back(std::move(row));
  }
  return one;
}

}  // namespace

StreamLedger RingLedger::stream(std::string_view its_name) const {
  for (const auto& s : streams)
    if (s.name == its_name) return s;
  return {};
}

std::string Ledger::json() const {
  Json all = {{"lasted_s", lasted_s},
              {"seed", seed},
              {"daemon",
               {{"daemon_restart", daemon_restarts},
                {"adapter_off", adapter_off},
                {"adapter_unplugged", adapter_unplugged}}},
              {"rings", Json::array()}};
  for (const auto& ring : rings) all["rings"].push_back(json_of(ring));
  return all.dump(2) + "\n";
}

std::string Ledger::text() const {
  std::string lines;
  for (const auto& ring : rings) {
    if (ring.connections == 0) continue;
    lines += fmt::format("{}: {} connection{}, {} values made, {} sent", ring.name,
                         ring.connections, ring.connections == 1 ? "" : "s", ring.made, ring.sent);
    for (const auto& info : fault_table())
      if (ring.of(info.kind) > 0) lines += fmt::format(", {} {}", info.name, ring.of(info.kind));
    lines += "\n";
  }
  return lines;
}

}  // namespace ib::vring
