// Packets: what a live source took from its device, told to a host that records it. A node that has a member
// `ib::Packets packets;` offers ib.packets/1; it says once what its channels are, and inside `process`:
//
//   if (packets.wanted()) packets.tell({.arrival_ns = ..., .n_bytes = ..., .bytes = ...});
//
// Thread: `name`, `send_to` [control]; `wanted`, `tell` [exec]. No allocation in `tell`.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ib {

class Packets {
 public:
  static constexpr std::uint32_t most_bytes = 4096;  ///< of one, as abi.h says

  /// Before the host asks: at the latest in `activate`.
  void name(std::vector<std::string> channels) { channels_ = std::move(channels); }
  /// Somebody listens.
  bool wanted() const { return packet_ != nullptr; }
  void tell(ib_packet packet) const {
    packet.struct_size = sizeof packet;
    if (packet_ != nullptr) packet_(to_, &packet);
  }

  const char* channel(std::uint32_t i) const {
    return i < channels_.size() ? channels_[i].c_str() : nullptr;
  }
  void send_to(void (*packet)(void*, const ib_packet*), void* to) {
    packet_ = packet;
    to_ = to;
  }

 private:
  std::vector<std::string> channels_;
  void (*packet_)(void* to, const ib_packet*){};
  void* to_{};
};

/// The extension of a node whose Packets `find` finds; null there: it has none.
template <Packets* (*find)(ib_node*), std::uint32_t most_bytes = Packets::most_bytes>
const ib_packets* packets_table() {
  static const ib_packets table{
      sizeof(ib_packets), most_bytes,
      [](ib_node* node, std::uint32_t i) -> const char* {
        const Packets* packets = find(node);
        return packets != nullptr ? packets->channel(i) : nullptr;
      },
      [](ib_node* node, void (*packet)(void*, const ib_packet*), void* to) {
        if (Packets* packets = find(node); packets != nullptr) packets->send_to(packet, to);
      }};
  return &table;
}

}  // namespace ib
