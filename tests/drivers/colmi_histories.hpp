// Big-data messages of Colmi / Yawell rings that were published.
#pragma once

#include <string>

namespace ib::test {

/// The one real capture: two days, its CRC holds (RingCLI).
inline const std::string colmi_spo2_message =
    "bc2a6200b73f0200000000000000000000000000005d5d606060606060636360606060616163636060626262"
    "6200000000000063630000010000000000000000000000000000000063630000636362626161616161616161"
    "63636363636361616060626200000000";

/// Constructed: 30 min deep, 30 min REM, from 08:00 to 09:00.
inline const std::string colmi_sleep_message = "bc270b00e246010008e0011c02031e041e";

/// A real night of 16 stages whose CRC was mistyped (RingCLI).
inline const std::string colmi_night_message =
    "bc272700d8800100247705c90102430506024003200210042002600310022004200220031002100410050c020d";

}  // namespace ib::test
