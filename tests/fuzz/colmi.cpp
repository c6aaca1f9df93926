// Fuzz target: any bytes as what a Colmi / Yawell ring sends, in frames, chunks and pauses. Nothing is read
// that is not there, and what ColmiHost promises of any bytes holds.
#include "support/colmi_bytes.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ib::test::ColmiHost host;
  host.play(std::as_bytes(std::span(data, size)));
  host.fall_silent();
  if (!host.broken().empty()) std::abort();
  return 0;
}
