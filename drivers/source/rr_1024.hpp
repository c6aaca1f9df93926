// The unit of the intervals that straps send: 1/1024 s (Bluetooth SIG, Heart Rate Service 1.0, 3.1).
// This is the one place where it is converted; a value as it came is 0 .. 65535.
//
// Thread: functions, any.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>

namespace ib::source {

inline constexpr std::int32_t rr_1024_max = 65535;

/// raw / 1024 s in whole ns. 1/1024 s = 976562.5 ns: a half is rounded up.
constexpr Duration rr_1024_ns(std::int32_t raw) {
  return Duration{(std::int64_t{raw} * 1'000'000'000 + 512) / 1024};
}

/// raw / 1024 s in whole us, a half rounded up; never more than 0.5 us off.
constexpr std::int32_t rr_1024_us(std::int32_t raw) {
  return static_cast<std::int32_t>((std::int64_t{raw} * 1'000'000 + 512) / 1024);
}

}  // namespace ib::source
