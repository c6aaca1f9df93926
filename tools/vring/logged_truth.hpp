// LoggedTruth: an item in the memory of a device that logs by itself, so that what a driver reads of it can be
// held against it.
//
// Thread: values, any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ib::vring {

struct LoggedTruth {
  std::string_view log;  ///< "heart_rate"; lives as long as the program
  std::string at;        ///< on the device's own clock: "2026-11-26T05:35"
  std::vector<double> values;

  bool operator==(const LoggedTruth&) const = default;
};

}  // namespace ib::vring
