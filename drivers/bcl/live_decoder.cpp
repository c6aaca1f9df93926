#include "bcl/live_decoder.hpp"

#include "bcl/decode.hpp"
#include "bcl/sequence.hpp"

#include <algorithm>
#include <variant>

namespace ib::bcl {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr std::uint32_t frame_numbers = 256;
constexpr Duration clock_every{1'000'000'000};
constexpr Duration overtaken_for{1'600'000'000};  // as many frames as one can be overtaken by
constexpr double events_per_second = 20;
constexpr Duration radio_delay{
    150'000'000};  // sensor, frame of five samples aside, and radio interval

}  // namespace

source::Shape LiveDecoder::shape(Signal s) const {
  switch (s) {
    case Signal::ppg: return {true, claimed_hz, 1, 0};
    case Signal::acceleration: return {counts_per_g_ > 0, claimed_hz, 3, 0};
    case Signal::rr: return {true, 0, 1, events_per_second, claimed_hz};
    case Signal::heart_rate:
    case Signal::status:
    case Signal::clock: return {true, 0, 1, events_per_second};
    default: return {};
  }
}

std::string LiveDecoder::why_absent(Signal s) const {
  if (s == Signal::acceleration)
    return "how many counts make a g the maker does not publish; give `counts_per_g` (param of ring.bcl, or "
           "beside the device's name in the devices file)";
  if (s == Signal::temperature) return "its frames of waveform and intervals bear none";
  return {};
}

Time LiveDecoder::settled(Signal s, Time arrival) const {
  return s == Signal::ppg || s == Signal::acceleration ? last_sample_ : arrival;
}

void LiveDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (got.kind != Notification::Kind::value) {
    if (clock_) clock_->restart();
    comb_.reset();
    intervals_ = 0;
    worn_ = ib::Contact::unknown;
    const bool there = got.kind == Notification::Kind::connected;
    return tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  const auto decoded = bcl::decode(got.value());
  if (const auto* wave = std::get_if<GreenWave>(&decoded)) meet(*wave, got.arrival, arrival, found);
  else if (const auto* rr = std::get_if<RrIntervals>(&decoded)) meet(*rr, arrival, found);
  else if (const auto* contact = std::get_if<Contact>(&decoded)) meet(*contact, arrival, found);
  else if (const auto* battery = std::get_if<Battery>(&decoded))
    tell(arrival, DeviceEvent::battery, found, static_cast<double>(battery->percent));
  else if (const auto* progress = std::get_if<Progress>(&decoded);
           progress != nullptr && progress->percent >= 100)
    tell(arrival, DeviceEvent::gave_up, found);
  else if (const auto* result = std::get_if<HeartRateResult>(&decoded)) {
    HeartRate rate;
    if (result->hr_bpm) rate.heart_rate_bpm = static_cast<double>(*result->hr_bpm);
    else rate.reason = ib::Reason::low_quality;
    found.add({Signal::heart_rate, arrival, rate});
  } else if (std::holds_alternative<Refused>(decoded)) {
    ++counts_.bad_packets;
  }
}

/// Its number lies further back than that of a frame which was overtaken or came twice. (255 and then 0 is
/// no step back: there the clock finds out within 10 s that time has passed.)
bool LiveDecoder::began_anew(std::uint8_t number, Arrival at) const {
  const auto back = static_cast<std::uint8_t>(number_ - number);
  if (back == 0 || back >= frame_numbers / 2) return false;
  return back > Sequence::late_most || at - frame_at_ > overtaken_for;
}

void LiveDecoder::meet(const GreenWave& wave, Arrival at, Time arrival, Findings& found) {
  if (wave.items.empty()) return;
  if (!clock_) {
    auto options = ClockOptions::samples(claimed_hz);
    options.numbers = frame_numbers;
    options.delay = radio_delay;
    options.zero = zero_;
    clock_.emplace(options);
  }
  const auto n = static_cast<std::uint32_t>(wave.items.size());
  if (began_anew(wave.seq, at)) clock_->restart();
  const auto step = clock_->packet({.at = at, .n = n, .number = wave.seq});
  if (step.kind == ClockStep::Kind::stale) return;  // it came twice, or too late
  found.stands_at(device::FoundPlace::of(Signal::ppg, step, n, true));
  number_ = wave.seq;
  frame_at_ = at;
  counts_.lost_samples += step.lost;
  counts_.lost_packets += step.lost / n;
  counts_.lost_samples +=
      step.late;  // a clock that began anew in a backlog: their time is given already
  if (step.late >= n) return;
  const auto late = static_cast<std::uint32_t>(step.late);
  device::FoundSamples run{Signal::ppg,
                           1,
                           n - late,
                           step.first.value + late,
                           step.lost,
                           step.times,
                           clock_->model().uncertainty()};
  if (const auto counts = found.add(run); !counts.empty())
    for (std::uint32_t k = late; k < n; ++k)
      counts[k - late] = static_cast<float>(wave.items[k].green_counts);
  if (counts_per_g_ > 0) {
    run.signal = Signal::acceleration;
    run.channels = 3;
    if (const auto g = found.add(run); !g.empty())
      for (std::uint32_t k = late; k < n; ++k)
        for (std::size_t axis = 0; axis < 3; ++axis)
          g[3 * (k - late) + axis] =
              static_cast<float>(wave.items[k].acceleration_counts[axis] / counts_per_g_);
  }
  last_sample_ = step.times.at(step.last.value);
  if (arrival - last_clock_ >= clock_every) {
    last_clock_ = arrival;
    found.add({Signal::clock, arrival, clock_->model()});
  }
}

void LiveDecoder::meet(const RrIntervals& intervals, Time arrival, Findings& found) {
  for (std::size_t k = 0; k < intervals.items.size(); ++k) {
    const auto rr = intervals.items[k].rr_ms;
    if (!rr) continue;
    comb_.interval(*rr);
    if (++intervals_ % RrComb::fewest != 0 || coarse_) continue;
    coarse_ = comb_.verdict() == RrComb::Verdict::on_the_grid;
    if (coarse_) tell(arrival, DeviceEvent::coarse, found);
  }
  if (coarse_) return;
  for (std::size_t from = 0; from < intervals.items.size(); from += RrNotification::most) {
    RrNotification out;
    out.contact = worn_;
    const auto n = std::min<std::size_t>(intervals.items.size() - from, RrNotification::most);
    for (std::size_t k = 0; k < n; ++k)
      out.rr_us[k] = 1000.0 * intervals.items[from + k].rr_ms.value_or(0);
    last_rr_ = std::max(arrival, last_rr_ + Duration{1});
    found.add({Signal::rr, last_rr_, out});
  }
}

void LiveDecoder::meet(const Contact& contact, Time arrival, Findings& found) {
  if (contact.event == Contact::Event::worn) worn_ = ib::Contact::on;
  if (contact.event == Contact::Event::not_worn) {
    worn_ = ib::Contact::off;
    if (clock_) clock_->restart();
  }
  switch (contact.event) {
    case Contact::Event::worn: return tell(arrival, DeviceEvent::worn, found);
    case Contact::Event::not_worn: return tell(arrival, DeviceEvent::not_worn, found);
    case Contact::Event::charging: return tell(arrival, DeviceEvent::charging, found);
    case Contact::Event::busy: return tell(arrival, DeviceEvent::busy, found);
    case Contact::Event::timeout: return tell(arrival, DeviceEvent::gave_up, found);
  }
}

void LiveDecoder::tell(Time t, DeviceEvent event, Findings& found, Maybe battery) {
  DeviceStatus status;
  status.event = event;
  status.battery_pct = battery;
  last_status_ = std::max(t, last_status_ + Duration{1});
  found.add({Signal::status, last_status_, status});
}

}  // namespace ib::bcl
