// The logs of a ColmiRing: how what ColmiMemory holds is told, packet by packet.
#include "vring/colmi_ring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "colmi/crc16_modbus.hpp"
#include "colmi/frame.hpp"
#include "colmi/uuid.hpp"
#include "colmi/wall_clock.hpp"

namespace ib::vring {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;

enum : std::uint8_t {
  rate_log = 0x15,
  temperature_log = 0x25,
  sleep_log = 0x27,
  spo2_log = 0x2A,
  step_log = 0x43,
  big_data = 0xBC,
};
constexpr std::uint8_t none = 0xFF, header_of_steps = 0xF0;
constexpr std::uint8_t last_of_firmware = 4;  // messages up to this are files of its firmware
constexpr std::size_t values_in_first = 9, values_in_others = 13;

/// Length, CRC, so many days.
unsigned days_in(wire::Bytes request) {
  wire::Reader in(request);
  in.u32();
  return std::min<unsigned>(in.u8(), 6);
}

std::uint8_t byte_of(std::size_t value) { return static_cast<std::uint8_t>(value); }

}  // namespace

/// As the phone that it belongs to set it: local time.
local_seconds ColmiRing::shown() const {
  const auto utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::time_t t = std::chrono::system_clock::to_time_t(utc);
  std::tm here{};
  localtime_r(&t, &here);
  return local_seconds{utc.time_since_epoch() + std::chrono::seconds{here.tm_gmtoff}};
}

void ColmiRing::remember(std::string_view log, local_seconds at, std::vector<double> values) {
  told_.insert_or_assign({log, at}, std::move(values));
}

std::vector<LoggedTruth> ColmiRing::logged() const {
  std::vector<LoggedTruth> all;
  for (const auto& [place, values] : told_) {
    const auto day = std::chrono::floor<days>(place.second);
    const std::chrono::year_month_day date{day};
    const auto minute = std::chrono::duration_cast<minutes>(place.second - day).count();
    all.push_back({place.first,
                   fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", static_cast<int>(date.year()),
                               static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()), minute / 60, minute % 60),
                   values});
  }
  return all;
}

bool ColmiRing::is_silent_about(std::uint8_t log) {
  ++totals_.logs_asked[log];
  return firmware_.unanswered.count(log) > 0;
}

/// One after the other; what is to be lost is lost here.
void ColmiRing::answer(std::uint8_t log, const std::vector<wire::Packet>& packets) {
  for (const auto& one : stale_) send(wire::Bytes(one.bytes).first(one.n), Kind::other, false);
  totals_.stale += stale_.size();
  stale_.clear();
  auto& [nth, answers] = loses_[log];
  const bool loses = answers > 0;
  if (loses) --answers;
  auto& repeats = repeats_[log];
  const unsigned times = repeats > 0 ? 2 : 1;
  if (repeats > 0) --repeats;
  for (std::size_t k = 0; k < packets.size(); ++k)
    for (unsigned time = 0; time < times && !(loses && k == nth); ++time) reply(packets[k]);
}

void ColmiRing::tell_rates(std::uint32_t day_epoch_s) {
  if (is_silent_about(rate_log)) return;
  if (firmware_.unknown.count(rate_log) > 0) {
    ++totals_.refused;
    return reply({rate_log | 0x80, 0xEE});
  }
  const auto now = shown();
  const local_seconds asked{std::chrono::seconds{day_epoch_s}};
  const auto day = std::chrono::floor<days>(asked);
  const auto ago = (std::chrono::floor<days>(now) - day).count();
  const auto values = memory_.rates(day, now);
  const bool any = std::any_of(values.begin(), values.end(), [](auto v) { return v != 0; });
  if (ago < 0 || ago >= ColmiMemory::kept_days || !any) return reply({rate_log, none});
  const auto packets =
      2 + (values.size() - values_in_first + values_in_others - 1) / values_in_others;
  std::vector<wire::Packet> all;
  all.push_back({rate_log, 0, byte_of(packets), byte_of(ColmiMemory::rate_minutes)});
  wire::Packet first{rate_log, 1};
  first.u32(firmware_.clock_in_2106 ? 0xFFFF'FFFFU : day_epoch_s);
  std::size_t slot = 0;
  for (; slot < values_in_first; ++slot) first.u8(values[slot]);
  all.push_back(first);
  for (std::size_t n = 2; n < packets; ++n) {
    wire::Packet packet{rate_log, byte_of(n)};
    for (std::size_t k = 0; k < values_in_others && slot < values.size(); ++k)
      packet.u8(values[slot++]);
    all.push_back(packet);
  }
  for (std::size_t k = 0; k < values.size(); ++k)
    if (values[k] != 0)
      remember("heart_rate", day + minutes{k * ColmiMemory::rate_minutes}, {double(values[k])});
  answer(rate_log, all);
}

void ColmiRing::tell_steps(unsigned days_ago) {
  if (is_silent_about(step_log)) return;
  if (firmware_.unknown.count(step_log) > 0) {
    ++totals_.refused;
    return reply({step_log | 0x80, 0xEE});
  }
  const auto now = shown();
  const auto day = std::chrono::floor<days>(now) - days{days_ago};
  const auto rows =
      days_ago < ColmiMemory::kept_days ? memory_.steps(day, now) : std::vector<colmi::StepRow>{};
  if (rows.empty()) return reply({step_log, none});
  std::vector<wire::Packet> all;
  all.push_back({step_log, header_of_steps, byte_of(rows.size()), 1});
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto& row = rows[k];
    const auto year = static_cast<unsigned>(static_cast<int>(row.date.year()) - 2000);
    wire::Packet packet{step_log,
                        colmi::to_bcd(year),
                        colmi::to_bcd(static_cast<unsigned>(row.date.month())),
                        colmi::to_bcd(static_cast<unsigned>(row.date.day())),
                        row.quarter,
                        byte_of(k),
                        byte_of(rows.size())};
    packet.u16(static_cast<std::uint16_t>(row.calories / 10)).u16(row.steps).u16(row.metres);
    all.push_back(packet);
    remember("steps", day + minutes{15 * row.quarter},
             {double(row.steps), double(row.metres), row.calories / 1000.0});
  }
  answer(step_log, all);
}

void ColmiRing::hear_big(wire::Bytes value) {
  wire::Reader in(value);
  if (in.u8() != big_data || in.left() < 1) return;
  const auto log = in.u8();
  totals_.commands.insert(big_data);
  // Only a file of the firmware begins so; what is read of its logs has other numbers.
  if (log <= last_of_firmware) ++totals_.forbidden;
  else tell_big(log, in.take(in.left()));
}

/// `request`: from its length on.
void ColmiRing::tell_big(std::uint8_t log, wire::Bytes request) {
  if (is_silent_about(log)) return;
  std::vector<std::uint8_t> payload;
  if (log == spo2_log) payload = spo2_days();
  else if (log == sleep_log) payload = nights();
  else if (log == temperature_log) payload = temperature_days(days_in(request));
  else return;
  std::vector<std::byte> message(6);
  for (const auto byte : payload) message.push_back(static_cast<std::byte>(byte));
  const auto fits = colmi::crc16_modbus(wire::Bytes(message).subspan(6));
  const unsigned crc = firmware_.wrong_crc ? fits ^ 1U : fits;
  message[0] = std::byte{big_data};
  message[1] = static_cast<std::byte>(log);
  message[2] = static_cast<std::byte>(payload.size() & 0xFFU);
  message[3] = static_cast<std::byte>(payload.size() >> 8U);
  message[4] = static_cast<std::byte>(crc & 0xFFU);
  message[5] = static_cast<std::byte>(crc >> 8U);
  auto& [nth, answers] = loses_[log];
  const bool loses = answers > 0;
  if (loses) --answers;
  unsigned part = 0;
  for (wire::Bytes rest(message); !rest.empty(); ++part) {
    const auto n = std::min(rest.size(), most_bytes);
    if (!(loses && part == nth)) send(rest.first(n), Kind::other, true);
    rest = rest.subspan(n);
  }
}

std::vector<std::uint8_t> ColmiRing::spo2_days() {
  const auto now = shown();
  const auto today = std::chrono::floor<days>(now);
  std::vector<std::uint8_t> payload;
  for (unsigned ago = ColmiMemory::kept_days; ago-- > 0;) {
    payload.push_back(byte_of(ago));
    const auto day = today - days{ago};
    const auto all = memory_.spo2(day, now);
    for (std::size_t hour = 0; hour < all.size(); ++hour) {
      payload.push_back(all[hour].min);
      payload.push_back(all[hour].max);
      if (all[hour].min != 0)
        remember("spo2", day + std::chrono::hours{hour},
                 {double(all[hour].min), double(all[hour].max)});
    }
  }
  return payload;
}

std::vector<std::uint8_t> ColmiRing::nights() {
  const auto now = shown();
  const auto today = std::chrono::floor<days>(now);
  std::vector<std::uint8_t> payload{0};
  for (unsigned ago = ColmiMemory::kept_days; ago-- > 0;) {
    const auto day = today - days{ago};
    const auto night = memory_.night(day, now);
    if (night.count == 0) continue;
    ++payload[0];
    payload.push_back(byte_of(ago));
    payload.push_back(byte_of(4 + 2 * night.count));
    for (const auto min : {night.start_min, night.end_min}) {
      payload.push_back(byte_of(min & 0xFFU));
      payload.push_back(byte_of(min >> 8U));
    }
    local_seconds at =
        day - days{night.start_min > night.end_min ? 1 : 0} + minutes{night.start_min};
    for (const auto& stage : night.stages()) {
      payload.push_back(static_cast<std::uint8_t>(stage.kind));
      payload.push_back(stage.minutes);
      remember("sleep", at, {double(static_cast<std::uint8_t>(stage.kind)), double(stage.minutes)});
      at += minutes{stage.minutes};
    }
  }
  return payload;
}

/// Of days that are over.
std::vector<std::uint8_t> ColmiRing::temperature_days(unsigned n) {
  const auto today = std::chrono::floor<days>(shown());
  std::vector<std::uint8_t> payload;
  for (unsigned ago = n; ago > 0; --ago) {
    const auto day = today - days{ago};
    payload.push_back(byte_of(ago));
    payload.push_back(byte_of(ColmiMemory::temperature_minutes));
    const auto slots = memory_.temperatures(day);
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      payload.push_back(slots[slot]);
      if (slots[slot] != 0)
        remember("temperature", day + minutes{slot * ColmiMemory::temperature_minutes},
                 {20 + slots[slot] / 10.0});
    }
  }
  return payload;
}

}  // namespace ib::vring
