#include "colmi/live_decoder.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "colmi/decode.hpp"
#include "colmi/frame.hpp"
#include "device/look_ahead.hpp"

namespace ib::colmi {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr double most_per_second = 20;  // of readings: a stall lets go of what it held at once
constexpr Duration clock_every = 1s;
constexpr std::uint8_t measurement_command = 0x69;
// The longest wait for the radio that was seen (events 123.75 ms apart, four of five left out), and a
// tenth of a second for what the ring does before.
constexpr Duration radio_delay = 720ms;

constexpr bool is_counted(RawChannel c) { return c != RawChannel::spo2; }  // given as samples

constexpr Signal signal_of(RawChannel c) {
  return c == RawChannel::ppg ? Signal::ppg : Signal::acceleration;
}

constexpr Reason why_none(Reading reading) {
  switch (reading) {
    case Reading::warming_up: return Reason::warming_up;
    case Reading::implausible: return Reason::out_of_range;
    default: return Reason::low_quality;
  }
}

constexpr SpotEnd end_of(Reading reading) {
  switch (reading) {
    case Reading::value: return SpotEnd::measured;
    case Reading::warming_up: return SpotEnd::warming_up;
    case Reading::not_worn: return SpotEnd::not_worn;
    case Reading::implausible: return SpotEnd::out_of_range;
    default: return SpotEnd::no_data;
  }
}

constexpr Reason why_none(SpotEnd end) {
  switch (end) {
    case SpotEnd::measured: return Reason::none;
    case SpotEnd::warming_up: return Reason::warming_up;
    case SpotEnd::out_of_range: return Reason::out_of_range;
    case SpotEnd::not_worn:
    case SpotEnd::no_data: return Reason::low_quality;
    default: return Reason::stale;
  }
}

constexpr SpotKind kind_of(Measurement of) {
  return of == Measurement::spo2     ? SpotKind::spo2
         : of == Measurement::stress ? SpotKind::stress_score
                                     : SpotKind::hrv_score;
}

/// Of a packet of the raw stream.
std::optional<RawChannel> raw_channel(const Notification& got) {
  const auto decoded = colmi::decode(got.value());
  if (const auto* light = std::get_if<RawOptical>(&decoded)) return light->channel;
  if (const auto* hole = std::get_if<RawHole>(&decoded)) return hole->channel;
  if (std::holds_alternative<RawAcceleration>(decoded)) return RawChannel::acceleration;
  return std::nullopt;
}

}  // namespace

source::Shape LiveDecoder::shape(Signal s) const {
  const bool is_raw = measure_ == Measure::raw;
  switch (s) {
    case Signal::heart_rate: return {!is_raw, 0, 1, most_per_second};
    case Signal::ppg: return {is_raw, raw_hz_, 1, 0};
    case Signal::acceleration: return {is_raw, raw_hz_, 3, 0};
    case Signal::clock: return {is_raw, 0, 1, most_per_second};
    case Signal::status: return {true, 0, 1, most_per_second};
    case Signal::spot: return {spot_.has_value(), 0, 1, 1};
    case Signal::spo2: return {spot_ == Measurement::spo2, 0, 1, 1};
    default: return {};
  }
}

std::string LiveDecoder::why_absent(Signal s) const {
  if (s == Signal::spo2) return "it measures that on request only: say `spot: spo2`";
  if (s == Signal::spot) return "nothing is asked for: say `spot: spo2`, `stress` or `hrv`";
  return {};
}

/// The same word at both ends: within the longest measurement it is an end, else a begin.
void LiveDecoder::asked_anew(Arrival at) {
  if (!spot_) return;
  if (spot_begin_ && at - *spot_begin_ < SpotPlan::shortest) {
    spot_begin_.reset();
    spot_over_ = spot_open_.has_value();
  } else {
    spot_begin_ = at;
    spot_open_ = SpotEnd::no_answer;
    spot_over_ = false;
  }
}

Time LiveDecoder::settled(Signal s, Time arrival) const {
  if (s == Signal::ppg) return of(RawChannel::ppg).settled;
  if (s == Signal::acceleration) return of(RawChannel::acceleration).settled;
  return arrival;
}

ClockOptions LiveDecoder::clock_options() const {
  auto options = ClockOptions::samples(raw_hz_);
  options.spread = spread;
  options.delay = radio_delay;
  options.zero = zero_;
  return options;
}

ClockEstimator& LiveDecoder::clock() {
  if (!clock_) clock_.emplace(clock_options());
  return *clock_;
}

bool LiveDecoder::is_ready(const device::Waiting& waiting) {
  if (!zero_known_ || measure_ == Measure::heart_rate) return true;
  Bursts bursts = bursts_;
  const auto read = [&bursts](const Notification& got) -> std::optional<ClockPacket> {
    const auto channel = raw_channel(got);
    if (!channel || !bursts.begins(*channel, got.arrival)) return std::nullopt;
    return ClockPacket{.at = got.arrival};
  };
  const auto oldest = read(waiting[0]);
  if (!oldest || !clock().asks_ahead(*oldest)) return true;
  bursts = bursts_;
  return device::look_ahead(clock(), clock_options(), waiting, read);
}

void LiveDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (spot_over_) end_spot({}, *spot_open_, arrival, found);
  if (got.kind != Notification::Kind::value) {
    if (spot_open_) end_spot({}, SpotEnd::disconnected, arrival, found);
    restart();
    const bool there = got.kind == Notification::Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  // Frames were seen on the other characteristic, too; what is no frame there is not ours.
  if (got.from == from_big_data && got.n != frame_size) return;
  const auto decoded = colmi::decode(got.value());
  if (const auto* refused = std::get_if<Refused>(&decoded)) {
    ++(refused->is_unknown() ? counts_.unknown_packets : counts_.bad_packets);
  } else if (const auto* charge = std::get_if<Battery>(&decoded)) {
    battery(*charge, arrival, found);
  } else if (measure_ == Measure::heart_rate) {
    if (const auto* m = std::get_if<Measured>(&decoded);
        m != nullptr &&
        (m->of == Measurement::heart_rate || m->of == Measurement::realtime_heart_rate))
      reading(m->reading, m->raw, got.arrival, arrival, found);
    else if (const auto* streamed = std::get_if<StreamedHeartRate>(&decoded))
      reading(streamed->reading, streamed->raw, got.arrival, arrival, found);
    else if (m != nullptr && m->of == spot_) spot_reading(*m, arrival, found);
    else if (const auto* no = std::get_if<RefusedCommand>(&decoded);
             no != nullptr && no->command == measurement_command && spot_open_)
      spot_open_ = SpotEnd::refused;
  } else if (const auto* light = std::get_if<RawOptical>(&decoded)) {
    raw(light->channel, got.arrival, arrival, found);
    if (const auto counts = sample(light->channel, found); !counts.empty())
      counts[0] = static_cast<float>(light->value);
  } else if (const auto* hole = std::get_if<RawHole>(&decoded)) {
    raw(hole->channel, got.arrival, arrival, found);
    lose(of(hole->channel), hole->channel, 1);
    of(hole->channel).settled = burst_.times.at(burst_.first.value);
  } else if (const auto* a = std::get_if<RawAcceleration>(&decoded)) {
    raw(RawChannel::acceleration, got.arrival, arrival, found);
    if (const auto g = sample(RawChannel::acceleration, found); !g.empty()) {
      const std::array counts{a->x, a->y, a->z};
      std::transform(counts.begin(), counts.end(), g.begin(), [](std::int16_t count) {
        return static_cast<float>(count / RawAcceleration::counts_per_g);
      });
    }
  }
}

void LiveDecoder::restart() {
  constant_.reset();
  spot_begin_.reset();
  worn_ = ib::Contact::unknown;
  n_charges_ = 0;
  charging_ = false;
  if (clock_) clock_->restart();
  bursts_.reset();
  for (auto& channel : channels_) channel = {false, false, 0, channel.settled};
}

void LiveDecoder::reading(Reading reading, std::uint8_t raw, Arrival at, Time arrival,
                          Findings& found) {
  HeartRate rate;
  const auto now = reading == Reading::not_worn ? ib::Contact::off
                   : reading == Reading::value  ? ib::Contact::on
                                                : worn_;
  if (now != worn_)
    status_.tell(arrival, now == ib::Contact::on ? DeviceEvent::worn : DeviceEvent::not_worn,
                 found);
  worn_ = rate.contact = now;
  const bool told = reading == Reading::value;
  constant_.arrive(at, told ? std::optional<std::uint16_t>(raw) : std::nullopt, false);
  rate.reason = why_none(reading);
  if (told && !constant_.doubtful()) {
    rate.heart_rate_bpm = static_cast<double>(raw);
    rate.reason = Reason::none;
  }
  found.add({Signal::heart_rate, arrival, rate});
}

void LiveDecoder::spot_reading(const Measured& told, Time arrival, Findings& found) {
  if (!spot_open_) return;  // behind its end
  if (told.reading == Reading::value)
    return end_spot(static_cast<double>(told.raw), SpotEnd::measured, arrival, found);
  spot_open_ = end_of(told.reading);
}

void LiveDecoder::end_spot(Maybe value, SpotEnd end, Time arrival, Findings& found) {
  SpotMeasurement spot;
  spot.value = value;
  spot.of = kind_of(*spot_);
  spot.end = end;
  found.add({Signal::spot, arrival, spot});
  spot_open_.reset();
  spot_over_ = false;
  if (spot.of != SpotKind::spo2) return;
  OxygenSaturation oxygen;
  oxygen.spo2_pct = value;
  oxygen.reason = why_none(end);
  oxygen.contact = end == SpotEnd::not_worn   ? ib::Contact::off
                   : end == SpotEnd::measured ? ib::Contact::on
                                              : ib::Contact::unknown;
  found.add({Signal::spo2, arrival, oxygen});
}

void LiveDecoder::battery(const Battery& told, Time arrival, Findings& found) {
  charges_[n_charges_++ % charges_.size()] = told.percent;
  auto sorted = charges_;
  const auto n = static_cast<std::ptrdiff_t>(std::min(n_charges_, sorted.size()));
  std::sort(sorted.begin(), sorted.begin() + n);
  if (std::exchange(charging_, told.charging) != told.charging && charging_)
    status_.tell(arrival, DeviceEvent::charging, found);
  status_.tell(arrival, DeviceEvent::battery, found,
               static_cast<double>(sorted[static_cast<std::size_t>(n) / 2]));
}

/// A packet of the raw stream: which burst it is of, and what is missing in front of it.
void LiveDecoder::raw(RawChannel channel, Arrival at, Time arrival, Findings& found) {
  if (bursts_.begins(channel, at)) begin_burst(at, arrival, found);
  of(channel).present = of(channel).seen = true;
}

void LiveDecoder::begin_burst(Arrival at, Time arrival, Findings& found) {
  burst_ = clock().packet({.at = at});
  found.stands_at(device::FoundPlace::of(Signal::ppg, burst_, 1, false));
  const Time before = burst_.times.at(burst_.first.value) - Duration{1};
  for (const auto which : {RawChannel::spo2, RawChannel::ppg, RawChannel::acceleration}) {
    auto& channel = of(which);
    if (channel.present) {
      const auto missing = burst_.lost + (channel.seen ? 0U : 1U);
      counts_.lost_packets += missing;
      lose(channel, which, missing);
    }
    channel.seen = false;
    channel.settled = std::max(channel.settled, before);
  }
  if (arrival - last_clock_ < clock_every) return;
  last_clock_ = arrival;
  found.add({Signal::clock, arrival, clock_->model()});
}

void LiveDecoder::lose(Channel& channel, RawChannel which, std::uint64_t n) {
  channel.lost += n;
  if (is_counted(which)) counts_.lost_samples += n;
}

/// Room for this channel's sample of the burst; empty: it is not given.
std::span<float> LiveDecoder::sample(RawChannel which, Findings& found) {
  if (!is_counted(which) || burst_.late > 0) return {};
  auto& channel = of(which);
  channel.settled = burst_.times.at(burst_.first.value);
  return found.add(device::FoundSamples{
      signal_of(which), which == RawChannel::acceleration ? 3U : 1U, 1, burst_.first.value,
      std::exchange(channel.lost, 0), burst_.times, clock_->model().uncertainty(), burst_.breaks});
}

}  // namespace ib::colmi
