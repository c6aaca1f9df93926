// Rounds: how two or more sides are compared so that the answer is about them and not about the
// machine's mood. In a round every side works twice, A B A B, in the next one B A B A; a fixed loop of
// known work runs before and after. Ratios are taken within a round.
//
// A round counts if both its reference loops took at most 1.2 times the shortest of all and less than
// 2 % of the processors' time was stolen meanwhile. Rounds are added until enough count or `most`
// were tried. Who then has fewer than `enough` has measured nothing: figure.hpp.
//
// Thread: [control]; sides may start threads of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/cost.hpp"
#include "bench/machine.hpp"

namespace ib::bench {

/// One of the things compared: does its batch of work and says what that cost.
struct Side {
  std::string name;
  std::function<Cost()> work;
};

struct Round {
  std::vector<Cost> sides;  ///< in the order of the sides, both turns together
  double reference_ns{};    ///< the longer of its two reference loops
  double stolen{};          ///< share of all processors' time
};

struct RoundOptions {
  static constexpr std::size_t enough = 9;  ///< fewer say nothing
  std::size_t wanted = enough;              ///< rounds that count
  std::size_t most = 60;                    ///< tried at most
  int turns = 2;                            ///< of each side in a round
};

/// The fixed loop, some milliseconds of integer and floating-point work, and its best time so far. On
/// as many threads at once as the sides have: who needs two cores must have had two.
class Reference {
 public:
  explicit Reference(int threads = 1) : threads_(threads) {}
  /// Runs it until the shortest time has not improved for a while.
  void warm_up();
  /// The time of the slowest thread, in ns.
  double run();
  double best_ns() const { return best_ns_; }

 private:
  int threads_;
  double best_ns_ = 0;
};

/// What rounds see of the machine; tests bring their own.
struct Surroundings {
  std::function<double()> reference;  ///< runs the loop, answers with its time in ns
  std::function<CpuTicks()> ticks;
  std::function<bool()> stopped{};  ///< the user wants no more rounds
};
Surroundings surroundings(Reference& reference, std::function<bool()> stopped = {});

std::vector<Round> run_rounds(const std::vector<Side>& sides, const RoundOptions& options,
                              const Surroundings& around);

/// Indices of the rounds that count; `best_ns` is the shortest reference loop known.
std::vector<std::size_t> counting(const std::vector<Round>& rounds, double best_ns);

/// The shortest reference loop among rounds; 0: there are none.
double best_reference(const std::vector<Round>& rounds);

}  // namespace ib::bench
