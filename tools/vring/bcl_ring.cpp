#include "vring/bcl_ring.hpp"

#include "bcl/uuid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace ib::vring {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t samples_in_frame = 5;
constexpr double counts_per_g = 1000;
constexpr std::size_t most_on_the_way = 512;  // a ring's own memory
constexpr std::size_t most_intervals = 8;
constexpr std::uint64_t up_ms = 1'700'000'000'000;  // what its clock shows at the start
constexpr Duration measuring_takes = 4ms;           // from the last sample to the frame

enum : std::uint8_t { set_clock = 0x10, version = 0x11, battery = 0x12 };
enum : std::uint8_t { heart_rate = 0x31, sensors = 0x3C };
enum : std::uint8_t { status = 0, wave = 1, rr = 2 };  // of 31
enum : std::uint8_t { begun = 1, samples = 2 };        // of 3C
constexpr double room_degc = 24;

void append_axes(wire::Packet& out, std::span<const float> g) {
  for (const float axis : g) {
    const auto value = std::lround(static_cast<double>(axis) * counts_per_g);
    out.u16(static_cast<std::uint16_t>(std::clamp<long>(value, INT16_MIN, INT16_MAX)));
  }
}

}  // namespace

BclRing::BclRing(boost::asio::io_context& io, std::string address, std::string name,
                 const virtual_ring::Options& wearer, const RadioOptions& radio,
                 std::chrono::steady_clock::time_point start)
    : address_(std::move(address)),
      name_(std::move(name)),
      wearer_(wearer),
      start_(start),
      clock_(clock_of(wearer.ppm, Time{}, 0)),
      ppm_(wearer.ppm),
      wave_(wearer),
      heart_(wearer),
      beat_(heart_.next()),
      radio_(radio, wearer.seed, address_),
      frame_timer_(io),
      radio_timer_(io) {}

std::vector<GattService> BclRing::services() const {
  return {{std::string(bcl::uuid::service),
           {{std::string(bcl::uuid::write), {"write-without-response"}},
            {std::string(bcl::uuid::notify), {"notify"}}}}};
}

Time BclRing::now() const { return Time{} + (std::chrono::steady_clock::now() - start_); }

Anchor BclRing::clock_of(double ppm, Time start, std::uint64_t index) const {
  return Anchor::of_rate(wearer_.rate_hz * (1 + ppm * 1e-6), start, index);
}

std::uint64_t BclRing::device_ms(Time t) const {
  const double passed = seconds(t - told_time_) * 1000 * (1 + ppm_ * 1e-6);
  return up_ms + static_cast<std::uint64_t>(std::llround(shown_ms_ + passed));
}

std::optional<Numbered> BclRing::numbered(wire::Bytes value) const {
  if (value.size() < 5) return std::nullopt;
  const auto command = std::to_integer<std::uint8_t>(value[2]),
             sub = std::to_integer<std::uint8_t>(value[3]),
             number = std::to_integer<std::uint8_t>(value[4]);
  if (command == sensors && sub == samples) return Numbered{"wave", number, measurement_};
  if (command != heart_rate) return std::nullopt;
  switch (sub) {
    case wave: return Numbered{"wave", number, measurement_};
    case rr: return Numbered{"rr", number, measurement_};
    default: return std::nullopt;
  }
}

void BclRing::disconnected() {
  left_measuring_ = measuring_ != Measures::nothing;
  end();
  voice_ = nullptr;
  listening_ = false;
}

void BclRing::subscribed(std::string_view characteristic, bool on) {
  if (characteristic == bcl::uuid::notify) listening_ = on;
}

std::string BclRing::written(std::string_view characteristic, wire::Bytes value) {
  if (characteristic != bcl::uuid::write) return "org.bluez.Error.NotPermitted";
  wire::Reader in(value);
  const auto zero = in.u8();
  id_ = in.u8();
  const auto command = in.u8(), sub = in.u8();
  if (!in.ok() || zero != 0) return {};  // it does not answer what it can't read
  const wire::Packet head{0, id_, command, sub};
  if (command == set_clock && sub == 2) {
    const auto asked = in.u64();
    if (in.ok()) answer(wire::Packet(head).u64(asked).u64(device_ms(now())).u64(device_ms(now())));
  } else if (command == set_clock && sub == 0) {
    answer(head);
  } else if (command == version) {
    answer(wire::Packet(head).u8('1').u8('.').u8('0'));
  } else if (command == battery && sub == 0) {
    answer(wire::Packet(head).u8(85));
  } else if (command == heart_rate && sub == 0) {
    asked_for_intervals(in);
  } else if (command == heart_rate && sub == (old_firmware_ ? 2 : 4)) {
    if (measuring_ == Measures::intervals) end();
    answer(head);
  } else if (command == sensors && sub == 0 && !old_firmware_) {
    asked_for_sensors(in);
  } else if (command == sensors && sub == 4 && !old_firmware_) {
    if (measuring_ == Measures::sensors) end();
    answer(head);
  }
  return {};
}

void BclRing::asked_for_intervals(wire::Reader in) {
  in.skip(2);
  gives_wave_ = in.u8() != 0;
  in.skip(1);
  gives_rr_ = in.u8() != 0;
  if (!in.ok()) return;
  if (worn_) begin(Measures::intervals);
  else answer(wire::Packet{0, id_, heart_rate, status, 0});
}

void BclRing::asked_for_sensors(wire::Reader in) {
  in.skip(5);
  gives_wave_ = in.u8() != 0;
  gives_rr_ = false;
  in.skip(1);
  if (!in.ok()) return;
  if (!worn_) return answer(wire::Packet{0, id_, heart_rate, status, 0});
  begin(Measures::sensors);
  answer(wire::Packet{0, id_, sensors, begun}.u64(device_ms(now())).u8(0));
}

void BclRing::answer(const wire::Packet& reply) { send(reply, now(), false); }

void BclRing::begin(Measures what) {
  end();
  measuring_ = what;
  wave_seq_ = rr_seq_ = 0;
  ++measurement_;
  any_beat_ = false;
  const auto first = std::ceil(static_cast<double>(clock_.index) +
                               seconds(now() - Time{clock_.t_ns}) * clock_.rate_hz());
  next_sample_ = std::max(next_sample_, static_cast<std::uint64_t>(std::max(0.0, first)));
  while (beat_.pulse <= now()) beat_ = heart_.next();
  plan_frame();
}

void BclRing::end() {
  measuring_ = Measures::nothing;
  frame_timer_.cancel();
  radio_timer_.cancel();
  for (const auto& one : on_the_way_) totals_.dropped += one.samples ? 1 : 0;
  on_the_way_.clear();
}

void BclRing::wear(bool on) {
  if (std::exchange(worn_, on) == on) return;
  send(wire::Packet{0, id_, heart_rate, status, static_cast<std::uint8_t>(on ? 1 : 0)}, now(),
       false);
}

bool BclRing::put_on(bool on) {
  wear(on);
  return true;
}

bool BclRing::halt() {
  end();
  return true;
}

/// Samples go on from where the old rate has them.
bool BclRing::drift(double ppm) {
  const Time at = now();
  shown_ms_ += seconds(at - told_time_) * 1000 * (1 + ppm_ * 1e-6);
  told_time_ = at;
  clock_ = clock_of(ppm, clock_.at(next_sample_), next_sample_);
  ppm_ = ppm;
  if (measuring_ != Measures::nothing) plan_frame();
  return true;
}

void BclRing::silence(std::chrono::milliseconds length) { silent_until_ = now() + length; }

void BclRing::plan_frame() {
  const Time ready = clock_.at(next_sample_ + samples_in_frame - 1) + measuring_takes;
  frame_timer_.expires_at(start_ + (ready - Time{}));
  frame_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || measuring_ == Measures::nothing) return;
    frame();
    plan_frame();
  });
}

void BclRing::frame() {
  std::array<float, samples_in_frame> counts{};
  std::array<float, std::size_t{3} * samples_in_frame> g{};
  wave_.fill(next_sample_, clock_, counts, g);
  const Time taken = clock_.at(next_sample_ + samples_in_frame - 1);
  next_sample_ += samples_in_frame;
  const Time ready = taken + measuring_takes;
  if (gives_wave_ && worn_) {
    if (measuring_ == Measures::sensors) send_frame(sensor_frame(counts, g, taken), ready);
    else send_frame(wave_frame(counts, g), ready);
  }
  if (gives_rr_ && worn_) intervals(taken);
}

wire::Packet BclRing::wave_frame(std::span<const float> counts, std::span<const float> g) {
  wire::Packet out{0, id_, heart_rate, wave, wave_seq_++, samples_in_frame};
  for (std::size_t k = 0; k < samples_in_frame; ++k) {
    out.u32(static_cast<std::uint32_t>(counts[k]));
    append_axes(out, g.subspan(3 * k, 3));
  }
  return out;
}

/// Its time is that of its last sample. The first thermometer is that of the finger, the others are further out.
std::vector<std::byte> BclRing::sensor_frame(std::span<const float> counts,
                                             std::span<const float> g, Time taken) {
  std::vector<std::byte> out;
  const auto add = [&out](const wire::Packet& part) {
    const auto bytes = part.bytes();
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  add(wire::Packet{0, id_, sensors, samples, wave_seq_++, samples_in_frame}.u64(device_ms(taken)));
  for (std::size_t k = 0; k < samples_in_frame; ++k) {
    wire::Packet sample;
    sample.u32(static_cast<std::uint32_t>(counts[k]));
    for (const double colour : {0.8, 1.2})
      sample.u32(static_cast<std::uint32_t>(colour * static_cast<double>(counts[k])));
    append_axes(sample, g.subspan(3 * k, 3));
    append_axes(sample, std::array<float, 3>{});  // it does not turn
    const double finger = finger_degc(taken);
    for (const double degc : {finger, 0.5 * (finger + room_degc), room_degc})
      sample.u16(static_cast<std::uint16_t>(std::lround(1000 * degc)));
    add(sample);
  }
  return out;
}

double BclRing::finger_degc(Time t) {
  return 33 + 0.2 * std::sin(2 * std::numbers::pi * seconds(t - Time{}) / 60);
}

void BclRing::send_frame(wire::Bytes out, Time ready) {
  ++totals_.frames;
  if (cuts_ > 0) {
    --cuts_;
    ++totals_.cut;
    return send(out.first(out.size() - 3), ready, true);
  }
  send(out, ready, true);
  if (repeats_ == 0) return;
  --repeats_;
  ++totals_.repeated;
  send(out, ready, false);
}

/// Whole milliseconds; what rounding takes from one interval the next one gets.
void BclRing::intervals(Time until) {
  wire::Packet list;
  std::uint8_t n = 0;
  for (; beat_.pulse <= until && n < most_intervals; beat_ = heart_.next()) {
    const auto at = beat_.pulse.ns / 1'000'000;
    const auto length = at - std::exchange(told_ms_, at);
    if (!std::exchange(any_beat_, true)) continue;  // no beat before it was seen
    list.u16(static_cast<std::uint16_t>(std::clamp<std::int64_t>(length, 1, INT16_MAX)));
    ++n;
  }
  if (n == 0) return;
  totals_.intervals += n;
  send(wire::Packet{0, id_, heart_rate, rr, rr_seq_++, n}.append(list), until + measuring_takes,
       false);
}

void BclRing::send(wire::Bytes value, Time ready, bool samples) {
  if (voice_ == nullptr || !listening_) return;
  const auto arrival = ready < silent_until_ ? std::nullopt : radio_.arrival(ready);
  if (!arrival || on_the_way_.size() == most_on_the_way) {
    totals_.dropped += samples ? 1 : 0;
    return;
  }
  OnTheWay one;
  one.arrival = *arrival;
  one.n = std::min(value.size(), one.bytes.size());
  one.samples = samples;
  std::copy_n(value.begin(), one.n, one.bytes.begin());
  on_the_way_.push_back(one);
  if (on_the_way_.size() == 1) deliver();
}

void BclRing::deliver() {
  if (on_the_way_.empty()) return;
  radio_timer_.expires_at(start_ + (on_the_way_.front().arrival - Time{}));
  radio_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || voice_ == nullptr) return;
    while (!on_the_way_.empty() && on_the_way_.front().arrival <= now()) {
      const auto& one = on_the_way_.front();
      const bool heard = voice_->notify(bcl::uuid::notify, wire::Bytes(one.bytes).first(one.n));
      if (one.samples) ++(heard ? totals_.sent : totals_.dropped);
      on_the_way_.pop_front();
    }
    deliver();
  });
}

}  // namespace ib::vring
