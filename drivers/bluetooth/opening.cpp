#include "bluetooth/opening.hpp"

#include "bluetooth/ble_feed.hpp"
#include "bluetooth/target.hpp"
#include "heart_rate/live.hpp"

#include <memory>
#include <utility>

namespace ib::source {
namespace {

template <class Protocol, class Decoder>
Opened open_device(const std::string& device, const DeviceHost& host) {
  auto read = bluetooth::read_target(device);
  if (!read.problem.empty()) return {nullptr, {std::move(read.problem)}};
  auto feed = std::make_unique<bluetooth::BleFeed>(
      read.target, std::make_unique<Protocol>(), std::make_unique<Decoder>(),
      [clock = host.clock] { return Arrival{clock.now_ns()}; }, [wake = host.wake] { wake(); });
  if (auto problem = feed->wait(host.connect_timeout); !problem.empty())
    return {nullptr, {std::move(problem)}};
  return {std::move(feed), {}};
}

}  // namespace

Opened open_heart_rate(const std::string& device, const DeviceHost& host) {
  return open_device<heart_rate::SensorProtocol, heart_rate::SensorDecoder>(device, host);
}

}  // namespace ib::source
