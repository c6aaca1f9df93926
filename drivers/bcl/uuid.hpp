// GATT of BCL rings (ChipletRing, OpenRing and many OEM names), lower case as BlueZ writes it.
//
// No bonding. Some models drop the link unless a request comes within 1 s after notifications are on.
#pragma once

#include <string_view>

namespace ib::bcl::uuid {

inline constexpr std::string_view service = "bae80001-4f05-4503-8e65-3af1f7329d1f";
inline constexpr std::string_view write = "bae80010-4f05-4503-8e65-3af1f7329d1f";   ///< no response
inline constexpr std::string_view notify = "bae80011-4f05-4503-8e65-3af1f7329d1f";  ///< all replies

}  // namespace ib::bcl::uuid
