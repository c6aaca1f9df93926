#include "vring/strap.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "bluetooth/asio.hpp"
#include "wire/packet.hpp"

namespace ib::vring {
namespace {

using namespace std::chrono_literals;

constexpr const char* heart_rate_service = "0000180d-0000-1000-8000-00805f9b34fb";
constexpr const char* measurement = "00002a37-0000-1000-8000-00805f9b34fb";
constexpr const char* body_location = "00002a38-0000-1000-8000-00805f9b34fb";
constexpr const char* battery_service = "0000180f-0000-1000-8000-00805f9b34fb";
constexpr const char* battery_level = "00002a19-0000-1000-8000-00805f9b34fb";
constexpr const char* information_service = "0000180a-0000-1000-8000-00805f9b34fb";
constexpr const char* firmware = "00002a26-0000-1000-8000-00805f9b34fb";
constexpr std::uint8_t charge_percent = 72;
constexpr std::string_view firmware_text = "3.1.1";
constexpr std::uint8_t has_intervals = 0x10, tells_contact = 0x04, in_contact = 0x02;
constexpr std::size_t most_intervals = 9;  // in a value of 20 bytes

std::int64_t in_1024(Time t) {
  return static_cast<std::int64_t>(std::llround(seconds(t - Time{}) * 1024));
}

}  // namespace

Strap::Strap(boost::asio::io_context& io, std::string address, std::string name,
             const virtual_ring::Options& wearer)
    : address_(std::move(address)),
      name_(std::move(name)),
      wearer_(wearer),
      heart_(wearer),
      timer_(io),
      start_(std::chrono::steady_clock::now()) {
  coming_ = heart_.next();
  while (coming_.pulse <= Time{}) coming_ = heart_.next();
  told_1024_ = in_1024(coming_.pulse) - std::llround(seconds(coming_.rr) * 1024);
}

std::vector<GattService> Strap::services() const {
  return {{heart_rate_service, {{measurement, {"notify"}}, {body_location, {"read"}}}},
          {battery_service, {{battery_level, {"read", "notify"}}}},
          {information_service, {{firmware, {"read"}}}}};
}

void Strap::disconnected() {
  voice_ = nullptr;
  timer_.cancel();
}

void Strap::subscribed(std::string_view characteristic, bool on) {
  if (characteristic != measurement) return;
  timer_.cancel();
  if (!on || voice_ == nullptr) return;
  next_ = std::chrono::steady_clock::now();
  tick();
}

std::vector<std::byte> Strap::read(std::string_view characteristic) {
  if (characteristic == body_location) return {std::byte{1}};  // the chest
  if (characteristic == battery_level) return {std::byte{charge_percent}};
  if (characteristic != firmware) return {};
  const auto text = std::as_bytes(std::span(firmware_text));
  return {text.begin(), text.end()};
}

Time Strap::elapsed() const { return Time{} + (std::chrono::steady_clock::now() - start_); }

void Strap::tick() {
  next_ += 1s;
  timer_.expires_at(next_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || voice_ == nullptr) return;
    send();
    tick();
  });
}

/// What was not told while nobody listened is not told later.
void Strap::send() {
  const Time now = elapsed();
  wire::Packet packet;
  std::size_t intervals = 0;
  std::int64_t last = 1024;
  wire::Packet rr;
  for (; coming_.pulse <= now; coming_ = heart_.next()) {
    const auto at = in_1024(coming_.pulse);
    const auto length = at - told_1024_;
    told_1024_ = at;
    if (!worn_ || coming_.pulse < now - 3s || intervals == most_intervals) continue;
    last = std::clamp<std::int64_t>(length, 1, UINT16_MAX);
    rr.u16(static_cast<std::uint16_t>(last));
    ++intervals;
  }
  const auto bpm = worn_ ? std::clamp<std::int64_t>(60 * 1024 / last, 0, 255) : 0;
  const unsigned flags =
      tells_contact | (worn_ ? in_contact : 0U) | (intervals > 0 ? has_intervals : 0U);
  packet.u8(static_cast<std::uint8_t>(flags)).u8(static_cast<std::uint8_t>(bpm)).append(rr);
  if (voice_->notify(measurement, packet)) ++sent_;
}

}  // namespace ib::vring
