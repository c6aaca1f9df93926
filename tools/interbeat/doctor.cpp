// interbeat doctor: what of this machine matters to a live run, and what to do about it. It changes
// nothing and never fails: a graph runs on any machine, only less evenly on some.
#include "doctor.hpp"

#include "command.hpp"
#include "message.hpp"
#include "terminal.hpp"
#include "wrap.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

namespace ib::tool {
namespace {

constexpr const char* doctor_examples = R"(
"note" is what could be better, "problem" what will make live runs late or lose data. Recordings are
not concerned: their results depend on no clock.

Examples:
  interbeat doctor
  interbeat doctor --measure            also how late timers and wake-ups are
  interbeat doctor --measure --json)";

struct DoctorArguments {
  bool measure{}, json{};
};

Findings look(bool measure) {
  Findings all;
  const auto add = [&all](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  add(look_at_program());
  add(look_at_machine());
  add(look_at_realtime());
  if (measure) add(measure_wake_ups());
  return all;
}

std::size_t count(const Findings& all, Level level) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [level](const auto& f) { return f.level == level; }));
}

std::string name_of(Level level) {
  return level == Level::ok ? "ok" : level == Level::note ? "note" : "problem";
}

void show_lines(const Findings& all) {
  const Paint paint(STDOUT_FILENO);
  constexpr std::size_t indent = 24, width = 100 - indent;
  for (const auto& f : all) {
    const auto mark = fmt::format("{:<7}", name_of(f.level));
    const auto painted = f.level == Level::ok     ? paint.green(mark)
                         : f.level == Level::note ? paint.yellow(mark)
                                                  : paint.red(mark);
    show(fmt::format("{} {:<15} {}\n", painted, f.what, f.found));
    if (f.advice.empty()) continue;
    for (const auto& line : wrapped(f.advice, width)) show(fmt::format("{:24}{}\n", "", line));
  }
  const auto notes = count(all, Level::note), problems = count(all, Level::problem);
  show(fmt::format("\n{} problem{}, {} note{}\n", problems, problems == 1 ? "" : "s", notes,
                   notes == 1 ? "" : "s"));
}

void show_json(const Findings& all) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const auto& f : all) {
    nlohmann::ordered_json j{{"what", f.what}, {"level", name_of(f.level)}, {"found", f.found}};
    if (!f.advice.empty()) j["advice"] = f.advice;
    for (const auto& [name, value] : f.numbers) j[name] = value;
    checks.push_back(std::move(j));
  }
  const nlohmann::ordered_json j{{"problems", count(all, Level::problem)},
                                 {"notes", count(all, Level::note)},
                                 {"checks", std::move(checks)}};
  show(j.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace

void add_doctor(CLI::App& app, Action& action) {
  auto a = std::make_shared<DoctorArguments>();
  auto* command = app.add_subcommand("doctor", "Looks at this machine: what matters to live runs");
  command->add_flag("--measure", a->measure, "Also measures how late timers and wake-ups are");
  command->add_flag("--json", a->json, "JSON instead of lines");
  command->footer(doctor_examples);
  command->callback([a, &action] {
    action = [a] {
      const auto all = look(a->measure);
      a->json ? show_json(all) : show_lines(all);
      return done;
    };
  });
}

}  // namespace ib::tool
