// DirtyScratch: the working memory that a host lends to a node, filled with other rubbish before
// every call, so that a node which relies on its contents differs from run to run; and with a strip of
// known bytes behind it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace ib::test {

class DirtyScratch {
 public:
  void resize(std::size_t bytes) {
    bytes_ = bytes;
    lines_.assign((bytes + guard) / sizeof(Line) + 1, Line{});
  }
  /// The memory, holding nothing that anybody has written.
  void* fill_anew() {
    rubbish_ = static_cast<unsigned char>(rubbish_ * 5 + 13);  // runs through all 256 values
    std::memset(memory(), rubbish_, bytes_);
    std::memset(memory() + bytes_, fence, guard);
    return memory();
  }
  bool intact() const {
    const auto* end = lines_.front().bytes + bytes_;
    return std::all_of(end, end + guard, [](unsigned char x) { return x == fence; });
  }

 private:
  static constexpr std::size_t guard = 64;
  static constexpr unsigned char fence = 0x5A;
  struct alignas(64) Line {
    unsigned char bytes[64];
  };
  unsigned char* memory() { return lines_.front().bytes; }

  std::size_t bytes_{};
  std::vector<Line> lines_{1};
  static inline unsigned char rubbish_ = 0xA5;  // of all nodes: twins get different ones
};

}  // namespace ib::test
