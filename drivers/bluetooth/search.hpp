// Search: what is in reach, and what one device is: for people who want to name it in a graph.
//
// Both work on the hub's thread and wait here. Thread: [control]; one at a time.
#pragma once

#include <interbeat/time.hpp>

#include <optional>
#include <string>
#include <vector>

#include "bluetooth/family.hpp"
#include "bluetooth/target.hpp"

namespace ib::bluetooth {

struct Heard {
  std::string address, name;
  std::optional<int> rssi_dbm;
  bool connected{};
};

struct Reach {
  std::vector<Heard> devices;  ///< the strongest first, those without a name last
  std::string problem;         ///< why nothing can be heard; empty: fine
};
/// Listens for so long.
Reach scan(Duration length, const std::string& adapter);

struct Examined {
  std::string address, name;
  Probed probed;
  std::vector<std::string> services;
  std::vector<FoundCharacteristic> characteristics;
  DeviceInformation information;
  std::optional<unsigned>
      battery_percent;   ///< of the standard battery service; none: it has not told
  bool wants_pairing{};  ///< it gives its values to those alone who paired it
  std::string problem;   ///< why it could not be asked; empty: it was
};
/// Connects, reads what it is, and lets it go; nothing is written to it.
Examined examine(const Target& target, Duration timeout);

struct Bond {
  std::string address, name;
  std::string problem;  ///< why it could not be made; empty: it stands, and bluetoothd keeps it
};
/// Pairs with a device that has neither display nor keys, and lets it go.
Bond pair(const Target& target, Duration timeout);

}  // namespace ib::bluetooth
