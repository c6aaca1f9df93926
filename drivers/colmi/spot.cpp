#include "colmi/spot.hpp"

#include <algorithm>
#include <cassert>

#include "colmi/requests.hpp"

namespace ib::colmi {
namespace {

constexpr Duration stop_again = 1s, stopped = 2s;
constexpr unsigned most_stops = 3;
constexpr std::uint8_t measurement_command = 0x69;

}  // namespace

Spot::Step Spot::start(Measurement of, Arrival now) noexcept {
  assert(phase_ == Phase::idle);
  *this = {};
  phase_ = Phase::asking;
  of_ = of;
  start_ = since_ = alive_ = now;
  return {start_measurement(of_), deadline()};
}

Spot::Step Spot::heard(const Decoded& message, Arrival now) noexcept {
  if (phase_ == Phase::idle) return wait();
  if (const auto* measured = std::get_if<Measured>(&message);
      measured != nullptr && measured->of == of_)
    return reading(*measured, now);
  if (const auto* no = std::get_if<RefusedCommand>(&message);
      no != nullptr && no->command == measurement_command && phase_ == Phase::asking) {
    refused_ = true;
    phase_ = Phase::idle;
  }
  return wait();
}

Spot::Step Spot::reading(const Measured& told, Arrival now) noexcept {
  alive_ = now;
  if (phase_ == Phase::stopping) {
    if (now < since_ + stop_again || stops_ >= most_stops) return wait();
    ++stops_;
    since_ = now;
    return {stop_packet(), deadline()};
  }
  phase_ = Phase::measuring;
  if (told.reading != Reading::not_worn) unworn_since_.reset();
  else if (!unworn_since_) unworn_since_ = now;
  if (told.reading == Reading::value) {
    last_ = told.raw;
    return stop(now);
  }
  if (unworn_since_ && now >= *unworn_since_ + unworn) return stop(now);
  return wait();
}

Spot::Step Spot::due(Arrival now) noexcept {
  const auto when = deadline();
  if (!when || now < *when) return wait();
  if (phase_ == Phase::stopping) {
    phase_ = Phase::idle;
    return wait();
  }
  if (phase_ == Phase::asking && !second_form_ && now < start_ + longest) {
    second_form_ = true;
    since_ = alive_ = now;
    return {start_measurement_25_s(of_), deadline()};
  }
  return stop(now);
}

Spot::Step Spot::stop(Arrival now) noexcept {
  phase_ = Phase::stopping;
  since_ = alive_ = now;
  stops_ = 1;
  return {stop_packet(), deadline()};
}

/// Of a ring that hears no stop: three, and 2 s; then the sensor is asked for something else.
std::optional<Arrival> Spot::deadline() const noexcept {
  switch (phase_) {
    case Phase::asking: return std::min(alive_ + answer, start_ + longest);
    case Phase::measuring: return std::min(alive_ + silence, start_ + longest);
    case Phase::stopping:
      return std::min(stops_ >= most_stops ? since_ + stopped : alive_ + stopped,
                      start_ + longest_with_stops);
    default: return std::nullopt;
  }
}

wire::Packet Spot::stop_packet() const noexcept { return stop_measurement(of_, last_); }

}  // namespace ib::colmi
