// How sinks write numbers: in their shortest exact form, whole ones with all their digits, times with
// six decimals. Locale independent; the same text as std::to_chars, at less than half its price.
// Thread: any; writes where it is told to, allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ib {

/// Characters that each of these may touch from `to` on; the text itself is at most 24 long.
inline constexpr std::size_t number_room = 48;

/// The shortest text that reads back as the same number, 800000 rather than 8e+05; nothing for NaN
/// and infinity. Gives the end of the text.
char* write_number(char* to, double value);
char* write_number(char* to, float value);
char* write_number(char* to, std::int64_t value);

/// Seconds since the session's start, rounded to the microsecond: "-0.500000", "12.345679".
char* write_time(char* to, std::int64_t t_ns);

}  // namespace ib
