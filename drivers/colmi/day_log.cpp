#include "colmi/day_log.hpp"

#include <algorithm>
#include <cassert>

namespace ib::colmi {
namespace {

constexpr unsigned minutes_per_day = 24 * 60;
constexpr std::uint8_t no_data = 0xFF;
constexpr std::size_t values_per_packet = 13;  // from the second packet of data on

/// How many bytes the echo of the day takes in the first packet of data.
constexpr std::size_t echo_size(Log log) noexcept { return log == Log::heart_rate ? 4 : 1; }

}  // namespace

DayLog::DayLog(Log log) noexcept : log_(log) { assert(log != Log::steps); }

void DayLog::reset(std::uint32_t asked) noexcept {
  *this = DayLog(log_);
  asked_ = asked;
}

bool DayLog::echo_trusted() const noexcept {
  const std::uint32_t unit = log_ == Log::heart_rate ? 24 * 60 * 60 : 1;
  const auto apart = echo_ > asked_ ? echo_ - asked_ : asked_ - echo_;
  return complete() && apart <= 2 * unit;
}

Progress DayLog::add(const LogPacket& packet) noexcept {
  if (packet.log != log_ || state_ == State::complete || state_ == State::none)
    return Progress::stale;
  const auto number = packet.payload[0];
  if (number == 0) return header(packet.payload[1], packet.payload[2]);
  if (number == no_data) {
    if (state_ == State::filling) return Progress::stale;  // of a request before
    state_ = State::none;
    return Progress::none;
  }
  if (state_ != State::filling) return Progress::stale;
  return data(number, packet);
}

Progress DayLog::header(std::uint8_t packets, std::uint8_t minutes) noexcept {
  reset(asked_);
  const bool holds_data = packets >= 2;
  const bool fits = minutes > 0 && (minutes_per_day + minutes - 1U) / minutes <= most_slots;
  if (!holds_data || !fits) return Progress::refused;
  state_ = State::filling;
  packets_ = packets;
  minutes_ = minutes;
  missing_ = packets - 1U;
  const std::size_t sent = values_of_first() + (packets - 2U) * values_per_packet;
  slots_ = std::min<std::size_t>((minutes_per_day + minutes - 1U) / minutes, sent);
  return Progress::more;
}

Progress DayLog::data(std::uint8_t number, const LogPacket& packet) noexcept {
  if (number >= packets_) return Progress::refused;
  const std::size_t echo = number == 1 ? echo_size(log_) : 0;
  const auto values = std::span(packet.payload).subspan(1 + echo);
  std::size_t slot = number == 1 ? 0 : values_of_first() + (number - 2U) * values_per_packet;
  std::uint32_t day = 0;
  for (std::size_t k = echo; k > 0; --k) day = day << 8U | packet.payload[k];

  const bool again = seen_[number];
  bool same = number != 1 || day == echo_;
  for (const auto value : values) {
    if (slot >= most_slots) break;  // 24 packets hold 295 values; 255 would hold 3302
    if (again) same = same && values_[slot] == value;
    else values_[slot] = value;
    ++slot;
  }
  if (again) return same ? Progress::duplicate : Progress::mixed;
  seen_.set(number);
  if (number == 1) echo_ = day;
  if (--missing_ > 0) return Progress::more;
  state_ = State::complete;
  return Progress::complete;
}

std::size_t DayLog::values_of_first() const noexcept { return values_per_packet - echo_size(log_); }

}  // namespace ib::colmi
