// The main file of every peer program:  PROGRAM [NAME...] [--rounds N] [--quick] [--json]
// It prints what `interbeat bench` prints, by the same method.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "bench/peers.hpp"
#include "bench/report.hpp"

namespace {

using namespace ib::bench;

int measure(const std::vector<std::string>& what, bool quick, bool json, std::size_t rounds) {
  const auto machine = this_machine();
  Suite suite{{}, {quick, {}}, rounds, [](const Offer& o) {
                fmt::print(stderr, "measuring {}: {} ...\n", o.name, o.doc);
              }};
  for (const auto& offer : peers()) {
    const bool named = std::find(what.begin(), what.end(), offer.name) != what.end();
    if (what.empty() || named) suite.offers.push_back(offer);
  }
  if (!json) fmt::print("{}", text_of(machine));
  const auto outcomes = run_suite(suite);
  if (json) fmt::print("{}\n", json_of(machine, outcomes).dump(2));
  else
    for (const auto& o : outcomes) fmt::print("{}", text_of(o));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("the engine beside its peers, in one program");
  std::vector<std::string> what, names;
  for (const auto& offer : peers()) names.push_back(offer.name);
  std::size_t rounds = 0;
  bool quick = false, json = false;
  app.add_option("WHAT", what, "What to measure; all, if none is named")
      ->check(CLI::IsMember(names));
  app.add_option("--rounds", rounds, "Rounds that have to count")
      ->check(CLI::Range(RoundOptions::enough, std::size_t{1000}));
  app.add_flag("--quick", quick, "A fifth of the work in every round");
  app.add_flag("--json", json, "As JSON, with every round");
  CLI11_PARSE(app, argc, argv);
  try {
    return measure(what, quick, json, rounds);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
