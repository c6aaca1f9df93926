// What this process has of its heap, counted by malloc itself. Not under sanitizers, which bring their
// own (counted_malloc.hpp says so).
#pragma once

#include <malloc.h>

#include <cstddef>

namespace ib::test {

inline std::size_t bytes_in_use() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace ib::test
