// LogRing: how the data path says something without waiting: a fixed ring of short records that a
// thread of its own formats and prints.
//
// Many writers, one reader. Each cell carries a turn number: a writer takes a ticket, may fill the cell
// when the cell's turn equals the ticket, and hands it over by raising the turn by one; the reader
// frees it for the next lap by raising it by the capacity (D. Vyukov's bounded queue). Full: the record
// is dropped and counted. The reader sleeps on an eventfd that only the first record of a burst writes.
// Proof: tests/engine/log_ring.cpp (boundary, many writers under TSan).
#pragma once

#include <interbeat/abi.h>

#include "ring.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ib {

struct LogRecord {
  std::uint32_t severity{};
  std::uint32_t node{};
  std::array<char, 160> text{};
};

class LogRing {
 public:
  using Print = std::function<void(std::uint32_t severity, std::string_view line)>;
  using NameOf = std::function<std::string(std::uint32_t node)>;

  static constexpr std::size_t capacity = 256;
  static constexpr unsigned lines_per_second = 10;  ///< and severity; the rest is counted and said

  LogRing();
  ~LogRing();
  LogRing(const LogRing&) = delete;
  LogRing& operator=(const LogRing&) = delete;

  /// When the run was asked to end: `fd` becomes readable. What is then still waited for is said after
  /// a second, and every ten.
  struct Ending {
    int fd{-1};
    std::function<std::string()> waits_for;
  };
  /// [control] Starts the printing thread; the node's name stands in front of each line.
  void start(NameOf name_of, Print print) { start(std::move(name_of), std::move(print), Ending()); }
  void start(NameOf name_of, Print print, Ending ending);
  /// [control] Prints what is left and ends the thread.
  void stop();

  /// [any] False: the ring was full; counted.
  bool write(std::uint32_t severity, std::uint32_t node, std::string_view text) noexcept;
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  /// [reader] One record, for tests and the thread; false: empty.
  bool read(LogRecord& out) noexcept;

 private:
  struct alignas(cache_line) Cell {
    std::atomic<std::uint64_t> turn{0};
    LogRecord record;
  };
  void loop();
  void print_all(std::array<unsigned, 4>& printed, std::array<std::uint64_t, 4>& suppressed);
  void tell_waiting();
  void tell_suppressed(std::array<std::uint64_t, 4>& suppressed);

  std::vector<Cell> cells_;
  alignas(cache_line) std::atomic<std::uint64_t> tail_{0};
  alignas(cache_line) std::uint64_t head_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<bool> reader_sleeps_{false}, stop_{false};
  int fd_{-1};
  NameOf name_of_;
  Print print_;
  Ending ending_;
  std::chrono::steady_clock::time_point say_waiting_{};  ///< once it was asked to end
  std::thread thread_;
};

}  // namespace ib
