// Frames of a BCL ring, bytes in, values out: `00 id command sub payload...`, no checksum.
//
// Layouts are as published by users of the ring (OpenRing of Tsinghua University, OpenEarable, the
// vendor's SDK manual); no ring was at hand. Since nothing guards the bytes, a frame is believed only
// where its length and its values agree with its layout; bytes after a list are counted, not read.
// Thread: any; no allocation, no throw. Any bytes of any length may be given.
#pragma once

#include <cstdint>
#include <optional>

#include "bcl/messages.hpp"
#include "wire/reader.hpp"

namespace ib::bcl {

struct Header {
  std::uint8_t id{};  ///< of the request, in its direct reply
  std::uint8_t command{}, sub{};
};
/// None if these bytes are no frame.
std::optional<Header> header(wire::Bytes frame) noexcept;

/// Views in what is returned borrow `frame`.
Decoded decode(wire::Bytes frame, LedOrder order = LedOrder::red_first) noexcept;

}  // namespace ib::bcl
