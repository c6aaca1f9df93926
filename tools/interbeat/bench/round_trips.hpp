// Round trips between two processes: a call of an isolated node, and the least that one can do on this
// machine, two eventfds and a page of shared memory. And what a death costs.
//
// Thread: [control]; the cost is the caller's.
#pragma once

#include <cstddef>
#include <filesystem>

#include "bench/cost.hpp"

namespace ib::bench {

/// Where the two run. Left to the scheduler that differs from round to round, and a wake-up to another processor costs
/// ten times one on the same: it would be all that one measures. On a machine with one processor both are the same.
enum class Placed { on_one_cpu, on_two_cpus };

/// A process that adds 1 to a number in shared memory when its eventfd is written to, and answers.
Cost bare_round_trips(std::size_t n, Placed where);

/// filter.bandpass on packets of 8 samples, in a process of its own; `program` hosts it.
Cost isolated_calls(std::size_t n, const std::filesystem::path& program, Placed where);

/// It is killed so many times: how long until this process knows, and until the node is ready again, ms.
struct DeathTimes {
  double noticed_ms{}, restarted_ms{};  ///< medians
};
DeathTimes deaths(std::size_t n, const std::filesystem::path& program);

}  // namespace ib::bench
