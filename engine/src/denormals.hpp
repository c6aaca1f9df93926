// FlushDenormals: for its lifetime, this thread treats denormal numbers as zero. One guard stands on
// every thread that calls `process`, so that results don't depend on which thread ran a node.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace ib {

class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040U); }  // FTZ | DAZ
  ~FlushDenormals() { _mm_setcsr(before_); }
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" : : "r"(before_ | (1UL << 24)));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__aarch64__)
  unsigned long before_{};
#else
  unsigned before_{};
#endif
};

}  // namespace ib
