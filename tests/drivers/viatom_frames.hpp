// Frames of Viatom rings, made by the layout: a head, a payload, a CRC-8.
#pragma once

#include "viatom/frame.hpp"

#include <cstddef>
#include <vector>

namespace ib::test {

inline std::vector<std::byte> viatom_frame(std::vector<std::byte> head,
                                           const std::vector<std::byte>& payload) {
  head.push_back(static_cast<std::byte>(payload.size() & 0xFFU));
  head.push_back(static_cast<std::byte>(payload.size() >> 8U));
  head.insert(head.end(), payload.begin(), payload.end());
  head.push_back(static_cast<std::byte>(viatom::crc8(head)));
  return head;
}

/// From an O2Ring-S.
inline std::vector<std::byte> o2ring_s_reply(unsigned command,
                                             const std::vector<std::byte>& payload,
                                             unsigned sequence = 0) {
  return viatom_frame(
      {std::byte{0xA5}, static_cast<std::byte>(command), static_cast<std::byte>(~command),
       std::byte{1}, static_cast<std::byte>(sequence)},
      payload);
}

/// From an O2Ring.
inline std::vector<std::byte> o2ring_reply(const std::vector<std::byte>& payload,
                                           unsigned status = 0) {
  return viatom_frame({std::byte{0x55}, static_cast<std::byte>(status),
                       static_cast<std::byte>(~status), std::byte{0}, std::byte{0}},
                      payload);
}

}  // namespace ib::test
