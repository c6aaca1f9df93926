// Values of a Heart Rate Measurement (0x2A37), and a reader of all that a decoded one holds.
#pragma once

#include "heart_rate/decode.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

namespace ib::test {

/// The first twelve are those of a maker's own tests.
inline constexpr std::array<std::string_view, 14> heart_rate_values{
    "007f",       "00ff",     "018080",   "0600",           "0400",       "0200",
    "090000ffff", "08007f80", "1000ffff", "110000ffff7f80", "1100000000", "1e48000058036c03",
    "10",         "1048ff",
};

/// A sum over every field and interval, so that each is read.
inline std::uint64_t read_all(const heart_rate::Decoded& decoded) {
  const auto* m = std::get_if<heart_rate::Measurement>(&decoded);
  if (m == nullptr) return 0;
  std::uint64_t sum =
      m->hr_sent + m->energy_kj.value_or(0) + static_cast<std::uint64_t>(m->contact);
  for (std::size_t k = 0; k < m->rr.size(); ++k)
    sum += static_cast<std::uint64_t>(m->rr[k].rr_us().value_or(0)) + m->rr[k].rr_1024;
  return sum + m->rr.zeros() + m->tail_bytes;
}

}  // namespace ib::test
