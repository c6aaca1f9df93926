// UsableAdapter: the adapter that a device is sought with, or the sentence why there is none.
// Thread: [io].
#pragma once

#include <chrono>
#include <string>

#include "bluetooth/bluez.hpp"

namespace ib::bluetooth {

/// Whoever begins waits so long for one: bluetoothd may just be starting, a stick just be plugged in.
inline constexpr std::chrono::seconds bluetooth_wait{3};

struct UsableAdapter {
  std::string path;  ///< "/org/bluez/hci0"; empty: none
  std::string why;   ///< what is missing, and what to do about it; empty: nothing
};
/// `wanted`: "hci1"; empty: the first that is on. Bluetoothd is there.
UsableAdapter usable_adapter(const Bluez& bluez, const std::string& wanted);

}  // namespace ib::bluetooth
