#include "colmi/step_log.hpp"

#include "colmi/frame.hpp"

namespace ib::colmi {
namespace {

constexpr std::uint8_t header_mark = 0xF0, no_steps = 0xFF;

constexpr std::uint16_t u16_at(const LogPacket& packet, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(packet.payload[at] | packet.payload[at + 1] << 8U);
}

/// Not ok() if the digits are none, or there is no such day.
constexpr std::chrono::year_month_day date_of(const LogPacket& packet) noexcept {
  const auto year = from_bcd(packet.payload[0]);
  if (year > 99) return {};
  return {std::chrono::year{2000 + year}, std::chrono::month{from_bcd(packet.payload[1])},
          std::chrono::day{from_bcd(packet.payload[2])}};
}

}  // namespace

Progress StepLog::add(const LogPacket& packet) noexcept {
  if (packet.log != Log::steps || state_ == State::complete || state_ == State::none)
    return Progress::stale;
  if (packet.payload[0] == header_mark) return header(packet.payload[1], packet.payload[2]);
  if (packet.payload[0] == no_steps) {
    if (state_ == State::filling) return Progress::stale;  // of a request before
    state_ = State::none;
    return Progress::none;
  }
  if (state_ != State::filling) return Progress::stale;
  return row(packet);
}

Progress StepLog::header(std::uint8_t rows, std::uint8_t flags) noexcept {
  reset();
  if (rows > most_rows) return Progress::refused;
  if (rows == 0) {
    state_ = State::none;
    return Progress::none;
  }
  state_ = State::filling;
  tenfold_ = flags == 1;
  announced_ = missing_ = rows;
  return Progress::more;
}

Progress StepLog::row(const LogPacket& packet) noexcept {
  const StepRow row{.date = date_of(packet),
                    .quarter = packet.payload[3],
                    .calories = u16_at(packet, 6) * (tenfold_ ? 10U : 1U),
                    .steps = u16_at(packet, 8),
                    .metres = u16_at(packet, 10)};
  const std::size_t number = packet.payload[4];
  if (packet.payload[5] != announced_) return Progress::stale;
  if (!row.date.ok() || row.quarter >= most_rows || number >= announced_) return Progress::refused;
  if (seen_[number]) return rows_[number] == row ? Progress::duplicate : Progress::mixed;
  if (seen_.any() && row.date != date_) return Progress::mixed;
  date_ = row.date;
  seen_.set(number);
  rows_[number] = row;
  if (--missing_ > 0) return Progress::more;
  close();
  return Progress::complete;
}

bool StepLog::settle() noexcept {
  if (state_ == State::filling && seen_.any()) close();
  return complete();
}

void StepLog::close() noexcept {
  count_ = 0;
  for (std::size_t number = 0; number < announced_; ++number)
    if (seen_[number]) rows_[count_++] = rows_[number];
  state_ = State::complete;
}

}  // namespace ib::colmi
