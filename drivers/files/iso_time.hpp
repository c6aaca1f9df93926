// A point in time as ISO 8601 writes it, with its distance from UTC: 2024-05-01T20:00:00.000+02:00.
//
// Without that distance it is no point in time, and refused: two rings would be hours apart.
// Thread: any; no allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ib::files {

/// Unix time in ms, digits behind the third cut off. Date and time with `T` or a blank between them,
/// seconds, and `Z`, `+hh:mm`, `+hhmm` or `+hh`; years 1970 to 2261.
std::optional<std::int64_t> unix_ms_of(std::string_view iso);

}  // namespace ib::files
