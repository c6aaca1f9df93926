#include "bcl/live_protocol.hpp"

#include "bcl/decode.hpp"
#include "bcl/requests.hpp"

#include <algorithm>

namespace ib::bcl {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;

}  // namespace

std::uint8_t LiveProtocol::next_id() { return id_ = id_after(id_); }

void LiveProtocol::send(const wire::Packet& request, device::Outbox& out) {
  out.send({uuid::service, uuid::write, request, false});
}

void LiveProtocol::ask_clock(Arrival now, device::Outbox& out) {
  send(time_sync(next_id(), static_cast<std::uint64_t>(now.ns / ns_per_ms)), out);
  next_sync_ = now + sync_every;
}

void LiveProtocol::measure(Arrival now, device::Outbox& out) {
  send(start_heart_rate(next_id()), out);
  look_ = now + wave_due;
}

/// On a link that may still bear what came before: the answer about its clock comes behind that, and in front of
/// what is measured anew.
void LiveProtocol::measure_anew(Arrival now, device::Outbox& out) {
  out.begins_anew(now);
  measure(now, out);
  ask_clock(now, out);
}

void LiveProtocol::begin(Arrival now, device::Outbox& out) {
  heard_ = now;
  send(battery_request(next_id()), out);
  ask_clock(now, out);
  measure(now, out);
}

void LiveProtocol::received(std::uint8_t, wire::Bytes value, Arrival now, device::Outbox& out) {
  const auto decoded = decode(value);
  if (std::holds_alternative<GreenWave>(decoded)) {
    heard_ = now;
    look_ = now + wave_due;
  } else if (const auto* progress = std::get_if<Progress>(&decoded)) {
    if (progress->percent >= 100) measure_anew(now, out);
  } else if (const auto* contact = std::get_if<Contact>(&decoded)) {
    if (contact->event != Contact::Event::worn) look_ = now + retry_after;
  }
}

Arrival LiveProtocol::deadline() const { return std::min(next_sync_, look_); }

void LiveProtocol::due(Arrival now, device::Outbox& out) {
  if (now < look_) {
    if (now >= next_sync_) ask_clock(now, out);
    return;
  }
  if (now - heard_ >= restart_after) send(stop_heart_rate(next_id()), out);
  measure_anew(now, out);
  look_ = now + retry_after;
}

void LiveProtocol::end(Arrival, device::Outbox& out) {
  send(stop_heart_rate(next_id()), out);
  next_sync_ = look_ = never_due;
}

}  // namespace ib::bcl
