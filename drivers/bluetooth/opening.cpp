#include "bluetooth/opening.hpp"

#include "bcl/live_decoder.hpp"
#include "bcl/live_protocol.hpp"
#include "bluetooth/ble_feed.hpp"
#include "bluetooth/device_book.hpp"
#include "bluetooth/live_family.hpp"
#include "heart_rate/live.hpp"

#include <memory>
#include <utility>

namespace ib::source {
namespace {

Opened streaming(std::unique_ptr<bluetooth::BleFeed> feed, const DeviceHost& host) {
  if (auto problem = feed->wait(host.connect_timeout); !problem.empty())
    return {nullptr, {std::move(problem)}};
  return {std::move(feed), {}};
}

std::function<Arrival()> clock_of(const DeviceHost& host) {
  return [clock = host.clock] { return Arrival{clock.now_ns()}; };
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
                                           std::move(decoder), clock_of(host), wake_of(host)),
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
                                                        clock_of(host), wake_of(host)),
                   host);
}

}  // namespace

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

Opened open_bcl(const std::string& device, double counts_per_g, const DeviceHost& host) {
  if (counts_per_g <= 0) counts_per_g = bluetooth::find_device(device).device.counts_per_g;
  return open_device(device, std::make_unique<bcl::LiveProtocol>(),
                     std::make_unique<bcl::LiveDecoder>(counts_per_g), host);
}

}  // namespace ib::source
