// Schedule: when each fault of a scenario begins and ends, in order of time. Of two at one time the one
// that stands first in the scenario comes first.
//
// A function of the faults and the seed alone: two scenes of one scenario have one schedule.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <optional>
#include <span>
#include <vector>

#include "vring/fault.hpp"

namespace ib::vring {

struct Turn {
  Duration at{};
  std::size_t fault{};   ///< by its place
  std::uint64_t time{};  ///< the first is 0
  bool begins{};

  bool operator==(const Turn&) const = default;
};

class Schedule {
 public:
  /// Precondition: where a fault comes again, it is over by then (`read_scenario` sees to that).
  Schedule(std::span<const Fault> faults, std::uint64_t seed);

  /// The next one; none: nothing happens any more.
  std::optional<Turn> next();

 private:
  struct Line {
    Fault fault;
    KeyedRandom chance;
    std::optional<Turn> coming;
  };

  static std::optional<Turn> beginning(const Line& line, std::size_t fault, std::uint64_t time);

  std::vector<Line> lines_;
};

}  // namespace ib::vring
