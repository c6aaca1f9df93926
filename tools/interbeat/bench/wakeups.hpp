// Bare wake-ups: a thread sleeps in epoll_wait, another writes to its eventfd after a pause, the first
// reads it and looks at the clock. The least that any engine with a thread that sleeps can do. And the
// engine's own, measured in the same way.
// Thread: the calling one wakes; the cost is the sleeper's.
#pragma once

#include <chrono>
#include <cstddef>

#include "bench/cost.hpp"

namespace ib::bench {

/// Latencies: from just before the write to just after the read. Throws std::runtime_error if the
/// kernel gives no descriptor.
Cost bare_wakeups(std::size_t n, std::chrono::nanoseconds pause);

/// The same with an engine that sleeps: a packet of four samples is handed over, its sink looks at the
/// clock. One source, one sink, live, one executor.
Cost engine_wakeups(std::size_t n, std::chrono::nanoseconds pause);
/// Without pauses: the next packet when the last has arrived. The engine runs on the calling thread, where
/// `opened` and `closed` are called around the packets.
void engine_packets(std::size_t n, void (*opened)(), void (*closed)());

}  // namespace ib::bench
