// A suite: experiments carried out one after the other and judged together, because the shortest
// reference loop, on which it depends which rounds count, is known only at the end.
// Thread: [control].
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/experiment.hpp"

namespace ib::bench {

/// An experiment that was carried out.
struct Outcome {
  std::string name, title;
  std::vector<std::string> sides;
  std::vector<Round> rounds;
  std::vector<std::size_t> that_count;
  std::vector<Judged> figures;
  std::string load;  ///< when it ended
  double best_reference_ns{};
};

struct Suite {
  std::vector<Offer> offers;
  Effort effort;
  std::size_t rounds{};  ///< that have to count; 0: as each experiment says
  std::function<void(const Offer&)> begins;
  std::function<bool()> stopped{};  ///< no more rounds, and judge what there is
};

/// Throws std::runtime_error, with the experiment's name, if one can't be carried out.
std::vector<Outcome> run_suite(const Suite& suite);

}  // namespace ib::bench
