// TextFile: an output file that grows by whole lines. Rows are collected in a buffer that is
// written at least once per second of the session's own time, so that a killed run leaves a
// readable file.
//
//   nothing early   prepare() looks and makes nothing: a run that is refused, for whatever reason,
//                   leaves the files of the run before it alone. The first begin() makes the file.
//   nothing torn    what a full disk cuts off in the middle of a row is cut back to the row before;
//                   rows that did not get there are counted, and a line in the file says how many
//                   and from when to when, as soon as the file takes anything again.
//
// Thread: [control] prepare and close; [exec] the rest (blocking: sinks have their own executor
// when live). Allocates in prepare() only.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

class TextFile {
 public:
  /// How a loss is written, for fmt: the number of items, then from and to in seconds.
  struct Forms {
    std::string header;  ///< first line of the file; empty: none
    const char* loss;
  };

  TextFile() = default;
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// Could this file be made? Empty: as far as one can see; else a sentence with what to do.
  std::string prepare(const std::filesystem::path& path, Forms forms);

  /// Starts a call: makes the file if it is not there yet.
  void begin();
  /// Items in [from, to] will never come: said in front of the next row.
  void lose(std::uint64_t items, Time from, Time to);
  /// Where the next row is put together; reserved, so that appending does not allocate.
  std::string& begin_row();
  /// The row stands in the buffer. Written when due: much has come together, or a second has
  /// passed.
  void end_row(Time t);
  void write_when_due(Time settled);
  /// Writes all there is, so that a full disk is this run's error and not a silence.
  void finish();
  void close();

  /// Since begin(): something did not reach the file.
  bool failed() const { return failed_; }
  /// The sentence behind the last failure.
  const char* error() const { return error_.data(); }
  std::uint64_t rows() const { return rows_; }            ///< that are in the file
  std::uint64_t lost_rows() const { return lost_rows_; }  ///< that did not get there

 private:
  static constexpr std::size_t write_from = 64 * 1024, reserved = 256 * 1024, most_lines = 4096;

  enum class Kind : std::uint8_t { header, row, loss };
  /// A line of the buffer; times and number of what is lost if it is.
  struct Line {
    std::size_t end;
    Kind kind;
    std::uint64_t items;
    Time from, to;
  };
  struct Loss {
    std::uint64_t items{};
    Time from, to;
  };

  bool open();
  void put_header();
  void put_loss();
  void flush();
  void keep_lines_within(std::size_t written);
  void fail(const char* what, std::string_view where, int why);

  std::filesystem::path path_;
  std::vector<std::string> folders_;  ///< above it, not there yet, outermost first
  Forms forms_{{}, ""};
  std::string buffer_;
  std::vector<Line> lines_;
  Loss pending_;
  std::int64_t size_{};  ///< of the file, in whole lines
  std::uint64_t rows_{}, lost_rows_{};
  Time written_at_ = never;
  bool failed_{};
  int fd_ = -1;
  std::array<char, 512> error_{};
};

/// `path` below `out_dir` if it is relative.
std::filesystem::path output_path(std::string_view out_dir, const std::string& path);

}  // namespace ib
