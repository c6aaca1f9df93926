// Radio: when a value that a peripheral has ready reaches the central, and whether it does.
//
// Connection events lie `interval` apart, at a phase of the device's own; a value waits for the next one,
// each failed attempt costs an event, a stall holds everything and lets it go at once. The link layer
// delivers in order or breaks, so what is lost was dropped before it: as whole values.
// A function of its options and of the order of calls; no clock is read. Thread: one at a time.
#pragma once

#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace ib::vring {

struct RadioOptions {
  double interval_ms = 30;  ///< 7.5 to 4000
  double retry = 0.1;       ///< share of events that fail
  double loss = 0;          ///< share of values that are dropped
  double stall_per_min = 0;
  double stall_for_s = 0.6;
};

class Radio {
 public:
  Radio(const RadioOptions& options, std::uint64_t seed, const std::string& device);

  /// `ready`: when the device has the value. None: it is dropped.
  std::optional<Time> arrival(Time ready);
  std::uint64_t lost() const { return lost_; }

 private:
  RadioOptions options_;
  KeyedRandom loss_, retry_, stall_;
  Duration interval_, phase_;
  std::uint64_t values_{}, events_{}, lost_{};
  Time last_ = never;
};

}  // namespace ib::vring
