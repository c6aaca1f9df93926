#include "colmi/sleep.hpp"

namespace ib::colmi {
namespace {

constexpr unsigned minutes_of_day = 24 * 60;
constexpr std::size_t span_size = 4;  // start and end

SleepStage::Kind stage_of(std::uint8_t code) noexcept {
  return code <= 5 ? static_cast<SleepStage::Kind>(code) : SleepStage::Kind::unknown;
}

}  // namespace

unsigned Night::span_min() const noexcept {
  return (end_min + minutes_of_day - start_min) % minutes_of_day;
}

unsigned Night::staged_min() const noexcept {
  unsigned sum = 0;
  for (const auto& stage : stages()) sum += stage.minutes;
  return sum;
}

Nights::Nights(wire::Bytes payload) noexcept : rest_(payload) {
  announced_ = rest_.u8();
  sound_ = rest_.ok();
}

std::optional<Night> Nights::next() noexcept {
  if (!sound_ || announced_ == 0) return std::nullopt;
  Night night;
  night.days_ago = rest_.u8();
  const std::size_t size = rest_.u8();
  wire::Reader r(rest_.take(size));
  if (!rest_.ok() || size < span_size || size % 2 != 0) return stop();
  night.start_min = r.u16();
  night.end_min = r.u16();
  if (night.start_min >= minutes_of_day || night.end_min >= minutes_of_day) return stop();
  for (; r.left() > 0; ++night.count) {
    const auto kind = stage_of(r.u8());
    night.room[night.count] = {kind, r.u8()};
  }
  --announced_;
  return night;
}

/// What follows a night that cannot be is not where it should be either.
std::optional<Night> Nights::stop() noexcept {
  sound_ = false;
  return std::nullopt;
}

}  // namespace ib::colmi
