// Rows of numbers, pulled in bounded runs: the fast path under CSV, E4 and interval files.
//
// An empty cell is "no sample", and so is a cell that is not a finite number; the latter is counted
// and the first ten are reported with their line. Inside this reader "no sample" is NaN, nowhere
// else: a source turns it into validity before anything leaves it.
//
// A row that can't be placed (wrong number of cells, no time, time not within the 7 days after the
// row before) is
// refused when the file has a time column. Without one the place in the file is the time, so the
// row stays, as "no sample" in every column. Either way it is counted and reported.
// Thread: one at a time; blocks on the disk. Allocates only to report a problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/line_reader.hpp"

namespace ib::files {

struct RowLayout {
  static constexpr int skip = -1, time = -2;

  char delimiter{','};
  char decimal{'.'};               ///< '.' or ','; 0 = the first mark met decides
  std::vector<std::string> names;  ///< one per column of the file
  std::vector<int> slots;          ///< per column: output slot 0..columns-1, `skip` or `time`
  std::size_t columns{};           ///< output columns, at least 1 unless only time is read
  double time_divisor{1};          ///< time cell / divisor = seconds (1000 for t_ms)
  double time_zero{};              ///< seconds subtracted (first `timestamp`, to keep precision)
};

struct RowCounts {
  std::uint64_t rows{};         ///< given to the caller
  std::uint64_t refused{};      ///< with a time column: left out; without: given as "no sample"
  std::uint64_t bad_cells{};    ///< not a finite number
  std::uint64_t empty_cells{};  ///< no sample, as the file says
};

class RowReader {
 public:
  RowReader(LineReader lines, RowLayout layout);

  /// Up to min(values.size() / columns, time_s.size()) rows; row r is values[r * columns ...].
  /// `time_s` may be empty when the file has no time column or the times are not wanted.
  /// 0 = the end (see `problems` for an early one). T: float or double.
  template <class T>
  std::size_t read(std::span<double> time_s, std::span<T> values);

  bool has_time() const { return has_time_; }
  std::size_t columns() const { return layout_.columns; }
  const RowCounts& counts() const { return counts_; }
  const ProblemList& problems() const { return problems_; }
  /// Line of the row last given, for the caller's own messages.
  std::size_t line_number() const { return lines_.line_number(); }
  const std::filesystem::path& path() const { return lines_.path(); }

 private:
  enum class Cell { good, empty, bad };

  template <class T>
  bool next_plain_row(double& time_cell, T* values);
  template <class T>
  bool row(std::string_view line, double& time_s, T* values);
  template <class T>
  Cell fast_or_slow(const char*& at, const char* end, T& value);
  Cell slow_cell(const char*& at, const char* end, double& value);
  bool extra_cells_empty(const char* at, const char* end) const;
  bool refuse(std::string_view what);
  bool place(double cell, double& time_s);
  void report_cell(std::string_view text, std::size_t column);

  LineReader lines_;
  RowLayout layout_;
  bool has_time_;
  std::optional<double> last_time_;
  RowCounts counts_;
  ProblemList problems_;
  bool ended_{};
};

}  // namespace ib::files
