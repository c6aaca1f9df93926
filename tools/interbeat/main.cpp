// The program `interbeat`: finds the command, runs it, and answers with its exit code.
#include "build_info.hpp"
#include "command.hpp"
#include "devices_file.hpp"
#include "machine_limits.hpp"
#include "message.hpp"
#include "nearest.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <sstream>

namespace ib::tool {
namespace {

constexpr const char* description =
    "real-time dataflow for the pulse: beats, HRV and co-regulation";

constexpr const char* closing = R"(
`interbeat help COMMAND` says more, with examples.

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

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

/// A first word that is no command, said kindly.
bool is_unknown_command(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty() || words[0].starts_with("-")) return false;
  const auto named =
      app.get_subcommands([&](const CLI::App* c) { return c->check_name(words[0]); });
  if (!named.empty()) return false;
  const auto names = command_names(app);
  const auto near = did_you_mean(words[0], names);
  complain("there is no command " + in_quotes(words[0]), near.empty() ? one_of(names) : near);
  return true;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// The first word that nobody took: a mistyped option, or one word too many.
void complain_of_leftover(const CLI::App& app) {
  const auto words = app.remaining(true);
  const auto chosen = app.get_subcommands();
  const auto command = chosen.empty() ? std::string() : " " + chosen.front()->get_name();
  const auto help = "`interbeat" + command + " --help` says what there is";
  const auto word =
      words.empty() ? std::string() : words.front().substr(0, words.front().find('='));
  if (!word.starts_with("-")) {
    complain(in_quotes(word) + " is one word too many for `interbeat" + command + "`", help);
    return;
  }
  auto names = option_names(app);
  if (!chosen.empty()) {
    const auto own = option_names(*chosen.front());
    names.insert(names.end(), own.begin(), own.end());
  }
  const auto near = did_you_mean(word, names);
  complain("`interbeat" + command + "` has no option " + in_quotes(word),
           near.empty() ? help : near);
}

/// Help goes to stdout with exit 0; anything else is a wrong argument.
int answer(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    std::ostringstream out, err;
    app.exit(error, out, err);
    show(out.str());
    return done;
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) complain_of_leftover(app);
  else complain(error.what(), "--help says what there is");
  return wrong;
}

/// `interbeat help run` is another way to say `interbeat run --help`.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
  if (words.empty() || words[0] != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

int run_program(int argc, char** argv) {
  CLI::App app(description, "interbeat");
  app.footer(closing);
  app.require_subcommand(1);
  app.fallthrough();  // `interbeat run --log-level debug` means what it says
  app.set_version_flag("--version", about_text());
  std::string level = "info";
  app.add_option("--log-level", level, "trace, debug, info, warn, error or off")
      ->envname("INTERBEAT_LOG")
      ->check(CLI::IsMember(log_levels()))
      ->type_name("LEVEL");
  Action action;
  for (const auto add : {add_run,       add_check,   add_plan,     add_graph,      add_nodes,
                         add_inspect,   add_manual,  add_schema,   add_batch,      add_replay,
                         add_top,       add_tap,     add_set,      add_plugin,     add_bench,
                         add_doctor,    add_verify,  add_evaluate, add_completion, add_man,
                         add_node_host, add_devices, add_mark,     add_info,       add_export}) {
    add(app, action);
  }
  auto words = words_of(argc, argv);
  if (is_unknown_command(app, words)) return wrong;
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return answer(app, error);
  }
  start_log(level);
  use_usual_devices_file();
  return action();
}

/// Output that did not arrive is a failure, however well the rest went. A reader that left early
/// (`| head`) knows, and is told nothing.
int exit_code(int code) {
  const int why = stdout_error();
  if (why == 0) return code;
  if (why != EPIPE) complain(std::string("stdout can't be written: ") + std::strerror(why));
  return code == done ? failed : code;
}

}  // namespace
}  // namespace ib::tool

int main(int argc, char** argv) {
  // A reader that left and a file at its size limit are told by write's answer, not by death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  ib::tool::open_closed_descriptors();
  try {
    return ib::tool::exit_code(ib::tool::run_program(argc, argv));
  } catch (const std::exception& error) {
    const auto met = ib::shortage(error);
    if (met.what.empty())
      ib::tool::complain(error.what(), "this is a mistake of the program itself; please report it");
    else ib::tool::complain(met.what, met.hint);
    return ib::tool::failed;
  }
}
