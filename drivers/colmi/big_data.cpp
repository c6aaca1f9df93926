#include "colmi/big_data.hpp"

#include <algorithm>

#include "colmi/crc16_modbus.hpp"

namespace ib::colmi {
namespace {

constexpr std::byte opening{0xBC};

}  // namespace

BigData::Result BigData::add(wire::Bytes notification, Arrival at) noexcept {
  expire(at);
  if (!open()) {
    size_ = 0;
    if (notification.empty() || notification.front() != opening) {
      ++counts_.stray;
      return Result::stray;
    }
  }
  last_ = at;
  take(notification, header_size);
  if (size_ >= header_size && payload_size() > most_payload) {
    size_ = 0;
    ++counts_.refused;
    return Result::refused;
  }
  take(notification, message_size());
  if (open()) return Result::more;
  ++counts_.messages;
  if (!crc_holds()) ++counts_.wrong_crc;
  counts_.trailing += notification.size();
  return Result::complete;
}

bool BigData::expire(Arrival now) noexcept {
  if (!open() || now.ns - last_.ns < silence.count()) return false;
  size_ = 0;
  ++counts_.dropped;
  return true;
}

std::optional<Arrival> BigData::deadline() const noexcept {
  if (!open()) return std::nullopt;
  return Arrival{last_.ns + silence.count()};
}

wire::Bytes BigData::payload() const noexcept {
  if (size_ == 0 || open()) return {};
  return wire::Bytes(room_).subspan(header_size, payload_size());
}

bool BigData::crc_holds() const noexcept {
  wire::Reader r(header().subspan(4));
  return r.u16() == crc16_modbus(payload());
}

std::size_t BigData::payload_size() const noexcept {
  wire::Reader r(header().subspan(2));
  return r.u16();
}

std::size_t BigData::message_size() const noexcept {
  return size_ < header_size ? header_size : header_size + payload_size();
}

/// Bytes from the front of `from`, until there are `up_to` in the room.
void BigData::take(wire::Bytes& from, std::size_t up_to) noexcept {
  const auto n = std::min(from.size(), up_to - std::min(up_to, size_));
  std::copy_n(from.begin(), n, room_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += n;
  from = from.subspan(n);
}

}  // namespace ib::colmi
