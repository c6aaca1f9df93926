// Fuzz target: any bytes as a packet of an Oura ring: refused, or what is borrowed lies within.
#include "oura/packet.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ib::wire::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto decoded = ib::oura::decode(bytes);
  const auto* other = std::get_if<ib::oura::Other>(&decoded);
  if (other == nullptr || other->payload.empty()) return 0;
  const auto part = other->payload;
  if (part.data() < bytes.data() || part.data() + part.size() > bytes.data() + bytes.size())
    std::abort();
  return 0;
}
