// ParamChange: `beats.hop=0.5 s` or `beats.hop=0.5 s at 12.5 s`, as typed into a running session,
// checked against the graph. Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ib {

struct ParamChange {
  std::uint32_t node{}, param{};
  double number{};
  std::optional<Time> at;  ///< offline runs need it
};

/// Null with a sentence in `why`: unknown node or param (nearest name), not live, wrong unit or range.
std::optional<ParamChange> parse_change(const Graph& graph, std::string_view text, std::string& why);

}  // namespace ib
