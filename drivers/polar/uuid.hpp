// GATT of Polar's measurement data service (PMD), lower case as BlueZ writes it.
#pragma once

#include <string_view>

namespace ib::polar::uuid {

inline constexpr std::string_view service = "fb005c80-02e7-f387-1cad-8acd2d8df0c8";
inline constexpr std::string_view control =
    "fb005c81-02e7-f387-1cad-8acd2d8df0c8";  ///< read, write, indicate
inline constexpr std::string_view data = "fb005c82-02e7-f387-1cad-8acd2d8df0c8";  ///< notify

}  // namespace ib::polar::uuid
