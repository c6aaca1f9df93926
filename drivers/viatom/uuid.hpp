// GATT of Viatom and Wellue rings, lower case as BlueZ writes it. No bonding.
#pragma once

#include <string_view>

#include "viatom/frame.hpp"

namespace ib::viatom {

struct Gatt {
  std::string_view service, write, notify;
};

inline constexpr Gatt o2ring_gatt{"14839ac4-7d7e-415c-9a42-167340cf2339",
                                  "8b00ace7-eb0b-49b0-bbe9-9aee0a26e1a3",
                                  "0734594a-a8e7-4b1a-a6b1-cd5243059a57"};
inline constexpr Gatt o2ring_s_gatt{"e8fb0001-a14b-98f9-831b-4e2941d01248",
                                    "e8fb0002-a14b-98f9-831b-4e2941d01248",
                                    "e8fb0003-a14b-98f9-831b-4e2941d01248"};

constexpr const Gatt& gatt_of(Generation generation) {
  return generation == Generation::o2ring ? o2ring_gatt : o2ring_s_gatt;
}

}  // namespace ib::viatom
