#include "viatom/live_protocol.hpp"

#include <algorithm>
#include <utility>

namespace ib::viatom {

LiveProtocol::LiveProtocol(Generation generation, std::function<WallTime()> wall)
    : generation_(generation),
      wall_(std::move(wall)),
      wanted_{{{gatt_of(generation).service, gatt_of(generation).notify}}},
      replies_(generation) {}

/// The O2Ring takes at most 20 bytes at once; the requests that are sent to it here are shorter.
void LiveProtocol::send(const wire::Packet& request, device::Outbox& out) {
  const auto& gatt = gatt_of(generation_);
  out.send({gatt.service, gatt.write, request, false});
}

void LiveProtocol::begin(Arrival now, device::Outbox& out) {
  replies_.reset();
  failure_.clear();
  in_vain_ = 0;
  sequence_ = 0;
  stage_ = Stage::polling;
  if (generation_ == Generation::o2ring_s) {
    send(o2ring_s::authenticate(wall_().unix_s, sequence_++), out);
    stage_ = Stage::set_up;
  }
  ask(now, out);
}

void LiveProtocol::ask(Arrival now, device::Outbox& out) {
  replies_.reset();  // the rest of an abandoned reply must not become the head of the next
  if (generation_ == Generation::o2ring) send(o2ring::ask_real_time(), out);
  else if (stage_ == Stage::set_up) send(o2ring_s::set_up(sequence_++), out);
  else if (stage_ == Stage::set_time) send(o2ring_s::set_time(wall_().local, sequence_++), out);
  else send(o2ring_s::ask_live(sequence_++), out);
  waiting_ = true;
  asked_ = now;
  next_ = now + answer_within;
}

void LiveProtocol::received(std::uint8_t, wire::Bytes value, Arrival now, device::Outbox& out) {
  bool answered = false;
  replies_.push(value);
  while (replies_.next()) answered = true;
  if (!answered || !waiting_) return;
  waiting_ = false;
  in_vain_ = 0;
  if (stage_ == Stage::polling) {
    next_ = std::max(now, asked_ + poll_every(generation_));
    return;
  }
  stage_ = stage_ == Stage::set_up ? Stage::set_time : Stage::polling;
  ask(now, out);
}

void LiveProtocol::due(Arrival now, device::Outbox& out) {
  if (now < next_) return;
  if (waiting_) {
    if (++in_vain_ == most_in_vain) {
      failure_ = "it does not answer";
      waiting_ = false;
      next_ = never_due;
      return;
    }
    if (stage_ != Stage::polling)
      stage_ = stage_ == Stage::set_up ? Stage::set_time : Stage::polling;
  }
  ask(now, out);
}

/// It measures for as long as it is worn; nothing has to be ended on it.
void LiveProtocol::end(Arrival, device::Outbox&) {
  waiting_ = false;
  next_ = never_due;
}

}  // namespace ib::viatom
