// A recording as delimited text: `# key: value` lines, a header row, rows of numbers.
//
//   # fs_hz: 64            evenly sampled: row i is at i / fs_hz        (or a time column instead,
//   # t0_unix: 1644829925  UTC of time 0, if known                       see time_column.hpp)
//   ppg,acc_x
//   530,12                 an empty cell is "no sample"
//
// `open` looks at the first 1,024 rows and refuses, with file:line, what it would have to guess:
// no rate, two rates more than 2 % apart (stated, asked for, of the time column), a time column in
// an unknown unit, a comma that could be a decimal mark. After that rows are pulled in runs; a
// 24-h file is never in memory.
// Thread: `open` [control]; `read` one thread at a time, blocks on the disk.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/head.hpp"
#include "files/problem.hpp"
#include "files/row_reader.hpp"
#include "files/time_column.hpp"

namespace ib::files {

struct CsvOptions {
  /// Columns to read, in this order. Empty: every column that holds numbers, except time.
  std::vector<std::string> columns;
  /// Sampling rate in Hz where the file has none; may not contradict one that it has.
  std::optional<double> rate_hz;
  /// Rows are events (beats, intervals): no rate is needed and spacing is not judged.
  bool events{};
  /// How many of its unit make a second in a column `unix_timestamp`, where the format that the file
  /// is of says so; the name alone does not.
  std::optional<double> unix_timestamp_per_s{};
};

/// How the rows lie in time, judged from the head of the file.
struct Timing {
  std::optional<double> rate_hz;    ///< stated, else 1 / spacing_s
  std::optional<double> spacing_s;  ///< of the time column: mean step, without holes
  double jitter_s{};                ///< 90 % of steps lie this near the spacing
  bool regular{true};               ///< jitter within 2 % of the spacing or the column's last digit
};

class CsvFile {
 public:
  /// Problems beside a value: what is not as its name says.
  static Result<CsvFile> open(const std::filesystem::path& path, const CsvOptions& options = {});

  /// The columns read, in the order of a row.
  const std::vector<std::string>& columns() const { return columns_; }
  /// All columns of the file, in the order of the header row.
  const std::vector<std::string>& all_columns() const { return all_columns_; }
  /// The `# key: value` lines.
  const Meta& meta() const { return meta_; }
  std::size_t header_line() const { return header_line_; }
  const Timing& timing() const { return timing_; }
  bool has_time() const { return rows_.has_time(); }
  /// UTC in s of time 0 of `time_s`, from `# t0_unix` or a `timestamp` column.
  std::optional<double> t0_unix() const { return t0_unix_; }

  /// Rows pulled into `values` (row r at r * columns().size()); NaN = no sample. `time_s`: seconds
  /// since t0, may be empty. Returns the rows given: 0 = the end. T: float or double.
  template <class T>
  std::size_t read(std::span<double> time_s, std::span<T> values) {
    const auto before = rows_.counts().rows;
    const auto n = rows_.read(time_s, values);
    if (!has_time() && timing_.rate_hz)
      for (std::size_t i = 0; i < n && i < time_s.size(); ++i)
        time_s[i] = static_cast<double>(before + i) / *timing_.rate_hz;
    return n;
  }

  const RowCounts& counts() const { return rows_.counts(); }
  /// Found while reading: the first ten, and how the file ended if too early.
  const ProblemList& problems() const { return rows_.problems(); }
  std::size_t line_number() const { return rows_.line_number(); }
  const std::filesystem::path& path() const { return rows_.path(); }

 private:
  CsvFile(RowReader rows, Head head, std::vector<std::string> columns, Timing timing,
          std::optional<double> t0_unix);

  RowReader rows_;
  Meta meta_;
  std::size_t header_line_;
  std::vector<std::string> all_columns_;
  std::vector<std::string> columns_;
  Timing timing_;
  std::optional<double> t0_unix_;
};

/// Spacing of ascending times (s), holes left out; `digit_s` is the column's last digit.
Timing judge_timing(std::span<const double> times_s, double digit_s);

}  // namespace ib::files
