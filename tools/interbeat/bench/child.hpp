// A program started as a user starts it, and what it cost from birth to exit. Thread: [control].
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/cost.hpp"

namespace ib::bench {

struct ChildCost {
  Cost cost;  ///< units: 1; cpu_ns of the whole process
  double
      peak_bytes{};  ///< greatest resident memory; never below what its parent had when it forked
};

/// Runs it to its end; its outputs go nowhere. Throws std::runtime_error, with `what` in it, if it
/// can't be started or fails.
ChildCost run_child(const std::vector<std::string>& words, const std::string& what);

/// A folder of its own below the temporary one, gone with this.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ib::bench
