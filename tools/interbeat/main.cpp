// The program `interbeat`: finds the command, runs it, and answers with its exit code.
#include "build_info.hpp"
#include "command.hpp"
#include "message.hpp"
#include "nearest.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <exception>

namespace ib::tool {
namespace {

constexpr const char* description =
    "real-time dataflow for the pulse: beats, HRV and co-regulation";

constexpr const char* closing = R"(
`interbeat COMMAND --help` says more, with examples.

Examples:
  interbeat run couple.yaml --for 60s       two simulated hearts, live
  interbeat check my_graph.yaml             every mistake at once
  interbeat nodes                           what there is to connect)";

const std::vector<std::string>& log_levels() {
  static const std::vector<std::string> levels{"trace", "debug", "info", "warn", "error", "off"};
  return levels;
}

/// The log goes to stderr; nothing above `debug` holds body data or a device's address.
void start_log(const std::string& level) {
  auto log = spdlog::stderr_color_mt("interbeat");
  log->set_pattern("%^%l%$: %v");
  log->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(log);
}

/// A first word that is no command, said kindly.
bool is_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == argv[1]) return false;
    names.push_back(command->get_name());
  }
  const auto near = did_you_mean(argv[1], names);
  complain("there is no command " + in_quotes(argv[1]), near.empty() ? one_of(names) : near);
  return true;
}

/// Help goes to stdout with exit 0; anything else is a wrong argument.
int answer(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  complain(error.what(), "--help says what there is");
  return wrong;
}

int run_program(int argc, char** argv) {
  CLI::App app(description, "interbeat");
  app.footer(closing);
  app.require_subcommand(1);
  app.set_version_flag("--version", about_text());
  std::string level = "info";
  app.add_option("--log-level", level, "trace, debug, info, warn, error or off")
      ->envname("INTERBEAT_LOG")
      ->check(CLI::IsMember(log_levels()))
      ->type_name("LEVEL");
  Action action;
  for (const auto add :
       {add_run, add_check, add_plan, add_graph, add_nodes, add_inspect, add_schema, add_batch,
        add_top, add_set, add_doctor, add_completion, add_man}) {
    add(app, action);
  }
  if (is_unknown_command(app, argc, argv)) return wrong;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return answer(app, error);
  }
  start_log(level);
  return action();
}

}  // namespace
}  // namespace ib::tool

int main(int argc, char** argv) {
  // A reader that left and a file at its size limit are told by write's answer, not by death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return ib::tool::run_program(argc, argv);
  } catch (const std::exception& error) {
    ib::tool::complain(error.what(), "this is a mistake of the program itself; please report it");
    return ib::tool::failed;
  }
}
