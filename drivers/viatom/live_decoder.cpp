#include "viatom/live_decoder.hpp"

#include "viatom/waveform.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ib::viatom {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr std::uint32_t reply_numbers = 65'536;
constexpr double rate_spread = 0.3;             // from 100 to 125 Hz or back, and a little beyond
constexpr Duration once_a_second{900'000'000};  // a ring's values change no faster
constexpr double events_per_second = 20;
constexpr Duration longest_delay{400'000'000};  // a poll's period, and the radio's interval
constexpr std::uint8_t slowest_bpm = 30, fastest_bpm = 250;  // what the maker's sensor claims
constexpr std::uint8_t lowest_spo2 = 50,
                       highest_spo2 = 100;  // beyond: no reading of a living finger

}  // namespace

source::Shape LiveDecoder::shape(Signal s) const {
  switch (s) {
    case Signal::ppg: return {true, wave_hz_, 1, 0};
    case Signal::heart_rate:
    case Signal::spo2:
    case Signal::status:
    case Signal::clock: return {true, 0, 1, events_per_second};
    default: return {};
  }
}

Time LiveDecoder::settled(Signal s, Time arrival) const {
  return s == Signal::ppg ? last_sample_ : arrival;
}

device::Decoder::Counts LiveDecoder::counts() const {
  return {.bad_packets = refused_ + replies_.bad_checksums(),
          .lost_packets = lost_packets_,
          .lost_samples = lost_samples_,
          .off_rate = off_rate_,
          .rate_hz = found_hz_};
}

void LiveDecoder::begin_anew() {
  replies_.reset();
  if (clock_) clock_->restart();
  if (rate_) rate_->reset();
  contact_ = Contact::unknown;
  charging_ = Charging::no;
  battery_percent_.reset();
}

void LiveDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (got.kind != Notification::Kind::value) {
    begin_anew();
    const bool there = got.kind == Notification::Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  replies_.push(got.value());
  while (const auto frame = replies_.next()) reply(*frame, got.arrival, arrival, found);
}

void LiveDecoder::reply(wire::Bytes frame, Arrival at, Time arrival, Findings& found) {
  Told told;
  if (generation_ == Generation::o2ring_s) {
    const auto decoded = viatom::decode(frame);
    if (std::holds_alternative<Refused>(decoded)) ++refused_;
    const auto* live = std::get_if<Live>(&decoded);
    if (live == nullptr) return;  // answers of the handshake
    told = {live->hr_bpm,     live->spo2_percent, live->battery_percent,
            Contact::unknown, live->waveform,     live->counter};
  } else {
    const auto decoded = decode_real_time(frame);
    const auto* now = std::get_if<RealTime>(&decoded);
    if (now == nullptr) {
      ++refused_;
      return;
    }
    told = {now->hr_bpm,          now->spo2_percent,
            now->battery_percent, now->finger ? Contact::on : Contact::off,
            now->waveform,        std::nullopt};
    if (std::exchange(charging_, now->charging) != now->charging && now->charging == Charging::yes)
      status_.tell(arrival, DeviceEvent::charging, found);
  }
  values(told, arrival, found);
  waveform(told, at, arrival, found);
}

void LiveDecoder::values(const Told& told, Time arrival, Findings& found) {
  if (std::exchange(contact_, told.contact) != told.contact && told.contact != Contact::unknown)
    status_.tell(arrival, told.contact == Contact::on ? DeviceEvent::worn : DeviceEvent::not_worn,
                 found);
  if (told.battery_percent <= 100 && battery_percent_ != told.battery_percent) {
    battery_percent_ = told.battery_percent;
    status_.tell(arrival, DeviceEvent::battery, found, static_cast<double>(told.battery_percent));
  }
  if (arrival - last_values_ < once_a_second) return;
  last_values_ = arrival;
  const auto reason = [](bool was_told) {
    return was_told ? ib::Reason::out_of_range : ib::Reason::low_quality;
  };
  HeartRate rate;
  rate.contact = told.contact;
  const auto bpm = told.hr_bpm;
  if (bpm && *bpm >= slowest_bpm && *bpm <= fastest_bpm && told.contact != Contact::off)
    rate.heart_rate_bpm = static_cast<double>(*bpm);
  else rate.reason = reason(bpm && told.contact != Contact::off);
  found.add({Signal::heart_rate, arrival, rate});
  OxygenSaturation oxygen;
  oxygen.contact = told.contact;
  const auto spo2 = told.spo2_percent;
  if (spo2 && *spo2 >= lowest_spo2 && *spo2 <= highest_spo2 && told.contact != Contact::off)
    oxygen.spo2_pct = static_cast<double>(*spo2);
  else oxygen.reason = reason(spo2 && told.contact != Contact::off);
  found.add({Signal::spo2, arrival, oxygen});
}

void LiveDecoder::waveform(const Told& told, Arrival at, Time arrival, Findings& found) {
  if (told.waveform.empty()) return;
  if (!clock_) {
    auto options = ClockOptions::samples(wave_hz_);
    options.spread = rate_spread;
    options.delay = longest_delay;
    options.numbers = generation_ == Generation::o2ring_s ? reply_numbers : 0;
    options.zero = zero_;
    clock_.emplace(options);
    rate_.emplace(wave_hz_, rate_spread);
  }
  const std::uint64_t n = told.waveform.size();
  const auto step = clock_->packet({.at = at, .n = n, .number = told.number});
  if (step.kind == ClockStep::Kind::stale) return;  // it came twice
  found.stands_at(device::FoundPlace::of(Signal::ppg, step, n, told.number.has_value()));
  lost_samples_ += step.lost;
  lost_packets_ += (step.lost + n - 1) / n;
  lost_before_ += step.lost;
  breaks_ = breaks_ || step.breaks;
  for (auto part = stretch_from(told.waveform, static_cast<std::size_t>(std::min(step.late, n)));
       part.n > 0; part = stretch_from(told.waveform, part.from + part.n)) {
    const device::FoundSamples run{Signal::ppg,
                                   1,
                                   static_cast<std::uint32_t>(part.n),
                                   step.first.value + part.from,
                                   std::exchange(lost_before_, 0),
                                   step.times,
                                   clock_->model().uncertainty(),
                                   std::exchange(breaks_, false)};
    const auto values = found.add(run);
    if (values.empty()) lost_samples_ += part.n;
    else read_stretch(told.waveform, part, turned_, values);
  }
  watch_rate(at, n + step.lost);
  last_sample_ = step.times.at(step.last.value);
  if (arrival - last_clock_ < once_a_second) return;
  last_clock_ = arrival;
  found.add({Signal::clock, arrival, clock_->model()});
}

/// Behind the packet: the next one begins an epoch at the rate that was found.
void LiveDecoder::watch_rate(Arrival at, std::uint64_t n) {
  const auto beyond = rate_->see(at, n);
  if (!beyond) return;
  ++off_rate_;
  found_hz_ = *beyond;
  clock_->restart(1 / found_hz_);
  rate_.emplace(found_hz_, rate_spread);
}

}  // namespace ib::viatom
