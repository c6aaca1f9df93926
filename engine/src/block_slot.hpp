// BlockSlot: the memory of one block (header, items, times, flags), and what the host knows of it
// beside what a node may see: its arrival, which must not reach a deterministic node.
// Thread: [control] to shape, then whoever owns the slot in the moment.
#pragma once

#include <interbeat/abi.h>

#include "arena.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

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

struct BlockSlot {
  ib_block head{};
  std::byte* data{};
  std::int64_t* times{};
  std::uint8_t* flags{};
  ib_gap* gaps{};
  std::uint32_t capacity{};
  std::uint32_t channels{1};
  std::int64_t arrival_ns{};

  /// [exec] An empty block, continuing a port that is settled to `settled_ns`.
  void open(std::int64_t settled_ns) {
    head.flags = 0;
    head.n = 0;
    head.n_gaps = 0;
    head.lost = 0;
    head.settled_ns = settled_ns;
    head.seen_ns = IB_NEVER;
    head.sample_flags = flags;
    head.data = data;
    head.t_ns = times;
    head.gaps = gaps;
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
      if (gap.at > first)
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

}  // namespace ib
