// LoopWaker: wakes an Asio loop from any thread; the loop pays two system calls, its epoll_wait and one
// recv, and the waker holds no lock that the woken thread could run into.
//
// A message of no bytes through a pair of datagram sockets. Asio takes the receiving end for a stream: to
// it a receive of 0 bytes is the end of the stream, after which it does not look a second time, and so
// the next receive is queued without a system call. Every other way costs one more (docs/log.md).
// At most one message is under way (Worker sees to that). Thread: wake [any]; `woken` on the loop.
#pragma once

#include "asio.hpp"
#include "worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>

namespace ib::detail {

class LoopWaker final : public Worker::Waker {
 public:
  LoopWaker(boost::asio::io_context& io, std::function<void()> woken)
      : end_(io), woken_(std::move(woken)) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
      throw std::system_error(errno, std::generic_category(), "a pair of sockets for a live loop");
    }
    end_.assign(boost::asio::local::stream_protocol(), ends[0]);
    bell_ = ends[1];
    listen();
  }
  ~LoopWaker() { close(bell_); }
  LoopWaker(const LoopWaker&) = delete;
  LoopWaker& operator=(const LoopWaker&) = delete;

  void wake() override { [[maybe_unused]] const auto sent = send(bell_, "", 0, MSG_NOSIGNAL); }

 private:
  void listen() {
    end_.async_receive(boost::asio::buffer(room_), [this](const auto& error, std::size_t) {
      if (error && error != boost::asio::error::eof) return;  // closed: the loop is over
      listen();
      woken_();
    });
  }

  boost::asio::local::stream_protocol::socket end_;
  int bell_{-1};
  std::array<char, 1> room_{};
  std::function<void()> woken_;
};

}  // namespace ib::detail
