#include "colmi/spo2_history.hpp"

#include "colmi/measurement.hpp"

namespace ib::colmi {
namespace {

constexpr std::size_t day_size = 1 + 24 * 2;

}  // namespace

std::optional<Spo2Day> Spo2Days::next() noexcept {
  if (rest_.left() < day_size) return std::nullopt;
  Spo2Day day;
  day.days_ago = rest_.u8();
  for (auto& hour : day.hours) {
    const Spo2Range range{.min = rest_.u8(), .max = rest_.u8()};
    if (is_spo2(range.min) && is_spo2(range.max) && range.min <= range.max) hour = range;
    else if (range.min != 0 || range.max != 0) ++day.implausible;
  }
  return day;
}

}  // namespace ib::colmi
