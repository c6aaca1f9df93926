#include "heart_rate/decode.hpp"

namespace ib::heart_rate {

namespace {

constexpr unsigned wide_rate = 1U << 0U, in_contact = 1U << 1U, tells_contact = 1U << 2U,
                   has_energy = 1U << 3U, has_rr = 1U << 4U;

Contact contact(unsigned flags) noexcept {
  if ((flags & tells_contact) == 0) return Contact::unknown;
  return (flags & in_contact) != 0 ? Contact::on : Contact::off;
}

}  // namespace

Decoded decode(wire::Bytes value) noexcept {
  wire::Reader from(value);
  const unsigned flags = from.u8();
  Measurement found;
  found.hr_sent = (flags & wide_rate) != 0 ? from.u16() : from.u8();
  found.contact = contact(flags);
  if ((flags & has_energy) != 0) found.energy_kj = from.u16();
  if (!from.ok()) return Refused{Refused::Reason::bad_length};
  if ((flags & has_rr) != 0) found.rr = RrIntervals(from.take(from.left() / 2 * 2));
  found.tail_bytes = from.left();
  return found;
}

std::optional<BodyLocation> body_location(wire::Bytes value) noexcept {
  wire::Reader from(value);
  const auto code = from.u8();
  if (!from.ok() || code > static_cast<std::uint8_t>(BodyLocation::foot)) return std::nullopt;
  return static_cast<BodyLocation>(code);
}

std::optional<std::uint8_t> battery_percent(wire::Bytes value) noexcept {
  wire::Reader from(value);
  const auto percent = from.u8();
  return from.ok() && percent <= 100 ? std::optional{percent} : std::nullopt;
}

}  // namespace ib::heart_rate
