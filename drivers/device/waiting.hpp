// Waiting: notifications of a device that came and are not decoded yet, oldest first.
//
// Beside the inbox, where only the oldest can be seen: a clock that begins looks at those behind it, too.
// Owner: DeviceFeed. Thread: [exec]. No allocation after construction.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <vector>

#include "device/inbox.hpp"
#include "device/notification.hpp"

namespace ib::device {

class Waiting {
 public:
  std::size_t size() const { return n_; }
  bool is_full() const { return n_ == places_.size(); }
  /// 0: the oldest.
  const Notification& operator[](std::size_t k) const {
    assert(k < n_);
    return places_[(first_ + k) % places_.size()];
  }

  /// What the inbox holds, as far as there is room.
  void take_from(Inbox& inbox) {
    for (const auto* got = inbox.front(); got != nullptr && !is_full(); got = inbox.front()) {
      auto& place = places_[(first_ + n_) % places_.size()];
      place.kind = got->kind;
      place.from = got->from;
      place.n = got->n;
      place.dropped = got->dropped;
      place.arrival = got->arrival;
      std::copy_n(got->bytes.begin(), got->n, place.bytes.begin());
      ++n_;
      inbox.pop();
    }
  }
  void pop() {
    assert(n_ > 0);
    first_ = (first_ + 1) % places_.size();
    --n_;
  }

 private:
  std::vector<Notification> places_ = std::vector<Notification>(Inbox::places);
  std::size_t first_{}, n_{};
};

}  // namespace ib::device
