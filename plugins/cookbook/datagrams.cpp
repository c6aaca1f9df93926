// A source with a socket: every UDP datagram is a mark, stamped with the moment at which it was read. The
// run's I/O loop waits for the socket; nothing waits here, and nothing is asked for that is not there.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace cookbook {

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
  ib::Watch watch;  // by this name: filled by the host

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
    plan.out().items_per_second = 1000;
    plan.out().max_items = most;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;  // with each datagram comes how many the kernel had no room for
    ::setsockopt(socket_, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return plan.fail("port: it is taken by another program; choose another one");
    watch(socket_);
    return true;
  }

  /// [exec] Called when there is something; takes it, and sleeps until there is more.
  ib_status process(ib_process& p) {
    p.wake_ns = IB_FOREVER;
    for (int room = most; room > 0; --room) {
      ib::Marker mark;
      if (!receive(mark)) return IB_SLEEP;
      if (std::string_view(mark.text) == "end") return IB_DONE;
      marks(std::max(ib::Time{p.now_ns}, marks.settled() + ib::Duration{1}), mark);
    }
    return IB_OK;  // there may be more: called again at once
  }

  void deactivate() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  /// What is longer than a mark is cut; the rest of `mark` stays zero.
  bool receive(ib::Marker& mark) {
    alignas(cmsghdr) char extra[CMSG_SPACE(sizeof(std::uint32_t))];
    iovec text{mark.text, sizeof mark.text - 1};
    msghdr message{};
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = extra;
    message.msg_controllen = sizeof extra;
    if (::recvmsg(socket_, &message, 0) < 0) return false;
    const cmsghdr* c = CMSG_FIRSTHDR(&message);
    if (c != nullptr && c->cmsg_type == SO_RXQ_OVFL) count(CMSG_DATA(c));
    return true;
  }
  void count(const unsigned char* dropped_since_the_start) {
    std::uint32_t dropped = 0;
    std::memcpy(&dropped, dropped_since_the_start, sizeof dropped);
    lost_datagrams.add(dropped - dropped_);
    dropped_ = dropped;
  }

  int socket_ = -1;
  std::uint32_t dropped_ = 0;
};

}  // namespace cookbook

IB_NODES(cookbook::Datagrams)
