// What a ring's thermometer may show on skin, degC: from a cold finger outdoors to a ring that its charger warmed.
// Thread: any.
#pragma once

namespace ib::bcl {

inline constexpr double least_skin_degc = 5, most_skin_degc = 50;
constexpr bool is_skin(double degc) noexcept {
  return degc >= least_skin_degc && degc <= most_skin_degc;
}

}  // namespace ib::bcl
