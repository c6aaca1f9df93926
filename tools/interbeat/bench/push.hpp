// PushRings: rings whose packets another thread of this process hands over, as a radio's or a socket's
// thread would: a lock-free queue each, and `ib.wake/1` to say that something lies in it.
//
//   PushRings rings(1000);                 // before the plan is built: nodes find theirs by number
//   ... a plan with {type: bench.push, ring: 17} ...
//   rings.push(17, samples, now);          // [the pushing thread]; false: its queue is full, counted
//
// Headers only, so that tests of the engine can have it too.
// Thread: push [one thread], the node as abi.h says.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/registry.hpp>

#include <boost/lockfree/policies.hpp>
#include <boost/lockfree/spsc_queue.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ib::bench {

struct PushPacket {
  static constexpr std::uint32_t samples = 4;
  using Values = std::array<float, samples>;
  std::int64_t arrival_ns{};
  std::uint64_t first{};  ///< device index
  Values x{};
};

struct PushRing {
  static constexpr std::size_t most = 8;  ///< packets that may wait: half a second
  boost::lockfree::spsc_queue<PushPacket, boost::lockfree::capacity<most>> queue;
  std::uint64_t next{};  ///< pusher only: device index of the next packet
  Wake wake;
};

class PushRings {
 public:
  explicit PushRings(std::size_t n) : n_(n), rings_(std::make_unique<PushRing[]>(n)) {
    in_force_ = this;
  }
  ~PushRings() { in_force_ = nullptr; }
  PushRings(const PushRings&) = delete;
  PushRings& operator=(const PushRings&) = delete;

  /// The next packet of a ring. Where its queue is full it is lost, and its samples are missing.
  bool push(std::size_t ring, const PushPacket::Values& x, std::int64_t arrival_ns) {
    auto& r = rings_[ring];
    const bool fits = r.queue.push({arrival_ns, r.next, x});
    r.next += PushPacket::samples;
    if (!fits) ++lost_;
    r.wake();
    return fits;
  }
  bool has_room(std::size_t ring, std::size_t packets = 1) const {
    return rings_[ring].queue.write_available() >= packets;
  }
  std::size_t size() const { return n_; }
  std::uint64_t lost_packets() const { return lost_; }
  PushRing& at(std::size_t i) { return rings_[i]; }

  /// Those that live; null: there are none.
  static PushRings* in_force() { return in_force_; }

 private:
  static inline PushRings* in_force_ = nullptr;
  std::size_t n_;
  std::unique_ptr<PushRing[]> rings_;
  std::uint64_t lost_{};
};

/// bench.push: the node behind a ring; 64 Hz.
struct Push {
  static constexpr About about{"bench.push", "1.0.0", "Packets that another thread hands over."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;
  static constexpr double rate_hz = 64;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples.", .grade = Grade::raw}> ppg;
  Param<"ring",
        NumberSpec{
            .min = 0, .max = 1e6, .def = 0, .unit = "1", .doc = "Its number.", .integer = true}>
      ring;
  static constexpr auto fields = std::tuple{&Push::ppg, &Push::ring};

  Wake wake;
  PushRing* mine{};
  Anchor anchor = Anchor::of_rate(rate_hz);
  std::uint64_t delivered{};

  const void* extension(std::string_view id) {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node*, ib_source_info* info, char*, std::uint32_t) -> ib_status {
          info->live = 1;
          return IB_OK;
        },
        [](ib_node*, std::int64_t) {}};
    return id == IB_EXT_SOURCE ? &source : nullptr;
  }
  bool activate(Activation& a) {
    const auto i = static_cast<std::size_t>(ring.value);
    if (PushRings::in_force() == nullptr || i >= PushRings::in_force()->size()) {
      return a.fail("bench.push is fed by a program, not run by a graph");
    }
    a.out().rate_hz = rate_hz;
    a.out().max_items = PushPacket::samples;
    mine = &PushRings::in_force()->at(i);
    mine->wake = wake;
    return true;
  }
  /// One packet a call.
  ib_status process(ib_process& p) {
    p.wake_ns = IB_FOREVER;
    PushPacket packet;
    if (!mine->queue.pop(packet)) return IB_SLEEP;
    p.arrival_ns = packet.arrival_ns;
    ib_block& b = *p.out[0];
    if (packet.first > delivered) add_gap(b, anchor.at(delivered), anchor.at(packet.first));
    b.anchor = {anchor.index, anchor.t_ns, anchor.dt_q32};
    b.first_index = packet.first;
    b.n = PushPacket::samples;
    b.sample_flags = nullptr;
    std::copy(packet.x.begin(), packet.x.end(), writable_samples(b));
    delivered = packet.first + PushPacket::samples;
    b.settled_ns = anchor.at(delivered - 1).ns;
    return mine->queue.read_available() > 0 ? IB_OK : IB_SLEEP;
  }
};

}  // namespace ib::bench
