// Fuzz target: any bytes as a frame of a BCL ring, with either order of colours.
// Whatever they are: refused, or values that lie inside the frame.
#include "support/bcl_frames.hpp"
#include "support/hex.hpp"

#include "fuzz/from_vectors.hpp"

#include <cstdint>
#include <cstdlib>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = std::as_bytes(std::span(data, size));
  for (const auto order : {ib::bcl::LedOrder::red_first, ib::bcl::LedOrder::infrared_first}) {
    const auto decoded = ib::bcl::decode(frame, order);
    std::visit(ib::test::BclReader{}, decoded);
    const bool refused = std::holds_alternative<ib::bcl::Refused>(decoded);
    if (!refused && ib::test::bcl_item_bytes(decoded) + 4 > size) std::abort();
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  return ib::fuzz::from_vectors(ib::test::bcl_replies, data, size, most, seed);
}
