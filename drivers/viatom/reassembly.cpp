#include "viatom/reassembly.hpp"

#include <algorithm>

namespace ib::viatom {

void Reassembly::push(wire::Bytes notification) noexcept {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  const auto room = std::min(notification.size(), buffer_.size() - end_);
  std::copy_n(notification.begin(), room, buffer_.begin() + static_cast<std::ptrdiff_t>(end_));
  end_ += room;
  skipped_ += notification.size() - room;
}

/// How long the reply is that begins here; 0: more must come before that is known; none: none begins.
std::optional<std::size_t> Reassembly::size_at_front() const noexcept {
  const auto bytes = kept();
  if (!bytes.empty() && bytes[0] != lead_of(generation_)) return std::nullopt;
  if (bytes.size() >= 3 && (bytes[1] ^ bytes[2]) != std::byte{0xFF}) return std::nullopt;
  if (bytes.size() < head_bytes) return 0;
  wire::Reader length(bytes.subspan(head_bytes - 2, 2));
  const std::size_t size = envelope_bytes + length.u16();
  if (size > frame_bytes_max) return std::nullopt;
  return size;
}

std::optional<wire::Bytes> Reassembly::next() noexcept {
  while (begin_ < end_) {
    const auto size = size_at_front();
    if (!size) {
      skip_one();
      continue;
    }
    const auto bytes = kept();
    if (*size == 0 || bytes.size() < *size) return std::nullopt;
    const auto frame = bytes.first(*size);
    if (std::to_integer<std::uint8_t>(frame.back()) == crc8(frame.first(*size - 1))) {
      begin_ += *size;
      return frame;
    }
    ++bad_checksums_;
    skip_one();  // a reply may begin inside what looked like one
  }
  return std::nullopt;
}

}  // namespace ib::viatom
