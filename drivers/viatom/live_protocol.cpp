#include "viatom/live_protocol.hpp"

#include "viatom/decode.hpp"

#include <algorithm>
#include <utility>
#include <variant>

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
  waveform_ = now;
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

/// Always true.
bool LiveProtocol::has_told(bool wave, bool living, Arrival now) {
  if (wave || !living) waveform_ = now;
  return true;
}

/// Whether a whole reply is of what was asked.
bool LiveProtocol::answers(wire::Bytes frame, Arrival now) {
  if (generation_ == Generation::o2ring) {
    const auto decoded = decode_real_time(frame);
    const auto* told = std::get_if<RealTime>(&decoded);
    return told != nullptr && has_told(!told->waveform.empty(), told->finger, now);
  }
  const auto decoded = decode(frame);
  if (const auto* live = std::get_if<Live>(&decoded))
    return stage_ == Stage::polling &&
           has_told(!live->waveform.empty(), live->hr_bpm || live->spo2_percent, now);
  const auto* answer = std::get_if<Answer>(&decoded);
  return answer != nullptr && ((stage_ == Stage::set_up && answer->command == 0x10) ||
                               (stage_ == Stage::set_time && answer->command == 0xC0));
}

void LiveProtocol::give_up(std::string why) {
  failure_ = std::move(why);
  waiting_ = false;
  next_ = never_due;
}

void LiveProtocol::received(std::uint8_t, wire::Bytes value, Arrival now, device::Outbox& out) {
  bool answered = false;
  replies_.push(value);
  while (const auto frame = replies_.next()) answered = answers(*frame, now) || answered;
  if (!answered || !waiting_) return;
  waiting_ = false;
  in_vain_ = 0;
  if (now - waveform_ >= longest_without_wave) return give_up("it has sent no waveform for 30 s");
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
    if (++in_vain_ == most_in_vain) return give_up("it does not answer");
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
