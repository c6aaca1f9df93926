// GATT of the Heart Rate Service (Bluetooth SIG, 1.0), lower case as BlueZ writes it.
#pragma once

#include <string_view>

namespace ib::heart_rate::uuid {

inline constexpr std::string_view service = "0000180d-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view measurement = "00002a37-0000-1000-8000-00805f9b34fb";  ///< notify
inline constexpr std::string_view body_location = "00002a38-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view control_point = "00002a39-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view battery_service = "0000180f-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view battery_level = "00002a19-0000-1000-8000-00805f9b34fb";

}  // namespace ib::heart_rate::uuid
