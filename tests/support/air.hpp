// Air: a virtual bluetoothd with its peripherals, on a thread of its own.
#pragma once

#include "bluetooth/asio.hpp"
#include "vring/daemon.hpp"

#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

namespace ib::test {

class Air {
 public:
  Air() : daemon(io_) {}
  ~Air() { stop(); }
  Air(const Air&) = delete;
  Air& operator=(const Air&) = delete;

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
  void stop() {
    if (!thread_.joinable()) return;
    work_.reset();
    io_.stop();
    thread_.join();
  }
  boost::asio::io_context& io() { return io_; }

 private:
  void begin() {
    if (!thread_.joinable()) thread_ = std::thread([this] { io_.run(); });
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::thread thread_;

 public:
  vring::Daemon daemon;
};

}  // namespace ib::test
