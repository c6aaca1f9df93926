// Oura rings over Bluetooth (service 98ed0001-a541-11e4-b6a0-0002a5d5c51b): what they send, decoded.
//
//   tag length payload[length]      tag 2f: payload[0] is the tag proper, a reply's is its request's + 1
//
// The packets alone: no driver speaks to such a ring. It answers only to the key it was given when it was set
// up, which unlinks it from its owner's application, and its pairing with Linux is unproven.
// Sources: relue/oura_ring_reverse, Defying/oura-ring4-ble. Thread: any; no allocation, no throw.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

#include "wire/packet.hpp"

namespace ib::oura {

wire::Packet ask_battery();
wire::Packet ask_beats();        ///< how its live beats stand
wire::Packet start_beats();      ///< each beat as it comes; it wears the ring's battery
wire::Packet subscribe_beats();  ///< once they are started
wire::Packet stop_beats();

enum class Refusal : std::uint8_t {
  bad_length,  ///< too short, or not as long as it says
  bad_value,   ///< no such percentage
};
struct Refused {
  Refusal reason{};
};

/// The time between the newest two beats.
struct Beat {
  std::optional<std::uint16_t> ibi_ms;  ///< at most 2000; absent: the ring has none
  /// 0 to 15, of unknown meaning; only 0 is above suspicion.
  std::uint8_t mark{};
};
/// How its live beats stand.
struct BeatsState {
  std::uint8_t mode{}, flags{}, state{};
  bool is_measuring() const { return mode == 1 && state == 2; }
};
struct LatestBeat {
  std::optional<std::uint16_t> ibi_ms;  ///< at most 2000
  std::uint32_t ring_time{};            ///< of the ring's own count
  std::uint16_t duration{};
  std::uint8_t quality{};
};
/// Six beats of its memory, as they stand in the record; which came first is not known.
struct BeatRecord {
  static constexpr std::size_t n = 6;
  std::uint32_t ring_time{};
  std::array<std::uint16_t, n> ibi_ms{}, amplitude{};
};
struct Battery {
  std::uint8_t percent{};
};
/// Anything else that is whole.
struct Other {
  std::uint8_t tag{};
  wire::Bytes payload;  ///< borrowed
};

using Decoded = std::variant<Refused, Beat, BeatsState, LatestBeat, BeatRecord, Battery, Other>;
Decoded decode(wire::Bytes packet) noexcept;

}  // namespace ib::oura
