#include "vring/viatom_ring.hpp"

#include "viatom/uuid.hpp"
#include "wire/packet.hpp"
#include "wire/reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ib::vring {
namespace {

using namespace std::chrono_literals;
using viatom::Generation;

constexpr std::size_t most_samples = 500;     // a ring's own memory: four seconds
constexpr std::size_t most_on_the_way = 512;  // pieces
constexpr Duration measuring_takes = 10ms;
constexpr std::uint8_t charge_percent = 64, spo2_percent = 97, records = 3;
constexpr double middle = 128, height = 60;  // of 8 bits, and what a pulse takes of them

enum : std::uint8_t { live = 0x04, set_up = 0x10, set_time = 0xC0, authenticate = 0xFF };
enum : std::uint8_t { real_time = 0x1B };  // of an O2Ring

std::size_t piece_bytes(Generation generation) {
  return generation == Generation::o2ring ? 20 : 244;
}

void append(std::vector<std::byte>& to, wire::Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

ViatomRing::ViatomRing(boost::asio::io_context& io, std::string address, std::string name,
                       viatom::Generation generation, const virtual_ring::Options& wearer,
                       const RadioOptions& radio, std::chrono::steady_clock::time_point start)
    : address_(std::move(address)),
      name_(std::move(name)),
      generation_(generation),
      wearer_(wearer),
      start_(start),
      wave_(wearer),
      radio_(radio, wearer.seed, address_),
      radio_timer_(io) {}

std::vector<GattService> ViatomRing::services() const {
  const auto& gatt = viatom::gatt_of(generation_);
  return {{std::string(gatt.service),
           {{std::string(gatt.write), {"write", "write-without-response"}},
            {std::string(gatt.notify), {"notify"}}}}};
}

Time ViatomRing::now() const { return Time{} + (std::chrono::steady_clock::now() - start_); }

Anchor ViatomRing::clock() const {
  return Anchor::of_rate(wearer_.rate_hz * (1 + wearer_.ppm * 1e-6), Time{});
}

void ViatomRing::connected(Voice& voice) {
  voice_ = &voice;
  authenticated_ = generation_ == Generation::o2ring;
  const auto passed = seconds(now() - Time{}) * clock().rate_hz();
  next_sample_ = std::max(next_sample_, static_cast<std::uint64_t>(std::max(0.0, passed)));
}

void ViatomRing::disconnected() {
  voice_ = nullptr;
  listening_ = false;
  radio_timer_.cancel();
  on_the_way_.clear();
}

void ViatomRing::subscribed(std::string_view characteristic, bool on) {
  if (characteristic == viatom::gatt_of(generation_).notify) listening_ = on;
}

std::string ViatomRing::written(std::string_view characteristic, wire::Bytes value) {
  if (characteristic != viatom::gatt_of(generation_).write) return "org.bluez.Error.NotPermitted";
  const auto lead =
      std::byte{static_cast<std::uint8_t>(generation_ == Generation::o2ring ? 0xAA : 0xA5)};
  wire::Reader in(value);
  const auto first = in.u8();
  const auto command = in.u8(), complement = in.u8();
  in.skip(1);
  const auto sequence = in.u8();
  const std::size_t length = in.u16();
  in.skip(length + 1);
  const bool sound =
      in.ok() && std::byte{first} == lead && complement == (command ^ 0xFFU) &&
      value.size() == viatom::envelope_bytes + length &&
      std::to_integer<std::uint8_t>(value.back()) == viatom::crc8(value.first(value.size() - 1));
  if (!sound) return {};  // it does not answer what it can't read
  if (to_ignore_ > 0) {
    --to_ignore_;
    ++totals_.ignored;
    return {};
  }
  if (generation_ == Generation::o2ring) {
    if (command == real_time) answer_live(0);
    return {};
  }
  if (command == authenticate) {
    authenticated_ = length == 16;
    return {};
  }
  if (!authenticated_) {
    ++totals_.unauthenticated;
    return {};
  }
  if (command == set_time) totals_.clock_set = true;
  if (command == live) answer_live(sequence);
  else if (command == set_up || command == set_time) answer(command, sequence, {});
  return {};
}

/// Of an O2Ring-S.
void ViatomRing::answer(std::uint8_t command, std::uint8_t sequence, wire::Bytes payload) {
  Bytes frame;
  wire::Packet head{0xA5, command, static_cast<std::uint8_t>(~command), 1, sequence};
  append(frame, head.u16(static_cast<std::uint16_t>(payload.size())));
  append(frame, payload);
  frame.push_back(std::byte{viatom::crc8(frame)});
  reply(frame, 0);
}

/// The samples since the last reply; what its memory could not hold is gone.
ViatomRing::Bytes ViatomRing::waveform() {
  const auto rate = clock();
  const double passed = seconds(now() - measuring_takes - Time{}) * rate.rate_hz();
  const auto end = static_cast<std::uint64_t>(std::max(0.0, passed));
  if (end <= next_sample_) return {};
  if (end - next_sample_ > most_samples) next_sample_ = end - most_samples;
  const auto n = static_cast<std::size_t>(end - next_sample_);
  std::vector<float> counts(n);
  wave_.fill(next_sample_, rate, counts, {});
  next_sample_ = end;
  Bytes bytes;
  for (const auto c : counts) {
    const double pulse =
        (static_cast<double>(c) - virtual_ring::rest_counts) / virtual_ring::pulse_counts;
    const auto up = std::lround(std::clamp(middle + height * pulse, 0.0, 255.0));
    bytes.push_back(static_cast<std::byte>(255 - up));
  }
  return bytes;
}

std::uint8_t ViatomRing::hr_bpm() const {
  return worn_ ? static_cast<std::uint8_t>(std::lround(wearer_.hr_bpm)) : 0;
}

void ViatomRing::answer_live(std::uint8_t sequence) {
  const auto samples = worn_ ? waveform() : Bytes{};
  const auto n = static_cast<std::uint16_t>(samples.size());
  wire::Packet values;
  Bytes frame;
  if (generation_ == Generation::o2ring_s) {
    values.u16(counter_++).pad(5).u8(records).u8(worn_ ? spo2_percent : 0).u8(0).u8(hr_bpm());
    values.pad(13).u8(charge_percent).pad(24).u16(n);
    const wire::Packet head{0xA5, live, static_cast<std::uint8_t>(~unsigned{live}), 1, sequence};
    append(frame, head);
  } else {
    values.u8(worn_ ? spo2_percent : 0)
        .u16(hr_bpm())
        .u8(charge_percent)
        .u8(0)
        .u8(30)
        .u8(worn_ ? 1 : 0);
    values.pad(10).u16(n);
    append(frame, wire::Packet{0x55, 0x00, 0xFF, 0, 0});
  }
  append(frame, wire::Packet{}.u16(static_cast<std::uint16_t>(values.size() + n)));
  append(frame, values);
  append(frame, samples);
  frame.push_back(std::byte{viatom::crc8(frame)});
  reply(frame, n);
}

/// Whole or not at all: a piece that is lost breaks it.
void ViatomRing::reply(const Bytes& whole, std::size_t samples) {
  if (voice_ == nullptr || !listening_) return;
  auto frame = whole;
  bool broken = to_spoil_ > 0 && samples > 0;
  if (broken) {
    --to_spoil_;
    frame.back() ^= std::byte{0x55};
  }
  const auto most = piece_bytes(generation_);
  for (std::size_t at = 0; at < frame.size(); at += most) {
    const auto n = static_cast<std::ptrdiff_t>(std::min(most, frame.size() - at));
    const auto begin = frame.begin() + static_cast<std::ptrdiff_t>(at);
    const auto arrival = radio_.arrival(now());
    if (!arrival || on_the_way_.size() == most_on_the_way) {
      broken = true;
      continue;
    }
    on_the_way_.push_back({*arrival, Bytes(begin, begin + n)});
    if (on_the_way_.size() == 1) deliver();
  }
  if (samples == 0) return;
  ++(broken ? totals_.broken : totals_.replies);
  (broken ? totals_.lost_samples : totals_.samples) += samples;
}

void ViatomRing::deliver() {
  if (on_the_way_.empty()) return;
  radio_timer_.expires_at(start_ + (on_the_way_.front().arrival - Time{}));
  radio_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || voice_ == nullptr) return;
    const auto& notify = viatom::gatt_of(generation_).notify;
    while (!on_the_way_.empty() && on_the_way_.front().arrival <= now()) {
      voice_->notify(notify, on_the_way_.front().bytes);
      on_the_way_.pop_front();
    }
    deliver();
  });
}

}  // namespace ib::vring
