// Recordings of beat-to-beat intervals, in the forms that chest straps, wristbands and data bases
// write them. The form is recognised from the header row:
//
//   rr_ms nn_ms ibi_ms, rr_s nn_s ibi_s,    one interval a row, with or without a time column
//     rr_us, "RR-interval [ms]", rr nn ibi  (without unit: s or ms, from the values)
//   no header row                           a list of intervals in s or ms
//   rr_1024                                 heart-rate notifications: 'oldest;...;newest' in
//                                           1/1024 s, and arrival_s
//   t_s[,ok][,type]                         beats only; ok=0 marks an uncertain one
//   1644829925.000000, IBI                  Empatica E4: start in unix s, then rows t, ibi in s
//
// A time belongs to the beat that closes the interval, unless `# interval_time: opens` or
// `arrival` says otherwise. Without times the first beat is at 0, or at `# first_beat_s`.
// Ectopic beats and artefacts stay in: to judge them is not a reader's work. What is refused is no
// interval at all: above 5 s beside a time, outside 0.2 .. 5 s in an E4 export.
// Thread: `open` [control]; `read` one thread at a time, blocks on the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "files/head.hpp"
#include "files/interval_chain.hpp"
#include "files/line_reader.hpp"
#include "files/notification_reader.hpp"
#include "files/problem.hpp"
#include "files/row_reader.hpp"

namespace ib::files {

enum class IntervalForm { intervals, notifications, beats, e4_ibi };

/// What the time column of a file of intervals tells.
enum class IntervalTimes { none, closes, opens, arrival };

/// The form of a file, from its header row; none if it holds no intervals.
std::optional<IntervalForm> interval_form(const Head& head);

/// No header row, and every row one number that is an interval in s (0.2 .. 3) or ms (200 .. 3000).
bool is_interval_list(const Head& head);

struct IntervalOptions {
  std::string column;                  ///< of several interval columns; empty = the first known
  std::optional<IntervalTimes> times;  ///< where the file does not say it, or wrongly
};

struct IntervalCounts {
  std::uint64_t intervals{};  ///< given
  std::uint64_t cuts{};       ///< of these, not contiguous (the first always is one)
  std::uint64_t refused{};    ///< rows or values that hold no usable interval
};

class IntervalFile {
 public:
  /// Problems beside a value: what is not as its name says.
  static Result<IntervalFile> open(const std::filesystem::path& path,
                                   const IntervalOptions& options = {});
  /// The E4's IBI.csv from a fresh reader (a file or a zip entry). A file without rows is sound.
  static Result<IntervalFile> open_e4(LineReader lines);

  /// Up to rows.size() intervals in time order; 0 = the end.
  std::size_t read(std::span<Interval> rows);

  IntervalForm form() const { return form_; }
  IntervalTimes times() const { return times_; }
  /// UTC in s of time 0, if the file tells.
  std::optional<double> t0_unix() const { return t0_unix_; }
  /// Beats only: where the first one is (it closes no interval). Known after the first read.
  std::optional<Time> first_beat() const { return first_beat_; }
  const Meta& meta() const { return meta_; }
  const IntervalCounts& counts() const { return counts_; }
  /// Found while reading: the first ten of a kind, and how the file ended if too early.
  std::vector<Problem> problems() const;
  /// Of these, what a user is told (see told_of).
  std::vector<Problem> told() const;
  const std::filesystem::path& path() const { return path_; }
  /// Notifications as they arrived, instead of `read`; null: the file is of another form.
  NotificationReader* notifications() { return notifications_ ? &*notifications_ : nullptr; }

 private:
  struct Source;  // what `open` found
  explicit IntervalFile(Source source);

  bool next(Interval& row);
  bool next_timed(Interval& row);
  bool next_beat(Interval& row);
  bool next_notified(Interval& row);
  bool read_notification();
  bool count_refused_rows();
  std::optional<Duration> interval(double cell);
  void refuse(std::size_t line, std::string what, std::string expected);

  std::filesystem::path path_;
  IntervalForm form_;
  IntervalTimes times_;
  double ns_per_unit_;
  bool has_ok_;
  std::optional<double> t0_unix_;
  Meta meta_;
  std::optional<RowReader> rows_;                    // all forms but notifications
  std::optional<NotificationReader> notifications_;  // these
  IntervalChain chain_;
  std::optional<Time> first_beat_;
  std::uint64_t refused_rows_seen_{}, bad_cells_seen_{};
  std::size_t list_at_{};
  IntervalCounts counts_;
  ProblemList problems_;
  bool ended_{};
};

}  // namespace ib::files
