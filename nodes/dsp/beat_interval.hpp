// The time between two beats. It belongs to the beat that closes it.
#pragma once

#include <cstdint>
#include <interbeat/time.hpp>

namespace ib::dsp {

struct BeatInterval {
  Time end;               ///< time of the closing beat
  std::int32_t ibi_us{};  ///< length in us, > 0
  bool valid{};           ///< false: an artefact, which only holds its place
  bool edited{};          ///< a person changed it
  bool believable{};      ///< not valid, and may be the heart's own all the same
};

}  // namespace ib::dsp
