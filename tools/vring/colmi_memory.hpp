// ColmiMemory: what a Colmi ring on a virtual finger has logged by itself in the last seven days.
//
// A function of its wearer's options and of the calendar alone: the heart rates are those of the wearer's heart
// (virtual_ring::Heart) at the same clock time, lower in sleep and higher in hours with steps; some hours it is
// not worn, and holds nothing. Times are those of its own clock.
// Thread: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "colmi/sleep.hpp"
#include "colmi/spo2_history.hpp"
#include "colmi/step_log.hpp"
#include "virtual_ring/heart.hpp"

namespace ib::vring {

class ColmiMemory {
 public:
  static constexpr unsigned kept_days = 7;     ///< today among them
  static constexpr unsigned rate_minutes = 5;  ///< per slot
  static constexpr unsigned temperature_minutes = 30;

  explicit ColmiMemory(const virtual_ring::Options& wearer);

  /// Bytes as the ring has them: of each slot of a day that has begun by `now`; 0: none.
  std::vector<std::uint8_t> rates(std::chrono::local_days day, std::chrono::local_seconds now);
  std::vector<colmi::StepRow> steps(std::chrono::local_days day,
                                    std::chrono::local_seconds now) const;
  /// Hour by hour; 0 and 0: none.
  std::vector<colmi::Spo2Range> spo2(std::chrono::local_days day,
                                     std::chrono::local_seconds now) const;
  /// Tenths of a degree above 20 degC; 0: none.
  std::vector<std::uint8_t> temperatures(std::chrono::local_days day) const;
  /// The night that ended on this day; without stages: it has not ended yet.
  colmi::Night night(std::chrono::local_days day, std::chrono::local_seconds now) const;

 private:
  bool is_worn(std::chrono::local_seconds at) const;
  bool is_asleep(std::chrono::local_seconds at) const;
  unsigned steps_of(std::chrono::local_seconds hour) const;
  std::chrono::local_seconds falls_asleep(std::chrono::local_days day) const;
  std::chrono::local_seconds wakes_up(std::chrono::local_days day) const;

  virtual_ring::Heart heart_;
  KeyedRandom worn_, walks_, night_, oxygen_, skin_;
};

}  // namespace ib::vring
