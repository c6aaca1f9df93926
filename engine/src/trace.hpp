// Trace: what every thread did, call by call, as a file for ui.perfetto.dev or chrome://tracing (the JSON
// trace event format). A track per thread; a slice per call of a node; moments for errors, restarts,
// changes of params, losses and wake-ups.
//
// Threads of the run write into lanes (trace_lane.hpp), a thread of the trace's own writes the file; it
// looks ten times a second, or when a lane is a quarter full. The run never waits for it: what finds a
// lane full is dropped and counted. After `most_records` the file ends and the rest is counted as well.
// Thread: [control]; made after the plan, closed when the run has returned.
#pragma once

#include "plan_impl.hpp"
#include "trace_lane.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ib {

/// What came of a trace.
struct TraceResult {
  std::uint64_t records{};     ///< in the file
  std::uint64_t dropped{};     ///< found a lane full
  std::uint64_t beyond_end{};  ///< came after the file had all it may hold
  std::string why;             ///< the file can't be written; empty: it was
};

class Trace {
 public:
  static constexpr std::uint64_t most_records = 4'000'000;  ///< about 400 MB

  explicit Trace(Plan& plan);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// From here on every pass is timed. Empty: fine; else why the file can't be made.
  std::string open(const std::filesystem::path& file);
  /// Writes what is left and ends the file.
  TraceResult close();

 private:
  void loop();
  void drain();
  void name_threads();
  void write(std::size_t thread, const detail::TraceRecord& r);
  void put(const std::string& text);
  double us(std::int64_t ticks) const { return static_cast<double>(ticks) * us_per_tick_; }

  detail::PlanImpl& plan_;
  detail::TraceBell bell_;
  std::vector<std::unique_ptr<detail::TraceLane>> lanes_;  ///< by worker
  std::vector<std::string> names_;                         ///< by node, as JSON
  std::FILE* file_{};
  TraceResult result_;
  std::int64_t start_{};
  double us_per_tick_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ib
