// BlockSlot: the memory of one block (header, items, times, flags), and what the host knows of it
// beside what a node may see: its arrival, which must not reach a deterministic node.
// Thread: [control] to shape, then whoever owns the slot in the moment.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/time.hpp>

#include "arena.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace ib {

/// How much one block of a stream can hold.
struct BlockShape {
  std::uint32_t capacity{};
  std::uint32_t item_bytes{};
  bool regular{};
  std::uint32_t channels{1};
  std::uint32_t gaps() const { return regular ? 1 : capacity + 1; }
  std::size_t bytes() const {
    return std::size_t{capacity} * (item_bytes + (regular ? 1U : sizeof(std::int64_t))) +
           gaps() * sizeof(ib_gap);
  }
};

/// When item i of a regular block was measured.
inline std::int64_t time_of(const ib_block& b, std::uint32_t i) {
  return Anchor{b.anchor.index, b.anchor.t_ns, b.anchor.dt_q32}.at(b.first_index + i).ns;
}

namespace detail {
struct Neighbours;
}

struct alignas(64) BlockSlot {
  ib_block head{};
  // Of a port's own slot: items that ever stood in it (meters.hpp), and the neighbours that its node is
  // one of, who count in common.
  std::uint64_t items{};
  const detail::Neighbours* neighbours{};
  std::byte* data{};
  std::int64_t* times{};
  std::uint8_t* flags{};
  ib_gap* gaps{};
  std::uint32_t capacity{};
  std::uint32_t channels{1};
  std::int64_t arrival_ns{};

  /// [exec] An empty block again, behind the one that it held; only what nodes write.
  void reopen() {
    head.flags = 0;
    head.n = 0;
    head.n_gaps = 0;
    head.lost = 0;
    head.seen_ns = IB_NEVER;
    head.sample_flags = flags;
  }
  /// [exec] An empty block, continuing a port that is settled to `settled_ns`.
  void open(std::int64_t settled_ns) {
    head.settled_ns = settled_ns;
    head.data = data;
    head.t_ns = times;
    head.gaps = gaps;
    reopen();
  }
  /// [control] Once, after the arena gave the memory.
  void prepare(const BlockShape& shape) {
    capacity = shape.capacity;
    channels = shape.channels;
    head.struct_size = sizeof(ib_block);
    head.capacity = capacity;
    head.channels = channels;
    head.settled_ns = IB_NEVER;
    open(IB_NEVER);
  }
  /// [exec] Items of another slot of the same shape from `first` on, and its marks, behind the own ones.
  void append(const BlockSlot& from, std::uint32_t first, const BlockShape& shape) {
    if (head.n == 0 && first == 0) return copy(from, shape);
    const std::uint32_t n = std::min(from.head.n - std::min(first, from.head.n), capacity - head.n);
    const auto bytes = std::size_t{shape.item_bytes};
    std::memcpy(data + head.n * bytes,
                static_cast<const std::byte*>(from.head.data) + first * bytes, n * bytes);
    if (!shape.regular)
      std::memcpy(times + head.n, from.head.t_ns + first, n * sizeof(std::int64_t));
    if (shape.regular) {
      head.sample_flags = flags;
      if (from.head.sample_flags != nullptr)
        std::memcpy(flags + head.n, from.head.sample_flags + first, n);
      else std::memset(flags + head.n, 0, n);
    }
    for (std::uint32_t g = 0; g < from.head.n_gaps; ++g) {
      const auto& gap = from.head.gaps[g];
      if (gap.at > first && head.n_gaps < shape.gaps())
        gaps[head.n_gaps++] = {gap.from_ns, gap.to_ns, gap.at - first + head.n, 0};
    }
    head.n += n;
    head.flags |= from.head.flags;
    head.settled_ns = std::max(head.settled_ns, from.head.settled_ns);
    head.seen_ns = from.head.seen_ns;
  }
  /// [exec] The block of another slot of the same shape.
  void copy(const BlockSlot& from, const BlockShape& shape) {
    head = from.head;
    head.data = data;
    head.t_ns = times;
    head.gaps = gaps;
    head.sample_flags = from.head.sample_flags != nullptr ? flags : nullptr;
    head.capacity = capacity;
    arrival_ns = from.arrival_ns;
    std::memcpy(data, from.head.data, std::size_t{head.n} * shape.item_bytes);
    if (!shape.regular) std::memcpy(times, from.head.t_ns, head.n * sizeof(std::int64_t));
    if (head.sample_flags != nullptr) std::memcpy(flags, from.head.sample_flags, head.n);
    std::memcpy(gaps, from.head.gaps, head.n_gaps * sizeof(ib_gap));
  }
};

/// [exec] Items [first, first + n) of a block into a slot that may be smaller, with the gaps in front of
/// them; what ends a block (its mark, its end, a gap behind the last item) only with the last piece.
inline void copy_piece(BlockSlot& to, const BlockSlot& from, std::uint32_t first, std::uint32_t n,
                       const BlockShape& shape) {
  const ib_block& b = from.head;
  const bool last = first + n == b.n;
  to.open(last || n == 0 ? b.settled_ns : IB_NEVER);
  ib_block& h = to.head;
  h.flags = b.flags & ~std::uint32_t{last ? 0U : IB_BLOCK_FINISHED | IB_BLOCK_FAILED};
  if (first > 0) h.flags &= ~std::uint32_t{IB_BLOCK_LOST};
  h.n = n;
  h.lost = first == 0 ? b.lost : 0;
  h.seen_ns = last ? b.seen_ns : IB_NEVER;
  h.anchor = b.anchor;
  h.first_index = b.first_index + first;
  h.uncertainty_ns = b.uncertainty_ns;
  to.arrival_ns = from.arrival_ns;
  const auto bytes = std::size_t{shape.item_bytes};
  std::memcpy(to.data, static_cast<const std::byte*>(b.data) + first * bytes, n * bytes);
  if (!shape.regular) std::memcpy(to.times, b.t_ns + first, n * sizeof(std::int64_t));
  if (b.sample_flags == nullptr) h.sample_flags = nullptr;
  else if (shape.regular) std::memcpy(to.flags, b.sample_flags + first, n);
  for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
    const auto& gap = b.gaps[g];
    if (gap.at < first || (gap.at >= first + n && !last)) continue;
    if (h.n_gaps == shape.gaps())
      break;  // more than its contract allows: a node's mistake stays small
    to.gaps[h.n_gaps++] = {gap.from_ns, gap.to_ns, gap.at - first, 0};
  }
  if (!last && n > 0) {
    h.settled_ns = shape.regular ? time_of(b, first + n - 1) : to.times[n - 1];
  }
}

/// The slot around a block that the host handed out.
inline const BlockSlot& slot_of(const ib_block& head) {
  static_assert(std::is_standard_layout_v<BlockSlot> && offsetof(BlockSlot, head) == 0);
  return reinterpret_cast<const BlockSlot&>(head);  // NOLINT: its first member
}
inline BlockSlot& slot_of(ib_block& head) {
  return reinterpret_cast<BlockSlot&>(head);  // NOLINT
}

}  // namespace ib
