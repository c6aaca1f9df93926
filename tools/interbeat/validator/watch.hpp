// Watch: libinterbeat-watch, if it is in this process: what a thread asked of the C library in between.
// Thread: [any], per thread.
#pragma once

#include "watch/watch.h"

namespace ib::validator {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

class Watch {
 public:
  static const Watch& here();
  /// Why nothing can be seen, in a sentence; null: it can.
  const char* absent() const;
  void start() const {
    if (arm_ != nullptr) arm_();
  }
  ib_watch_counts stop() const {
    ib_watch_counts counts{};
    if (disarm_ != nullptr) disarm_(&counts);
    return counts;
  }

 private:
  Watch();
  ib_watch_arm_function* arm_{};
  ib_watch_disarm_function* disarm_{};
};

}  // namespace ib::validator
