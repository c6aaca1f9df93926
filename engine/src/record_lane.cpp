#include "record_lane.hpp"

#include "record_check.hpp"
#include "stage.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace ib::detail {
namespace {

/// A block's header in the ring; items, times, flags and gaps follow, each from a whole word on.
struct BlockHead {
  std::uint32_t source, port;
  std::uint64_t first_index;
  ib_anchor anchor;
  std::int64_t arrival_ns, settled_ns, uncertainty_ns;
  std::uint64_t lost;
  std::uint32_t flags, n, n_flags, n_times, n_gaps, item_bytes;
};

/// A packet's header in the ring; its bytes follow.
struct PacketHead {
  std::uint32_t source, channel, flags, port, n, n_bytes;
  std::uint64_t first_index;
  std::int64_t arrival_ns, device_ns;
  std::uint64_t lost;
};

constexpr std::size_t words(std::size_t bytes) { return (bytes + 7) / 8 * 8; }
constexpr std::size_t kind_bytes = 8;

bool any_set(const std::uint8_t* flags, std::uint32_t n) {
  return flags != nullptr && std::any_of(flags, flags + n, [](std::uint8_t f) { return f != 0; });
}

/// Copies parts one behind the other, and finds them again.
class Parts {
 public:
  explicit Parts(std::byte* at) : at_(at) {}
  void add(const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(at_, from, bytes);
    at_ += words(bytes);
  }

 private:
  std::byte* at_;
};

class FoundParts {
 public:
  explicit FoundParts(const std::byte* at) : at_(at) {}
  template <class T>
  std::span<const T> next(std::size_t n) {
    const auto* from = reinterpret_cast<const T*>(at_);  // NOLINT: written as such, aligned to 8
    at_ += words(n * sizeof(T));
    return {from, n};
  }

 private:
  const std::byte* at_;
};

}  // namespace

std::size_t RecordLane::bytes_of_block(std::size_t payload) {
  return kind_bytes + sizeof(BlockHead) + payload + 4 * 8;
}

std::size_t RecordLane::bytes_of_packet(std::size_t payload) {
  return kind_bytes + sizeof(PacketHead) + payload + 2 * 8;
}

/// What was lost before it stands in front of it.
std::byte* RecordLane::reserve(std::size_t bytes) noexcept {
  if (bytes > ring_.most_bytes()) return nullptr;
  for (;;) {
    if (std::byte* room = ring_.reserve(bytes); room != nullptr) return room;
    if (!waits_) return nullptr;
    bell_.ring(true);
    ring_.wait_for_reader();
  }
}

void RecordLane::hand_over() noexcept {
  ring_.publish();
  bell_.ring(ring_.is_half_full());
}

template <class T>
void RecordLane::put(Kind kind, const T& value) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  std::byte* room = reserve(kind_bytes + sizeof value);
  if (room == nullptr) {
    ++lost_;
    return;
  }
  std::memcpy(room, &kind, sizeof kind);
  std::memcpy(room + kind_bytes, &value, sizeof value);
  hand_over();
}

void RecordLane::write(const LogEntry& entry) noexcept {
  if (lost_ > 0) {
    const auto lost = std::exchange(lost_, 0);
    put(Kind::lost, RecordsLost{lost});
    if (lost_ > 0) lost_ = lost;  // no room for that either
  }
  if (lost_ > 0) ++lost_;
  else put(Kind::entry, entry);
}

/// A lost one can't make a replay wrong, only its check less dense: no hole is told.
void RecordLane::write(const Checkpoint& checkpoint) noexcept {
  const auto lost = lost_;
  put(Kind::checkpoint, checkpoint);
  lost_ = lost;
}

bool RecordLane::write_block(std::uint32_t source, std::uint32_t port, const BlockShape& shape,
                             const ib_block& b, std::int64_t arrival_ns) noexcept {
  if (lost_ > 0) {  // behind a hole, until the next entry tells of it
    ++lost_;
    return false;
  }
  const bool flagged = shape.regular && any_set(b.sample_flags, b.n);
  const BlockHead head{source,
                       port,
                       b.first_index,
                       b.anchor,
                       arrival_ns,
                       b.settled_ns,
                       b.uncertainty_ns,
                       b.lost,
                       b.flags,
                       b.n,
                       flagged ? b.n : 0,
                       shape.regular ? 0 : b.n,
                       b.n_gaps,
                       shape.item_bytes};
  const std::size_t items = std::size_t{b.n} * head.item_bytes;
  const std::size_t bytes = kind_bytes + sizeof head + words(items) +
                            head.n_times * sizeof(std::int64_t) + words(head.n_flags) +
                            head.n_gaps * sizeof(ib_gap);
  std::byte* room = reserve(bytes);
  if (room == nullptr) {
    ++lost_;
    return false;
  }
  constexpr Kind kind = Kind::block;
  std::memcpy(room, &kind, sizeof kind);
  Parts parts(room + kind_bytes);
  parts.add(&head, sizeof head);
  parts.add(b.data, items);
  parts.add(b.t_ns, head.n_times * sizeof(std::int64_t));
  parts.add(b.sample_flags, head.n_flags);
  parts.add(b.gaps, head.n_gaps * sizeof(ib_gap));
  hand_over();
  return true;
}

bool RecordLane::write_packet(std::uint32_t source, const ib_packet& p,
                              std::uint64_t lost) noexcept {
  if (lost_ > 0) return false;  // behind a hole
  const PacketHead head{source,    p.channel,     p.flags,      p.port,      p.n,
                        p.n_bytes, p.first_index, p.arrival_ns, p.device_ns, lost};
  std::byte* room = reserve(kind_bytes + sizeof head + words(p.n_bytes));
  if (room == nullptr) return false;
  constexpr Kind kind = Kind::packet;
  std::memcpy(room, &kind, sizeof kind);
  Parts parts(room + kind_bytes);
  parts.add(&head, sizeof head);
  parts.add(p.bytes, p.n_bytes);
  hand_over();
  return true;
}

PacketTap::PacketTap(RecordLane& lane, std::uint32_t source, ib_node* node,
                     const ib_packets& packets, std::size_t channels, std::size_t ports)
    : lane_(lane),
      source_(source),
      node_(node),
      packets_(packets),
      channels_(channels),
      ports_(ports) {
  packets_.send_to(node_, &PacketTap::take, this);
}

PacketTap::~PacketTap() { packets_.send_to(node_, nullptr, nullptr); }

/// As RecordCheck has it.
bool PacketTap::is_sound(const ib_packet& p) const noexcept {
  const auto is_time = [](std::int64_t ns) { return ns >= IB_NEVER && ns <= IB_FOREVER; };
  return p.struct_size >= sizeof p && p.channel < channels_ && (p.n == 0 || p.port < ports_) &&
         (p.flags & ~recorded_packet_flags) == 0 && is_time(p.arrival_ns) && is_time(p.device_ns) &&
         p.first_index <= most_recorded_index - p.n && p.n_bytes <= RecordedPacket::most_bytes &&
         (p.n_bytes == 0 || p.bytes != nullptr);
}

void PacketTap::take(void* tap, const ib_packet* packet) noexcept {
  auto& self = *static_cast<PacketTap*>(tap);
  if (self.is_sound(*packet) && self.lane_.write_packet(self.source_, *packet, self.lost_)) {
    self.lost_ = 0;
    return;
  }
  ++self.lost_;
  ++self.all_lost_;
}

void SourceTap::take(const Stage& stage) noexcept {
  for (std::uint32_t k = 0; k < stage.n_out; ++k) {
    const ib_block* b = stage.call.out[k];
    if (b == nullptr) continue;
    const bool moved = b->settled_ns > settled_[k];
    if (!moved && b->n == 0 && b->n_gaps == 0 && b->flags == 0 && b->lost == 0) continue;
    const auto arrival_ns = stage.call.arrival_ns > 0 ? stage.call.arrival_ns - origin_ns_ : 0;
    if (lane_.write_block(source_, k, stage.ports[k].shape, *b, arrival_ns))
      settled_[k] = std::max(settled_[k], b->settled_ns);
  }
}

namespace {

template <class T>
T copied(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

RecordedBlock block_at(const std::byte* at) {
  const auto head = copied<BlockHead>(at);
  FoundParts parts(at + words(sizeof head));
  RecordedBlock b;
  b.source = head.source;
  b.port = head.port;
  b.first_index = head.first_index;
  b.anchor = head.anchor;
  b.arrival_ns = head.arrival_ns;
  b.settled_ns = head.settled_ns;
  b.uncertainty_ns = head.uncertainty_ns;
  b.lost = head.lost;
  b.flags = head.flags;
  b.n = head.n;
  b.items = parts.next<std::byte>(std::size_t{head.n} * head.item_bytes);
  b.times = parts.next<std::int64_t>(head.n_times);
  b.sample_flags = parts.next<std::uint8_t>(head.n_flags);
  b.gaps = parts.next<ib_gap>(head.n_gaps);
  return b;
}

RecordedPacket packet_at(const std::byte* at) {
  const auto head = copied<PacketHead>(at);
  FoundParts parts(at + words(sizeof head));
  RecordedPacket p;
  p.source = head.source;
  p.channel = head.channel;
  p.flags = head.flags;
  p.port = head.port;
  p.n = head.n;
  p.first_index = head.first_index;
  p.arrival_ns = head.arrival_ns;
  p.device_ns = head.device_ns;
  p.lost = head.lost;
  p.bytes = parts.next<std::byte>(head.n_bytes);
  return p;
}

}  // namespace

std::optional<Record> RecordLane::peek() {
  const auto bytes = ring_.peek();
  if (bytes.empty()) return std::nullopt;
  const std::byte* at = bytes.data() + kind_bytes;
  switch (copied<Kind>(bytes.data())) {
    case Kind::entry: return copied<LogEntry>(at);
    case Kind::block: return block_at(at);
    case Kind::checkpoint: return copied<Checkpoint>(at);
    case Kind::packet: return packet_at(at);
    case Kind::lost: break;
  }
  return copied<RecordsLost>(at);
}

}  // namespace ib::detail
