#include "vring/polar.hpp"

#include "heart_rate/uuid.hpp"
#include "polar/settings.hpp"
#include "polar/uuid.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace ib::vring {
namespace {

using namespace std::chrono_literals;
using polar::Error;
using polar::Measurement;

constexpr std::uint64_t up_ns = 599'616'000'000'000'000;  // what its clock shows at the start: 2019
constexpr Duration measuring_takes = 6ms;                 // from the last sample to the frame
constexpr std::size_t most_on_the_way = 512;
constexpr double usual_ms = 1000;         // a beat whose waves have their usual places
constexpr float armband_step = 2.44e-4F;  // g of one step of compressed acceleration
constexpr std::array<Measurement, 4> all{Measurement::ecg, Measurement::ppg,
                                         Measurement::acceleration, Measurement::pp_interval};

enum : std::uint8_t { ask_settings = 1, start = 2, stop = 3, status = 5, sdk_status = 6 };
enum : std::uint8_t {
  of_rate = 0,
  of_resolution = 1,
  of_range = 2,
  of_channels = 4,
  of_factor = 5
};

/// A wave of the electrocardiogram.
struct EcgWave {
  double at_s, height_mv, width_s;
  bool follows_rate;  ///< its distance from the beat grows with the interval
};
constexpr std::array ecg_waves{EcgWave{-0.18, 0.12, 0.025, true},
                               EcgWave{-0.026, -0.08, 0.009, false}, EcgWave{0, 1.1, 0.011, false},
                               EcgWave{0.028, -0.2, 0.010, false},
                               EcgWave{0.30, 0.28, 0.050, true}};

void put(std::vector<std::byte>& to, std::uint64_t value, std::size_t bytes) {
  for (; bytes > 0; --bytes, value >>= 8U) to.push_back(static_cast<std::byte>(value & 0xFFU));
}
void put_signed(std::vector<std::byte>& to, long value, std::size_t bytes) {
  const long most = (1L << (8 * bytes - 1)) - 1;
  put(to, static_cast<std::uint64_t>(std::clamp(value, -most - 1, most)), bytes);
}

/// Bits at the bottom of `value` that tell it, with its sign.
unsigned width_of(std::int32_t value) {
  const auto magnitude = static_cast<std::uint32_t>(value < 0 ? ~value : value);
  return static_cast<unsigned>(std::bit_width(magnitude)) + 1;
}

/// One whole sample, then differences, all of one width: see drivers/polar/delta.hpp.
void put_compressed(std::vector<std::byte>& to, const std::vector<std::int32_t>& values,
                    std::size_t channels, std::size_t bytes_of_first) {
  for (std::size_t c = 0; c < channels; ++c) put_signed(to, values[c], bytes_of_first);
  unsigned width = 1;
  for (std::size_t k = channels; k < values.size(); ++k)
    width = std::max(width, width_of(values[k] - values[k - channels]));
  to.push_back(static_cast<std::byte>(width));
  to.push_back(static_cast<std::byte>(values.size() / channels - 1));
  std::uint64_t window = 0;
  unsigned held = 0;
  for (std::size_t k = channels; k < values.size(); ++k) {
    const auto difference = static_cast<std::uint32_t>(values[k] - values[k - channels]);
    window |= (std::uint64_t{difference} & ((std::uint64_t{1} << width) - 1)) << held;
    for (held += width; held >= 8; held -= 8, window >>= 8U)
      to.push_back(static_cast<std::byte>(window & 0xFFU));
  }
  if (held > 0) to.push_back(static_cast<std::byte>(window & 0xFFU));
}

}  // namespace

PolarSensor::PolarSensor(boost::asio::io_context& io, std::string address, std::string name,
                         const virtual_ring::Options& wearer, const RadioOptions& radio,
                         std::chrono::steady_clock::time_point start_time,
                         const PolarOptions& options)
    : io_(io),
      address_(std::move(address)),
      name_(std::move(name)),
      wearer_(wearer),
      options_(options),
      start_(start_time),
      light_(wearer),
      motion_(wearer),
      heart_(wearer),
      pulse_(wearer),
      pulse_beat_(pulse_.next()),
      moves_(virtual_ring::motion_of(wearer)),
      noise_(wearer.seed, address_ + "/ecg/noise"),
      radio_(radio, wearer.seed, address_),
      radio_timer_(io),
      ppm_(wearer.ppm),
      shown_ns_(up_ns) {
  for (std::size_t k = 0; k < all.size(); ++k) streams_.push_back(std::make_unique<Stream>(io));
}

std::vector<GattService> PolarSensor::services() const {
  namespace hr = heart_rate::uuid;
  return {
      {std::string(polar::uuid::service),
       {{std::string(polar::uuid::control), {"read", "write", "indicate"}},
        {std::string(polar::uuid::data), {"notify"}}}},
      {std::string(hr::battery_service), {{std::string(hr::battery_level), {"read", "notify"}}}}};
}

Time PolarSensor::now() const { return Time{} + (std::chrono::steady_clock::now() - start_); }

double PolarSensor::true_hz(const Stream& s) const { return s.hz * (1 + ppm_ * 1e-6); }

std::uint64_t PolarSensor::device_ns(Time t) const {
  const auto passed = (t - told_).count();
  return shown_ns_ + static_cast<std::uint64_t>(
                         passed + std::llround(static_cast<double>(passed) * ppm_ * 1e-6));
}

/// What it measures next stands where it would have; from there on its clock goes otherwise.
bool PolarSensor::drift(double ppm) {
  const Time at = now();
  shown_ns_ = device_ns(at);
  told_ = at;
  ppm_ = ppm;
  for (std::size_t k = 0; k < streams_.size(); ++k) {
    auto& s = *streams_[k];
    if (!s.running || s.hz <= 0) continue;
    s.clock = Anchor::of_rate(true_hz(s), s.clock.at(s.next), s.next);
    plan(static_cast<Measurement>(k));
  }
  return true;
}

bool PolarSensor::has(Measurement m) const {
  switch (m) {
    case Measurement::ecg: return options_.chest;
    case Measurement::ppg:
    case Measurement::pp_interval: return !options_.chest;
    case Measurement::acceleration: return true;
    default: return false;
  }
}

void PolarSensor::disconnected() {
  for (const auto m : all) end(m);
  radio_timer_.cancel();
  for (const auto& one : on_the_way_) totals_.dropped += one.samples > 0 ? 1 : 0;
  on_the_way_.clear();
  voice_ = nullptr;
  hears_control_ = hears_data_ = false;
}

void PolarSensor::subscribed(std::string_view characteristic, bool on) {
  if (characteristic == polar::uuid::control) hears_control_ = on;
  if (characteristic == polar::uuid::data) hears_data_ = on;
}

std::vector<std::byte> PolarSensor::read(std::string_view characteristic) {
  if (characteristic == heart_rate::uuid::battery_level) return {std::byte{85}};
  if (characteristic != polar::uuid::control) return {};
  std::uint8_t bits = 0;
  for (const auto m : all)
    if (has(m)) bits = static_cast<std::uint8_t>(bits | 1U << static_cast<unsigned>(m));
  return {std::byte{0x0F}, std::byte{bits}, std::byte{0}};
}

std::string PolarSensor::written(std::string_view characteristic, wire::Bytes value) {
  if (characteristic != polar::uuid::control) return "org.bluez.Error.NotPermitted";
  wire::Reader in(value);
  const auto operation = in.u8();
  if (mute_) return {};
  if (operation == status || operation == sdk_status) {
    answer(operation, 0, Error::none);
    return {};
  }
  const auto type = in.u8();
  const auto m = static_cast<Measurement>(type);
  if (!in.ok()) {
    answer(operation, type, Error::bad_length);
  } else if (operation < ask_settings || operation > stop) {
    answer(operation, type, Error::bad_operation);
  } else if (!has(m)) {
    answer(operation, type, Error::not_supported);
  } else if (operation == ask_settings) {
    answer(operation, type, Error::none, settings(m));
  } else if (operation == start) {
    const auto error = begin(m, in.rest());
    wire::Packet factor;
    if (error == Error::none && m == Measurement::acceleration && !options_.chest)
      factor.u8(of_factor).u8(1).u32(std::bit_cast<std::uint32_t>(1000 * armband_step));
    answer(operation, type, error, factor);
  } else {
    const bool ran = stream(m).running;
    end(m);
    answer(operation, type, ran ? Error::none : Error::already_in_state);
  }
  return {};
}

void PolarSensor::answer(std::uint8_t operation, std::uint8_t type, Error error,
                         wire::Bytes parameters) {
  if (voice_ == nullptr || !hears_control_) return;
  voice_->notify(
      polar::uuid::control,
      wire::Packet{0xF0, operation, type, static_cast<std::uint8_t>(error), 0}.append(parameters));
}

wire::Packet PolarSensor::settings(Measurement m) const {
  wire::Packet list;
  switch (m) {
    case Measurement::ecg: list.u8(of_rate).u8(1).u16(130).u8(of_resolution).u8(1).u16(14); break;
    case Measurement::ppg:
      list.u8(of_rate).u8(1).u16(options_.ppg_says).u8(of_resolution).u8(1).u16(22);
      list.u8(of_channels).u8(1).u8(4);
      break;
    case Measurement::acceleration:
      if (options_.chest) {
        list.u8(of_rate).u8(4).u16(25).u16(50).u16(100).u16(200).u8(of_resolution).u8(1).u16(16);
        list.u8(of_range).u8(3).u16(2).u16(4).u16(8);
      } else {
        list.u8(of_rate).u8(1).u16(52).u8(of_resolution).u8(1).u16(16).u8(of_range).u8(1).u16(8);
      }
      list.u8(of_channels).u8(1).u8(3);
      break;
    default: break;
  }
  return list;
}

Error PolarSensor::begin(Measurement m, wire::Bytes parameters) {
  auto& s = stream(m);
  if (charging_) return Error::charging;
  if (s.running) return Error::already_in_state;
  const auto offered_list = settings(m);
  const auto asked = polar::settings_of(parameters), offered = polar::settings_of(offered_list);
  const auto fits = [](const polar::Values& wish, const polar::Values& all_values) {
    if (all_values.empty()) return wish.empty();
    for (std::size_t k = 0; k < all_values.size(); ++k)
      if (wish.size() == 1 && wish[0] == all_values[k]) return true;
    return false;
  };
  if (!asked.whole) return Error::bad_length;
  if (!fits(asked.rate_hz, offered.rate_hz)) return Error::bad_rate;
  if (!fits(asked.resolution_bits, offered.resolution_bits)) return Error::bad_resolution;
  if (!fits(asked.range, offered.range)) return Error::bad_range;
  if (!asked.channels.empty() && !fits(asked.channels, offered.channels))
    return Error::bad_channels;
  s.running = true;
  ++totals_.starts[static_cast<std::size_t>(m)];
  if (m == Measurement::pp_interval) {
    any_pulse_ = false;
    while (pulse_beat_.pulse <= now()) pulse_beat_ = pulse_.next();
    s.timer.expires_after(options_.first_intervals);
  } else {
    s.hz = m == Measurement::ppg ? options_.ppg_hz : asked.rate_hz[0];
    s.in_frame = m == Measurement::ecg ? 73 : m == Measurement::ppg ? 42 : 36;
    if (!asked.range.empty()) s.range_g = static_cast<std::uint16_t>(asked.range[0]);
    s.clock = Anchor::of_rate(true_hz(s));
    s.next = static_cast<std::uint64_t>(std::ceil(std::max(0.0, seconds(now()) * true_hz(s))));
  }
  plan(m);
  return Error::none;
}

void PolarSensor::end(Measurement m) {
  stream(m).running = false;
  stream(m).timer.cancel();
}

void PolarSensor::give_up(Measurement m) {
  if (!stream(m).running) return;
  end(m);
  if (voice_ != nullptr && hears_control_)
    voice_->notify(polar::uuid::control, wire::Packet{0x01, static_cast<std::uint8_t>(m)});
}

void PolarSensor::plan(Measurement m) {
  auto& s = stream(m);
  if (m != Measurement::pp_interval) {
    const Time ready = s.clock.at(s.next + s.in_frame - 1) + measuring_takes;
    s.timer.expires_at(start_ + (ready - Time{}));
  }
  s.timer.async_wait([this, m](const boost::system::error_code& error) {
    if (error || !stream(m).running) return;
    if (m == Measurement::pp_interval) {
      intervals();
      stream(m).timer.expires_at(stream(m).timer.expiry() + options_.intervals_every);
    } else {
      frame(m);
    }
    plan(m);
  });
}

std::vector<std::byte> PolarSensor::head(Measurement m, Time last, std::uint8_t frame_type) const {
  std::vector<std::byte> bytes{static_cast<std::byte>(m)};
  put(bytes, m == Measurement::pp_interval ? 0 : device_ns(last), 8);
  bytes.push_back(static_cast<std::byte>(frame_type));
  return bytes;
}

void PolarSensor::frame(Measurement m) {
  constexpr std::uint8_t compressed = 0x80;
  auto& s = stream(m);
  const auto& times = s.clock;
  const auto n = s.in_frame;
  const Time last = times.at(s.next + n - 1);
  const bool packs = m == Measurement::ppg || (m == Measurement::acceleration && !options_.chest);
  auto bytes = head(m, last,
                    static_cast<std::uint8_t>((packs ? compressed : 0) |
                                              (m == Measurement::acceleration ? 1 : 0)));
  if (m == Measurement::ecg) {
    for (std::uint32_t k = 0; k < n; ++k)
      put_signed(
          bytes,
          std::lround(1000 * (ecg_mv(times.at(s.next + k)) + 0.004 * noise_.normal(s.next + k))),
          3);
  } else if (m == Measurement::ppg) {
    std::vector<float> counts(n);
    light_.fill(s.next, times, counts, {});
    std::vector<std::int32_t> values;
    constexpr int rest = 400'000, ambient = 3'000;
    for (const float c : counts) {  // more blood, less light
      const auto light = static_cast<std::int32_t>(std::lround(rest - 4 * c)) + ambient;
      values.insert(values.end(), {light - 900, light, light + 900, ambient});
    }
    put_compressed(bytes, values, 4, 3);
  } else {
    std::vector<float> counts(n), g(std::size_t{3} * n);
    motion_.fill(s.next, times, counts, g);
    std::vector<std::int32_t> values;
    for (const float x : g) {
      const double bounded = std::clamp<double>(x, -s.range_g, s.range_g);
      values.push_back(static_cast<std::int32_t>(
          std::lround(options_.chest ? 1000 * bounded : bounded / armband_step)));
    }
    if (options_.chest)
      for (const auto v : values) put_signed(bytes, v, 2);
    else put_compressed(bytes, values, 3, 2);
  }
  s.next += n;
  ++totals_.frames;
  if (drops_ > 0) {
    --drops_;
    ++totals_.dropped;
    totals_.dropped_samples += n;
    return;
  }
  send(std::move(bytes), last + measuring_takes, n);
}

double PolarSensor::ecg_mv(Time t) {
  if (beats_.empty()) beats_.push_back(heart_.next());
  while (beats_.back().heart <= t + 1s) beats_.push_back(heart_.next());
  while (beats_.size() > 2 && beats_[1].heart < t - 1s) beats_.pop_front();
  double mv = 0.05 * std::sin(2 * std::numbers::pi * wearer_.resp_hz * seconds(t));
  for (const auto& beat : beats_) {
    const double stretch = std::sqrt(seconds(beat.rr) * 1000 / usual_ms);
    for (const auto& wave : ecg_waves) {
      const double at = wave.at_s * (wave.follows_rate ? stretch : 1);
      const double z = (seconds(t - beat.heart) - at) / wave.width_s;
      mv += wave.height_mv * std::exp(-0.5 * z * z);
    }
  }
  return mv;
}

/// Whole milliseconds; what rounding takes from one interval the next one gets.
void PolarSensor::intervals() {
  constexpr std::size_t most = 35;  // of 6 bytes, in a value of 220
  auto bytes = head(Measurement::pp_interval, now(), 0);
  std::size_t n = 0;
  for (; pulse_beat_.pulse <= now() && n < most; pulse_beat_ = pulse_.next()) {
    const auto at = pulse_beat_.pulse.ns / 1'000'000;
    const auto length = at - std::exchange(told_ms_, at);
    if (!std::exchange(any_pulse_, true)) continue;  // no pulse before it was seen
    const bool moved = moves_.at(pulse_beat_.pulse).has_value();
    put(bytes, static_cast<std::uint64_t>(std::clamp<std::int64_t>(60'000 / length, 0, 255)), 1);
    put(bytes, static_cast<std::uint64_t>(std::clamp<std::int64_t>(length, 1, UINT16_MAX)), 2);
    put(bytes, moved ? 60 : 5, 2);
    put(bytes, (moved ? 1U : 0U) | (worn_ ? 2U : 0U) | 4U, 1);  // moves, feels skin, tells so
    ++n;
  }
  if (n == 0) return;
  totals_.intervals += n;
  send(std::move(bytes), now() + measuring_takes, 0);
}

void PolarSensor::send(std::vector<std::byte> value, Time ready, std::uint32_t samples) {
  if (voice_ == nullptr || !hears_data_) return;
  const auto arrival = radio_.arrival(ready);
  if (!arrival || on_the_way_.size() == most_on_the_way) {
    totals_.dropped += samples > 0 ? 1 : 0;
    totals_.dropped_samples += samples;
    return;
  }
  on_the_way_.push_back({*arrival, std::move(value), samples});
  if (on_the_way_.size() == 1) deliver();
}

void PolarSensor::deliver() {
  if (on_the_way_.empty()) return;
  radio_timer_.expires_at(start_ + (on_the_way_.front().arrival - Time{}));
  radio_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || voice_ == nullptr) return;
    while (!on_the_way_.empty() && on_the_way_.front().arrival <= now()) {
      const auto& one = on_the_way_.front();
      const bool heard = voice_->notify(polar::uuid::data, one.bytes);
      if (one.samples > 0) ++(heard ? totals_.sent : totals_.dropped);
      on_the_way_.pop_front();
    }
    if (then_ && totals_.sent >= after_frames_) boost::asio::post(io_, std::exchange(then_, {}));
    deliver();
  });
}

}  // namespace ib::vring
