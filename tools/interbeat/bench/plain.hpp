// The same work without an engine: what a programmer would write by hand for this one purpose. The
// floor that hops and chains are compared with. Thread: the caller's.
#pragma once

#include <cstdint>

#include "bench/cost.hpp"

namespace ib::bench {

/// `packets` packets of 8 floats, each scaled `n` times in a row, as a chain of n nodes does it.
Cost plain_scalings(std::uint64_t packets, int n);

/// `samples` samples through the four sections of bench.biquad, sample by sample, all in one loop.
Cost plain_sos(std::uint64_t samples);

}  // namespace ib::bench
