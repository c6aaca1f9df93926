// for_each_parallel: the one door to running many things side by side, as `interbeat batch` does
// with recordings. Each index goes to exactly one call; the order is free, so calls share nothing.
//
// Two backends of one meaning: oneTBB (default), and plain threads where TBB is not wanted.
// Thread: [control]; `work` runs on several threads at once. An exception of a call ends the loop
// and comes out here, after all running calls have ended.
#pragma once

#include <cstddef>
#include <functional>

namespace ib {

enum class Backend { tbb, threads };

/// Calls work(0) ... work(count - 1), at most `jobs` at a time; jobs 0: one per CPU.
void for_each_parallel(std::size_t count, unsigned jobs,
                       const std::function<void(std::size_t)>& work,
                       Backend backend = Backend::tbb);

}  // namespace ib
