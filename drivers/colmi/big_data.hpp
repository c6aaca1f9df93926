// BigData: messages of the big-data service, put together from the notifications that bring them.
//
// bc id length(u16) crc(u16) payload: no 16-byte frames, no zero padding. Only an 0xBC that follows a whole
// message opens the next: inside one it is data like any other. After 5 s without a notification an unfinished
// message is dropped. A wrong CRC-16/MODBUS is counted and told, and the message still given: whether its
// lengths hold decides (one public capture is valid, the published samples typed by hand are not).
// Thread: one at a time; no allocation, no throw. Memory: 16 KiB; what says that it is longer is refused.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::colmi {

/// What a message holds.
enum class BigDataId : std::uint8_t {
  temperatures = 0x25,
  sleep = 0x27,
  spo2 = 0x2A,
  nap = 0x3E,  ///< comes by itself; laid out like sleep
  interval_temperatures = 0x77,
};

class BigData {
 public:
  static constexpr std::size_t most_payload = 16 * 1024;  ///< 255 days of SpO2 are 12 495 bytes
  static constexpr Duration silence = 5s;

  enum class Result : std::uint8_t {
    more,      ///< taken; the message goes on
    complete,  ///< id() and payload() hold a message until the next add, expire or reset
    stray,     ///< no message is open, and this opens none
    refused,   ///< opens a message longer than there is room for; nothing of it was kept
  };

  struct Counts {
    std::uint64_t messages{};
    std::uint64_t wrong_crc{};         ///< of these
    std::uint64_t dropped{};           ///< unfinished after 5 s of silence
    std::uint64_t stray{}, refused{};  ///< notifications
    std::uint64_t trailing{};  ///< bytes behind the end of a message, in its last notification
    bool operator==(const Counts&) const = default;
  };

  /// A notification that arrived at `at`; arrivals do not step back.
  Result add(wire::Bytes notification, Arrival at) noexcept;

  /// Drops a message that has been silent for 5 s; true if there was one.
  bool expire(Arrival now) noexcept;
  /// When the open message will be dropped; none if none is open.
  std::optional<Arrival> deadline() const noexcept;

  /// A new request is about to be sent, or the connection is new. The counts stay.
  void reset() noexcept { size_ = 0; }

  std::uint8_t id() const noexcept { return std::to_integer<std::uint8_t>(room_[1]); }
  wire::Bytes payload() const noexcept;
  bool crc_holds() const noexcept;
  const Counts& counts() const noexcept { return counts_; }

 private:
  static constexpr std::size_t header_size = 6;

  wire::Bytes header() const noexcept { return wire::Bytes(room_).first(header_size); }
  std::size_t payload_size() const noexcept;
  std::size_t message_size() const noexcept;
  bool open() const noexcept { return size_ > 0 && size_ < message_size(); }
  void take(wire::Bytes& from, std::size_t up_to) noexcept;

  std::array<std::byte, header_size + most_payload> room_{};
  std::size_t size_{};
  Arrival last_{};
  Counts counts_;
};

}  // namespace ib::colmi
