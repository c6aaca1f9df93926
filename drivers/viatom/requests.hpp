// What is written to Viatom rings. Commands that wipe, lock or switch off a ring have no function: ee and
// e3 of the O2Ring-S, 18, 19 and 1a of the O2Ring.
//
// The O2Ring-S wants once after connecting: authenticate (it does not answer), set_up, set_time; then
// it is polled every 200..500 ms with ask_live. The O2Ring is polled at once, its writes cut into 20
// bytes.
// Sources: nglessner/o2ring-s-protocol, ecostech/viatom-ble, MackeyStingray/o2r, Lepu Medical's SDK.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/packet.hpp"

namespace ib::viatom {

/// The O2Ring cuts what is longer; write the pieces in order.
inline constexpr std::size_t write_bytes_max = 20;
/// Piece `i` of a request, empty behind the last.
wire::Bytes piece(const wire::Packet& request, std::size_t i) noexcept;

/// As the ring's display is to show it; it knows no time zones.
struct CivilTime {
  std::uint16_t year{};
  std::uint8_t month{}, day{}, hour{}, minute{}, second{};
};

/// To an O2Ring-S. `sequence` comes back in the reply.
namespace o2ring_s {

/// `unix_s`: now. The key is a constant of the maker with the time in it; the time is little-endian, as
/// the maker's own application sends it. (Others shift it by single bits; rings take both.)
wire::Packet authenticate(std::uint32_t unix_s, std::uint8_t sequence = 0);
wire::Packet set_up(std::uint8_t sequence);
wire::Packet set_time(const CivilTime& time, std::uint8_t sequence);
/// Serial number and firmware.
wire::Packet ask_info(std::uint8_t sequence);
/// Values and the waveform since the last poll: answered by Live.
wire::Packet ask_live(std::uint8_t sequence);
/// The waveform alone: answered by Waveform.
wire::Packet ask_waveform(std::uint8_t sequence);

}  // namespace o2ring_s

/// To an O2Ring.
namespace o2ring {

/// Answered by Sensors.
wire::Packet ask_sensors();
/// Values and a second of waveform at 125 Hz: answered by RealTime.
wire::Packet ask_real_time();

}  // namespace o2ring
}  // namespace ib::viatom
