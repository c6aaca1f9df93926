#include "heart_rate/live.hpp"

#include "heart_rate/decode.hpp"

#include <algorithm>

namespace ib::heart_rate {
namespace {

using source::Signal;

constexpr double most_per_second = 20;  // of notifications: a stall lets go of what it held at once
constexpr std::uint16_t slowest_bpm = 30, fastest_bpm = 220;  // what a device may tell of a heart

}  // namespace

source::Shape SensorDecoder::shape(Signal s) const {
  switch (s) {
    case Signal::rr:
    case Signal::heart_rate:
    case Signal::status: return {true, 0, 1, most_per_second};
    default: return {};
  }
}

void SensorDecoder::decode(const device::Notification& got, Time arrival, device::Findings& found) {
  using Kind = device::Notification::Kind;
  if (got.dropped > 0) break_chain(arrival, found);
  if (got.kind != Kind::value) {
    constant_.reset();
    contact_ = Contact::unknown;
    const bool there = got.kind == Kind::connected;
    return status_.tell(arrival, there ? DeviceEvent::connected : DeviceEvent::disconnected, found);
  }
  if (got.from == from_measurement) return measurement(got.value(), got.arrival, arrival, found);
  if (const auto charge = battery_percent(got.value()))
    status_.tell(arrival, DeviceEvent::battery, found, static_cast<double>(*charge));
  else ++counts_.bad_packets;
}

void SensorDecoder::measurement(wire::Bytes value, Arrival at, Time arrival,
                                device::Findings& found) {
  const auto decoded = heart_rate::decode(value);
  const auto* m = std::get_if<Measurement>(&decoded);
  if (m == nullptr) {
    ++counts_.bad_packets;
    return;
  }
  if (m->tail_bytes > 0) ++counts_.bad_packets;  // half an interval: what stands before it is read
  if (m->contact != contact_ && m->contact != Contact::unknown)
    status_.tell(arrival, m->contact == Contact::on ? DeviceEvent::worn : DeviceEvent::not_worn,
                 found);
  contact_ = m->contact;
  constant_.arrive(at, m->hr_bpm(), !m->rr.empty());

  const auto told = m->hr_bpm();
  const bool possible = told && *told >= slowest_bpm && *told <= fastest_bpm;
  HeartRate rate;
  rate.contact = m->contact;
  rate.reason = told && !possible ? ib::Reason::out_of_range : ib::Reason::low_quality;
  if (possible && !constant_.doubtful() && m->contact != Contact::off) {
    rate.heart_rate_bpm = static_cast<double>(*told);
    rate.reason = ib::Reason::none;
  }
  found.add({Signal::heart_rate, arrival, rate});

  // An interval of 0 is passed on as such: beat.rr breaks the chain there and counts it. A value without
  // any is news as well; one with more than an item holds is several, a nanosecond apart.
  std::size_t from = 0;
  do {
    RrNotification rr;
    rr.contact = m->contact;
    if (possible) rr.hr_bpm = static_cast<double>(*told);
    const auto n = std::min<std::size_t>(m->rr.size() - from, RrNotification::most);
    for (std::size_t k = 0; k < n; ++k)
      rr.rr_us[k] = static_cast<double>(m->rr[from + k].rr_us().value_or(0));
    from += n;
    last_rr_ = std::max(arrival, last_rr_ + Duration{1});
    found.add({Signal::rr, last_rr_, rr});
  } while (from < m->rr.size());
}

/// An interval of 0: what stood in values that were dropped is not known, and nothing joins across it.
void SensorDecoder::break_chain(Time arrival, device::Findings& found) {
  last_rr_ = std::max(arrival, last_rr_ + Duration{1});
  RrNotification none;
  none.rr_us[0] = 0.0;
  found.add({Signal::rr, last_rr_, none});
}

}  // namespace ib::heart_rate
