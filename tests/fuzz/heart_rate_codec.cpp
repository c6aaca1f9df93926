// Fuzz target: any bytes as a Heart Rate Measurement (0x2A37), and as an advertisement.
// Whatever they are: refused, or values that lie inside.
#include "heart_rate/advertisement.hpp"
#include "support/heart_rate_values.hpp"
#include "support/hex.hpp"

#include "fuzz/from_vectors.hpp"

#include <cstdint>
#include <cstdlib>
#include <variant>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = std::as_bytes(std::span(data, size));
  const auto decoded = ib::heart_rate::decode(value);
  ib::test::read_all(decoded);
  if (const auto* m = std::get_if<ib::heart_rate::Measurement>(&decoded))
    if (2 + 2 * m->rr.size() + m->tail_bytes > size) std::abort();
  for (const auto company : {std::uint16_t{0x006B}, std::uint16_t{0xFF04}})
    if (ib::heart_rate::advertised_rate(company, value) == 0) std::abort();
  ib::heart_rate::body_location(value);
  ib::heart_rate::battery_percent(value);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  return ib::fuzz::from_vectors(ib::test::heart_rate_values, data, size, most, seed);
}
