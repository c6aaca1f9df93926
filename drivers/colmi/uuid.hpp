// The services and characteristics of Colmi / Yawell rings ("QRing" rings).
//
// A ring is of this family if it has one of the two services once it is connected; its name is a hint
// only (recognise.hpp). Notifications come on either `notify` characteristic: raw 0xA1 packets were
// seen on both, so both are subscribed. Values are values, any thread.
#pragma once

#include <string_view>

namespace ib::colmi::uuid {

inline constexpr std::string_view command_service = "6e40fff0-b5a3-f393-e0a9-e50e24dcca9e";
inline constexpr std::string_view command_write = "6e400002-b5a3-f393-e0a9-e50e24dcca9e";
inline constexpr std::string_view command_notify = "6e400003-b5a3-f393-e0a9-e50e24dcca9e";

inline constexpr std::string_view big_data_service = "de5bf728-d711-4e47-af26-65e3012a5dc7";
inline constexpr std::string_view big_data_write = "de5bf72a-d711-4e47-af26-65e3012a5dc7";
inline constexpr std::string_view big_data_notify = "de5bf729-d711-4e47-af26-65e3012a5dc7";

/// Device Information, of the Bluetooth SIG: R02_3.00.06_240523 is a firmware, R02_V3.0 a hardware.
inline constexpr std::string_view firmware = "00002a26-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view hardware = "00002a27-0000-1000-8000-00805f9b34fb";
inline constexpr std::string_view software = "00002a28-0000-1000-8000-00805f9b34fb";

}  // namespace ib::colmi::uuid
