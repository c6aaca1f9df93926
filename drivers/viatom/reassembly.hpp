// Reassembly: whole replies out of notifications. A ring splits a reply over as many as the connection
// needs, and one notification may end a reply and begin the next.
//
// What begins no reply is skipped byte by byte until something does, and counted. Reset it before a
// request: the rest of an abandoned reply must not become the head of the next.
// Bounds: a reply of 1,024 bytes, two of them kept. Thread: one; no allocation, no throw.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "viatom/frame.hpp"

namespace ib::viatom {

class Reassembly {
 public:
  explicit Reassembly(Generation generation) noexcept : generation_(generation) {}

  /// Behind what is kept. Take all replies out before the next: what finds no room is skipped.
  void push(wire::Bytes notification) noexcept;
  /// The next whole reply with a sound checksum; valid until the next push.
  std::optional<wire::Bytes> next() noexcept;
  void reset() noexcept { begin_ = end_ = 0; }

  /// Bytes that belonged to no reply.
  std::uint64_t skipped() const noexcept { return skipped_; }
  /// Whole replies whose checksum was wrong.
  std::uint64_t bad_checksums() const noexcept { return bad_checksums_; }

 private:
  wire::Bytes kept() const noexcept { return wire::Bytes(buffer_).subspan(begin_, end_ - begin_); }
  std::optional<std::size_t> size_at_front() const noexcept;
  void skip_one() noexcept { ++begin_, ++skipped_; }

  Generation generation_;
  std::array<std::byte, 2 * frame_bytes_max> buffer_{};
  std::size_t begin_{}, end_{};
  std::uint64_t skipped_{}, bad_checksums_{};
};

}  // namespace ib::viatom
