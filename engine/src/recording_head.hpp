// The head of a recording as JSON text, and back. What is read is a stranger's: every count, size and number
// has a bound, and what lies beyond is refused with a sentence.
// Thread: [control].
#pragma once

#include <interbeat/recording.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ib {

/// Of the whole text. A graph of ten thousand rings takes a quarter of it.
inline constexpr std::size_t most_head_bytes = 32 << 20;
/// Of one source; a host that records asks for no more.
inline constexpr std::size_t most_packet_channels = 64;

/// Bytes that are no UTF-8 become U+FFFD.
std::string recording_head_json(const RecordingHead& head);
/// None: `problem` says why, as the rest of a sentence: "its head has no sources".
std::optional<RecordingHead> recording_head_of(std::string_view json, std::string& problem);

/// Bytes of a value of this kind, of a text of `count`; 0: no such kind.
std::uint32_t recorded_bytes(ib_kind kind, std::uint32_t count);

}  // namespace ib
