// Arena: all memory of a plan's blocks in one piece, requested first, allocated and touched once, so
// that the data path never meets a fresh page. Thread: [control].
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

namespace ib {

class Arena {
 public:
  static constexpr std::size_t alignment = 64;

  /// Notes that `*where` shall point at `bytes` bytes.
  template <class T>
  void want(T** where, std::size_t bytes) {
    wants_.push_back({reinterpret_cast<void**>(where), size_});
    size_ += (bytes + alignment - 1) / alignment * alignment;
  }
  /// Allocates, touches every page and fills in all pointers.
  void allocate() {
    const std::size_t total = size_ == 0 ? alignment : size_;
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, total)));
    if (!memory_) throw std::bad_alloc();
    std::memset(memory_.get(), 0, total);
    for (const auto& w : wants_) *w.where = memory_.get() + w.offset;
    wants_.clear();
  }
  std::size_t bytes() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }  // NOLINT: aligned_alloc's partner
  };
  struct Want {
    void** where;
    std::size_t offset;
  };
  std::vector<Want> wants_;
  std::size_t size_{};
  std::unique_ptr<std::byte, Free> memory_;
};

}  // namespace ib
