// The entry symbol of a plugin whose nodes stand in a list that is made when it is loaded.
#pragma once

#include "toy.hpp"

namespace ib::test {
const std::vector<NodeDef>& all_nodes();
}  // namespace ib::test

namespace {
const ib_node_factory* node_factory() {
  using ib::test::all_nodes;
  static const ib_node_factory factory{
      sizeof(ib_node_factory), static_cast<std::uint32_t>(all_nodes().size()),
      [](std::uint32_t i) { return i < all_nodes().size() ? all_nodes()[i].desc : nullptr; },
      [](const ib_host* host, const char* type) -> ib_node* {
        for (const auto& n : all_nodes()) {
          if (std::string_view(n.desc->type) == type) return n.create(host);
        }
        return nullptr;
      }};
  return &factory;
}
}  // namespace

extern "C" IB_EXPORT const ib_entry interbeat_entry;
const ib_entry interbeat_entry{sizeof(ib_entry),
                               {IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH},
                               [](const char*) { return true; },
                               [] {},
                               [](const char* id) -> const void* {
                                 return std::string_view(id) == IB_FACTORY_NODES ? node_factory()
                                                                                 : nullptr;
                               }};
