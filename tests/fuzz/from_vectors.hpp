// Instead of a corpus of files: every 16th mutation begins at one of the vectors that the tests print.
#pragma once

#include "support/hex.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace ib::fuzz {

template <class Vectors>
std::size_t from_vectors(const Vectors& vectors, std::uint8_t* data, std::size_t size,
                         std::size_t most, unsigned seed) {
  if (seed % 16 == 0) {
    const auto vector = test::bytes(vectors[seed / 16 % vectors.size()]);
    size = std::min(vector.size(), most);
    std::memcpy(data, vector.data(), size);
    if (seed / 16 % 2 == 0) return size;  // as it is
  }
  return LLVMFuzzerMutate(data, size, most);
}

}  // namespace ib::fuzz
