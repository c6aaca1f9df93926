// DayLog: one day of heart rates, stress or HRV scores, put together from the packets in which a ring
// sends it.
//
// A header tells how many packets there are (itself one) and the minutes per slot; the first of data
// echoes the day; the others are values, a byte each, 0 where there was no measurement. It is complete when
// every packet was seen, in whatever order. Nothing before a header is believed: it is left over from a
// request that was broken off. A header begins anew. A packet that comes twice the same is counted; one
// that comes twice with other values means that two transfers are mixed, and the day is to be asked for
// again, as it is after 2 s of silence. The HRV is a composite score of the vendor, never an interval
// between beats.
// Thread: one at a time; no allocation, no throw. Memory: some 350 bytes.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "colmi/messages.hpp"

namespace ib::colmi {

/// What a packet did to a transfer.
enum class Progress : std::uint8_t {
  more,       ///< taken; others are to come
  complete,   ///< taken; it was the last
  none,       ///< the ring has no data
  stale,      ///< not of this transfer: before its header, after its end, or of another log
  duplicate,  ///< had been taken
  mixed,      ///< contradicts what was taken: reset and ask again
  refused,    ///< cannot be: its numbers contradict each other
};

class DayLog {
 public:
  static constexpr std::size_t most_slots = 288;     ///< 24 h of 5 min
  static constexpr std::chrono::seconds silence{2};  ///< after so long without a packet: ask again

  /// Precondition: not Log::steps, which has rows instead of slots (StepLog).
  explicit DayLog(Log log) noexcept;

  /// A new request is about to be sent. `asked`: the day in it (heart rates: day_epoch(); others: days
  /// ago).
  void reset(std::uint32_t asked) noexcept;
  Progress add(const LogPacket& packet) noexcept;

  bool complete() const noexcept { return state_ == State::complete; }
  unsigned minutes() const noexcept { return minutes_; }  ///< per slot

  /// Values of the slots from midnight on; 0: none. Empty until complete.
  std::span<const std::uint8_t> values() const noexcept {
    return complete() ? std::span(values_).first(slots_) : std::span<const std::uint8_t>{};
  }

  /// The day as the ring echoed it; ffffffff on a ring whose clock stands in 2106.
  std::uint32_t echo() const noexcept { return echo_; }
  /// The echo lies within two days of what was asked.
  bool echo_trusted() const noexcept;
  /// The day of these values: the echo if it can be trusted, else the one that was asked for.
  std::uint32_t day() const noexcept { return echo_trusted() ? echo_ : asked_; }

 private:
  enum class State : std::uint8_t { waiting, filling, complete, none };

  Progress header(std::uint8_t packets, std::uint8_t minutes) noexcept;
  Progress data(std::uint8_t number, const LogPacket& packet) noexcept;
  std::size_t values_of_first() const noexcept;

  Log log_;
  State state_{State::waiting};
  std::uint8_t packets_{};
  unsigned minutes_{};
  std::size_t slots_{}, missing_{};
  std::uint32_t asked_{}, echo_{};
  std::bitset<256> seen_;
  std::array<std::uint8_t, most_slots> values_{};
};

}  // namespace ib::colmi
