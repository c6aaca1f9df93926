#include "bench/rounds.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

namespace ib::bench {
namespace {

constexpr double slower_at_most = 1.2;  // times the shortest reference loop
constexpr double stolen_less_than = 0.02;
constexpr int loop_steps = 1'000'000;  // 3 to 5 ms

/// A chain of dependent multiplications and a hash: no memory, nothing to predict.
double fixed_work() {
  std::uint64_t h = 0x9E3779B97F4A7C15ULL;
  double x = 1;
  for (int i = 0; i < loop_steps; ++i) {
    h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9ULL;
    x = x * 0.999 + 0.5;
  }
  return x + static_cast<double>(h & 1U);
}

double time_of_fixed_work() {
  using Clock = std::chrono::steady_clock;
  const auto from = Clock::now();
  double x = fixed_work();
  keep(x);
  return std::chrono::duration<double, std::nano>(Clock::now() - from).count();
}

/// Forwards in even rounds, backwards in odd ones.
std::vector<Cost> take_turns(const std::vector<Side>& sides, int turns, bool backwards) {
  std::vector<Cost> costs(sides.size());
  for (int turn = 0; turn < turns; ++turn) {
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const std::size_t i = backwards ? sides.size() - 1 - k : k;
      costs[i] += sides[i].work();
    }
  }
  return costs;
}

}  // namespace

double Reference::run() {
  std::vector<double> took(static_cast<std::size_t>(threads_));
  std::vector<std::thread> others;
  for (std::size_t k = 1; k < took.size(); ++k) {
    others.emplace_back([&took, k] { took[k] = time_of_fixed_work(); });
  }
  took[0] = time_of_fixed_work();
  for (auto& t : others) t.join();
  const double ns = *std::max_element(took.begin(), took.end());
  if (best_ns_ == 0 || ns < best_ns_) best_ns_ = ns;
  return ns;
}

void Reference::warm_up() {
  constexpr int quiet = 20;
  for (int since_best = 0; since_best < quiet; ++since_best) {
    const double before = best_ns_;
    run();
    if (before == 0 || best_ns_ < 0.98 * before) since_best = 0;
  }
}

Surroundings surroundings(Reference& reference, std::function<bool()> stopped) {
  return {[&reference] { return reference.run(); }, cpu_ticks, std::move(stopped)};
}

std::vector<Round> run_rounds(const std::vector<Side>& sides, const RoundOptions& options,
                              const Surroundings& around) {
  std::vector<Round> rounds;
  const auto stopped = [&] { return around.stopped && around.stopped(); };
  for (std::size_t n = 0; n < options.most && !stopped(); ++n) {
    Round round;
    const auto before = around.ticks();
    const double first = around.reference();
    round.sides = take_turns(sides, options.turns, n % 2 == 1);
    round.reference_ns = std::max(first, around.reference());
    round.stolen = steal_between(before, around.ticks());
    if (stopped()) break;  // in the middle of it
    rounds.push_back(std::move(round));
    if (counting(rounds, best_reference(rounds)).size() >= options.wanted) break;
  }
  return rounds;
}

std::vector<std::size_t> counting(const std::vector<Round>& rounds, double best_ns) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    const auto& r = rounds[i];
    if (r.reference_ns <= slower_at_most * best_ns && r.stolen < stolen_less_than)
      found.push_back(i);
  }
  return found;
}

double best_reference(const std::vector<Round>& rounds) {
  double best = 0;
  for (const auto& r : rounds) best = best == 0 ? r.reference_ns : std::min(best, r.reference_ns);
  return best;
}

}  // namespace ib::bench
