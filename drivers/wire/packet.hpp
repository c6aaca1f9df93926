// Packet: bytes on their way to a device: a request, in a room of fixed size.
//
// Thread: any; no allocation, no throw.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "wire/reader.hpp"

namespace ib::wire {

class Packet {
 public:
  static constexpr std::size_t capacity = 64;  ///< no request of a ring is longer

  Packet() = default;
  Packet(std::initializer_list<std::uint8_t> bytes) noexcept {
    for (const auto byte : bytes) u8(byte);
  }

  Packet& u8(std::uint8_t value) noexcept { return number(value, 1); }
  Packet& u16(std::uint16_t value) noexcept { return number(value, 2); }
  Packet& u32(std::uint32_t value) noexcept { return number(value, 4); }
  Packet& u64(std::uint64_t value) noexcept { return number(value, 8); }
  Packet& append(Bytes more) noexcept {
    for (const auto byte : more) u8(std::to_integer<std::uint8_t>(byte));
    return *this;
  }
  /// Zeros up to `size` bytes.
  Packet& pad(std::size_t size) noexcept {
    while (size_ < size) u8(0);
    return *this;
  }

  std::size_t size() const noexcept { return size_; }
  Bytes bytes() const noexcept { return Bytes(bytes_).first(size_); }
  operator Bytes() const noexcept { return bytes(); }  // NOLINT: a packet is its bytes

 private:
  Packet& number(std::uint64_t value, std::size_t n) noexcept {
    assert(size_ + n <= capacity);
    for (; n > 0; --n, value >>= 8U) bytes_[size_++] = static_cast<std::byte>(value & 0xFFU);
    return *this;
  }

  std::array<std::byte, capacity> bytes_{};
  std::size_t size_{};
};

}  // namespace ib::wire
