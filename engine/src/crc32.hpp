// Crc32: the checksum of a row of a recording (zlib's: polynomial 0xEDB88320), over its columns in their
// order: a number as its 8 bytes, little-endian; a blob or text as its length, so written, and its bytes.
// Thread: a value, any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ib {

class Crc32 {
 public:
  Crc32& add(std::int64_t number);
  Crc32& add(std::span<const std::byte> blob);
  Crc32& add(std::string_view text) { return add(std::as_bytes(std::span(text))); }
  std::uint32_t value() const { return value_; }

 private:
  void bytes(const void* data, std::size_t n);
  std::uint32_t value_{};
};

}  // namespace ib
