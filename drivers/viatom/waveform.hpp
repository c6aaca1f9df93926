// The waveform of a Viatom ring as samples: turned over, mended, cut where it can't be.
//
// The ring sends a byte a sample, and systole points down in it: the maker's application turns it over. A
// sample of 156 is what the application takes for a spike and replaces by the mean of its neighbours; so does
// this, for up to `longest_mend` in a row (40 or 50 ms), which no pulse can hide in. A longer run is no waveform,
// nor is a reply of nothing but spikes, which has no neighbours: there is a gap.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/reader.hpp"

namespace ib::viatom {

inline constexpr std::size_t longest_mend = 5;

/// Samples [from, from + n) of a reply that belong together; n = 0: there are no more.
struct Stretch {
  std::size_t from{}, n{};
};
/// The first one at or behind `from`.
Stretch stretch_from(wire::Bytes samples, std::size_t from) noexcept;

/// The values of a stretch of `stretch_from`; `values` is as long as it. `turned`: systole points up in them.
void read_stretch(wire::Bytes samples, Stretch stretch, bool turned,
                  std::span<float> values) noexcept;

}  // namespace ib::viatom
