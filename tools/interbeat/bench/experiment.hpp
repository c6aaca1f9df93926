// An experiment: sides that are measured against each other, and the figures read off their rounds.
// Each lies in a file of its own (hop.cpp, edge.cpp, ...); experiments() is the table of contents. One
// more is its file, its declaration below and its line in experiment.cpp.
//
// Thread: [control].
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/figure.hpp"

namespace ib::bench {

/// How much work one turn of a side is.
struct Effort {
  bool quick{};                   ///< a fifth of the work: for a first look, with more spread
  std::filesystem::path program;  ///< the program `interbeat`, for what starts it
  std::uint64_t of(std::uint64_t full) const { return quick ? full / 5 : full; }
};

struct Experiment {
  std::string title;
  std::vector<Side> sides;
  std::vector<Figure> figures;
  std::function<std::vector<Count>()> counts{};  ///< counted once, apart from the rounds
  RoundOptions rounds{};
  int threads = 1;  ///< that work at once: as many run the reference loop
};

struct Offer {
  std::string name;  ///< as the command line takes it
  std::string doc;
  Experiment (*make)(const Effort&);
};
/// What `interbeat bench` measures, in this order.
const std::vector<Offer>& experiments();

Experiment hop(const Effort& effort);
Experiment chain(const Effort& effort);
Experiment wake(const Effort& effort);
Experiment isolation(const Effort& effort);
Experiment solo(const Effort& effort);
Experiment metrics(const Effort& effort);
Experiment hrv(const Effort& effort);
Experiment couple(const Effort& effort);
Experiment instruments(const Effort& effort);
Experiment edge(const Effort& effort);
Experiment rings(const Effort& effort);
Experiment start(const Effort& effort);
Experiment day(const Effort& effort);

}  // namespace ib::bench
