#include "polar/settings.hpp"

#include <bit>
#include <cmath>

namespace ib::polar {
namespace {

enum Setting : std::uint8_t {
  rate = 0,
  resolution = 1,
  range = 2,
  range_milli = 3,
  channels = 4,
  factor = 5,
  security = 6,
};

// Bytes of one value; 0: a setting that nobody has described.
std::uint8_t width_of(std::uint8_t setting) {
  switch (setting) {
    case rate:
    case resolution:
    case range: return 2;
    case range_milli:
    case factor: return 4;
    case channels: return 1;
    case security: return 16;
    default: return 0;
  }
}

void keep(Settings& found, std::uint8_t setting, Values values) {
  switch (setting) {
    case rate: found.rate_hz = values; break;
    case resolution: found.resolution_bits = values; break;
    case range: found.range = values; break;
    case range_milli: found.range_milli = values; break;
    case channels: found.channels = values; break;
    case factor:
      if (values.empty()) break;
      if (const auto f = std::bit_cast<float>(values[0]); std::isfinite(f) && f > 0)
        found.factor = f;
      break;
    default: break;  // security is for stored recordings
  }
}

}  // namespace

std::uint32_t Values::operator[](std::size_t i) const noexcept {
  wire::Reader value(bytes_.subspan(i * width_, width_));
  switch (width_) {
    case 1: return value.u8();
    case 2: return value.u16();
    default: return value.u32();
  }
}

Settings settings_of(wire::Bytes parameters) noexcept {
  Settings found;
  wire::Reader list(parameters);
  while (list.left() > 0) {
    const auto setting = list.u8();
    const std::size_t count = list.u8();
    const auto width = width_of(setting);
    const auto values = list.take(count * width);
    found.whole = list.ok() && width > 0;
    if (!found.whole) break;
    keep(found, setting, Values(values, width));
  }
  return found;
}

}  // namespace ib::polar
