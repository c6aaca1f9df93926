#include "vring/colmi_ring.hpp"

#include "colmi/frame.hpp"
#include "colmi/messages.hpp"
#include "colmi/uuid.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace ib::vring {
namespace {

using namespace std::chrono_literals;
namespace uuid = colmi::uuid;

constexpr std::size_t most_on_the_way = 256;   // a ring's own memory
constexpr double smoothed_over = 8;            // beats, in the firmware's average
constexpr double red_share = 0.01, light = 4;  // counts that its converter shows of a wave's
constexpr std::array<int, 5> charge_jumps{0, -9, 4, 14, -3};  // %, of what it tells
constexpr int charge = 71;

enum : std::uint8_t {
  set_time = 0x01,
  rate_log = 0x15,
  step_log = 0x43,
  battery = 0x03,
  power_off = 0x08,
  rate_stream = 0x1E,
  measurement = 0x69,
  stop_measurement = 0x6A,
  raw_stream = 0xA1,
  reset = 0xFF,
};
enum : std::uint8_t { single_type = 1, spo2_type = 3, realtime_type = 6, stress_type = 8 };
constexpr std::uint8_t start_action = 1, start_25_action = 0x25;

/// Twelve bits of two's complement, as two bytes hold them.
wire::Packet& twelve_bits(wire::Packet& to, double g) {
  const auto counts =
      std::clamp<long>(std::lround(g * colmi::RawAcceleration::counts_per_g), -2048, 2047);
  const auto bits = static_cast<unsigned>(counts) & 0xFFFU;
  return to.u8(static_cast<std::uint8_t>(bits >> 4U)).u8(static_cast<std::uint8_t>(bits & 15U));
}

/// Most significant byte first, as the raw stream has it.
wire::Packet& big_endian(wire::Packet& to, double counts) {
  const auto value = static_cast<unsigned>(std::clamp(std::lround(counts), 0L, 65535L));
  return to.u8(static_cast<std::uint8_t>(value >> 8U)).u8(static_cast<std::uint8_t>(value & 0xFFU));
}

}  // namespace

ColmiRing::ColmiRing(boost::asio::io_context& io, std::string address, std::string name,
                     const virtual_ring::Options& wearer, const RadioOptions& radio,
                     const ColmiFirmware& firmware, std::chrono::steady_clock::time_point start)
    : address_(std::move(address)),
      name_(std::move(name)),
      wearer_(wearer),
      firmware_(firmware),
      start_(start),
      wave_(wearer),
      heart_(wearer),
      beat_(heart_.next()),
      average_s_(seconds(beat_.rr)),
      radio_(radio, wearer.seed, address_),
      rate_timer_(io),
      burst_timer_(io),
      radio_timer_(io),
      memory_(wearer) {}

std::vector<GattService> ColmiRing::services() const {
  return {{std::string(uuid::command_service),
           {{std::string(uuid::command_write), {"write-without-response", "write"}},
            {std::string(uuid::command_notify), {"notify"}}}},
          {std::string(uuid::big_data_service),
           {{std::string(uuid::big_data_write), {"write-without-response", "write"}},
            {std::string(uuid::big_data_notify), {"notify"}}}}};
}

Time ColmiRing::now() const { return Time{} + (std::chrono::steady_clock::now() - start_); }

Anchor ColmiRing::clock() const {
  return Anchor::of_rate(firmware_.raw_hz * (1 + wearer_.ppm * 1e-6), Time{});
}

void ColmiRing::disconnected() {
  end();
  radio_timer_.cancel();
  const auto is_of_log = [](const OnTheWay& one) {
    const auto command = std::to_integer<std::uint8_t>(one.bytes[0]);
    return !one.from_other && (command == rate_log || command == step_log);
  };
  if (firmware_.stale_logs)
    std::copy_if(on_the_way_.begin(), on_the_way_.end(), std::back_inserter(stale_), is_of_log);
  for (const auto& one : on_the_way_) totals_.raw_lost += one.kind == Kind::raw ? 1 : 0;
  on_the_way_.clear();
  voice_ = nullptr;
  listening_ = listening_other_ = false;
}

void ColmiRing::subscribed(std::string_view characteristic, bool on) {
  if (characteristic == uuid::command_notify) listening_ = on;
  if (characteristic == uuid::big_data_notify) listening_other_ = on;
}

std::string ColmiRing::written(std::string_view characteristic, wire::Bytes value) {
  const bool other = characteristic == uuid::big_data_write;
  if (!other && characteristic != uuid::command_write) return "org.bluez.Error.NotPermitted";
  if (other) {
    hear_big(value);
    return {};
  }
  if (value.size() == colmi::frame_size && colmi::checksum(value.first(colmi::frame_size - 1)) ==
                                               std::to_integer<std::uint8_t>(value.back()))
    hear(value);
  return {};
}

void ColmiRing::hear(wire::Bytes frame) {
  wire::Reader in(frame);
  const auto command = in.u8(), first = in.u8(), second = in.u8();
  totals_.commands.insert(command);
  switch (command) {
    case rate_log: {
      wire::Reader day(frame.subspan(1));
      return tell_rates(day.u32());
    }
    case step_log: return tell_steps(first);
    case set_time:
      ++totals_.clock_set;
      return reply({set_time, 0, 1, 0, 0x22, 0, 0, 0, 0, 1, 0, 0x30, 1, 0, 0x10});
    case battery: {
      ++totals_.battery_asked;
      const auto jump = charge_jumps[charge_told_++ % charge_jumps.size()];
      return reply({battery, static_cast<std::uint8_t>(charge + jump), 0});
    }
    case measurement: return measure(first, second);
    case stop_measurement:
      ++totals_.stopped;
      if (way_ != Way::stream) end();
      return reply({stop_measurement, first});
    case rate_stream: return stream(first);
    case raw_stream: return control_raw(first);
    case power_off:
    case reset: ++totals_.forbidden; return;
    default: ++totals_.refused; return reply({static_cast<std::uint8_t>(command | 0x80U), 0xEE});
  }
}

void ColmiRing::measure(std::uint8_t type, std::uint8_t action) {
  if (firmware_.spots.count(type) > 0) {
    const bool starts =
        action == start_25_action || (action == start_action && !firmware_.spots_by_25);
    if (!starts) return;
    spot_type_ = type;
    return begin(Way::spot);
  }
  const bool known = type == single_type || (type == realtime_type && firmware_.realtime);
  if (!known) {
    ++totals_.refused;
    return reply({measurement | 0x80, 0xEE});
  }
  if (action == start_action) return begin(type == realtime_type ? Way::realtime : Way::single);
  if (action == 3 && type == realtime_type && way_ == Way::realtime) {
    ++totals_.continued;
    ends_at_ = now() + firmware_.realtime_for;
  }
}

void ColmiRing::stream(std::uint8_t action) {
  if (!firmware_.stream) {
    ++totals_.refused;
    return reply({rate_stream | 0x80, 0xEE});
  }
  if (action == 1) return begin(Way::stream);
  if (action == 2) {
    ++totals_.stopped;
    return end();
  }
  if (action == 3 && way_ == Way::stream) {
    ++totals_.continued;
    ends_at_ = now() + firmware_.stream_for;
  }
}

void ColmiRing::control_raw(std::uint8_t action) {
  if (!firmware_.raw) {
    ++totals_.refused;
    return reply({raw_stream, 0xFF});
  }
  if (action == 2) {
    ++totals_.stopped;
    return end();
  }
  if (action != 4) return;
  ++totals_.started;
  end();
  raw_ = true;
  const auto first = std::ceil(seconds(now() - Time{}) * clock().rate_hz());
  next_burst_ = std::max(next_burst_, static_cast<std::uint64_t>(std::max(0.0, first)));
  plan_burst();
}

/// One optical measurement at a time.
void ColmiRing::begin(Way way) {
  ++totals_.started;
  end();
  way_ = way;
  warm_at_ = now() + firmware_.warms_up;
  const auto lasts = way == Way::realtime ? firmware_.realtime_for
                     : way == Way::stream ? firmware_.stream_for
                                          : firmware_.single_for;
  ends_at_ = now() + lasts;
  next_rate_ = now();
  plan_rate();
}

void ColmiRing::end() {
  way_ = Way::none;
  raw_ = false;
  rate_timer_.cancel();
  burst_timer_.cancel();
}

void ColmiRing::plan_rate() {
  next_rate_ = next_rate_ + Duration{way_ == Way::realtime ? 500ms : 1000ms};
  rate_timer_.expires_at(start_ + (next_rate_ - Time{}));
  rate_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || way_ == Way::none) return;
    if (now() >= ends_at_) return end();
    tell_rate();
    plan_rate();
  });
}

void ColmiRing::tell_rate() {
  if (way_ == Way::spot) {
    const bool has = worn_ && now() >= warm_at_;
    const std::uint8_t error = worn_ ? 0 : 1;
    return reply({measurement, spot_type_, error, has ? spot_value(spot_type_) : std::uint8_t{0}},
                 Kind::spot);
  }
  const std::uint8_t bpm = !worn_ || now() < warm_at_ ? std::uint8_t{0} : rate_bpm();
  const std::uint8_t error = worn_ ? 0 : 1;
  if (way_ == Way::stream) return reply({rate_stream, error, bpm}, Kind::rate);
  const std::uint8_t type = way_ == Way::realtime ? realtime_type : single_type;
  reply({measurement, type, error, bpm}, Kind::rate);
}

std::uint8_t ColmiRing::spot_value(std::uint8_t type) const {
  const auto of_wearer = static_cast<unsigned>(wearer_.seed % 4);
  const unsigned least = type == spo2_type ? 95 : type == stress_type ? 31 : 42;
  return static_cast<std::uint8_t>(least + of_wearer);
}

/// What a firmware makes of the beats so far: an average that forgets slowly, in whole beats.
std::uint8_t ColmiRing::rate_bpm() {
  for (; beat_.pulse <= now(); beat_ = heart_.next())
    average_s_ += (seconds(beat_.rr) - average_s_) / smoothed_over;
  return static_cast<std::uint8_t>(std::clamp<long>(std::lround(60 / average_s_), 30, 220));
}

void ColmiRing::plan_burst() {
  burst_timer_.expires_at(start_ + (clock().at(next_burst_) - Time{}));
  burst_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !raw_) return;
    burst();
    plan_burst();
  });
}

void ColmiRing::burst() {
  std::array<float, 1> counts{};
  std::array<float, 3> g{};
  wave_.fill(next_burst_++, clock(), counts, g);
  ++totals_.bursts;
  double green = worn_ ? static_cast<double>(counts[0]) / light : 1, red = green * red_share;
  if (holes_ > 0) {
    --holes_;
    ++totals_.holes;
    green = red = 0;
  }
  const bool other = firmware_.raw_on_other;
  wire::Packet of_red{raw_stream, 1}, of_green{raw_stream, 2}, of_hand{raw_stream, 3};
  reply(big_endian(of_red, red), Kind::raw, other);
  reply(big_endian(of_green, green), Kind::raw, other);
  for (const auto axis : {1U, 2U, 0U}) twelve_bits(of_hand, static_cast<double>(g[axis]));
  reply(of_hand, Kind::raw, other);
}

void ColmiRing::babble(unsigned frames) {
  for (; frames > 0; --frames) {
    ++totals_.bad;
    reply({0x5E, 1, 2, 3});
  }
}

void ColmiRing::reply(const wire::Packet& first_bytes, Kind kind, bool from_other) {
  wire::Packet frame(first_bytes);
  frame.pad(colmi::frame_size - 1);
  frame.u8(colmi::checksum(frame));
  if (kind == Kind::other) return send(frame, kind, from_other);
  if (corrupts_ > 0) {
    --corrupts_;
    ++totals_.bad;
    std::array<std::byte, colmi::frame_size> spoilt{};
    std::copy_n(frame.bytes().begin(), spoilt.size(), spoilt.begin());
    spoilt[7] ^= std::byte{0x10};
    return send(spoilt, kind, from_other);
  }
  if (cuts_ > 0) {
    --cuts_;
    ++totals_.bad;
    return send(frame.bytes().first(11), kind, from_other);
  }
  send(frame, kind, from_other);
}

void ColmiRing::send(wire::Bytes frame, Kind kind, bool from_other) {
  if (voice_ == nullptr || !(from_other ? listening_other_ : listening_)) return;
  const auto arrival = now() < silent_until_ ? std::nullopt : radio_.arrival(now());
  if (!arrival || on_the_way_.size() == most_on_the_way) {
    totals_.raw_lost += kind == Kind::raw ? 1 : 0;
    return;
  }
  OnTheWay one;
  one.arrival = *arrival;
  one.n = std::min(frame.size(), one.bytes.size());
  one.kind = kind;
  one.from_other = from_other;
  std::copy_n(frame.begin(), one.n, one.bytes.begin());
  on_the_way_.push_back(one);
  if (on_the_way_.size() == 1) deliver();
}

void ColmiRing::deliver() {
  if (on_the_way_.empty()) return;
  radio_timer_.expires_at(start_ + (on_the_way_.front().arrival - Time{}));
  radio_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || voice_ == nullptr) return;
    while (!on_the_way_.empty() && on_the_way_.front().arrival <= now()) {
      const auto& one = on_the_way_.front();
      const auto from = one.from_other ? uuid::big_data_notify : uuid::command_notify;
      const bool heard = voice_->notify(from, wire::Bytes(one.bytes).first(one.n));
      if (one.kind == Kind::raw) ++(heard ? totals_.raw_sent : totals_.raw_lost);
      if (one.kind == Kind::rate && heard) ++totals_.rates;
      if (one.kind == Kind::spot && heard) ++totals_.spots;
      on_the_way_.pop_front();
    }
    deliver();
  });
}

}  // namespace ib::vring
