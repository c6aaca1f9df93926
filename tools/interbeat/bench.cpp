// interbeat bench: what this machine makes of the engine, measured by the user on the user's own
// machine. The method is in bench/rounds.hpp and docs/performance.md, the experiments in bench/.
#include "bench/report.hpp"
#include "command.hpp"
#include "message.hpp"
#include "stop_signals.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <memory>

namespace ib::tool {
namespace {

using namespace bench;

constexpr const char* examples = R"(
Every round runs all sides of an experiment, forwards and backwards in turn, between two runs of a fixed
reference loop. A round counts if that loop was within 20 % of its best and the host took less than 2 %
of the time. With fewer than nine such rounds the verdict is "not measurable here". Times are CPU time of
the working thread; between threads and from start to exit, wall time. Close other programs first. Ctrl-C
ends it and judges what there is.

Examples:
  interbeat bench
  interbeat bench hop chain --quick
  interbeat bench --json > figures.json)";  // behind the list of experiments

struct BenchArguments {
  std::vector<std::string> what;
  std::size_t rounds = 0;
  bool json{}, quick{};
};

std::string page() {
  std::string text = "\nWhat there is:\n";
  for (const auto& offer : experiments())
    text += fmt::format("  {:<8} {}\n", offer.name, offer.doc);
  return text + examples;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& offer : experiments()) all.push_back(offer.name);
  return all;
}

/// The ones named, in the order of the table of contents.
std::vector<Offer> chosen(const std::vector<std::string>& what) {
  if (what.empty()) return experiments();
  std::vector<Offer> found;
  for (const auto& offer : experiments()) {
    if (std::find(what.begin(), what.end(), offer.name) != what.end()) found.push_back(offer);
  }
  return found;
}

int measure(const BenchArguments& a) {
  const auto machine = this_machine();
  if (!a.json) show(text_of(machine));
  const StopSignals signals;
  const Suite suite{chosen(a.what),
                    {a.quick, std::filesystem::read_symlink("/proc/self/exe")},
                    a.rounds,
                    [](const Offer& offer) { say("measuring {}: {} ...", offer.name, offer.doc); },
                    [&signals] { return signals.flag().load(); }};
  std::vector<Outcome> outcomes;
  try {
    outcomes = run_suite(suite);
  } catch (const std::exception& error) {
    complain(error.what());
    return failed;
  }
  if (a.json) show(json_of(machine, outcomes).dump(2) + "\n");
  else
    for (const auto& outcome : outcomes) show(text_of(outcome));
  return done;
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  auto a = std::make_shared<BenchArguments>();
  auto* command = app.add_subcommand("bench", "Measures the engine on this machine");
  command->add_option("WHAT", a->what, "What to measure; all of it, if none is named")
      ->check(CLI::IsMember(names()));
  command
      ->add_option("--rounds", a->rounds,
                   "Rounds that have to count, 9 or more; up to 60 are tried")
      ->check(CLI::Range(RoundOptions::enough, std::size_t{1000}))
      ->type_name("N");
  command->add_flag("--quick", a->quick, "A fifth of the work in every round: more spread");
  command->add_flag("--json", a->json, "As JSON, with every round");
  command->footer(page());
  command->callback([a, &action] { action = [a] { return measure(*a); }; });
}

}  // namespace ib::tool
