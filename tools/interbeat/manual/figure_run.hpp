// FigureRun: a recipe, really run: its files made, its graph replayed in a folder of its own (gone with it), its
// columns read back and drawn; and what the engine said of the node meanwhile. Thread: [control].
#pragma once

#include <interbeat/registry.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "manual/recipe.hpp"

namespace ib::manual {

/// What was measured of the node itself, in the graph of its figure.
struct NodeFacts {
  double latency_s{};                        ///< that it adds, as it declared it
  std::optional<std::uint64_t> state_bytes;  ///< the most that it remembers between two calls
  std::uint64_t scratch_bytes{};             ///< working memory of a call
  std::vector<std::string> counters;
};

struct MadeFigure {
  plot::Figure figure;  ///< no panels: there is nothing to draw
  std::string sample;   ///< lines of a file; empty: there is none
  std::string sample_file;
  std::optional<NodeFacts> facts;
};

/// Throws std::runtime_error with what was wrong: a graph that can't be run, a column that isn't there.
MadeFigure run_recipe(const Recipe& recipe, const Registry& registry);

}  // namespace ib::manual
