// interbeat top: a running graph, looked at once a second.
#include "command.hpp"
#include "control_client.hpp"
#include "message.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "text_table.hpp"
#include "top_screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <memory>

namespace ib::tool {

namespace {

constexpr const char* top_examples = R"(
Examples:
  interbeat top
  interbeat top couple --once
  interbeat top --json | jq '.nodes[] | {path, busy}')";

struct TopArguments {
  std::string name;
  bool once{}, json{};
};

/// Waits a second, or less when the user wants to end. False: end.
bool wait_a_second(const StopSignals& signals) {
  pollfd stop{signals.fd(), POLLIN, 0};
  return poll(&stop, 1, 1000) == 0 && !signals.flag();
}

int top(const TopArguments& a) {
  const auto name = choose_run(a.name);
  if (!name) return wrong;
  ControlClient client;
  if (const auto why = client.connect(*name); !why.empty()) {
    complain(why, "`interbeat run … --name` names a run");
    return failed;
  }
  const StopSignals signals;
  const bool terminal = is_terminal(STDOUT_FILENO);
  TopScreen screen(*name, terminal ? terminal_width(STDOUT_FILENO) : TextTable::endless);
  const bool redraw = terminal && !a.once && !a.json;
  do {
    auto report = client.ask({{"do", "report"}});
    if (!report) {
      say("the run called \"{}\" has ended", *name);
      return done;
    }
    screen.add_rates(*report);
    if (a.json) {
      show(report->dump() + "\n");
      continue;
    }
    show((redraw ? "\x1b[H\x1b[2J" : "") + screen.draw(*report) + (redraw || a.once ? "" : "\n"));
  } while (!a.once && stdout_error() == 0 && wait_a_second(signals));
  return done;
}

}  // namespace

void add_top(CLI::App& app, Action& action) {
  auto a = std::make_shared<TopArguments>();
  auto* command = app.add_subcommand("top", "Shows what a running graph does, once a second");
  add_run_name(*command, a->name);
  command->add_flag("--once", a->once, "One look, then ends");
  command->add_flag("--json", a->json, "Each look as a JSON object on a line of its own");
  command->footer(top_examples);
  command->callback([a, &action] { action = [a] { return top(*a); }; });
}

}  // namespace ib::tool
