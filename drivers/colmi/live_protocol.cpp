#include "colmi/live_protocol.hpp"

#include <algorithm>

#include "colmi/decode.hpp"
#include "colmi/frame.hpp"
#include "colmi/requests.hpp"

namespace ib::colmi {
namespace {

constexpr std::uint8_t raw_command = 0xA1;

bool is_raw(const Decoded& decoded) {
  return std::holds_alternative<RawOptical>(decoded) || std::holds_alternative<RawHole>(decoded) ||
         std::holds_alternative<RawAcceleration>(decoded);
}

}  // namespace

void LiveProtocol::send(const wire::Packet& request, device::Outbox& out) {
  out.send({uuid::command_service, uuid::command_write, request, false});
}

void LiveProtocol::begin(Arrival now, device::Outbox&) {
  rate_ = {};
  spot_ = {};
  turn_ = Turn::rate;
  failure_.clear();
  answered_ = long_form_ = false;
  begin_ = battery_ = look_ = never_due;
  greet_ = now + first_after;
}

void LiveProtocol::greet(Arrival now, device::Outbox& out) {
  greet_ = never_due;
  if (wall_)
    if (const auto time = wall_(); is_settable(time)) send(set_time(time), out);
  send(read_battery(), out);
  battery_ = now + battery_every;
  begin_ = now + measure_after;
}

void LiveProtocol::measure(Arrival now, device::Outbox& out) {
  begin_ = never_due;
  if (measure_ == Measure::heart_rate) return take(rate_.start(now), out);
  heard_ = now;
  start_raw_stream(now, out);
}

void LiveProtocol::take(const LiveHeartRate::Step& step, device::Outbox& out) {
  using Phase = LiveHeartRate::Phase;
  if (step.send) send(*step.send, out);
  look_ = step.deadline.value_or(never_due);
  if (rate_.phase() == Phase::silent)
    failure_ = "it has told no heart rate for 30 s, whatever it was asked";
  if (rate_.phase() == Phase::unsupported)
    failure_ = "its firmware refuses every live heart rate that is known of such rings";
}

void LiveProtocol::take_spot(const Spot::Step& step, device::Outbox& out) {
  if (step.send) send(*step.send, out);
  look_ = step.deadline.value_or(never_due);
}

/// The sensor goes from the rate to a spot measurement and back.
void LiveProtocol::take_turns(Arrival now, device::Outbox& out) {
  const auto sensing = rate_.sensing();
  const bool has_begun = rate_.phase() == LiveHeartRate::Phase::streaming && sensing &&
                         *sensing != Reading::warming_up;
  if (turn_ == Turn::rate && spots_.of && !spot_.was_refused() && has_begun && now >= spot_due_) {
    turn_ = Turn::yielding;
    take(rate_.stop(now), out);
  } else if (turn_ == Turn::yielding && rate_.phase() == LiveHeartRate::Phase::idle) {
    turn_ = Turn::spot;
    out.begins_anew(now);
    take_spot(spot_.start(*spots_.of, now), out);
  } else if (turn_ == Turn::spot && spot_.phase() == Spot::Phase::idle) {
    turn_ = Turn::rate;
    spot_due_ = now + spots_.every;
    out.begins_anew(now);
    take(rate_.resume(now), out);
  }
}

void LiveProtocol::start_raw_stream(Arrival now, device::Outbox& out) {
  send(long_form_ ? start_raw_long() : start_raw(), out);
  look_ = std::min(now + (answered_ ? raw_due : raw_answer), heard_ + raw_give_up);
}

void LiveProtocol::received(std::uint8_t, wire::Bytes value, Arrival now, device::Outbox& out) {
  const auto decoded = decode(value);
  if (measure_ == Measure::heart_rate) {
    if (greet_ < never_due || begin_ < never_due) return;
    if (turn_ == Turn::spot) take_spot(spot_.heard(decoded, now), out);
    else take(rate_.heard(decoded, now), out);
    return take_turns(now, out);
  }
  if (is_raw(decoded)) {
    answered_ = true;
    heard_ = now;
    if (look_ < never_due) look_ = now + raw_due;
  } else if (const auto* no = std::get_if<RefusedCommand>(&decoded);
             no != nullptr && no->command == raw_command) {
    look_ = never_due;
    failure_ = "its firmware refuses the raw stream; measure: heart_rate is what it can give";
  }
}

Arrival LiveProtocol::deadline() const { return std::min({greet_, begin_, battery_, look_}); }

void LiveProtocol::due(Arrival now, device::Outbox& out) {
  if (now >= greet_) return greet(now, out);
  if (now >= battery_) {
    send(read_battery(), out);
    battery_ = now + battery_every;
  }
  if (now >= begin_) return measure(now, out);
  if (now < look_) return;
  if (measure_ == Measure::heart_rate) {
    if (turn_ == Turn::spot) take_spot(spot_.due(now), out);
    else take(rate_.due(now), out);
    return take_turns(now, out);
  }
  if (now - heard_ >= raw_give_up) {
    look_ = never_due;
    failure_ = "it has sent no sample for 30 s, whatever it was asked";
    return send(stop_raw(), out);
  }
  if (!answered_) long_form_ = !long_form_;
  if (now - heard_ >= raw_restart) send(stop_raw(), out);
  start_raw_stream(now, out);
}

void LiveProtocol::end(Arrival now, device::Outbox& out) {
  const bool measures = greet_ == never_due && begin_ == never_due;
  greet_ = begin_ = battery_ = never_due;
  // Twice: some firmwares let one pass, and nobody will be there to say it again.
  if (turn_ == Turn::spot) {
    for (int k = 0; k < 2; ++k) send(spot_.stop_packet(), out);
  } else if (turn_ == Turn::yielding) {
    for (int k = 0; k < 2; ++k) send(rate_.stop_packet(), out);
  } else if (measure_ == Measure::heart_rate) {
    const auto step = rate_.stop(now);
    for (int k = 0; k < 2 && step.send; ++k) send(*step.send, out);
  } else if (measures) {
    for (int k = 0; k < 2; ++k) send(stop_raw(), out);
  }
  turn_ = Turn::rate;
  look_ = never_due;
}

}  // namespace ib::colmi
