#include "polar/live_decoder.hpp"

#include "device/look_ahead.hpp"
#include "heart_rate/decode.hpp"
#include "polar/control.hpp"
#include "polar/live_protocol.hpp"
#include "polar/sample_times.hpp"
#include "polar/settings.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ib::polar {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr Duration clock_every{1'000'000'000};
constexpr double events_per_second = 30;  // of any kind: a stall lets go of what it held at once
/// From the last sample to its arrival at the earliest: the sensor's work and the radio's interval.
constexpr Duration radio_delay{150'000'000};
constexpr double longest_frame_ns = 60e9;
constexpr double rate_tolerance = 0.1;  // a sensor that is further off runs at another rate
constexpr double least_loss = 0.25;     // of a frame: less is how stamps scatter
constexpr std::uint8_t reply_mark = 0xF0, start_operation = 2;

std::optional<Measurement> measurement_of(Signal s) {
  switch (s) {
    case Signal::ecg: return Measurement::ecg;
    case Signal::ppg: return Measurement::ppg;
    case Signal::acceleration: return Measurement::acceleration;
    default: return std::nullopt;
  }
}

Signal signal_of(Measurement m) {
  switch (m) {
    case Measurement::ecg: return Signal::ecg;
    case Measurement::ppg: return Signal::ppg;
    default: return Signal::acceleration;
  }
}

/// None: a stamp beyond all times.
std::optional<std::int64_t> device_time(std::uint64_t stamp) {
  if (stamp > static_cast<std::uint64_t>(IB_FOREVER)) return std::nullopt;
  return static_cast<std::int64_t>(stamp);
}

std::uint32_t channels_of(Measurement m) { return m == Measurement::acceleration ? 3 : 1; }

ib::Contact contact_of(SkinContact c) {
  switch (c) {
    case SkinContact::on: return ib::Contact::on;
    case SkinContact::off: return ib::Contact::off;
    case SkinContact::unknown: break;
  }
  return ib::Contact::unknown;
}

ClockOptions clock_options(SessionZero zero) {
  auto options = ClockOptions::device_time(1e-9);
  options.delay = radio_delay;
  options.zero = zero;
  return options;
}

}  // namespace

source::Shape LiveDecoder::shape(Signal s) const {
  const auto terms = agreement_->terms();
  if (!terms) return {};
  if (const auto m = measurement_of(s)) {
    const auto& term = terms->of(*m);
    return {term.offered, term.rate_hz, channels_of(*m), 0};
  }
  switch (s) {
    case Signal::rr: return {terms->intervals, 0, 1, events_per_second};
    case Signal::status:
    case Signal::clock: return {true, 0, 1, events_per_second};
    default: return {};
  }
}

Time LiveDecoder::settled(Signal s, Time arrival) const {
  const auto m = measurement_of(s);
  return m ? track(*m).last : arrival;
}

/// Each waveform has a clock of its own. Whether a frame begins one its stamp tells.
bool LiveDecoder::is_ready(const device::Waiting& waiting) {
  std::optional<Measurement> only;  // that of the oldest
  const auto read = [&](const Notification& got) -> std::optional<ClockPacket> {
    if (got.from == from_control || got.from == from_battery) return std::nullopt;
    const auto decoded = polar::decode(got.value());
    const auto* wave = std::get_if<Waveform>(&decoded);
    if (wave == nullptr || (only && wave->type() != *only)) return std::nullopt;
    only = wave->type();
    auto& t = track(*only);
    if (wave->size() == 0 || !prepare(t, *only)) return std::nullopt;
    const double covers = static_cast<double>(wave->size()) * t.nominal_ns;
    if (covers > longest_frame_ns) return std::nullopt;
    const auto n = static_cast<std::uint64_t>(std::llround(covers));
    return ClockPacket{
        .at = got.arrival, .n = n, .apart = n, .index = DeviceIndex{wave->last_ns()}};
  };
  if (!zero_known_) return true;
  const auto oldest = read(waiting[0]);
  if (!oldest || !track(*only).clock->asks_ahead(*oldest)) return true;
  return device::look_ahead(*track(*only).clock, clock_options(zero_), waiting, read);
}

void LiveDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (got.kind != Notification::Kind::value) {
    for (auto& t : tracks_) {
      if (t.clock) t.clock->restart();
      t.stamp.reset();
      t.anew = true;
    }
    more_ = false;
    contact_ = SkinContact::unknown;
    const bool there = got.kind == Notification::Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  if (got.from == from_control) return control(got.value(), arrival, found);
  if (got.from == from_battery) {
    if (const auto charge = heart_rate::battery_percent(got.value()))
      return status_.tell(arrival, DeviceEvent::battery, found, static_cast<double>(*charge));
    ++counts_.bad_packets;
    return;
  }
  const auto decoded = polar::decode(got.value());
  if (const auto* wave = std::get_if<Waveform>(&decoded)) meet(*wave, got.arrival, arrival, found);
  else if (const auto* pp = std::get_if<PpIntervals>(&decoded)) meet(*pp, arrival, found);
  else ++counts_.bad_packets;
}

/// What the protocol was answered: a measurement that begins, the factor of its samples, one that ended.
void LiveDecoder::control(wire::Bytes value, Time arrival, Findings& found) {
  if (more_ && !value.empty() && std::to_integer<std::uint8_t>(value[0]) != reply_mark) {
    more_ = value[0] != std::byte{};
    return;
  }
  more_ = false;
  const auto decoded = decode_control(value);
  if (const auto* reply = std::get_if<Reply>(&decoded)) {
    more_ = reply->more;
    if (reply->operation != start_operation) return;
    if (reply->error == Error::charging) return status_.tell(arrival, DeviceEvent::charging, found);
    if (reply->error == Error::bad_state) return status_.tell(arrival, DeviceEvent::busy, found);
    if (reply->error != Error::none || number_of(reply->type) >= tracks_.size()) return;
    track(reply->type).factor = settings_of(reply->parameters).factor;
    track(reply->type).anew = true;
  } else if (std::holds_alternative<Stopped>(decoded)) {
    status_.tell(arrival, DeviceEvent::gave_up, found);
  } else if (std::holds_alternative<Refused>(decoded)) {
    ++counts_.bad_packets;
  }
}

/// False: it is not a waveform that was agreed on.
bool LiveDecoder::prepare(Track& t, Measurement m) {
  if (t.nominal_ns == 0) {
    const auto terms = agreement_->terms();
    if (!terms || !terms->of(m).offered) return false;
    t.nominal_ns = t.period_ns = 1e9 / terms->of(m).rate_hz;
  }
  if (!t.clock) t.clock.emplace(clock_options(zero_));
  return true;
}

LiveDecoder::Missing LiveDecoder::missing(const Track& t, std::uint64_t stamp,
                                          std::size_t n) const {
  if (!t.stamp || stamp <= *t.stamp) return {};
  const double passed = static_cast<double>(stamp - *t.stamp) / t.period_ns;
  const auto held = static_cast<double>(n);
  if (passed - held < std::max(1.0, least_loss * held)) return {};
  constexpr double most = 1e12;  // a stamp that is none
  return {static_cast<std::uint64_t>(std::llround(std::min(passed - held, most))), !t.anew};
}

void LiveDecoder::meet(const Waveform& wave, Arrival at, Time arrival, Findings& found) {
  const auto m = wave.type();
  auto& t = track(m);
  const auto n = wave.size();
  if (!prepare(t, m)) return;
  if (static_cast<double>(n) * t.nominal_ns > longest_frame_ns) {
    ++counts_.bad_packets;
    return;
  }
  const auto hole = missing(t, wave.last_ns(), n);
  const bool joins = t.stamp && !t.anew && hole.samples == 0;
  const SampleTimes times(wave.last_ns(), joins ? t.stamp : std::nullopt, n, 1e9 / t.period_ns);
  const auto span_ns = n > 1 ? times[n - 1] - times[0] : std::uint64_t{0};
  const auto apart =
      std::max<std::uint64_t>(1, n > 1 ? (span_ns + (n - 1) / 2) / (n - 1)
                                       : static_cast<std::uint64_t>(std::llround(t.period_ns)));
  const auto step = t.clock->packet(
      {.at = at, .n = apart * n, .apart = apart, .index = DeviceIndex{wave.last_ns()}}, t.last);
  if (step.kind == ClockStep::Kind::stale) return;  // it came twice
  const bool follows = step.kind == ClockStep::Kind::follows;
  std::uint64_t lost = 0;
  if (follows && hole.lost) {
    lost = hole.samples;
    counts_.lost_samples += lost;
    counts_.lost_packets += std::max<std::uint64_t>(1, (lost + n / 2) / n);
  }
  // An index left out is how a gap shows, also where nobody knows how long it was.
  if (follows) t.next += t.anew ? std::max<std::uint64_t>(hole.samples, 1) : hole.samples;
  else if (t.begun) ++t.next;
  if (joins && follows) {
    const double period = static_cast<double>(wave.last_ns() - *t.stamp) / static_cast<double>(n);
    t.period_ns = std::clamp(period, t.nominal_ns * (1 - rate_tolerance),
                             t.nominal_ns * (1 + rate_tolerance));
  }
  const auto first = t.next;
  auto place = device::FoundPlace::of(signal_of(m), step, n, true);
  place.first_index = first;
  place.device_ns = device_time(wave.last_ns());
  found.stands_at(place);
  t.next += n;
  t.stamp = wave.last_ns();
  t.begun = true;
  t.anew = false;
  t.last = std::max(t.last, step.times.at(wave.last_ns()));
  if (step.late >= n) return;

  const auto late = static_cast<std::size_t>(step.late);
  device::FoundSamples run{signal_of(m),
                           channels_of(m),
                           static_cast<std::uint32_t>(n - late),
                           first + late,
                           lost,
                           {first + n - 1, step.times.at(wave.last_ns()).ns,
                            step.times.dt_q32 * static_cast<std::int64_t>(apart)},
                           t.clock->model().uncertainty(),
                           step.breaks};
  if (const auto values = found.add(run); !values.empty()) fill(wave, late, values);
  else ++counts_.bad_packets;
  tell_clock(m, arrival, found);
}

void LiveDecoder::fill(const Waveform& wave, std::size_t from, std::span<float> values) {
  const auto n = wave.read(values_);
  const std::size_t channels = wave.channels();
  const double step = wave.step(track(wave.type()).factor);
  const auto sample = [&](std::size_t k) { return std::span(values_).subspan(k * channels); };
  for (std::size_t k = from; k < n; ++k) {
    const auto x = sample(k);
    switch (wave.type()) {
      case Measurement::ecg:
        values[k - from] = static_cast<float>(x[0] * step * 1e-3);  // uV
        break;
      case Measurement::ppg: {
        const double light = (static_cast<double>(x[0]) + x[1] + x[2]) / 3 - x[3];
        values[k - from] = static_cast<float>((options_.inverted ? -light : light) * step);
        break;
      }
      default:
        for (std::size_t axis = 0; axis < 3; ++axis)
          values[3 * (k - from) + axis] = static_cast<float>(x[axis] * step * 1e-3);  // mg
    }
  }
}

bool LiveDecoder::doubted(const PpInterval& i) const {
  return i.moved || i.error_ms > options_.most_error_ms;
}

/// An item holds what is alike; several of one frame are a nanosecond apart.
void LiveDecoder::meet(const PpIntervals& intervals, Time arrival, Findings& found) {
  for (std::size_t from = 0; from < intervals.size();) {
    RrNotification rr;
    const auto contact = intervals[from].contact;
    tell_contact(contact, arrival, found);
    rr.contact = contact_of(contact);
    rr.doubted = doubted(intervals[from]);
    for (std::size_t n = 0; n < RrNotification::most && from < intervals.size(); ++n, ++from) {
      const auto i = intervals[from];
      if (i.contact != contact || doubted(i) != rr.doubted) break;
      rr.rr_us[n] = 1000.0 * i.interval_ms;
      if (i.hr_bpm) rr.hr_bpm = static_cast<double>(*i.hr_bpm);
    }
    give(rr, arrival, found);
  }
}

void LiveDecoder::give(const RrNotification& rr, Time arrival, Findings& found) {
  last_rr_ = std::max(arrival, last_rr_ + Duration{1});
  if (!found.add({Signal::rr, last_rr_, rr})) ++counts_.bad_packets;  // more than any sensor sends
}

/// Of the first of its waveforms that has come.
void LiveDecoder::tell_clock(Measurement m, Time arrival, Findings& found) {
  for (const auto before : waveforms) {
    if (before == m) break;
    if (track(before).stamp) return;
  }
  if (arrival - last_clock_ < clock_every) return;
  last_clock_ = arrival;
  found.add({Signal::clock, arrival, track(m).clock->model()});
}

void LiveDecoder::tell_contact(SkinContact contact, Time arrival, Findings& found) {
  if (contact == contact_ || contact == SkinContact::unknown) return;
  contact_ = contact;
  status_.tell(arrival, contact == SkinContact::on ? DeviceEvent::worn : DeviceEvent::not_worn,
               found);
}

}  // namespace ib::polar
