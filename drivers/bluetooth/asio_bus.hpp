// AsioBus: a D-Bus connection of sdbus-c++ 1.2 on an Asio loop.
//
// sd-bus says which descriptor to wait for and how long, anew after each thing that it did; so after
// every call made from outside a callback of the bus, `pump` must be called. Inside of one it does
// nothing: whoever called the callback goes on pumping. A synchronous call would take messages off the
// socket that nobody is told of, so nobody makes one.
// Thread: that of the loop. Included where D-Bus is spoken, and nowhere else: sdbus-c++ is heavy.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <cstdint>
#include <utility>

#include <poll.h>

#include "bluetooth/asio.hpp"

namespace ib::bluetooth {

class AsioBus {
 public:
  AsioBus(boost::asio::io_context& io, sdbus::IConnection& connection)
      : connection_(connection), descriptor_(io), timer_(io) {
    descriptor_.assign(connection_.getEventLoopPollData().fd);
    pump();
  }
  ~AsioBus() { descriptor_.release(); }  // the connection owns it
  AsioBus(const AsioBus&) = delete;
  AsioBus& operator=(const AsioBus&) = delete;

  /// Does everything that is waiting, then waits for more. False: the connection is dead.
  bool pump() {
    if (inside_) return true;
    inside_ = true;
    try {
      while (connection_.processPendingRequest()) {}
    } catch (const sdbus::Error&) {
      dead_ = true;
    }
    inside_ = false;
    if (!dead_) wait();
    return !dead_;
  }
  bool dead() const { return dead_; }

 private:
  void wait() {
    const auto next = connection_.getEventLoopPollData();
    const auto turn = ++turn_;
    descriptor_.cancel();
    timer_.cancel();
    const auto go_on = [this, turn](const boost::system::error_code& error) {
      if (!error && turn == turn_) pump();
    };
    using Descriptor = boost::asio::posix::stream_descriptor;
    if ((next.events & POLLIN) != 0) descriptor_.async_wait(Descriptor::wait_read, go_on);
    if ((next.events & POLLOUT) != 0) descriptor_.async_wait(Descriptor::wait_write, go_on);
    if (const auto after = next.getRelativeTimeout()) {
      timer_.expires_after(*after);
      timer_.async_wait(go_on);
    }
  }

  sdbus::IConnection& connection_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::uint64_t turn_{};
  bool inside_{}, dead_{};
};

}  // namespace ib::bluetooth
