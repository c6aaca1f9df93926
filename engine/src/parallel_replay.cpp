#include "parallel_replay.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace ib {
namespace {

using Work = std::function<void(std::size_t)>;

void with_tbb(std::size_t count, unsigned jobs, const Work& work) {
  // More jobs than CPUs is the user's right; without this TBB warns and does as it likes.
  const tbb::global_control allow(tbb::global_control::max_allowed_parallelism, jobs);
  tbb::task_arena arena(static_cast<int>(jobs));
  arena.execute([&] {
    const tbb::blocked_range<std::size_t> all(0, count, 1);
    tbb::parallel_for(
        all,
        [&](const auto& some) {
          for (auto i = some.begin(); i != some.end(); ++i) work(i);
        },
        tbb::simple_partitioner());  // a recording is work for seconds: no batching of several
  });
}

void with_threads(std::size_t count, unsigned jobs, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto loop = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(failing);
        if (!failure) failure = std::current_exception();
        next.store(count);
      }
    }
  };
  std::vector<std::thread> others;
  for (std::size_t k = 1; k < std::min<std::size_t>(jobs, count); ++k) others.emplace_back(loop);
  loop();
  for (auto& t : others) t.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

void for_each_parallel(std::size_t count, unsigned jobs, const Work& work, Backend backend) {
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  if (backend == Backend::tbb) with_tbb(count, jobs, work);
  else with_threads(count, jobs, work);
}

}  // namespace ib
