// StepLog: the steps of one day, put together from the packets in which a ring sends them: a row for each
// stretch in which there were any.
//
// A header tells the number of rows; a row tells its own number and that number again. Most rings send
// them in order; an R11 was seen to send the last first, so the log is complete when every row was seen.
// After 2 s of silence `settle` takes what there is. Left-overs and contradictions as in DayLog; rows of
// two dates are a contradiction.
// Thread: one at a time; no allocation, no throw. Memory: some 2.5 KiB.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "colmi/day_log.hpp"

namespace ib::colmi {

/// What happened from a quarter hour on, on the ring's own clock.
struct StepRow {
  std::chrono::year_month_day date{};
  std::uint8_t quarter{};  ///< of the day, 0..95: 92 is 23:00
  std::uint32_t
      calories{};  ///< cal, as the ring counts them; multiplied by 10 where its header says so
  std::uint16_t steps{};
  std::uint16_t metres{};
  bool operator==(const StepRow&) const = default;
};

class StepLog {
 public:
  static constexpr std::size_t most_rows = 96;  ///< quarter hours of a day
  static constexpr std::chrono::seconds silence{2};

  /// A new request is about to be sent.
  void reset() noexcept { *this = StepLog(); }
  Progress add(const LogPacket& packet) noexcept;

  /// Nothing came for 2 s: what there is, is all. True if there is any row.
  bool settle() noexcept;

  bool complete() const noexcept { return state_ == State::complete; }
  std::size_t missing() const noexcept { return missing_; }  ///< rows that never came
  /// By their number, which is their order in time; without those missing. Empty until complete.
  std::span<const StepRow> rows() const noexcept {
    return complete() ? std::span(rows_).first(count_) : std::span<const StepRow>{};
  }

 private:
  enum class State : std::uint8_t { waiting, filling, complete, none };

  Progress header(std::uint8_t rows, std::uint8_t flags) noexcept;
  Progress row(const LogPacket& packet) noexcept;
  void close() noexcept;

  State state_{State::waiting};
  bool tenfold_{};
  std::size_t announced_{}, missing_{}, count_{};
  std::chrono::year_month_day date_{};
  std::bitset<most_rows> seen_;
  std::array<StepRow, most_rows> rows_{};
};

}  // namespace ib::colmi
