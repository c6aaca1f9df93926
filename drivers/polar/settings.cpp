#include "polar/settings.hpp"

#include <bit>
#include <cmath>

namespace ib::polar {
namespace {

enum class Setting : std::uint8_t {
  rate = 0,
  resolution = 1,
  range = 2,
  range_milli = 3,
  channels = 4,
  factor = 5,
  security = 6,
};

// Bytes of one value; 0: a setting that nobody has described.
std::uint8_t width_of(Setting setting) {
  switch (setting) {
    case Setting::rate:
    case Setting::resolution:
    case Setting::range: return 2;
    case Setting::range_milli:
    case Setting::factor: return 4;
    case Setting::channels: return 1;
    case Setting::security: return 16;
    default: return 0;
  }
}

void keep(Settings& found, Setting setting, Values values) {
  switch (setting) {
    case Setting::rate: found.rate_hz = values; break;
    case Setting::resolution: found.resolution_bits = values; break;
    case Setting::range: found.range = values; break;
    case Setting::range_milli: found.range_milli = values; break;
    case Setting::channels: found.channels = values; break;
    case Setting::factor:
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
    const auto setting = static_cast<Setting>(list.u8());
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
