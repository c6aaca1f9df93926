// ParamChange: `me.activation.b0=-1.5`, with ` at 12.5 s` behind it or not, as typed into a session,
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

/// A change that this graph takes: a live param and its value now, "me.activation.b0=-1.5". Empty: none.
std::string example_change(const Graph& graph);

/// Null with a sentence in `why`: unknown node or param (nearest name), not live, wrong unit or range.
std::optional<ParamChange> parse_change(const Graph& graph, std::string_view text,
                                        std::string& why);

}  // namespace ib
