#include "colmi/live_heart_rate.hpp"

#include <algorithm>
#include <cassert>

#include "colmi/requests.hpp"

namespace ib::colmi {
namespace {

using Way = LiveHeartRate::Way;

constexpr Duration rest = 1s, give_up = 30s;
constexpr Duration stop_again = 1s, stopped = 2s;
constexpr unsigned most_stops = 3;

constexpr Duration answer_within(Way way) noexcept { return way == Way::single ? 5s : 4s; }

/// Nothing to continue: none.
constexpr std::optional<Duration> continue_every(Way way) noexcept {
  if (way == Way::single) return std::nullopt;
  return way == Way::realtime ? 25s : 20s;
}

/// Five periods, but at least 3 s.
constexpr Duration continue_after_silence(Way way) noexcept {
  return way == Way::realtime ? 3s : 5s;
}

constexpr Duration restart_after_silence(Way way) noexcept { return way == Way::single ? 5s : 15s; }

constexpr Arrival after(Arrival t, Duration d) noexcept { return {t.ns + d.count()}; }

wire::Packet start_packet(Way way) noexcept {
  if (way == Way::stream) return start_heart_rate_stream();
  return start_measurement(way == Way::realtime ? Measurement::realtime_heart_rate
                                                : Measurement::heart_rate);
}

wire::Packet continue_packet(Way way) noexcept {
  return way == Way::stream ? continue_heart_rate_stream()
                            : continue_measurement(Measurement::realtime_heart_rate);
}

constexpr Way next_of(Way way) noexcept { return way == Way::realtime ? Way::stream : Way::single; }

constexpr bool is_heart_rate(Measurement of) noexcept {
  return of == Measurement::heart_rate || of == Measurement::realtime_heart_rate;
}

}  // namespace

LiveHeartRate::Step LiveHeartRate::start(Arrival now) noexcept {
  assert(phase_ == Phase::idle || phase_ == Phase::silent || phase_ == Phase::unsupported);
  last_ = 0;
  return begin(Way::realtime, now);
}

LiveHeartRate::Step LiveHeartRate::resume(Arrival now) noexcept {
  assert(phase_ == Phase::idle);
  return begin(way_, now);
}

LiveHeartRate::Step LiveHeartRate::heard(const Decoded& message, Arrival now) noexcept {
  if (const auto* measured = std::get_if<Measured>(&message))
    if (way_ != Way::stream && is_heart_rate(measured->of))
      return reading(measured->reading, measured->raw, now);
  if (const auto* streamed = std::get_if<StreamedHeartRate>(&message))
    if (way_ == Way::stream) return reading(streamed->reading, streamed->raw, now);
  if (const auto* no = std::get_if<RefusedCommand>(&message))
    if (no->command == (way_ == Way::stream ? 0x1E : 0x69)) return refused(now);
  return wait();
}

LiveHeartRate::Step LiveHeartRate::due(Arrival now) noexcept {
  const auto when = deadline();
  if (!when || now < *when) return wait();
  switch (phase_) {
    case Phase::asking: return due_while_asking(now);
    case Phase::streaming: return due_while_streaming(now);
    case Phase::resting:
      if (now < after(alive_, give_up)) return start_way(now);
      phase_ = Phase::silent;
      return wait();
    case Phase::stopping: phase_ = Phase::idle; return wait();
    default: return wait();
  }
}

LiveHeartRate::Step LiveHeartRate::stop(Arrival now) noexcept {
  if (phase_ == Phase::idle || phase_ == Phase::stopping) return wait();
  const bool running = phase_ == Phase::asking || phase_ == Phase::streaming;
  const bool was_stopped = phase_ == Phase::resting;
  phase_ = running || was_stopped ? Phase::stopping : Phase::idle;
  sensing_.reset();
  since_ = alive_ = now;
  stops_ = 1;
  if (!running) return wait();
  return {stop_packet(), deadline()};
}

// --- what happens -------------------------------------------------------------------------------

LiveHeartRate::Step LiveHeartRate::reading(Reading reading, std::uint8_t raw,
                                           Arrival now) noexcept {
  switch (phase_) {
    case Phase::asking:
    case Phase::streaming:
      phase_ = Phase::streaming;
      sensing_ = reading;
      if (reading == Reading::value) last_ = raw;
      answered_ = true;
      rearmed_ = false;
      alive_ = now;
      return wait();
    case Phase::stopping:  // some firmwares let a stop pass, once
      if (stops_ >= most_stops) return wait();
      alive_ = now;
      if (now < after(since_, stop_again)) return wait();
      ++stops_;
      since_ = now;
      return {stop_packet(), deadline()};
    default: return wait();
  }
}

LiveHeartRate::Step LiveHeartRate::refused(Arrival now) noexcept {
  if (phase_ != Phase::asking && phase_ != Phase::streaming) return wait();
  if (way_ != Way::single) return begin(next_of(way_), now);
  phase_ = Phase::unsupported;
  sensing_.reset();
  return wait();
}

LiveHeartRate::Step LiveHeartRate::due_while_asking(Arrival now) noexcept {
  if (now >= after(alive_, give_up)) {
    phase_ = Phase::silent;
    return {stop_packet(), std::nullopt};
  }
  const auto stop = stop_packet();
  if (!answered_ && way_ != Way::single) {
    way_ = next_of(way_);
    alive_ = after(now, rest);
  }
  phase_ = Phase::resting;
  since_ = now;
  return {stop, deadline()};
}

LiveHeartRate::Step LiveHeartRate::due_while_streaming(Arrival now) noexcept {
  if (now >= after(alive_, restart_after_silence(way_))) {
    sensing_.reset();
    phase_ = Phase::resting;
    since_ = now;
    return {stop_packet(), deadline()};
  }
  rearmed_ = rearmed_ || now >= after(alive_, continue_after_silence(way_));
  continued_ = now;
  return {continue_packet(way_), deadline()};
}

// --- what is done -------------------------------------------------------------------------------

/// A way that has not been tried since the last start.
LiveHeartRate::Step LiveHeartRate::begin(Way way, Arrival now) noexcept {
  way_ = way;
  answered_ = false;
  alive_ = now;
  return start_way(now);
}

LiveHeartRate::Step LiveHeartRate::start_way(Arrival now) noexcept {
  phase_ = Phase::asking;
  sensing_.reset();
  rearmed_ = false;
  since_ = continued_ = now;
  return {start_packet(way_), deadline()};
}

LiveHeartRate::Step LiveHeartRate::wait() const noexcept { return {std::nullopt, deadline()}; }

std::optional<Arrival> LiveHeartRate::deadline() const noexcept {
  switch (phase_) {
    case Phase::asking: return std::min(after(since_, answer_within(way_)), after(alive_, give_up));
    case Phase::streaming: {
      auto first = after(alive_, restart_after_silence(way_));
      if (const auto every = continue_every(way_)) {
        first = std::min(first, after(continued_, *every));
        if (!rearmed_) first = std::min(first, after(alive_, continue_after_silence(way_)));
      }
      return first;
    }
    case Phase::resting: return after(since_, rest);
    case Phase::stopping: return after(alive_, stopped);
    default: return std::nullopt;
  }
}

wire::Packet LiveHeartRate::stop_packet() const noexcept {
  if (way_ == Way::stream) return stop_heart_rate_stream();
  return stop_measurement(
      way_ == Way::realtime ? Measurement::realtime_heart_rate : Measurement::heart_rate, last_);
}

}  // namespace ib::colmi
