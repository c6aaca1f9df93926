// interbeat plan: how a graph would run: islands, cuts, latency, memory.
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"

#include <memory>
#include <string>

namespace ib::tool {
namespace {

constexpr const char* plan_examples = R"(
Opens the sources and writes nothing.

Examples:
  interbeat plan couple.yaml --explain
  interbeat plan couple.yaml --explain --live --threads 2)";

struct PlanArguments {
  GraphArguments graph;
  bool explain{}, live{};
  unsigned threads{1};
  std::string executors;
};

int show_plan(const PlanArguments& a) {
  const auto executors = read_executor_count(a.executors);
  if (!executors) return wrong;
  const auto graph = load_graph(a.graph);
  if (!graph) return wrong;
  PlanOptions options;
  options.dry = true;
  options.threads = a.threads;
  options.executors = *executors;
  if (a.live) options.mode = Mode::live;
  const auto plan = build_plan(*graph, options);
  if (plan == nullptr) return wrong;
  const auto text = plan->explain();
  show(a.explain ? text : text.substr(0, text.find('\n') + 1));
  return done;
}

}  // namespace

void add_plan(CLI::App& app, Action& action) {
  auto a = std::make_shared<PlanArguments>();
  auto* command = app.add_subcommand("plan", "Shows how a graph would run");
  add_graph_arguments(*command, a->graph);
  command->add_flag("--explain", a->explain, "Islands, each cut and its reason, latency, memory");
  command->add_flag("--live", a->live, "The plan for live pace; else as `run` would choose");
  command->add_option("--threads", a->threads, "As for `run`")
      ->check(CLI::Range(1U, 64U))
      ->type_name("N");
  command->add_option("--executors", a->executors, "As for `run`")->type_name("N|auto");
  command->footer(plan_examples);
  command->callback([a, &action] { action = [a] { return show_plan(*a); }; });
}

}  // namespace ib::tool
