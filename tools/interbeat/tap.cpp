// interbeat tap: the items of one output of a running graph, as they pass.
#include "command.hpp"
#include "control_client.hpp"
#include "export/safe_name.hpp"
#include "message.hpp"
#include "stop_signals.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ib::tool {

using Json = nlohmann::ordered_json;

namespace {

constexpr const char* tap_examples = R"(
The run goes on as if nobody looked: what this program is too slow for is counted and said, never
waited for. `interbeat plan GRAPH` names the outputs.

Examples:
  interbeat tap me.detected
  interbeat tap a.ring.ppg --count 100 --csv > ppg.csv
  interbeat tap together.linkage couple --json   where several are live)";

struct TapArguments {
  std::string edge, name;
  std::uint64_t count{};
  bool json{}, csv{};
};

std::string value_text(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string in_csv(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string s = "\"";
  for (const char c : text) s += c == '"' ? std::string("\"\"") : std::string(1, c);
  return s + '"';
}

/// Six decimals, as the files have it.
std::string seconds_text(const Json& t) { return fmt::format("{:.6f}", t.get<double>()); }

class TapLines {
 public:
  explicit TapLines(const TapArguments& a) : a_(a) {}

  void begin(const Json& head) const {
    if (!a_.csv) return;
    std::string line = "time_s";
    for (const auto& field : head["fields"]) line += "," + field.get<std::string>();
    show(line + "\n");
  }

  /// True while more is wanted.
  bool meet(const Json& line) {
    if (line.contains("time_s")) {
      show((a_.json ? line.dump() : a_.csv ? csv(line) : text(line)) + "\n");
      return (++items_ < a_.count || a_.count == 0) && stdout_error() == 0;
    }
    if (a_.json) show(line.dump() + "\n");
    else tell_aside(line);
    return !line.contains("end");
  }

 private:
  static std::string csv(const Json& item) {
    std::string s;
    for (const auto& [name, value] : item.items()) {
      if (name == "time_s") s += seconds_text(value);
      else s += "," + in_csv(value.is_boolean() ? (value ? "1" : "0") : value_text(value));
    }
    return s;
  }
  static std::string text(const Json& item) {
    std::string s;
    for (const auto& [name, value] : item.items()) {
      if (name == "time_s") s += seconds_text(value) + " s";
      else
        s += fmt::format("  {} {}", name,
                         value.is_null() ? "-" : shown_text(value_text(value), 4096));
    }
    return s;
  }
  static void tell_aside(const Json& line) {
    if (line.contains("not_shown")) {
      say("{} items not shown: they came faster than they could be read",
          line["not_shown"].get<std::uint64_t>());
    } else if (line.contains("gap_from_s")) {
      say("nothing was measured from {} s to {} s", seconds_text(line["gap_from_s"]),
          seconds_text(line["gap_to_s"]));
    } else if (line.value("end", "") == "failed") {
      say("the stream ended: a node on its way failed");
    }
  }

  const TapArguments& a_;
  std::uint64_t items_{};
};

int tap(const TapArguments& a) {
  const auto name = choose_run(a.name);
  if (!name) return wrong;
  const StopSignals signals;
  ControlClient client;
  if (const auto why = client.connect(*name); !why.empty()) {
    complain(why, "`interbeat run … --name` names a run");
    return failed;
  }
  const auto head = client.ask({{"do", "tap"}, {"edge", a.edge}});
  if (!head) {
    complain("the run called \"" + *name + "\" did not answer");
    return failed;
  }
  if (head->contains("error")) {
    complain((*head)["error"].get<std::string>());
    return wrong;
  }
  if (a.count == 0) say("tapping {}; Ctrl-C ends it", head->value("tap", a.edge));
  TapLines lines(a);
  lines.begin(*head);
  while (const auto line = client.next(signals.fd())) {
    if (!lines.meet(*line)) break;
  }
  return done;
}

}  // namespace

void add_tap(CLI::App& app, Action& action) {
  auto a = std::make_shared<TapArguments>();
  auto* command = app.add_subcommand("tap", "Shows the items of an output of a running graph");
  command->add_option("EDGE", a->edge, "NODE.OUTPUT, or NODE where it has one output")->required();
  add_run_name(*command, a->name);
  command->add_option("--count", a->count, "Ends after this many items")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, UINT64_MAX));
  auto* json = command->add_flag("--json", a->json, "A JSON object per line");
  command->add_flag("--csv", a->csv, "Comma-separated rows under a header")->excludes(json);
  command->footer(tap_examples);
  command->callback([a, &action] { action = [a] { return tap(*a); }; });
}

}  // namespace ib::tool
