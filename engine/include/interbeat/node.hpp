// interbeat/node.hpp: how nodes are written. A node's fields are its interface: ports, params,
// state, in that order; then the few functions of its shape:
//
//   sample-wise  restart(first), operator()(x)              sugar/sample_wise.hpp
//   hopping      history, hop, latency; restart, at_hop     sugar/hopping.hpp
//   merging      window, every; at(t, spans..., emits...)   sugar/merging.hpp
//   ordered      on(port, ...) per input, tick, on_gap      sugar/ordered.hpp
//   raw          process(ib_process&)                       abi.h
//
// In the first four, split invariance, gaps, settled marks and lateness are the runner's work.
// Needs nothing but the C++20 standard library.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/sugar/adapter.hpp>
#include <interbeat/time.hpp>

/// The one line at the end of a plugin: the nodes it offers, behind its exported entry symbol.
#define IB_NODES(...)                                                                       \
  namespace {                                                                               \
  const auto& ib_table() {                                                                  \
    static const auto table = ::ib::detail::node_table<__VA_ARGS__>();                      \
    return table;                                                                           \
  }                                                                                         \
  const ib_node_factory ib_nodes_factory{                                                   \
      sizeof(ib_node_factory), static_cast<std::uint32_t>(ib_table().size()),               \
      [](std::uint32_t i) { return i < ib_table().size() ? ib_table()[i].desc : nullptr; }, \
      [](const ib_host* host, const char* type) -> ib_node* {                               \
        for (const auto& n : ib_table())                                                    \
          if (std::string_view(n.desc->type) == type) return n.create(host);                \
        return nullptr;                                                                     \
      }};                                                                                   \
  }                                                                                         \
  extern "C" IB_EXPORT const ib_entry interbeat_entry;                                      \
  const ib_entry interbeat_entry{                                                           \
      sizeof(ib_entry),                                                                     \
      {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH},                                           \
      [](const char*) { return true; },                                                     \
      [] {},                                                                                \
      [](const char* id) -> const void* {                                                   \
        return std::string_view(id) == IB_FACTORY_NODES ? &ib_nodes_factory : nullptr;      \
      }};

namespace ib::detail {
template <class... N>
std::array<NodeDef, sizeof...(N)> node_table() {
  return {node_def<N>()...};
}
}  // namespace ib::detail
