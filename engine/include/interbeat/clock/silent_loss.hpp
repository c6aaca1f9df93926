// SilentLoss: tells what was lost, on a link that numbers nothing, from what was only held up.
//
// After a loss every arrival comes later than the index says; a stall drains, and some packet comes
// as early as ever. So a loss is a run of packets that are all late by more than a threshold, long
// enough for a stall to have drained: so many packets, and so many seconds from its first arrival
// to its last. (Seconds counted back from the newest would take the backlog of a 2 s stall, which
// comes at once, for a loss.)
// Thread: one. No allocation.
#pragma once

#include <algorithm>

namespace ib {

class SilentLoss {
 public:
  struct Rule {
    int packets;       ///< least length of the run
    double seconds;    ///< least length of the run
    double threshold;  ///< all of it are later than this, s
  };

  /// A packet arrived at `at`, `late` after it was awaited (s). The least lateness of the run where
  /// it has become long enough to be a loss, else 0.
  double see(double at, double late, const Rule& rule) {
    if (late <= rule.threshold) {
      packets_ = 0;
      return 0;
    }
    if (packets_ == 0) {
      began_ = at;
      least_ = late;
    }
    packets_ = std::min(packets_ + 1, 1 << 20);
    least_ = std::min(least_, late);
    return packets_ >= rule.packets && at - began_ >= rule.seconds ? least_ : 0;
  }
  /// Length of the run, its newest included; 0: there is none.
  int packets() const { return packets_; }
  void reset() { packets_ = 0; }

 private:
  int packets_{};
  double began_{}, least_{};
};

}  // namespace ib
