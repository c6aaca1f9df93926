#include "bench/suite.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace ib::bench {
namespace {

Outcome carry_out(const Offer& offer, const Experiment& experiment, const Suite& suite,
                  Reference& reference) {
  Outcome o;
  o.name = offer.name;
  o.title = experiment.title;
  for (const auto& side : experiment.sides) o.sides.push_back(side.name);
  auto options = experiment.rounds;
  if (suite.rounds > 0) options.wanted = suite.rounds;
  options.most = std::max(options.most, options.wanted);
  o.rounds = run_rounds(experiment.sides, options, surroundings(reference, suite.stopped));
  o.load = load_average();
  return o;
}

void judge_all(Outcome& o, const Experiment& experiment, const std::vector<Count>& counts,
               const Reference& reference) {
  o.best_reference_ns = reference.best_ns();
  o.that_count = counting(o.rounds, o.best_reference_ns);
  for (const auto& f : experiment.figures) o.figures.push_back(judge(f, o.rounds, o.that_count));
  for (const auto& c : counts) o.figures.push_back(judge(c));
}

}  // namespace

std::vector<Outcome> run_suite(const Suite& suite) {
  std::map<int, Reference> references;  // by number of threads
  std::vector<Experiment> made;
  std::vector<std::vector<Count>> counts;
  std::vector<Outcome> outcomes;
  const auto stopped = [&] { return suite.stopped && suite.stopped(); };
  for (const auto& offer : suite.offers) {
    if (stopped()) break;
    if (suite.begins) suite.begins(offer);
    try {
      const auto& experiment = made.emplace_back(offer.make(suite.effort));
      auto [reference, is_new] = references.try_emplace(experiment.threads, experiment.threads);
      if (is_new) reference->second.warm_up();
      outcomes.push_back(carry_out(offer, experiment, suite, reference->second));
      counts.emplace_back();
      if (experiment.counts && !stopped()) counts.back() = experiment.counts();
    } catch (const std::exception& error) {
      if (stopped()) break;  // the signal reached the program that was being measured too
      throw std::runtime_error(offer.name + " can't be measured: " + error.what());
    }
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    judge_all(outcomes[i], made[i], counts[i], references.at(made[i].threads));
  }
  return outcomes;
}

}  // namespace ib::bench
