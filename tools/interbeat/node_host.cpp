// interbeat node-host: the process that isolated nodes run in. Started by a run; of no use by hand.
#include "command.hpp"
#include "message.hpp"
#include "node_server.hpp"
#include "registry.hpp"

#include <fcntl.h>

#include <cstdint>
#include <memory>

namespace ib::tool {
namespace {

struct HostArguments {
  unsigned nodes{};
  std::uint64_t memory_bytes{};
  std::uint32_t number{};
};

int host(const HostArguments& a) {
  constexpr int lifeline = 3;
  bool given = fcntl(lifeline, F_GETFD) >= 0;
  for (unsigned k = 0; given && k < a.nodes; ++k) {
    given = fcntl(lifeline + 1 + static_cast<int>(k), F_GET_SEALS) >= 0;  // only memory has any
  }
  if (!given) {
    complain("node-host is started by a run with `isolation: process`", "`interbeat run GRAPH`");
    return wrong;
  }
  return serve_nodes(make_registry(), a.nodes, a.memory_bytes, a.number);
}

}  // namespace

void add_node_host(CLI::App& app, Action& action) {
  auto a = std::make_shared<HostArguments>();
  auto* command = app.add_subcommand("node-host", "Runs isolated nodes");
  command->group("");  // nobody types it
  command->add_option("NODES", a->nodes)->required();
  command->add_option("BYTES", a->memory_bytes)->required();
  command->add_option("NUMBER", a->number)->required();
  command->callback([a, &action] { action = [a] { return host(*a); }; });
}

}  // namespace ib::tool
