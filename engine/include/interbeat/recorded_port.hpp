// Whether the items of a recorded port can stand in a stream of this program: their type, their layout, their
// rate. A recording may come from anybody, and from another build: what a slot is made for has to be what is put
// into it.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/recording.hpp>

#include <string>

namespace ib {

/// The highest rate, and the most items a second, that a recorded port may have.
inline constexpr double most_recorded_hz = 100'000;

/// Why they can't, for the middle of a sentence: "its ppg was recorded with a rate or delay that no sensor has".
/// Empty: they can. `type`: of the stream that is meant to carry them; null: of any. `regular`: it has a rate.
std::string why_unfit(const RecordedPort& recorded, const ib_type* type, bool regular);

}  // namespace ib
