// Why bytes of a Polar sensor were not decoded.
//
// Thread: values, any.
#pragma once

#include <cstdint>
#include <string_view>

namespace ib::polar {

enum class Refusal : std::uint8_t {
  bad_length,       ///< too short, too long, or not a whole number of samples
  unknown_message,  ///< of the control point
  unknown_type,     ///< a measurement that is not decoded here
  unknown_frame,    ///< a frame type that nobody has described for its measurement
};

struct Refused {
  Refusal reason{};
};

constexpr std::string_view to_text(Refusal reason) {
  switch (reason) {
    case Refusal::bad_length: return "bad_length";
    case Refusal::unknown_message: return "unknown_message";
    case Refusal::unknown_type: return "unknown_type";
    case Refusal::unknown_frame: break;
  }
  return "unknown_frame";
}

}  // namespace ib::polar
