// ScratchMemory: working memory for the length of one call, lent by the host. A thousand nodes of one
// thread share it, so what a node needs only while it computes costs no memory of its own.
//
//   struct Node {
//     bool activate(Activation& a) { a.want_scratch(ScratchMemory::bytes_of<double>(n)); ... }
//     void at_hop(...) {
//       auto room = scratch;                          // a copy: what it gives ends with this scope
//       const auto residual = room.take<double>(n);   // 64-byte aligned, contents undefined
//     }
//     ib::ScratchMemory scratch;                      // by this name: filled before each call
//   };
//
// Its contents are undefined at the start of every call: another node has used it meanwhile.
// Thread: [exec], inside a call only; not in reset().
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>

namespace ib {

class ScratchMemory {
 public:
  static constexpr std::size_t alignment = 64;

  ScratchMemory() = default;
  explicit ScratchMemory(void* memory) : free_(static_cast<std::byte*>(memory)) {}

  /// What take<T>(n) uses up: add these for the pieces that are in use at the same time.
  template <class T>
  static constexpr std::size_t bytes_of(std::size_t n) {
    return (n * sizeof(T) + alignment - 1) / alignment * alignment;
  }
  /// The next piece; valid until the call returns. The sum of all pieces is at most what was wanted.
  template <class T>
  std::span<T> take(std::size_t n) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignment);
    assert(free_ != nullptr && "want_scratch() in activate, and a field named `scratch`");
    auto* const piece = reinterpret_cast<T*>(free_);
    free_ += bytes_of<T>(n);
    return {piece, n};
  }

 private:
  std::byte* free_{};
};

}  // namespace ib
