#include "bluetooth/opening.hpp"

#include "bcl/live_decoder.hpp"
#include "bcl/live_protocol.hpp"
#include "bcl/raw_decoder.hpp"
#include "bluetooth/ble_feed.hpp"
#include "bluetooth/device_book.hpp"
#include "bluetooth/live_family.hpp"
#include "bluetooth/target.hpp"
#include "colmi/history_feed.hpp"
#include "colmi/history_protocol.hpp"
#include "colmi/live_decoder.hpp"
#include "colmi/live_protocol.hpp"
#include "heart_rate/live.hpp"
#include "polar/live_decoder.hpp"
#include "polar/live_protocol.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace ib::source {
namespace {

Opened streaming(std::unique_ptr<bluetooth::BleFeed> feed, const DeviceHost& host) {
  auto problem = feed->wait(host.connect_timeout);
  auto device = feed->device();
  if (!problem.empty()) return {nullptr, {std::move(problem)}, std::move(device)};
  return {std::move(feed), {}, std::move(device)};
}

/// How far this machine's local time is ahead of UTC at an instant. Thread: any.
std::chrono::seconds local_offset(std::chrono::sys_seconds utc) {
  const std::time_t t = std::chrono::system_clock::to_time_t(utc);
  std::tm here{};
  localtime_r(&t, &here);
  return std::chrono::seconds{here.tm_gmtoff};
}

/// What a ring's clock should show now; it knows no time zone. Thread: any.
colmi::CivilTime wall_now(colmi::Clock clock) {
  const auto utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return colmi::wall_time(utc, local_offset(utc), clock);
}

std::optional<colmi::Measurement> spot_of(ColmiChoices::Spot spot) {
  using Spot = ColmiChoices::Spot;
  switch (spot) {
    case Spot::spo2: return colmi::Measurement::spo2;
    case Spot::stress: return colmi::Measurement::stress;
    case Spot::hrv: return colmi::Measurement::hrv;
    default: return std::nullopt;
  }
}

std::function<void()> wake_of(const DeviceHost& host) {
  return [wake = host.wake] { wake(); };
}

Opened open_device(const std::string& device, std::unique_ptr<device::Protocol> protocol,
                   std::unique_ptr<device::Decoder> decoder, const DeviceHost& host) {
  auto found = bluetooth::find_device(device);
  if (!found.problems.empty()) return {nullptr, std::move(found.problems)};
  return streaming(
      std::make_unique<bluetooth::BleFeed>(found.device.target, std::move(protocol),
                                           std::move(decoder), host.clock, wake_of(host)),
      host);
}

/// By what it turns out to be; the book adds to the wishes.
Opened open_whatever(const std::string& device, bluetooth::DeviceWishes wishes,
                     const DeviceHost& host) {
  auto found = bluetooth::find_device(device);
  if (!found.problems.empty()) return {nullptr, std::move(found.problems)};
  wishes.family = found.device.family;
  wishes.said_at = found.device.place;
  wishes.counts_per_g = found.device.counts_per_g;
  return streaming(std::make_unique<bluetooth::BleFeed>(found.device.target, std::move(wishes),
                                                        host.clock, wake_of(host)),
                   host);
}

}  // namespace

std::string named_device(const std::string& device) {
  const auto found = bluetooth::find_device(device);
  return found.problems.empty() ? bluetooth::text_of(found.device.target) : std::string();
}

Opened open_ble(const std::string& device, const DeviceHost& host) {
  return open_whatever(device, {}, host);
}

Opened open_viatom(const std::string& device, double wave_hz, bool as_sent,
                   const DeviceHost& host) {
  bluetooth::DeviceWishes wishes;
  wishes.driver = "ring.viatom";
  wishes.wave_hz = wave_hz;
  wishes.wave_as_sent = as_sent;
  return open_whatever(device, std::move(wishes), host);
}

Opened open_heart_rate(const std::string& device, const DeviceHost& host) {
  return open_device(device, std::make_unique<heart_rate::SensorProtocol>(),
                     std::make_unique<heart_rate::SensorDecoder>(), host);
}

Opened open_bcl(const std::string& device, const BclChoices& choices, const DeviceHost& host) {
  if (choices.raw)
    return open_device(device, std::make_unique<bcl::LiveProtocol>(bcl::Mode::raw),
                       std::make_unique<bcl::RawDecoder>(), host);
  const double counts_per_g = choices.counts_per_g > 0
                                  ? choices.counts_per_g
                                  : bluetooth::find_device(device).device.counts_per_g;
  return open_device(device, std::make_unique<bcl::LiveProtocol>(),
                     std::make_unique<bcl::LiveDecoder>(counts_per_g), host);
}

Opened open_colmi(const std::string& device, const ColmiChoices& choices, const DeviceHost& host) {
  using Clock = ColmiChoices::Clock;
  const auto measure = choices.raw ? colmi::Measure::raw : colmi::Measure::heart_rate;
  std::function<colmi::CivilTime()> wall;
  if (choices.clock != Clock::keep)
    wall = [which = choices.clock == Clock::utc ? colmi::Clock::utc : colmi::Clock::local] {
      return wall_now(which);
    };
  const auto spot = spot_of(choices.spot);
  return open_device(device,
                     std::make_unique<colmi::LiveProtocol>(
                         measure, std::move(wall), colmi::SpotPlan{spot, choices.spot_every}),
                     std::make_unique<colmi::LiveDecoder>(measure, choices.raw_hz, spot), host);
}

Opened open_colmi_history(const std::string& device, const ColmiHistoryChoices& choices,
                          const DeviceHost& host) {
  auto found = bluetooth::find_device(device);
  if (!found.problems.empty()) return {nullptr, std::move(found.problems)};
  const auto& target = found.device.target;
  const auto clock = choices.utc ? colmi::Clock::utc : colmi::Clock::local;
  const auto shelf = std::make_shared<colmi::HistoryShelf>();
  bool whole = false;
  {
    bluetooth::BleFeed link(target,
                            std::make_unique<colmi::HistoryProtocol>(
                                choices.days, [clock] { return wall_now(clock); }, shelf),
                            nullptr, host.clock, {});
    if (auto problem = link.wait(host.connect_timeout); !problem.empty())
      return {nullptr, {std::move(problem)}};
    whole = shelf->wait(choices.read_timeout);
  }  // it is let go
  const colmi::Zone zone =
      choices.utc ? [](std::chrono::sys_seconds) { return std::chrono::seconds{0}; } : local_offset;
  auto history = shelf->take();
  if (!whole)
    history.remarks.push_back(
        fmt::format("not all logs came within {:g} s (read_timeout); what came is given",
                    seconds(choices.read_timeout)));
  return colmi::HistoryFeed::open(history, zone, bluetooth::text_of(target));
}

Opened open_polar(const std::string& device, const PolarWishes& wishes, const DeviceHost& host) {
  const auto agreement = std::make_shared<polar::Agreement>(
      polar::Wishes{wishes.ecg_hz, wishes.ppg_hz, wishes.acceleration_hz, wishes.range_g});
  const auto until = std::chrono::steady_clock::now() + host.connect_timeout;
  auto opened = open_device(
      device, std::make_unique<polar::LiveProtocol>(agreement),
      std::make_unique<polar::LiveDecoder>(
          agreement, polar::LiveDecoder::Options{wishes.invert_ppg, wishes.most_error_ms}),
      host);
  if (!opened.feed) return opened;
  if (auto why = agreement->wait(until - std::chrono::steady_clock::now()); !why.empty())
    return {nullptr,
            {bluetooth::text_of(bluetooth::find_device(device).device.target) + ": " + why},
            std::move(opened.device)};
  return opened;
}

}  // namespace ib::source
