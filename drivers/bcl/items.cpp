#include "bcl/items.hpp"

#include <tuple>
#include <utility>

namespace ib::bcl {

namespace {

Axes axes(wire::Reader& from) noexcept {
  Axes found{};
  for (auto& axis : found) axis = from.s16();
  return found;
}

/// Red, then infrared, in whichever order they come.
std::pair<std::uint32_t, std::uint32_t> red_and_infrared(wire::Reader& from,
                                                         LedOrder order) noexcept {
  auto red = from.u32();
  auto infrared = from.u32();
  if (order == LedOrder::infrared_first) std::swap(red, infrared);
  return {red, infrared};
}

}  // namespace

GreenSample GreenSample::read(wire::Reader from, LedOrder) noexcept {
  GreenSample sample;
  sample.green_counts = from.u32();
  sample.acceleration_counts = axes(from);
  return sample;
}

RedSample RedSample::read(wire::Reader from, LedOrder order) noexcept {
  RedSample sample;
  std::tie(sample.red_counts, sample.infrared_counts) = red_and_infrared(from, order);
  sample.acceleration_counts = axes(from);
  return sample;
}

SensorSample SensorSample::read(wire::Reader from, LedOrder order) noexcept {
  SensorSample sample;
  sample.green_counts = from.u32();
  std::tie(sample.red_counts, sample.infrared_counts) = red_and_infrared(from, order);
  sample.acceleration_counts = axes(from);
  sample.rotation_counts = axes(from);
  for (auto& temperature : sample.temperature_milli_degc) temperature = from.u16();
  return sample;
}

MotionSample MotionSample::read(wire::Reader from, LedOrder) noexcept {
  MotionSample sample;
  sample.acceleration_counts = axes(from);
  sample.rotation_counts = axes(from);
  return sample;
}

AccelerationSample AccelerationSample::read(wire::Reader from, LedOrder) noexcept {
  return {axes(from)};
}

RrInterval RrInterval::read(wire::Reader from, LedOrder) noexcept {
  const std::int32_t ms = from.s16();
  return ms > 0 ? RrInterval{ms} : RrInterval{};
}

}  // namespace ib::bcl
