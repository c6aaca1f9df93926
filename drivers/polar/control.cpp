#include "polar/control.hpp"

namespace ib::polar {
namespace {

enum class Message : std::uint8_t { stopped = 0x01, features = 0x0F, reply = 0xF0 };

Error error_of(std::uint8_t number) {
  return number < static_cast<std::uint8_t>(Error::unknown) ? static_cast<Error>(number)
                                                            : Error::unknown;
}

Control reply_of(wire::Reader message) {
  Reply found;
  found.operation = message.u8();
  found.type = static_cast<Measurement>(message.u8());
  found.error = error_of(message.u8());
  if (!message.ok()) return Refused{Refusal::bad_length};
  if (message.left() > 0) found.more = message.u8() != 0;  // refusals may end before it
  found.parameters = message.rest();
  return found;
}

}  // namespace

Control decode_control(wire::Bytes bytes) noexcept {
  wire::Reader message(bytes);
  const auto kind = static_cast<Message>(message.u8());
  if (!message.ok()) return Refused{Refusal::bad_length};
  switch (kind) {
    case Message::features: {
      const Features found{message.u16()};  // newer firmware appends zeros
      if (!message.ok()) return Refused{Refusal::bad_length};
      return found;
    }
    case Message::reply: return reply_of(message);
    case Message::stopped:
      if (message.left() == 0) return Refused{Refusal::bad_length};
      return Stopped{message.rest()};
    default: return Refused{Refusal::unknown_message};
  }
}

}  // namespace ib::polar
