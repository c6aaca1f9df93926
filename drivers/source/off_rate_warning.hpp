// OffRateWarning: says once in the log that a device's samples come at another rate than was said.
// Thread: [exec]. No allocation.
#pragma once

#include <interbeat/sugar/log.hpp>

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "source/feed.hpp"

namespace ib::source {

class OffRateWarning {
 public:
  void see(const Losses& l, const Log& log) {
    if (l.off_rate == said_) return;
    said_ = l.off_rate;
    std::array<char, 200> text{};
    fmt::format_to_n(
        text.data(), text.size() - 1,
        "its samples come at {:.1f} a second, far from the rate that was said: filters are made "
        "for that and do not fit; `clock` follows what comes",
        l.found_rate_hz);
    log.warning(text.data());
  }

 private:
  std::uint64_t said_{};
};

}  // namespace ib::source
