// PlacedHistory: what a ring's logs held, on one clock: in order of time, each place taken once.
//
// Two items at one instant: the same are one, counted as repeated; of others the one that was told first is
// kept, and the other counted as overlapping. So it is with stages of nights that overlap. An item whose hour
// never was in that zone is counted as unplaced.
// Thread: a value, any.
#pragma once

#include <interbeat/logged.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "colmi/history.hpp"
#include "source/event_stream.hpp"

namespace ib::colmi {

/// How far the ring's clock is ahead of UTC at an instant.
using Zone = std::function<std::chrono::seconds(std::chrono::sys_seconds)>;

struct PlacedHistory {
  std::chrono::sys_seconds zero;  ///< own time 0: the earliest item; 1970 where there is none
  std::vector<source::Timed<LoggedRate>> rates;
  std::vector<source::Timed<LoggedSteps>> steps;
  std::vector<source::Timed<LoggedSpo2>> spo2;
  std::vector<source::Timed<LoggedTemperature>> temperatures;
  std::vector<source::Timed<LoggedSleep>> sleep;
  std::uint64_t repeated{}, overlapping{}, unplaced{};
};

PlacedHistory place(const History& history, const Zone& zone);

}  // namespace ib::colmi
