// StatusLine: a device's status events as items whose times rise: of two at one arrival the second stands 1 ns
// later.
// Thread: one. No allocation.
#pragma once

#include <algorithm>

#include "device/decoder.hpp"

namespace ib::device {

class StatusLine {
 public:
  void tell(Time t, DeviceEvent event, Findings& found, Maybe battery = {}) {
    DeviceStatus status;
    status.event = event;
    status.battery_pct = battery;
    last_ = std::max(t, last_ + Duration{1});
    found.add({source::Signal::status, last_, status});
  }

 private:
  Time last_ = never;
};

}  // namespace ib::device
