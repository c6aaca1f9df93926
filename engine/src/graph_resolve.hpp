// From the name of a stream to the node and port behind it, through the outputs of modules and the
// inputs of the module where the name is written.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ib {

struct Target {
  enum class Kind {
    found,
    absent,  ///< an optional input of the module that its user left open
    broken,  ///< said already, or said by the call
  };
  Kind kind{Kind::broken};
  std::size_t node{};     ///< index into Draft::nodes
  std::size_t element{};  ///< which instance of it, where `for_each:` unfolds it
  std::uint32_t port{};
  bool varies{};  ///< other elements of the reader's `for_each:` may mean something else
  bool fixed{};   ///< `element` was named, as in p[3]; else it is that of the reader
  std::optional<Overflow> overflow;  ///< the nearest one written on the way
  std::optional<double> queue_s;
};

/// What `wire`, written in that scope, means for the reader of that element (0 where there are none).
/// Says at the wire what is wrong with it; what is wrong with wires further on is said where they are
/// written (check_wires).
Target resolve(const Draft& draft, std::size_t scope, const Wire& wire, std::size_t element,
               const std::string& path, const Voice& voice);

/// Checks the wires of modules (inputs that their users give, outputs that they offer) once.
void check_wires(const Draft& draft, Diagnostics& out);

}  // namespace ib
