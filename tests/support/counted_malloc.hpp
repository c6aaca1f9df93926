// Every allocation of this test program, counted: malloc and its kin are replaced, operator new calls
// them. Off under sanitizers, which bring their own malloc.
#pragma once

#include <cstdint>

namespace ib::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool malloc_is_counted = false;
#else
inline constexpr bool malloc_is_counted = true;
#endif

/// Counting starts and stops for all threads.
void count_allocations(bool on);
/// Allocations while counting was on.
std::uint64_t counted_allocations();

}  // namespace ib::test
