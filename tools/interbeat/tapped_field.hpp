// How a tap writes a field of an item: as the JSON sinks do. Thread: [any]; pure.
#pragma once

#include <interbeat/abi.h>

#include <cstddef>
#include <string>

namespace ib::tool {

void write_tapped_field(std::string& out, const ib_field& field, const std::byte* item);

}  // namespace ib::tool
