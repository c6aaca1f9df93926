#include "bcl/live_protocol.hpp"

#include "bcl/decode.hpp"
#include "bcl/requests.hpp"

#include <algorithm>
#include <utility>

namespace ib::bcl {
namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr std::uint8_t raw_hz = 25;

}  // namespace

std::uint8_t LiveProtocol::next_id() { return id_ = id_after(id_); }

void LiveProtocol::send(const wire::Packet& request, device::Outbox& out) {
  out.send({uuid::service, uuid::write, request, false});
}

void LiveProtocol::ask_clock(Arrival now, device::Outbox& out) {
  send(time_sync(next_id(), static_cast<std::uint64_t>(now.ns / ns_per_ms)), out);
  next_sync_ = now + sync_every;
}

void LiveProtocol::look_in(Duration wait, Arrival now) {
  look_ = now + wait;
  if (!excused_) look_ = std::min(look_, heard_ + give_up_after);
}

void LiveProtocol::measure(Arrival now, device::Outbox& out) {
  if (mode_ == Mode::rr) send(start_heart_rate(next_id()), out);
  else send(start_sensors(next_id(), {.frequency = raw_hz}), out);
  look_in(wave_due, now);
}

/// On a link that may still bear what came before: the answer about its clock comes behind that, and in front of
/// what is measured anew.
void LiveProtocol::measure_anew(Arrival now, device::Outbox& out) {
  out.begins_anew(now);
  measure(now, out);
  ask_clock(now, out);
}

void LiveProtocol::stop(device::Outbox& out) {
  if (mode_ == Mode::raw) return send(stop_sensors(next_id()), out);
  send(stop_heart_rate(next_id()), out);
  send(stop_heart_rate_old(next_id()), out);
}

void LiveProtocol::begin(Arrival now, device::Outbox& out) {
  heard_ = now;
  any_wave_ = excused_ = given_up_ = false;
  send(battery_request(next_id()), out);
  ask_clock(now, out);
  measure(now, out);
}

void LiveProtocol::heard_wave(Arrival now, device::Outbox& out) {
  heard_ = now;
  excused_ = false;
  look_in(wave_due, now);
  if (!std::exchange(any_wave_, true) && mode_ == Mode::raw) ask_clock(now, out);
}

void LiveProtocol::received(std::uint8_t, wire::Bytes value, Arrival now, device::Outbox& out) {
  if (given_up_) return;
  const auto decoded = decode(value);
  if (const auto* wave = std::get_if<GreenWave>(&decoded)) {
    if (mode_ == Mode::rr && !wave->items.empty()) heard_wave(now, out);
  } else if (const auto* sensors = std::get_if<Sensors>(&decoded)) {
    if (mode_ == Mode::raw && sensors->of == Measurement::sensors && !sensors->items.empty())
      heard_wave(now, out);
  } else if (const auto* progress = std::get_if<Progress>(&decoded)) {
    if (progress->percent >= 100) measure_anew(now, out);
  } else if (const auto* contact = std::get_if<Contact>(&decoded)) {
    met(contact->event, now);
  }
}

void LiveProtocol::met(Contact::Event event, Arrival now) {
  switch (event) {
    case Contact::Event::worn:
      if (std::exchange(excused_, false)) heard_ = now;
      return look_in(std::max(Duration{0}, look_ - now), now);
    case Contact::Event::not_worn:
    case Contact::Event::charging:
    case Contact::Event::busy: excused_ = true; break;
    case Contact::Event::timeout: break;
  }
  look_in(retry_after, now);
}

Arrival LiveProtocol::deadline() const { return std::min(next_sync_, look_); }

void LiveProtocol::due(Arrival now, device::Outbox& out) {
  if (now < look_) {
    if (now >= next_sync_) ask_clock(now, out);
    return;
  }
  if (!excused_ && now - heard_ >= give_up_after) {
    given_up_ = true;
    next_sync_ = look_ = never_due;
    return;
  }
  if (now - heard_ >= restart_after) stop(out);
  measure_anew(now, out);
  look_in(retry_after, now);
}

void LiveProtocol::end(Arrival, device::Outbox& out) {
  stop(out);
  next_sync_ = look_ = never_due;
}

std::string LiveProtocol::failure() const {
  if (!given_up_) return {};
  return any_wave_ ? "no frame of its waveform could be read for 30 s, though it is connected"
                   : "it is connected, but no frame of its waveform could be read in 30 s";
}

}  // namespace ib::bcl
