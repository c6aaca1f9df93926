#include "polar/requests.hpp"

namespace ib::polar {
namespace {

enum class Operation : std::uint8_t {
  settings = 1,
  start = 2,
  stop = 3,
  status = 5,
  sdk_status = 6
};

wire::Packet request(Operation operation) { return {static_cast<std::uint8_t>(operation)}; }
wire::Packet request(Operation operation, Measurement type) {
  return request(operation).u8(static_cast<std::uint8_t>(type));
}

// One value of one setting: its number, how many values follow, the value.
void add_u16(wire::Packet& packet, std::uint8_t setting, std::optional<std::uint16_t> value) {
  if (value) packet.u8(setting).u8(1).u16(*value);
}

}  // namespace

wire::Packet ask_settings(Measurement type) { return request(Operation::settings, type); }

wire::Packet start(Measurement type, const Choice& choice) {
  auto packet = request(Operation::start, type);
  add_u16(packet, 0, choice.rate_hz);
  add_u16(packet, 1, choice.resolution_bits);
  add_u16(packet, 2, choice.range);
  if (choice.channels) packet.u8(4).u8(1).u8(*choice.channels);
  return packet;
}

wire::Packet stop(Measurement type) { return request(Operation::stop, type); }
wire::Packet ask_status() { return request(Operation::status); }
wire::Packet ask_sdk_status() { return request(Operation::sdk_status); }

}  // namespace ib::polar
