#include "vring/colmi_memory.hpp"

#include <algorithm>
#include <cmath>

namespace ib::vring {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;

constexpr double not_worn = 0.08;  // of the hours
constexpr double slower_asleep_bpm = 8, faster_walking_bpm = 15;
constexpr double walks_in = 0.6;                     // of the hours by day
constexpr std::int64_t heart_repeats_s = 1'000'000;  // its times stay small

std::uint64_t hour_of(local_seconds at) {
  return static_cast<std::uint64_t>(std::chrono::floor<hours>(at).time_since_epoch().count());
}
std::uint64_t number_of(local_days day) {
  return static_cast<std::uint64_t>(day.time_since_epoch().count());
}
template <class Whole>
unsigned below(double uniform, Whole most) {
  return static_cast<unsigned>(uniform * static_cast<double>(most));
}

}  // namespace

ColmiMemory::ColmiMemory(const virtual_ring::Options& wearer)
    : heart_(wearer),
      worn_(wearer.seed, "colmi/memory/worn"),
      walks_(wearer.seed, "colmi/memory/walks"),
      night_(wearer.seed, "colmi/memory/night"),
      oxygen_(wearer.seed, "colmi/memory/oxygen"),
      skin_(wearer.seed, "colmi/memory/skin") {}

bool ColmiMemory::is_worn(local_seconds at) const { return worn_.uniform(hour_of(at)) >= not_worn; }

local_seconds ColmiMemory::falls_asleep(local_days day) const {
  return day - hours{1} + minutes{below(night_.uniform(128 * number_of(day)), 90)};
}
local_seconds ColmiMemory::wakes_up(local_days day) const {
  return day + hours{6} + minutes{below(night_.uniform(128 * number_of(day) + 1), 90)};
}
/// Of the night that ends on the same day, or on the next.
bool ColmiMemory::is_asleep(local_seconds at) const {
  const auto day = std::chrono::floor<days>(at);
  return at < wakes_up(day) ? at >= falls_asleep(day) : at >= falls_asleep(day + days{1});
}

unsigned ColmiMemory::steps_of(local_seconds hour) const {
  const auto index = hour_of(hour);
  const bool by_day = !is_asleep(hour) && is_worn(hour);
  if (!by_day || walks_.uniform(2 * index) >= walks_in) return 0;
  return 20 + below(walks_.uniform(2 * index + 1), 1600);
}

std::vector<std::uint8_t> ColmiMemory::rates(local_days day, local_seconds now) {
  std::vector<std::uint8_t> slots;
  for (unsigned min = 0; min < 24 * 60; min += rate_minutes) {
    const local_seconds at = day + minutes{min};
    if (at > now || !is_worn(at)) {
      slots.push_back(0);
      continue;
    }
    const auto s = at.time_since_epoch().count() % heart_repeats_s;
    double bpm = 60 * heart_.rate_hz(static_cast<double>(s));
    if (is_asleep(at)) bpm -= slower_asleep_bpm;
    if (steps_of(std::chrono::floor<hours>(at)) > 0) bpm += faster_walking_bpm;
    slots.push_back(static_cast<std::uint8_t>(std::clamp<long>(std::lround(bpm), 30, 220)));
  }
  return slots;
}

std::vector<colmi::StepRow> ColmiMemory::steps(local_days day, local_seconds now) const {
  std::vector<colmi::StepRow> rows;
  for (unsigned hour = 0; hour < 24; ++hour) {
    const local_seconds at = day + hours{hour};
    const auto n = at > now ? 0U : steps_of(at);
    if (n == 0) continue;
    colmi::StepRow row;
    row.date = std::chrono::year_month_day{day};
    row.quarter = static_cast<std::uint8_t>(4 * hour);
    row.steps = static_cast<std::uint16_t>(n);
    row.metres = static_cast<std::uint16_t>(n * 7 / 10);
    row.calories = n * 4 * 10;  // its header says that they are ten times what a row holds
    rows.push_back(row);
  }
  return rows;
}

std::vector<colmi::Spo2Range> ColmiMemory::spo2(local_days day, local_seconds now) const {
  std::vector<colmi::Spo2Range> all;
  for (unsigned hour = 0; hour < 24; ++hour) {
    const local_seconds at = day + hours{hour};
    const auto index = hour_of(at);
    if (at > now || !is_worn(at) || !is_asleep(at)) {
      all.push_back({0, 0});
      continue;
    }
    const auto lowest = 92 + below(oxygen_.uniform(2 * index), 5);
    const auto highest = lowest + below(oxygen_.uniform(2 * index + 1), 4);
    all.push_back({static_cast<std::uint8_t>(lowest), static_cast<std::uint8_t>(highest)});
  }
  return all;
}

std::vector<std::uint8_t> ColmiMemory::temperatures(local_days day) const {
  std::vector<std::uint8_t> slots;
  for (unsigned min = 0; min < 24 * 60; min += temperature_minutes) {
    const local_seconds at = day + minutes{min};
    const auto index =
        static_cast<std::uint64_t>(at.time_since_epoch().count()) / (60 * temperature_minutes);
    const unsigned tenths = 120 + (is_asleep(at) ? 20 : 0) + below(skin_.uniform(index), 15);
    slots.push_back(is_worn(at) ? static_cast<std::uint8_t>(tenths) : std::uint8_t{0});
  }
  return slots;
}

colmi::Night ColmiMemory::night(local_days day, local_seconds now) const {
  using Kind = colmi::SleepStage::Kind;
  constexpr std::array cycle{Kind::light, Kind::deep, Kind::light, Kind::rem, Kind::awake};
  colmi::Night night;
  const auto start = falls_asleep(day), end = wakes_up(day);
  if (end > now) return night;
  constexpr auto minute_of = [](local_seconds at) {
    const auto since = at - std::chrono::floor<days>(at);
    return static_cast<std::uint16_t>(std::chrono::duration_cast<minutes>(since).count());
  };
  night.start_min = minute_of(start);
  night.end_min = minute_of(end);
  unsigned left = night.span_min();
  for (std::uint64_t k = 0; left > 0 && night.count < night.room.size(); ++k) {
    const auto wished = 6 + below(night_.uniform(128 * number_of(day) + 2 + k), 50);
    const auto lasts = std::min(wished, left);
    night.room[night.count++] = {cycle[k % cycle.size()], static_cast<std::uint8_t>(lasts)};
    left -= lasts;
  }
  return night;
}

}  // namespace ib::vring
