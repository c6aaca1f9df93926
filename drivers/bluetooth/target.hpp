// The name of a Bluetooth device in a graph: `ble:AA:BB:CC:DD:EE:FF`, `ble:name=Polar H10 12345678`,
// with or without `ble:`; `?adapter=hci1` behind it chooses one of several adapters.
//
// Thread: [control].
#pragma once

#include <string>
#include <string_view>

namespace ib::bluetooth {

/// Which device, by one of the two.
struct Target {
  std::string address;  ///< "AA:BB:CC:DD:EE:FF", capitals
  std::string name;     ///< as it advertises itself, whole
  std::string adapter;  ///< "hci0"; empty: the first that is on
  bool operator==(const Target&) const = default;
};

/// "AA:BB:CC:DD:EE:FF" or "Polar H10", for messages.
std::string text_of(const Target& target);

struct ReadTarget {
  Target target;
  std::string problem;  ///< a sentence; empty: it is one
};
ReadTarget read_target(std::string_view text);

}  // namespace ib::bluetooth
