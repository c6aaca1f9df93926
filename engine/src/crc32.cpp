#include "crc32.hpp"

#include <zlib.h>

namespace ib {

Crc32& Crc32::add(std::int64_t number) {
  bytes(&number, sizeof number);
  return *this;
}

Crc32& Crc32::add(std::span<const std::byte> blob) {
  add(static_cast<std::int64_t>(blob.size()));
  bytes(blob.data(), blob.size());
  return *this;
}

void Crc32::bytes(const void* data, std::size_t n) {
  if (n == 0) return;  // zlib takes a null pointer for "begin anew"
  value_ = static_cast<std::uint32_t>(crc32_z(value_, static_cast<const Bytef*>(data), n));
}

}  // namespace ib
