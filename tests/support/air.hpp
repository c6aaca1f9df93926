// Air: a virtual bluetoothd with its peripherals, on a thread of its own.
#pragma once

#include "bluetooth/asio.hpp"
#include "vring/daemon.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace ib::test {

class Air {
 public:
  Air() : daemon(io_) {}
  ~Air() { stop(); }
  Air(const Air&) = delete;
  Air& operator=(const Air&) = delete;

  /// Before `start`. A peripheral lives as long as the air, for the air's thread uses it.
  template <class Device, class... Args>
  Device& add(Args&&... args) {
    auto device = std::make_unique<Device>(io_, std::forward<Args>(args)...);
    auto& there = *device;
    daemon.add(there);
    peripherals_.push_back(std::move(device));
    return there;
  }
  /// The same, of a device that the daemon treats in its own way.
  template <class Device, class... Args>
  Device& add_with(const vring::Manners& manners, Args&&... args) {
    auto device = std::make_unique<Device>(io_, std::forward<Args>(args)...);
    auto& there = *device;
    daemon.add(there, manners);
    peripherals_.push_back(std::move(device));
    return there;
  }
  /// The daemon comes to the bus.
  void start() {
    begin();
    run([this] {
      if (const auto why = daemon.open(); !why.empty()) throw std::runtime_error(why);
    });
  }
  /// Runs `work` where the peripherals live, and waits for it.
  void run(const std::function<void()>& work) {
    begin();
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      try {
        work();
        done.set_value();
      } catch (...) {
        done.set_exception(std::current_exception());
      }
    });
    done.get_future().get();
  }
  /// The same, so much later; nobody waits for it.
  void run_after(std::chrono::nanoseconds wait, const std::function<void()>& work) {
    run([&] {
      auto timer = std::make_shared<boost::asio::steady_timer>(io_, wait);
      timer->async_wait([timer, work](const boost::system::error_code& error) {
        if (!error) work();
      });
    });
  }
  void stop() {
    if (!thread_.joinable()) return;
    work_.reset();
    io_.stop();
    thread_.join();
  }

 private:
  void begin() {
    if (!thread_.joinable()) thread_ = std::thread([this] { io_.run(); });
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::thread thread_;
  std::vector<std::unique_ptr<vring::Peripheral>> peripherals_;

 public:
  vring::Daemon daemon;
};

}  // namespace ib::test
