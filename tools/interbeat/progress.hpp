// How far an offline run is: a bar that is drawn anew on a terminal, a line every five seconds
// elsewhere; on stderr. Thread: [control], the thread that runs the sources.
#pragma once

#include <interbeat/time.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace ib::tool {

enum class ProgressStyle { none, lines, bar };

class Progress {
 public:
  /// `duration`: session time at which the run ends, if it is known.
  Progress(ProgressStyle style, std::optional<Duration> duration);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// The run turns out to be this long.
  void expect(std::optional<Duration> duration) { duration_ = duration; }
  void operator()(Time settled);
  /// Takes the bar away, so that other lines can follow.
  void clear();

  /// "01:23:20 of 02:00:00   69 %   812 times real time"; for tests.
  static std::string text(Time settled, std::optional<Duration> duration, double wall_s);

 private:
  using Clock = std::chrono::steady_clock;

  ProgressStyle style_;
  std::optional<Duration> duration_;
  Clock::time_point start_ = Clock::now(), told_ = start_;
  Time furthest_{};
  bool drawn_{};
};

}  // namespace ib::tool
