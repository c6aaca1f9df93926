// Why bytes of a Viatom ring were not decoded.
//
// Thread: values, any.
#pragma once

#include <cstdint>
#include <string_view>

namespace ib::viatom {

enum class Refusal : std::uint8_t {
  bad_length,    ///< too short, or not as long as it says
  bad_head,      ///< not the first byte of a reply, or the complement beside the command is wrong
  bad_checksum,  ///< CRC-8
  not_a_reply,   ///< a request: bytes of the host came back
  failed,        ///< the ring refused the request
  unknown_command,  ///< a reply to something that is not asked here
};

struct Refused {
  Refusal reason{};
};

constexpr std::string_view to_text(Refusal reason) {
  switch (reason) {
    case Refusal::bad_length: return "bad_length";
    case Refusal::bad_head: return "bad_head";
    case Refusal::bad_checksum: return "bad_checksum";
    case Refusal::not_a_reply: return "not_a_reply";
    case Refusal::failed: return "failed";
    case Refusal::unknown_command: break;
  }
  return "unknown_command";
}

}  // namespace ib::viatom
