// Why bytes of a white-label ring were not decoded.
//
// Thread: values, any.
#pragma once

#include <cstdint>
#include <string_view>

namespace ib::white_label {

enum class Refusal : std::uint8_t {
  bad_length,    ///< too short, or not as long as it says
  bad_head,      ///< does not begin as a packet of its family
  bad_checksum,  ///< of its family
};

struct Refused {
  Refusal reason{};
};

constexpr std::string_view to_text(Refusal reason) {
  switch (reason) {
    case Refusal::bad_length: return "bad_length";
    case Refusal::bad_head: return "bad_head";
    case Refusal::bad_checksum: break;
  }
  return "bad_checksum";
}

}  // namespace ib::white_label
