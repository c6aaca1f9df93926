// From starting the program to its end, with the couple graph built and the first packets of two
// virtual rings through it: more than "to the first packet", never less. Beside it the cheapest
// program there is, for what a process itself costs on this machine.
#include "bench/child.hpp"
#include "bench/experiment.hpp"

#include <memory>

namespace ib::bench {
namespace {

enum Sides : std::size_t { interbeat, nothing };

std::vector<std::string> couple_run(const Effort& effort, const TemporaryFolder& out) {
  return {effort.program.string(),
          "run",
          "couple.yaml",
          "--speed",
          "max",
          "--for",
          "200ms",
          "--out",
          (out.path() / "out").string()};
}

}  // namespace

Experiment start(const Effort& effort) {
  const auto out = std::make_shared<TemporaryFolder>();
  Experiment e;
  e.title = "the program from its start through the first packets of the couple graph to its exit";
  e.sides = {
      {"interbeat run couple.yaml",
       [words = couple_run(effort, *out), out] { return run_child(words, "couple.yaml").cost; }},
      {"a program that does nothing", [] { return run_child({"/bin/true"}, "/bin/true").cost; }}};
  e.figures = {
      {"start to exit", "ms", Kind::time, [](auto& r) { return 1e-6 * r.sides[interbeat].wall(); },
       at_most(25)},
      {"of that CPU", "ms", Kind::time, [](auto& r) { return 1e-6 * r.sides[interbeat].cpu(); }},
      {"a program that does nothing", "ms", Kind::time,
       [](auto& r) { return 1e-6 * r.sides[nothing].wall(); }},
  };
  e.rounds.wanted = 20;
  e.rounds.most = 100;
  e.rounds.turns = 1;
  return e;
}

}  // namespace ib::bench
