// History: what a ring's logs held, as its own clock has it: nothing is placed, ordered or merged yet
// (placed_history.hpp does).
//
// Thread: a value, any.
#pragma once

#include <interbeat/logged.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ib::colmi {

template <class T>
struct Shown {
  std::chrono::local_seconds at;  ///< on the ring's clock
  T item;
  bool operator==(const Shown&) const = default;
};

/// Stages of one night, one after the other from its start on.
struct ShownNight {
  struct Stage {
    std::chrono::minutes from_start, lasts;
    LoggedStage stage;
    bool operator==(const Stage&) const = default;
  };
  std::chrono::local_seconds start;
  std::vector<Stage> stages;
  bool operator==(const ShownNight&) const = default;
};

struct History {
  std::vector<Shown<LoggedRate>> rates;
  std::vector<Shown<LoggedSteps>> steps;
  std::vector<Shown<LoggedSpo2>> spo2;
  std::vector<Shown<LoggedTemperature>> temperatures;
  std::vector<ShownNight> nights;

  std::uint64_t missing_logs{};   ///< logs of a day, or of all days, that did not come or not whole
  std::uint64_t doubtful_logs{};  ///< given although their checksum did not fit
  std::uint64_t refused{};        ///< values that cannot be: 250 bpm, a slot in the future
  std::uint64_t bad_packets{};    ///< frames with a wrong sum or length, messages with a wrong CRC
  std::uint64_t unknown_packets{};  ///< frames of a kind that no source describes
  std::vector<std::string>
      remarks;  ///< a sentence for each log that is missing, and what else is odd

  bool empty() const {
    return rates.empty() && steps.empty() && spo2.empty() && temperatures.empty() && nights.empty();
  }
};

}  // namespace ib::colmi
