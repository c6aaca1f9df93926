// The devices file: names that a user gives to Bluetooth devices, for `ble:anna` in a graph.
//
//   devices:
//     anna: {address: "AA:BB:CC:DD:EE:FF", family: bcl, counts_per_g: 1000}
//     ben: {name: "Polar H10 12345678", adapter: hci1}
//
// It is $INTERBEAT_DEVICES, else $XDG_CONFIG_HOME/interbeat/devices.yaml, else
// ~/.config/interbeat/devices.yaml, and it is read when a name is looked up. Addresses are personal data:
// mode 0600.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include <filesystem>
#include <string>

#include "bluetooth/device_book.hpp"

namespace ib::tool {

/// All that is wrong is said in `out`; what is right is in the book all the same.
bluetooth::DeviceBook read_devices_file(const std::filesystem::path& file, Diagnostics& out);

/// Where it is, whether it is there or not; empty: the user has no home.
std::filesystem::path usual_devices_file();

/// From now on names are looked up in the usual file; for processes of isolated nodes, too.
void use_usual_devices_file();

/// `--devices FILE`: that one in place of the usual one, read at once. False after saying what is wrong with
/// it.
bool use_devices_file(const std::string& file);

}  // namespace ib::tool
