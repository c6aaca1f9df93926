// Fuzz target: any bytes as a packet of each white-label family: refused, or what is borrowed lies within.
#include "white_label/crp.hpp"
#include "white_label/jstyle.hpp"
#include "white_label/ycbt.hpp"

#include <cstdint>
#include <cstdlib>

using namespace ib::white_label;

namespace {

void within(ib::wire::Bytes part, ib::wire::Bytes whole) {
  if (part.empty()) return;
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ib::wire::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto one = crp::decode(bytes);
  if (const auto* other = std::get_if<crp::Other>(&one)) within(other->payload, bytes);
  const auto two = ycbt::decode(bytes);
  if (const auto* other = std::get_if<ycbt::Other>(&two)) within(other->payload, bytes);
  const auto three = jstyle::decode(bytes);
  if (const auto* other = std::get_if<jstyle::Other>(&three)) within(other->payload, bytes);
  return 0;
}
