// How sinks write the fields of items as text: numbers in their shortest exact form, absent values as
// nothing. Locale independent; never NaN, never a made-up 0.
// Thread: [exec]; writes into room that its caller has.
#pragma once

#include <interbeat/node.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "sink/number_text.hpp"

namespace ib {

/// Copies a text, gives its end.
inline char* write_text(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}
/// Copies a text of `size` that lies in a buffer with `number_room` behind its end.
inline char* write_again(char* to, const char* text, std::size_t size) {
  if (size <= number_room) std::memcpy(to, text, number_room);  // of a fixed length: a few moves
  else std::memcpy(to, text, size);
  return to + size;
}
/// The same as one cell of CSV: in quotes where it needs them.
char* write_csv_text(char* to, std::string_view text);
/// The same as a JSON string.
char* write_json_text(char* to, std::string_view text);

/// One field of an item; nothing if it is absent.
char* write_csv_field(char* to, const ib_field& field, const std::byte* item);
/// The same as a JSON value; `null` if absent.
char* write_json_field(char* to, const ib_field& field, const std::byte* item);
/// Characters that either may touch from `to` on.
std::size_t field_room(const ib_field& field);
/// Bytes of its value in an item.
std::size_t value_size(const ib_field& field);

/// At the end of a growing text: a JSON value, a time (number_text.hpp).
void append_json_field(std::string& out, const ib_field& field, const std::byte* item);
void append_time(std::string& out, std::int64_t t_ns);

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
