// ColmiFirmware: what the firmware of a virtual Colmi ring knows, and how fast it is. The keys of `firmware:` in a
// scenario are these; docs/virtual-rings.md has them.
// Thread: a value, any.
#pragma once

#include <chrono>
#include <cstdint>
#include <set>

namespace ib::vring {

struct ColmiFirmware {
  bool realtime{true}, stream{true};  ///< 69 06, 1e
  bool raw{true};
  double raw_hz{1};
  std::chrono::milliseconds warms_up{10'000};
  std::chrono::milliseconds realtime_for{40'000}, stream_for{60'000}, single_for{30'000};
  bool raw_on_other{};  ///< the raw stream comes from the characteristic for big data
  std::set<std::uint8_t> unanswered{};     ///< logs that it keeps silent about: 15, 43, 27, 2a, 25
  std::set<std::uint8_t> unknown{};        ///< logs whose request it refuses: 15, 43
  std::set<std::uint8_t> spots{3, 8, 10};  ///< what it measures on request: SpO2, stress, HRV
  bool spots_by_25{};                      ///< by the action 25 alone; to 01 it says nothing
  bool wrong_crc{};                        ///< big data bears a CRC that does not fit
  bool clock_in_2106{};                    ///< its logs of rates bear a day of ffffffff
  bool
      stale_logs{};  ///< what the last connection did not hear of an answer comes in front of the next one
};

}  // namespace ib::vring
