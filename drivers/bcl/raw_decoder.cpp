#include "bcl/raw_decoder.hpp"

#include "bcl/clock_exchange.hpp"
#include "bcl/decode.hpp"
#include "bcl/device_event.hpp"
#include "bcl/skin_temperature.hpp"
#include "device/look_ahead.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

namespace ib::bcl {
namespace {

using device::Findings;
using device::Notification;
using source::Signal;

constexpr std::uint64_t raw_ns_per_ms = 1'000'000;
constexpr double raw_nominal_ns = 1e9 / RawDecoder::claimed_hz;
constexpr double shortest_period = 0.2, longest_period = 1.25;  // of the nominal one
constexpr double shortest_join = 0.15, longest_join = 1.5;      // frames; further apart is a hole
constexpr double least_hole = 2;                                // samples
constexpr double period_weight = 1.0 / 16;                      // stamps are whole ms: a mean
constexpr Duration raw_clock_every{1'000'000'000};
constexpr double raw_events_per_second = 20;
/// From the last sample to its arrival at the earliest: the ring's work and the radio's interval.
constexpr Duration raw_radio_delay{150'000'000};

ClockOptions raw_clock_options(SessionZero zero) {
  auto options = ClockOptions::device_time(1e-9);
  options.delay = raw_radio_delay;
  options.zero = zero;
  return options;
}

std::uint64_t stamp_of(const Sensors& frame) { return frame.unix_ms * raw_ns_per_ms; }

/// The first that is in range in all samples.
std::optional<std::size_t> thermometer_of(const Sensors& frame) {
  std::array<bool, 3> sane{true, true, true};
  for (std::size_t k = 0; k < frame.items.size(); ++k)
    for (std::size_t s = 0; s < sane.size(); ++s)
      sane[s] = sane[s] && is_skin(1e-3 * frame.items[k].temperature_milli_degc[s]);
  const auto* first = std::find(sane.begin(), sane.end(), true);
  if (first == sane.end()) return std::nullopt;
  return static_cast<std::size_t>(first - sane.begin());
}

}  // namespace

source::Shape RawDecoder::shape(Signal s) const {
  switch (s) {
    case Signal::ppg:
    case Signal::temperature: return {true, claimed_hz, 1, 0};
    case Signal::acceleration: return {true, claimed_hz, 3, 0};
    case Signal::status:
    case Signal::clock: return {true, 0, 1, raw_events_per_second};
    default: return {};
  }
}

std::string RawDecoder::why_absent(Signal s) const {
  if (s == Signal::rr || s == Signal::heart_rate)
    return "in `mode: raw` it sends samples and finds no beats itself; take `mode: rr`";
  return {};
}

Time RawDecoder::settled(Signal s, Time arrival) const {
  return s == Signal::status || s == Signal::clock ? arrival : last_sample_;
}

ClockEstimator& RawDecoder::clock() {
  if (!clock_) clock_.emplace(raw_clock_options(zero_));
  return *clock_;
}

bool RawDecoder::is_ready(const device::Waiting& waiting) {
  const auto read = [this](const Notification& got) -> std::optional<ClockPacket> {
    const auto decoded = bcl::decode(got.value());
    const auto* frame = std::get_if<Sensors>(&decoded);
    if (frame == nullptr || frame->of != Measurement::sensors || frame->items.empty())
      return std::nullopt;
    const auto apart = static_cast<std::uint64_t>(std::llround(period_ns_));
    const auto n = apart * frame->items.size();
    return ClockPacket{
        .at = got.arrival, .n = n, .apart = apart, .index = DeviceIndex{stamp_of(*frame)}};
  };
  if (!zero_known_) return true;
  const auto oldest = read(waiting[0]);
  if (!oldest || !clock().asks_ahead(*oldest)) return true;
  return device::look_ahead(clock(), raw_clock_options(zero_), waiting, read);
}

void RawDecoder::decode(const Notification& got, Time arrival, Findings& found) {
  if (!zero_known_) {
    zero_ = SessionZero{Arrival{got.arrival.ns - arrival.ns}};
    zero_known_ = true;
  }
  if (got.kind != Notification::Kind::value) {
    if (clock_) clock_->restart();
    frames_.reset();
    stamp_ns_.reset();
    anew_ = true;
    const bool there = got.kind == Notification::Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  const auto decoded = bcl::decode(got.value());
  if (const auto* frame = std::get_if<Sensors>(&decoded)) {
    if (frame->of == Measurement::sensors) meet(*frame, got, arrival, found);
  } else if (std::holds_alternative<SensorsStarted>(decoded)) {
    frames_.reset();
    anew_ = true;
  } else if (const auto* sync = std::get_if<TimeSync>(&decoded)) meet(*sync, got.arrival);
  else if (const auto* contact = std::get_if<Contact>(&decoded)) {
    anew_ = anew_ || contact->event == Contact::Event::not_worn;
    status_.tell(arrival, event_of(contact->event), found);
  } else if (const auto* battery = std::get_if<Battery>(&decoded))
    status_.tell(arrival, DeviceEvent::battery, found, static_cast<double>(battery->percent));
  else if (const auto* progress = std::get_if<Progress>(&decoded);
           progress != nullptr && progress->percent >= 100)
    status_.tell(arrival, DeviceEvent::gave_up, found);
  else if (std::holds_alternative<Refused>(decoded)) ++counts_.bad_packets;
}

/// Numbers say how many were lost, unless less time has passed than these take.
RawDecoder::Place RawDecoder::place_of(const Sensors& frame, std::uint64_t stamp_ns, bool anew,
                                       std::uint8_t lost) const {
  if (!begun_) return {};
  if (!stamp_ns_ || stamp_ns <= *stamp_ns_) return {.left_out = 1};
  const auto n = static_cast<double>(frame.items.size());
  const double passed = static_cast<double>(stamp_ns - *stamp_ns_) / period_ns_;
  const double missing = std::max(0.0, std::min(passed - n, 1e12));
  if (anew)
    return {.left_out =
                std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(missing)))};
  const auto by_time = static_cast<std::uint64_t>(std::llround(missing / n));
  Place place;
  place.lost = std::min<std::uint64_t>(lost, by_time) * frame.items.size();
  place.left_out = place.lost;
  const bool stood_still =
      place.lost == 0 && missing >= std::max(least_hole, (longest_join - 1) * n);
  if (stood_still) place.left_out = static_cast<std::uint64_t>(std::llround(missing));
  place.joins = place.left_out == 0 && passed >= shortest_join * n;
  return place;
}

void RawDecoder::meet(const Sensors& frame, const Notification& got, Time arrival,
                      Findings& found) {
  const auto n = frame.items.size();
  if (n == 0) return;
  const auto stamp = stamp_of(frame);
  const auto numbered = FrameCount::Frame::of(frame.seq, got);
  const bool anew = anew_ || frames_.begins_anew(numbered);
  auto counted = frames_;
  const auto place = place_of(frame, stamp, anew, counted.see(numbered).lost);
  const auto apart = place.joins ? (stamp - *stamp_ns_ + n / 2) / n
                                 : static_cast<std::uint64_t>(std::llround(period_ns_));
  const auto step = clock().packet(
      {.at = got.arrival, .n = apart * n, .apart = apart, .index = DeviceIndex{stamp}},
      last_sample_);
  if (step.kind == ClockStep::Kind::stale) return;  // it came twice, or was overtaken
  if (frame.tail_bytes > 0) ++counts_.bad_packets;
  frames_ = counted;
  if (place.joins)
    period_ns_ +=
        period_weight * (std::clamp(static_cast<double>(apart), shortest_period * raw_nominal_ns,
                                    longest_period * raw_nominal_ns) -
                         period_ns_);
  const bool follows = step.kind == ClockStep::Kind::follows;
  const auto lost = follows ? place.lost : 0;
  counts_.lost_samples += lost + step.late;  // late: their time is given already
  counts_.lost_packets += lost / n;
  // An index left out is how a gap shows, also where nobody knows how long it was.
  if (begun_) next_ += follows ? place.left_out : 1;
  auto stands = device::FoundPlace::of(Signal::ppg, step, n, true);
  stands.first_index = next_;
  stands.device_ns = static_cast<std::int64_t>(stamp);
  found.stands_at(stands);
  const auto first = next_;
  next_ += n;
  stamp_ns_ = stamp;
  begun_ = true;
  anew_ = false;
  length_ = Duration{static_cast<std::int64_t>(apart * (n - 1))};
  last_sample_ = std::max(last_sample_, step.times.at(stamp));
  if (step.late >= n) return;

  const auto late = static_cast<std::size_t>(step.late);
  fill(frame, late,
       {Signal::ppg,
        1,
        static_cast<std::uint32_t>(n - late),
        first + late,
        lost,
        {first + n - 1, step.times.at(stamp).ns,
         step.times.dt_q32 * static_cast<std::int64_t>(apart)},
        clock().model().uncertainty(),
        step.breaks},
       found);
  if (arrival - last_clock_ >= raw_clock_every) {
    last_clock_ = arrival;
    found.add({Signal::clock, arrival, clock().model()});
  }
}

void RawDecoder::fill(const Sensors& frame, std::size_t late, device::FoundSamples run,
                      Findings& found) {
  const auto n = frame.items.size();
  if (const auto counts = found.add(run); !counts.empty())
    for (std::size_t k = late; k < n; ++k)
      counts[k - late] = static_cast<float>(frame.items[k].green_counts);
  run.signal = Signal::acceleration;
  run.channels = 3;
  const double counts_per_g = frame.acceleration_counts_per_g();
  if (const auto g = found.add(run); !g.empty())
    for (std::size_t k = late; k < n; ++k)
      for (std::size_t axis = 0; axis < 3; ++axis)
        g[3 * (k - late) + axis] =
            static_cast<float>(frame.items[k].acceleration_counts[axis] / counts_per_g);
  const auto thermometer = thermometer_of(frame);
  if (!thermometer) return;
  run.signal = Signal::temperature;
  run.channels = 1;
  if (const auto degc = found.add(run); !degc.empty())
    for (std::size_t k = late; k < n; ++k)
      degc[k - late] =
          static_cast<float>(frame.items[k].temperature_milli_degc[*thermometer] * 1e-3);
}

/// Whole ms on both sides; and a frame's time may be that of its first sample.
void RawDecoder::meet(const TimeSync& sync, Arrival at) {
  const Arrival asked{static_cast<std::int64_t>(sync.host_ms * raw_ns_per_ms)};
  frames_.answered(asked);
  if (!clock_ || !ClockExchange::of(asked, at, sync.ring_receive_ms, sync.ring_send_ms)) return;
  const auto whole_ms = ClockExchange::ring_step;
  clock_->sync({Arrival{asked.ns - whole_ms.count()},
                DeviceIndex{sync.ring_receive_ms * raw_ns_per_ms},
                DeviceIndex{sync.ring_send_ms * raw_ns_per_ms},
                Arrival{at.ns + whole_ms.count() + length_.count()}});
}

}  // namespace ib::bcl
