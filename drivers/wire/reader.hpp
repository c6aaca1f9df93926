// Reader: numbers out of bytes that came from outside: packets, frames, notifications.
//
// Reading past the end gives 0 and is remembered, so a decoder reads what its layout says and asks
// `ok` once, before it believes any of it. Little-endian unless the name says otherwise.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ib::wire {

using Bytes = std::span<const std::byte>;

class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : bytes_(bytes) {}

  /// Nothing was read that was not there.
  bool ok() const noexcept { return ok_; }
  std::size_t left() const noexcept { return bytes_.size(); }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() noexcept { return number(8); }
  std::int8_t s8() noexcept { return static_cast<std::int8_t>(u8()); }
  std::int16_t s16() noexcept { return static_cast<std::int16_t>(u16()); }
  std::int32_t s24() noexcept { return static_cast<std::int32_t>(u24() << 8U) >> 8; }
  std::int32_t s32() noexcept { return static_cast<std::int32_t>(u32()); }
  std::uint16_t u16_be() noexcept {
    const auto high = std::uint32_t{u8()} << 8U;
    return static_cast<std::uint16_t>(high | u8());
  }
  std::uint32_t u24_be() noexcept {
    const auto high = std::uint32_t{u16_be()} << 8U;
    return high | u8();
  }

  /// The next `n` bytes; none if there are fewer.
  Bytes take(std::size_t n) noexcept {
    if (n > bytes_.size()) {
      fail();
      return {};
    }
    const auto taken = bytes_.first(n);
    bytes_ = bytes_.subspan(n);
    return taken;
  }
  void skip(std::size_t n) noexcept { take(n); }
  Bytes rest() noexcept { return take(bytes_.size()); }

 private:
  std::uint64_t number(std::size_t n) noexcept {
    std::uint64_t value = 0;
    const auto bytes = take(n);
    for (std::size_t k = bytes.size(); k-- > 0;)
      value = value << 8U | std::to_integer<std::uint64_t>(bytes[k]);
    return value;
  }
  void fail() noexcept {
    ok_ = false;
    bytes_ = {};
  }

  Bytes bytes_;
  bool ok_{true};
};

}  // namespace ib::wire
