#include "colmi/temperature_history.hpp"

namespace ib::colmi {
namespace {

constexpr std::size_t day_minutes = 1440;

}  // namespace

std::optional<TemperatureDay> TemperatureHistory::next() noexcept {
  if (!sound_ || rest_.left() == 0) return std::nullopt;
  TemperatureDay day;
  day.days_ago = rest_.u8();
  day.minutes = rest_.u8();
  const bool fits = day.minutes > 0 && day_minutes / day.minutes <= TemperatureDay::most_slots;
  if (fits) day.count = day_minutes / day.minutes;
  sound_ = fits && rest_.left() >= day.count;
  if (!sound_) return std::nullopt;
  for (std::size_t slot = 0; slot < day.count; ++slot) day.raw[slot] = rest_.u8();
  return day;
}

std::optional<TemperaturePage> temperature_page(wire::Bytes payload) noexcept {
  wire::Reader r(payload);
  TemperaturePage page;
  page.day = r.u8();
  page.minutes = r.u8();
  page.pages = r.u8();
  page.page = r.u8();
  page.count = r.left() / 2;
  const bool fits = r.left() % 2 == 0 && page.count <= TemperaturePage::most_values;
  if (!r.ok() || !fits || page.page >= page.pages) return std::nullopt;
  for (std::size_t k = 0; k < page.count; ++k) page.raw[k] = r.u16();
  return page;
}

}  // namespace ib::colmi
