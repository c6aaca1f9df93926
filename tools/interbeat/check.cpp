// interbeat check: everything that is wrong with a graph, at once, without running it.
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* check_examples = R"(
Reads the graph, opens its sources, and writes nothing. Exit 0: it would run; 2: it would not.

Examples:
  interbeat check solo.yaml --set recording=pulse.csv
  interbeat check my_graph.yaml && interbeat run my_graph.yaml)";

int check(const GraphArguments& arguments) {
  const auto graph = load_graph(arguments);
  if (!graph) return wrong;
  PlanOptions options;
  options.dry = true;
  const auto plan = build_plan(*graph, options);
  if (plan == nullptr) return wrong;
  for (const auto& note : plan->start_notes()) say("{}", note);
  say("{}: {} nodes, no errors", graph->file.string(), graph->nodes.size());
  return done;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto a = std::make_shared<GraphArguments>();
  auto* command = app.add_subcommand("check", "Says everything that is wrong with a graph");
  add_graph_arguments(*command, *a);
  command->footer(check_examples);
  command->callback([a, &action] { action = [a] { return check(*a); }; });
}

}  // namespace ib::tool
