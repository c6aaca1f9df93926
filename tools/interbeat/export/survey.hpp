// Survey: what a recording holds, counted in one pass over it: what `interbeat info` shows, and what a writer
// has to know before its first byte (ranges of values, first and last times).
// Thread: one. Memory: some hundred bytes a port; lists are bounded, and what they left out is counted.
#pragma once

#include <interbeat/recording.hpp>

#include "export/continuity.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ib::tool {

/// A sample that was filled across a gap: no data.
inline bool is_bridged(const RecordedBlock& b, std::uint32_t i) {
  return i < b.sample_flags.size() && (b.sample_flags[i] & IB_SAMPLE_BRIDGED) != 0;
}

/// Joins what is one gap though two blocks tell of it: behind the last item of one and in front of the first of
/// the next, it is widened. What is missing and no block tells of is a gap as well (Continuity).
class GapJoiner {
 public:
  /// Calls `closed(SessionGap)` for each gap that can't grow any more, in their order. `holes`: as Continuity.
  template <class Closed>
  Continuity::Front block(const RecordedBlock& b, std::uint64_t holes, Closed closed) {
    const auto front = continuity_.meet(b, holes);
    const bool told = !b.gaps.empty() && b.gaps.front().at == 0;
    if (front.untold) widen(front.gap);
    if (b.n > 0 && !told) end(closed);
    for (const auto& g : b.gaps) {
      if (g.at > 0) end(closed);
      widen({g.from_ns, g.to_ns});
      if (g.at < b.n) end(closed);
    }
    return front;
  }
  template <class Closed>
  void end(Closed closed) {
    if (open_) closed(gap_);
    open_ = false;
  }

 private:
  void widen(const SessionGap& gap) {
    gap_ = open_ ? SessionGap{std::min(gap_.from_ns, gap.from_ns), std::max(gap_.to_ns, gap.to_ns)}
                 : gap;
    open_ = true;
  }
  Continuity continuity_;
  SessionGap gap_;
  bool open_{};
};

struct ValueRange {
  float least{}, most{};
  bool any{};  ///< else nothing finite was measured
};

struct PortSurvey {
  std::uint64_t blocks{}, items{}, bytes{};  ///< bytes: items, times, flags, gaps
  std::uint64_t gaps{}, lost{}, bridged{}, not_finite{}, restarts{}, pieces{};
  std::int64_t gap_ns{};  ///< of all gaps together, at most IB_FOREVER
  std::int64_t first_ns{IB_NEVER}, last_ns{IB_NEVER};
  std::int64_t uncertainty_ns{}, most_uncertainty_ns{};  ///< of the last block; the greatest
  double rate_hz{};          ///< regular: of the last piece of its clock, on the session clock
  double least_period_ns{};  ///< regular: of all its pieces
  /// Regular: steps from a sample to the one that follows it, and how long all of them are.
  std::uint64_t steps{};
  std::int64_t steps_ns{};
  std::vector<ValueRange> ranges;  ///< regular: a channel each; none: `most_ranges` were reached

  /// Of a regular port that holds something: how far apart its samples were, on the session's clock. The
  /// declared period where they were less than half or more than twice as far apart: no device is so wrong.
  double period_ns(double declared_hz) const;
};

/// The last item of a port of type interbeat/clock/1, as far as it holds these.
struct ClockSurvey {
  std::uint64_t models{};
  std::optional<double> rate_ppm, jitter_ms, delay_least_ms, delay_most_ms;
};

/// What a device sent, beside what was made of it.
struct PacketSurvey {
  std::uint64_t packets{}, bytes{};  ///< bytes: on the air
  std::uint64_t records{};           ///< with connections made and lost
  std::uint64_t lost{};              ///< found no room when they were recorded
};

struct SourceSurvey {
  std::vector<PortSurvey> ports;
  std::optional<ClockSurvey> clock;
  PacketSurvey packets;
  std::uint64_t entries{};
  bool finished{};
};

struct ParamChange {
  std::int64_t time_ns{};
  std::uint32_t node{}, param{};
  double value{};
};

/// What a person or a device marked.
struct SurveyedMark {
  std::int64_t time_ns{};
  std::string source;  ///< "ben.strap.marks"; empty: the session
  std::string text;    ///< fit to be shown
};

struct Survey {
  static constexpr std::size_t most_changes = 1000, most_note_kinds = 100, most_marks = 100;
  static constexpr std::size_t most_ranges = 1 << 20;  ///< of all ports together

  std::vector<SourceSurvey> sources;
  std::uint64_t records{}, marks{}, changes{}, outages{}, checkpoints{}, lost_records{};
  std::vector<ParamChange> first_changes;      ///< at most `most_changes`
  std::vector<SurveyedMark> first_marks;       ///< as recorded, at most `most_marks`
  std::map<std::string, std::uint64_t> notes;  ///< by kind, marks among them
  std::int64_t last_ns{IB_NEVER};              ///< the latest that anything is told of
  std::optional<RecordingEnd> end;             ///< none: it broke off
  std::string problem;                         ///< why it ended before its end
};

/// Reads a recording from where it stands to its end.
Survey survey(Recording& recording);

/// The text of a note that is a mark; none: it is something else.
std::optional<std::string> mark_text(const RecordedNote& note);

}  // namespace ib::tool
