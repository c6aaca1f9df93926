// PortKeeper: opens and closes the port beside the data path, which must not wait for a driver: on a USB
// device that is just being pulled out either may take seconds.
//
// One thread, asleep until it is asked; one attempt for each time it is asked. When to ask again is the
// source's to say, by its wake time.
// Thread: `start`, `stop` [control]; the rest [exec]: no allocation, no lock, no wait.
#pragma once

#include <interbeat/sugar/wake.hpp>

#include <atomic>
#include <string>
#include <thread>

namespace pulse_sensor {

class PortKeeper {
 public:
  PortKeeper() = default;
  ~PortKeeper() { stop(); }
  PortKeeper(const PortKeeper&) = delete;
  PortKeeper& operator=(const PortKeeper&) = delete;

  /// `wake`: called when a port was opened. Throws std::system_error where there is no thread to be had.
  void start(const std::string& device, ib::Wake wake);
  /// Waits for what it is about.
  void stop() noexcept;

  void close(int port) noexcept;
  /// Tries once.
  void open() noexcept;
  /// The port that was opened since, the caller's from here on; -1: none.
  int take() noexcept { return opened_.exchange(-1, std::memory_order_acq_rel); }

 private:
  void run() noexcept;
  void ask() noexcept;

  std::string device_;
  ib::Wake wake_;
  int asked_{-1};  ///< an eventfd
  std::atomic<bool> stop_{false}, open_{false};
  std::atomic<int> close_{-1}, opened_{-1};
  std::thread thread_;
};

}  // namespace pulse_sensor
