// interbeat set: changes a param of a running graph.
#include "command.hpp"
#include "control_client.hpp"

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* set_examples = R"(
The change acts at one moment of session time on every input, and is part of the run's log.
`interbeat inspect NODE` says which params are live.

Example:
  interbeat set me.activation.b0=-1.5
  interbeat set a.activation.b0=-1.5 couple     where several are live)";

struct SetArguments {
  std::string change, name;
};

int set(const SetArguments& a) {
  return ask_and_say(a.name, {{"do", "set"}, {"change", a.change}});
}

}  // namespace

void add_set(CLI::App& app, Action& action) {
  auto a = std::make_shared<SetArguments>();
  auto* command = app.add_subcommand("set", "Changes a param of a running graph");
  command->add_option("CHANGE", a->change, "NODE.PARAM=VALUE")->required();
  add_run_name(*command, a->name);
  command->footer(set_examples);
  command->callback([a, &action] { action = [a] { return set(*a); }; });
}

}  // namespace ib::tool
