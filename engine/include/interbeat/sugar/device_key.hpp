// DeviceKey: which device a source reads, so that no two of a graph read the same one: a device is told one
// thing at a time. A source of devices may have this extension.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* device_extension = "ib.device/1";

/// [control & !active] Before `open`: what the params say, "AA:BB:CC:DD:EE:FF" or a name; after it, whether it
/// succeeded or not: what it turned out to be. Equal words are one device. Null or empty: none, or not known.
/// Valid until the next call.
struct DeviceTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  const char* (*device)(ib_node*){};
};

}  // namespace ib
