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

}  // namespace

Opened open_ble(const std::string& device, const DeviceHost& host) {
  auto found = bluetooth::find_device(device);
  if (!found.problems.empty()) return {nullptr, std::move(found.problems)};
  const auto& known = found.device;
  return streaming(
      std::make_unique<bluetooth::BleFeed>(
          known.target, bluetooth::DeviceWishes{known.family, known.place, known.counts_per_g},
          clock_of(host), wake_of(host)),
      host);
}

Opened open_heart_rate(const std::string& device, const DeviceHost& host) {
  return open_device(device, std::make_unique<heart_rate::SensorProtocol>(),
                     std::make_unique<heart_rate::SensorDecoder>(), host);
}

Opened open_bcl(const std::string& device, double counts_per_g, const DeviceHost& host) {
  return open_device(device, std::make_unique<bcl::LiveProtocol>(),
                     std::make_unique<bcl::LiveDecoder>(counts_per_g), host);
}

}  // namespace ib::source
