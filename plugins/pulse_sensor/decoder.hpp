// Decoder: what the lines mean, as samples and items in session time.
//
// A pure function of the lines and their arrivals, with memory: no I/O, and no clock of its own. A line is a
// packet of one sample to the clock estimator: what a serial line loses is lines, and none is numbered, so
// that a loss is known by all that follows being late (clock/silent_loss.hpp), after 2 s and to the sample.
// A line that begins as a sample and is none is a sample lost at once. B and Q stand at their arrival.
// Where an interval may have been lost, the next one tells (`after_loss`), for it does not follow the last.
// Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/clock_estimator.hpp>
#include <interbeat/physio.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "line.hpp"

namespace pulse_sensor {

struct Sample {
  float counts{};
  std::uint64_t index{};       ///< of the epoch, lost ones counted
  ib::Anchor clock;            ///< of their session times
  ib::Duration uncertainty{};  ///< of these, one standard deviation
  bool breaks{};               ///< as ClockStep has it: a gap in front of it
};

struct Interval {
  ib::RrNotification rr;
  bool after_loss{};
};

struct Found {
  ib::Time t;
  std::variant<Sample, Interval, ib::HeartRate, ib::DeviceStatus, ib::ClockModel> what;
};

class Decoder {
 public:
  /// What a line gives at most: a sample, and the clock after it.
  static constexpr std::size_t most_found = 2;

  /// `rate_hz`: at which the sketch sends samples, to 5 %, > 0. `zero`: the session's.
  Decoder(double rate_hz, ib::SessionZero zero) : zero_(zero), clock_(options(rate_hz, zero)) {}

  /// A line that was read at `at`. What it gives is good until the next one.
  std::span<const Found> meet(const Line& line, ib::Arrival at);
  /// The port is open, or gone: nothing follows what came before.
  std::span<const Found> connected(bool is, ib::Arrival at);

  std::uint64_t lines() const { return good_ + bad_; }
  std::uint64_t good_lines() const { return good_; }
  std::uint64_t bad_lines() const { return bad_; }
  std::uint64_t lost_samples() const { return lost_; }

 private:
  static constexpr ib::Duration clock_every{1'000'000'000};
  static ib::ClockOptions options(double rate_hz, ib::SessionZero zero);

  void sample(const Line& line, ib::Arrival at);
  void rate(double bpm, ib::Time t);
  void interval(double ms, ib::Time t);
  void add(ib::Time t, const decltype(Found::what)& what) { found_[n_found_++] = {t, what}; }
  std::span<const Found> found() const { return std::span(found_).first(n_found_); }

  ib::SessionZero zero_;
  ib::ClockEstimator clock_;
  bool breaks_{};  ///< in front of the next sample
  std::array<Found, most_found> found_{};
  std::size_t n_found_{};
  ib::Time last_clock_ = ib::never;
  ib::Maybe bpm_;        ///< of the beat whose interval comes next
  bool chain_broken_{};  ///< an interval may be missing
  std::uint64_t good_{}, bad_{}, lost_{};
};

inline ib::ClockOptions Decoder::options(double rate_hz, ib::SessionZero zero) {
  auto o = ib::ClockOptions::samples(rate_hz);
  // Between measurement and arrival, at most: one read of the sensor (2 ms), a line (0.6 ms at 115200
  // baud), and a USB bridge that waits for more to send (FTDI: 16 ms, its latency timer).
  o.delay = ib::Duration{20'000'000};
  o.zero = zero;
  return o;
}

inline std::span<const Found> Decoder::meet(const Line& line, ib::Arrival at) {
  using Kind = Line::Kind;
  n_found_ = 0;
  const bool is_bad = line.kind == Kind::bad || line.kind == Kind::bad_sample;
  bad_ += is_bad ? 1 : 0;
  good_ += !is_bad && line.kind != Kind::empty ? 1 : 0;
  switch (line.kind) {
    case Kind::empty: break;
    case Kind::sample:
    case Kind::bad_sample: sample(line, at); break;
    case Kind::rate: rate(line.value, zero_.time_of(at)); break;
    case Kind::interval: interval(line.value, zero_.time_of(at)); break;
    case Kind::bad: chain_broken_ = true; break;
  }
  return found();
}

inline std::span<const Found> Decoder::connected(bool is, ib::Arrival at) {
  n_found_ = 0;
  clock_.restart();
  chain_broken_ = true;
  bpm_ = {};
  ib::DeviceStatus status;
  status.event = is ? ib::DeviceEvent::connected : ib::DeviceEvent::disconnected;
  add(zero_.time_of(at), status);
  return found();
}

inline void Decoder::sample(const Line& line, ib::Arrival at) {
  const auto step = clock_.packet({.at = at, .n = 1});
  lost_ += step.lost;
  breaks_ = breaks_ || step.breaks;
  chain_broken_ = chain_broken_ || step.lost > 0;
  if (line.kind == Line::Kind::bad_sample || step.late > 0) {
    ++lost_;
    return;
  }
  const auto index = step.first.value;
  add(step.times.at(index), Sample{static_cast<float>(line.value), index, step.times,
                                   clock_.model().uncertainty(), std::exchange(breaks_, false)});
  const auto t = zero_.time_of(at);
  if (t - last_clock_ < clock_every) return;
  last_clock_ = t;
  add(t, clock_.model());
}

inline void Decoder::rate(double bpm, ib::Time t) {
  constexpr double slowest = 30, fastest = 220;  // what a device may tell of a heart
  ib::HeartRate out;
  bpm_ = {};
  if (bpm >= slowest && bpm <= fastest) out.heart_rate_bpm = bpm_ = bpm;
  else out.reason = ib::Reason::out_of_range;
  add(t, out);
}

/// How long an interval may be is for beat.rr to say.
inline void Decoder::interval(double ms, ib::Time t) {
  Interval out;
  out.rr.hr_bpm = std::exchange(bpm_, ib::Maybe{});
  out.rr.rr_us[0] = 1000.0 * ms;
  out.after_loss = std::exchange(chain_broken_, false);
  add(t, out);
}

}  // namespace pulse_sensor
