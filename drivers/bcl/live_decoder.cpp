#include "bcl/live_decoder.hpp"

#include "bcl/decode.hpp"
#include "bcl/device_event.hpp"
#include "bcl/sequence.hpp"
#include "bcl/skin_temperature.hpp"
#include "device/look_ahead.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ib::bcl {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::uint32_t frame_numbers = 256;
constexpr Duration clock_every{1'000'000'000};
constexpr double events_per_second = 20;
constexpr int least_bpm = 30, most_bpm = 220;  // of a heart
constexpr Duration radio_delay{
    150'000'000};  // sensor, frame of five samples aside, and radio interval

ClockOptions clock_options(SessionZero zero) {
  auto options = ClockOptions::samples(LiveDecoder::claimed_hz);
  options.numbers = frame_numbers;
  options.delay = radio_delay;
  options.zero = zero;
  return options;
}
ClockPacket packet_of(const GreenWave& wave, Arrival at) {
  return {.at = at, .n = wave.items.size(), .number = wave.seq};
}
}  // namespace

source::Shape LiveDecoder::shape(Signal s) const {
  switch (s) {
    case Signal::ppg:
    case Signal::temperature: return {true, claimed_hz, 1, 0};
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
  return {};
}

Time LiveDecoder::settled(Signal s, Time arrival) const {
  const bool of_samples = s == Signal::ppg || s == Signal::acceleration || s == Signal::temperature;
  return of_samples ? last_sample_ : arrival;
}

ClockEstimator& LiveDecoder::clock() {
  if (!clock_) clock_.emplace(clock_options(zero_));
  return *clock_;
}

/// Time off the finger is not counted: what came behind it was sent that much later still, so it tells no less.
bool LiveDecoder::is_ready(const device::Waiting& waiting) {
  const auto read = [](const Notification& got) -> std::optional<ClockPacket> {
    const auto decoded = bcl::decode(got.value());
    const auto* wave = std::get_if<GreenWave>(&decoded);
    if (wave == nullptr || wave->items.empty()) return std::nullopt;
    return packet_of(*wave, got.arrival);
  };
  if (!zero_known_) return true;
  const auto oldest = read(waiting[0]);
  if (!oldest) return true;
  const auto number = static_cast<std::uint8_t>(*oldest->number);
  if (!waves_.begins_anew(FrameCount::Frame::of(number, waiting[0])) &&
      !clock().asks_ahead(*oldest))
    return true;
  return device::look_ahead(clock(), clock_options(zero_), waiting, read);
}

void LiveDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (got.kind != Notification::Kind::value) {
    if (clock_) clock_->restart();
    waves_.reset();
    lists_.reset();
    comb_.reset();
    adds_up_.break_chain();
    intervals_ = 0;
    worn_ = ib::Contact::unknown;
    const bool there = got.kind == Notification::Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  const auto decoded = bcl::decode(got.value());
  if (const auto* wave = std::get_if<GreenWave>(&decoded)) meet(*wave, got, arrival, found);
  else if (const auto* rr = std::get_if<RrIntervals>(&decoded)) meet(*rr, got, arrival, found);
  else if (const auto* sync = std::get_if<TimeSync>(&decoded)) {
    const Arrival asked{static_cast<std::int64_t>(sync->host_ms) * ns_per_ms};
    waves_.answered(asked);
    lists_.answered(asked);
  } else if (const auto* contact = std::get_if<Contact>(&decoded)) meet(*contact, arrival, found);
  else if (const auto* battery = std::get_if<Battery>(&decoded))
    status_.tell(arrival, DeviceEvent::battery, found, static_cast<double>(battery->percent));
  else if (const auto* progress = std::get_if<Progress>(&decoded);
           progress != nullptr && progress->percent >= 100)
    status_.tell(arrival, DeviceEvent::gave_up, found);
  else if (const auto* result = std::get_if<HeartRateResult>(&decoded))
    meet(*result, arrival, found);
  else if (std::holds_alternative<Refused>(decoded)) {
    ++counts_.bad_packets;
  }
}

void LiveDecoder::meet(const GreenWave& wave, const Notification& got, Time arrival,
                       Findings& found) {
  if (wave.items.empty()) return;
  const auto n = static_cast<std::uint32_t>(wave.items.size());
  const auto frame = FrameCount::Frame::of(wave.seq, got);
  if (waves_.begins_anew(frame)) clock().restart();
  const auto step = clock().packet(packet_of(wave, got.arrival));
  if (step.kind == ClockStep::Kind::stale) return;  // it came twice, or too late
  found.stands_at(device::FoundPlace::of(Signal::ppg, step, n, true));
  // By the numbers: a clock that begins anew behind time off the finger has counted nothing.
  const auto lost_frames = waves_.see(frame).lost;
  const auto lost = std::uint64_t{lost_frames} * n;
  counts_.lost_samples += lost;
  counts_.lost_packets += lost_frames;
  if (wave.tail_bytes > 0) ++counts_.bad_packets;  // more than it announces: not read
  counts_.lost_samples +=
      step.late;  // a clock that began anew in a backlog: their time is given already
  if (step.late >= n) return;
  const auto late = static_cast<std::uint32_t>(step.late);
  device::FoundSamples run{Signal::ppg,
                           1,
                           n - late,
                           step.first.value + late,
                           lost,
                           step.times,
                           clock_->model().uncertainty(),
                           step.breaks};
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
  sample_times_ = step.times;
  next_index_ = step.last.value + 1;
  if (arrival - last_clock_ >= clock_every) {
    last_clock_ = arrival;
    found.add({Signal::clock, arrival, clock_->model()});
  }
}

void LiveDecoder::meet(const RrIntervals& intervals, const Notification& got, Time arrival,
                       Findings& found) {
  const auto frame = FrameCount::Frame::of(intervals.seq, got);
  const bool anew = lists_.begins_anew(frame);
  const auto step = lists_.see(frame);
  if (!step.in_order()) return;
  counts_.lost_packets += step.lost;
  if (intervals.tail_bytes > 0) ++counts_.bad_packets;
  if (anew || step.lost > 0) adds_up_.break_chain();
  const bool missed = std::exchange(withheld_, is_withheld(intervals, got.arrival, arrival, found));
  if (withheld_) return;
  std::size_t n = 0;
  RrNotification out;
  out.contact = worn_;
  const auto give = [&] {
    last_rr_ = std::max(arrival, last_rr_ + Duration{1});
    found.add({Signal::rr, last_rr_, out});
    out = {};
    out.contact = worn_;
    n = 0;
  };
  if (step.lost > 0 || missed) out.rr_us[n++] = 0.0;  // beats are missing: the chain breaks
  for (std::size_t k = 0; k < intervals.items.size(); ++k) {
    if (n == RrNotification::most) give();
    out.rr_us[n++] = 1000.0 * intervals.items[k].rr_ms.value_or(0);
  }
  if (n > 0) give();
}

/// In another unit, or on the grid of its samples: what could be no measure of variability.
bool LiveDecoder::is_withheld(const RrIntervals& intervals, Arrival at, Time arrival,
                              Findings& found) {
  std::int32_t sum_ms = 0;
  bool whole = !intervals.items.empty();
  for (std::size_t k = 0; k < intervals.items.size(); ++k) {
    const auto rr = intervals.items[k].rr_ms;
    whole = whole && rr;
    if (!rr) continue;
    sum_ms += *rr;
    comb_.interval(*rr);
    if (++intervals_ % RrComb::fewest != 0 || coarse_) continue;
    coarse_ = comb_.verdict() == RrComb::Verdict::on_the_grid;
    if (coarse_) status_.tell(arrival, DeviceEvent::coarse, found);
  }
  const bool parted_before = adds_up_.disagrees();
  if (whole) adds_up_.list(at, sum_ms);
  else if (!intervals.items.empty()) adds_up_.break_chain();
  if (adds_up_.disagrees() && !parted_before)
    status_.tell(arrival, DeviceEvent::implausible, found);
  return coarse_ || adds_up_.disagrees();
}

void LiveDecoder::meet(const HeartRateResult& result, Time arrival, Findings& found) {
  HeartRate rate;
  rate.contact = worn_;
  if (!result.hr_bpm) rate.reason = ib::Reason::low_quality;
  else if (*result.hr_bpm < least_bpm || *result.hr_bpm > most_bpm)
    rate.reason = ib::Reason::out_of_range;
  else rate.heart_rate_bpm = static_cast<double>(*result.hr_bpm);
  found.add({Signal::heart_rate, arrival, rate});
  const double degc = 0.01 * result.temperature_centi_degc;
  if (!is_skin(degc) || last_sample_ == never) return;
  const Time t = sample_times_.at(next_index_);
  if (t <= last_temperature_) return;  // no sample came since the one before
  last_temperature_ = t;
  const auto value = found.add({Signal::temperature, 1, 1, next_index_, 0, sample_times_,
                                clock().model().uncertainty(), true});
  if (!value.empty()) value[0] = static_cast<float>(degc);
}

void LiveDecoder::meet(const Contact& contact, Time arrival, Findings& found) {
  if (contact.event == Contact::Event::worn) worn_ = ib::Contact::on;
  if (contact.event == Contact::Event::not_worn) {
    worn_ = ib::Contact::off;
    if (clock_) clock_->restart();
  }
  adds_up_.break_chain();  // beats may be missing that it does not tell of
  status_.tell(arrival, event_of(contact.event), found);
}

}  // namespace ib::bcl
