// A source with a socket: every UDP datagram is a mark, stamped with the moment at which it arrived. A
// thread of its own waits for the network; the data path only takes what lies ready.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <thread>

namespace cookbook {

/// From one thread to another, without a lock. Bounded: one that finds no room is lost, and counted.
class Arrived {
 public:
  struct Datagram {
    std::int64_t arrival_ns{};
    std::size_t size{};
    std::array<char, sizeof(ib::Marker::text) - 1> bytes{};
  };
  bool push(const Datagram& d) {
    const auto end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == slots_.size()) return false;
    slots_[end % slots_.size()] = d;
    end_.store(end + 1, std::memory_order_release);
    return true;
  }
  const Datagram* front() const {
    const auto begin = begin_.load(std::memory_order_relaxed);
    return begin == end_.load(std::memory_order_acquire) ? nullptr : &slots_[begin % slots_.size()];
  }
  void pop() {
    begin_.store(begin_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  std::array<Datagram, 64> slots_{};
  std::atomic<std::size_t> begin_{0}, end_{0};
};

struct Datagrams {
  static constexpr ib::About about{
      "cookbook.datagrams", "1.0.0", "Marks that come over the network.",
      "Each UDP datagram is a mark; one that says `end` ends the stream."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;  // live, so not deterministic

  static constexpr int most = 64;  // marks of one call
  ib::Out<"marks", ib::Marker,
          ib::OutSpec{.doc = "One per datagram, when it arrived.", .per_item = 0, .per_call = most}>
      marks;
  ib::Param<"port", ib::NumberSpec{.min = 1024,
                                   .max = 65535,
                                   .def = 9753,
                                   .doc = "UDP port on this machine.",
                                   .integer = true}>
      port;
  ib::Counter<"lost_datagrams"> lost_datagrams;
  static constexpr auto fields =
      std::tuple{&Datagrams::marks, &Datagrams::port, &Datagrams::lost_datagrams};
  ib::Wake wake;  // by these names: filled by the host
  ib::HostClock clock;

  ~Datagrams() { deactivate(); }

  /// What makes a node a source: it is opened, so that a user learns early what is wrong.
  const void* extension(std::string_view id) {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node*, ib_source_info* info, char*, std::uint32_t) -> ib_status {
          info->live = 1;
          info->utc_start_ns = info->start_ns = IB_NEVER;
          info->duration_ns = IB_FOREVER;
          return IB_OK;
        },
        [](ib_node*, std::int64_t) {}};
    return id == IB_EXT_SOURCE ? &source : nullptr;
  }

  bool activate(ib::Activation& plan) {
    deactivate();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    if (socket_ < 0 || stop_ < 0 ||
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      return plan.fail("port: it is taken by another program; choose another one");
    }
    plan.out().items_per_second = 1000;
    plan.out().max_items = most;
    listener_ = std::thread([this] { listen(); });
    return true;
  }

  /// [exec] Takes what lies ready, then sleeps until it is woken.
  ib_status process(ib_process& p) {
    p.wake_ns = IB_FOREVER;
    for (int room = most; room > 0; --room, arrived_.pop()) {
      const auto* d = arrived_.front();
      if (d == nullptr) return IB_SLEEP;
      ib::Marker mark;
      std::memcpy(mark.text, d->bytes.data(), d->size);
      if (std::string_view(mark.text) == "end") return IB_DONE;
      // On the session's clock it is now_ns, and on the machine's p.arrival_ns.
      const ib::Time t{p.now_ns - (p.arrival_ns - d->arrival_ns)};
      marks(std::max(t, marks.settled() + ib::Duration{1}), mark);
    }
    return IB_OK;  // more lies there, or may: called again at once
  }

  void deactivate() {
    if (listener_.joinable()) {
      const std::uint64_t one = 1;
      while (::write(stop_, &one, sizeof one) < 0) {}
      listener_.join();
    }
    for (int* fd : {&socket_, &stop_}) {
      if (*fd >= 0) ::close(*fd);
      *fd = -1;
    }
  }

 private:
  /// The node's own thread. It blocks as it likes.
  void listen() {
    pollfd both[]{{socket_, POLLIN, 0}, {stop_, POLLIN, 0}};
    while (::poll(both, 2, -1) >= 0 && (both[1].revents & POLLIN) == 0) {
      Arrived::Datagram d;
      const auto n = ::recv(socket_, d.bytes.data(), d.bytes.size(), MSG_DONTWAIT);
      if (n < 0) continue;
      d.arrival_ns = clock.now_ns();
      d.size = static_cast<std::size_t>(n);
      if (!arrived_.push(d)) lost_datagrams.add();
      wake();
    }
  }

  Arrived arrived_;
  std::thread listener_;
  int socket_ = -1, stop_ = -1;
};

}  // namespace cookbook

IB_NODES(cookbook::Datagrams)
