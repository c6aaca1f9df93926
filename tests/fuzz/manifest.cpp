// Fuzz target: any bytes as the manifest of a plugin, as a cache that somebody wrote to would hold them.
// Whatever they are: refused, or descriptors that describe themselves the same way.
#include "plugin.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const ib::Plugin plugin("some.so", {}, std::string(reinterpret_cast<const char*>(data), size));
    for (const auto& node : plugin.nodes()) {
      if (ib::describe(&node->desc()).at("type") != node->desc().type) std::abort();
    }
  } catch (const ib::BadDescriptor&) {}
  return 0;
}
