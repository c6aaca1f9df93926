// How sinks write items as text: times with 6 decimals, numbers in their shortest exact form, absent
// values as nothing. Locale independent; never NaN, never a made-up 0.
// Thread: [exec]; appends to a buffer that the sink reserved.
#pragma once

#include <interbeat/node.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ib {

/// Seconds since the session's start, rounded to the microsecond: "-0.500000", "12.345679".
void append_time(std::string& out, std::int64_t t_ns);
/// The shortest text that reads back as the same number, whole ones with all their digits; nothing
/// for NaN and infinity.
void append_number(std::string& out, double value);
void append_number(std::string& out, float value);
/// One field of an item; nothing if it is absent. Texts are quoted where CSV needs it.
void append_csv_field(std::string& out, const ib_field& field, const std::byte* item);
/// The same as a JSON value; `null` if absent.
void append_json_field(std::string& out, const ib_field& field, const std::byte* item);
/// A value for people: four significant digits, or all before the point; at most 63 bytes; "-" if
/// absent or not finite.
using ShortText = std::array<char, 64>;
std::string_view short_text(const ib_field& field, const std::byte* item, ShortText& room);

/// Item i of a block as bytes, and its time; both kinds of streams.
inline const std::byte* item_of(const ib_block& b, const ib_type& type, std::uint32_t i) {
  return static_cast<const std::byte*>(b.data) + std::size_t{i} * type.item_size;
}
inline Time time_of(const ib_block& b, std::uint32_t i) {
  return b.anchor.dt_q32 != 0 ? Samples{b}.time(i) : Time{b.t_ns[i]};
}
/// A sample that was filled across a gap: it may be shown nowhere as data.
inline bool is_filled(const ib_block& b, std::uint32_t i) {
  return b.sample_flags != nullptr && (b.sample_flags[i] & IB_SAMPLE_BRIDGED) != 0;
}

}  // namespace ib
