// Wires: the right-hand side of an input, `filtered`, `ring.ppg` or `{from: ring.ppg, queue: 30
// s}`, still as names. Resolving them needs the whole tree of modules.
//
// Thread: [control].
#pragma once

#include "graph_voice.hpp"

#include <interbeat/graph.hpp>

#include <optional>
#include <string>

namespace ib {

struct Wire {
  std::string from;  ///< "ring", "ring.ppg"; or no name at all, which resolving says
  Yaml value;        ///< the text of `from`, for its mark and its variants
  std::optional<Overflow> overflow;
  std::optional<double> queue_s;  ///< no number: not written; 0: computed by the plan
  bool broken{};                  ///< said already
};

/// Never null: what is wrong is said and gives a broken wire.
Wire read_wire(const Yaml& value, const std::string& path, const Voice& voice);

}  // namespace ib
