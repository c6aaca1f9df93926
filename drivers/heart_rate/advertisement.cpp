#include "heart_rate/advertisement.hpp"

namespace ib::heart_rate {

std::optional<std::uint8_t> advertised_rate(std::uint16_t company, wire::Bytes data) noexcept {
  constexpr std::uint16_t polar = 0x006B, xoss = 0xFF04;
  if ((company != polar && company != xoss) || data.size() != 4) return std::nullopt;
  const auto bpm = std::to_integer<std::uint8_t>(data[3]);
  return bpm > 0 ? std::optional{bpm} : std::nullopt;
}

}  // namespace ib::heart_rate
