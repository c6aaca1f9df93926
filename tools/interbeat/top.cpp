// interbeat top: a running graph, looked at once a second.
#include "closing.hpp"
#include "command.hpp"
#include "control_client.hpp"
#include "message.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "text_table.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <memory>

namespace ib::tool {

using Json = nlohmann::json;

namespace {

constexpr const char* examples = R"(
Examples:
  interbeat top
  interbeat top couple --once)";

struct TopArguments {
  std::string name;
  bool once{};
};

/// Counts of the look before, to say how many came since.
struct Look {
  std::map<std::string, double> items, busy_s;
  std::chrono::steady_clock::time_point at;
};

std::string counters_text(const Json& node) {
  std::string s;
  const auto counters = node.find("counters");
  if (counters == node.end()) return s;
  for (const auto& [name, count] : counters->items()) {
    s += fmt::format("{}{} {}", s.empty() ? "" : ", ", name, count.get<std::uint64_t>());
  }
  return s;
}

class Screen {
 public:
  explicit Screen(std::string name) : name_(std::move(name)) {}

  std::string draw(const Json& report) {
    const auto now = std::chrono::steady_clock::now();
    const double since = first_ ? 0 : std::chrono::duration<double>(now - last_.at).count();
    std::string s =
        fmt::format("{} ({}): {:.1f} s of session, {} lost\n", name_, report.value("graph", ""),
                    report.value("session_s", 0.0), report.value("lost", 0));
    s += sources(report) + nodes(report, since) + edges(report) + latencies(report);
    for (const auto& why : report.value("failures", Json::array())) {
      s += "FAILED: " + why.get<std::string>() + "\n";
    }
    last_.at = now;
    first_ = false;
    return s;
  }

 private:
  static std::string sources(const Json& report) {
    TextTable table({"source", "settled", "behind", "state"});
    for (const auto& s : report.value("sources", Json::array())) {
      const double settled = s.value("settled_s", 0.0);
      table.row({s.value("path", ""), fmt::format("{:.1f} s", settled),
                 fmt::format("{:.2f} s", report.value("session_s", 0.0) - settled),
                 s.value("finished", false) ? "finished"
                 : s.value("live", false)   ? "live"
                                            : "recording"});
    }
    return "\n" + table.text();
  }

  std::string nodes(const Json& report, double since) {
    TextTable table({"node", "items/s", "items", "busy", "counted", "state"});
    for (const auto& n : report.value("nodes", Json::array())) {
      const auto path = n.value("path", "");
      const double items = n.value("items_in", 0.0) + n.value("items_out", 0.0);
      const double busy = n.value("busy_s", 0.0);
      const bool rates = since > 0;
      table.row({path, rates ? fmt::format("{:.1f}", (items - last_.items[path]) / since) : "-",
                 fmt::format("{:.0f}", items),
                 rates ? fmt::format("{:.2f} %", 100 * (busy - last_.busy_s[path]) / since) : "-",
                 counters_text(n), n.value("state", "")});
      last_.items[path] = items;
      last_.busy_s[path] = busy;
    }
    return "\n" + table.text();
  }

  static std::string edges(const Json& report) {
    TextTable table({"ring", "to", "depth", "of", "lost"});
    for (const auto& e : report.value("edges", Json::array())) {
      table.row({e.value("from", ""), e.value("to", ""), fmt::format("{}", e.value("depth", 0)),
                 fmt::format("{}", e.value("capacity", 0)),
                 fmt::format("{}", e.value("lost_items", 0))});
    }
    return table.empty() ? "" : "\n" + table.text();
  }

  static std::string latencies(const Json& report) {
    TextTable table({"arrival to sink", "p50", "p99", "max"});
    for (const auto& l : report.value("latencies", Json::array())) {
      const auto text = [&](const char* key) { return time_text(l.value(key, 0.0) * 1e-6); };
      table.row({l.value("sink", ""), text("p50_us"), text("p99_us"), text("max_us")});
    }
    return table.empty() ? "" : "\n" + table.text();
  }

  std::string name_;
  Look last_;
  bool first_ = true;
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
  Screen screen(*name);
  const bool redraw = is_terminal(STDOUT_FILENO) && !a.once;
  do {
    const auto report = client.ask({{"do", "report"}});
    if (!report) {
      say("the run called \"{}\" has ended", *name);
      return done;
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
  command->footer(examples);
  command->callback([a, &action] { action = [a] { return top(*a); }; });
}

}  // namespace ib::tool
