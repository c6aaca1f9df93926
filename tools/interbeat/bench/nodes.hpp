// The smallest nodes that an engine can be measured with; `interbeat bench` and the tests know them,
// `interbeat nodes` does not.
//
//   bench.source   a pulse waveform from a table, 64 Hz, `packet` samples a packet, for as long as its
//                  window is open; it starts and stops the meter, so that a plan's building and a
//                  run's beginning and end are not in the figure
//   bench.pass     hands its samples on, written with the sugar of node.hpp
//   bench.pass_c   the same, written against the C contract alone (pass_c.cpp)
//   bench.scale    multiplies
//   bench.biquad   one second-order section of an eighth-order band-pass, by number
//   bench.push     packets of 4 that another thread hands over (push.hpp); bench.arrive says when
//   bench.sink     takes samples; bench.any takes every stream
//
// Thread: [control] to register; the nodes themselves as abi.h says.
#pragma once

#include <interbeat/registry.hpp>

#include <cstdint>

namespace ib::bench {

/// All of them, beside what the registry has already.
void add_bench_nodes(Registry& registry);

/// The node in C: pass_c.cpp.
NodeType pass_in_c();

/// The built-in nodes and drivers, and these.
Registry bench_registry();

/// The pulse that bench.source sends, by device index; it repeats after 17 minutes.
float pulse_at(std::uint64_t index);

/// Rate of bench.source.
inline constexpr double source_rate = 64;

}  // namespace ib::bench
