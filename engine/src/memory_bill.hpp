// MemoryBill: what takes the memory of a plan that is too large for this machine; so that it is refused
// with a sentence, before anything is allocated, and not with an exception.
//
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include "machine_limits.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace ib::detail {

class MemoryBill {
 public:
  /// `of`: "the ring from p[0–99].hrv to hrv[0–99]"; equal ones are one line.
  void add(const std::string& of, std::size_t bytes) {
    auto& line = lines_[of];
    line.bytes += bytes;
    ++line.n;
  }
  /// Says at the head of `file` that `what` (`bytes` of it) is more than is free, and where most goes.
  void refuse(const char* what, std::size_t bytes, const FreeMemory& left, const std::string& file,
              Diagnostics& out) const;

 private:
  struct Line {
    std::size_t bytes{}, n{};
  };
  /// The three largest: "5.2 GB for the ring from ... (100 times 52 MB)".
  std::string largest() const;

  std::map<std::string, Line> lines_;
};

}  // namespace ib::detail
