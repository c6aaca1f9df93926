// BleFeed: a Bluetooth device as the feed of a source: a link on the hub's thread, and what it brings.
//
// It begins to look for the device at once, and ends the measurement on the device when it goes.
// Thread: [control] to make, wait for and end; else as source::Feed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bluetooth/hub.hpp"
#include "bluetooth/link.hpp"
#include "bluetooth/live_family.hpp"
#include "device/device_feed.hpp"

namespace ib::bluetooth {

class BleFeed final : public device::DeviceFeed {
 public:
  BleFeed(const Target& target, std::unique_ptr<device::Protocol> protocol,
          std::unique_ptr<device::Decoder> decoder, HostClock clock, std::function<void()> wake);
  /// Whatever it is, as long as it can be read: `wait` before anything else.
  BleFeed(const Target& target, DeviceWishes wishes, HostClock clock, std::function<void()> wake);
  ~BleFeed() override;

  void start(const source::PerSignal<bool>& listened, Duration max_step) override;

  /// Waits until the device streams, or for `bluetooth_wait` where there is no adapter to hear it with. Empty, or
  /// a sentence why it does not.
  std::string wait(Duration timeout);
  /// [any] The address of the device, once it was found; empty: it was not.
  std::string device();
  std::string why_absent(source::Signal s) const override;
  /// [any] How often the connection was made.
  std::uint64_t connections() const { return connections_.load(std::memory_order_relaxed); }

 private:
  void told(const Link& link);
  Choice chosen(const Found& found, const DeviceWishes& wishes);

  std::shared_ptr<Hub> hub_;
  Target target_;
  std::mutex mutex_;
  std::condition_variable changed_;
  LinkState state_{LinkState::waiting};
  std::chrono::steady_clock::time_point not_ready_since_{std::chrono::steady_clock::now()};
  std::string why_, why_before_, device_;     ///< before: of an earlier state, since it streamed
  bool before_was_bluetooth_{};               ///< void once there is a daemon and an adapter
  std::unique_ptr<device::Decoder> decoder_;  ///< of what it was found to be, until `wait` takes it
  std::vector<std::string> channels_;         ///< of its protocol, until then
  const Family* family_{};
  std::atomic<std::uint64_t> connections_{0};
  std::unique_ptr<Link> link_;
};

}  // namespace ib::bluetooth
