// CsvClock: the regular clock behind the rows of a CSV recording, judged from the whole file.
//
//   counted    no time column: row i is sample i
//   stamped    a time column that jitters by less than half a period: each row is the sample at
//              the nearest tick; ticks without a row are a gap
//   resampled  uneven times (a camera's frames): the ticks of the mean rate get their value by
//              linear interpolation between neighbours less than 2.5 periods apart; elsewhere is a
//              gap
//
// The file is read once from end to end (twice with a time column): its duration is needed to lay
// recordings side by side, a rate fitted to its first minute drifts by samples within an hour, and
// what is damaged is told before anything is played.
// Thread: [control]; blocks on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "files/csv.hpp"

namespace ib::files {

struct CsvClock {
  enum class Kind : std::uint8_t { counted, stamped, resampled };
  /// Neighbours further apart than this many periods have a gap between them.
  static constexpr double reach = 2.5;

  Kind kind{};
  double first_s{};  ///< own time of sample 0
  double period_s{};
  double end_s{};  ///< own time of the end of the last sample's period

  double rate_hz() const { return 1 / period_s; }
};

/// What one reading from end to end tells.
struct CsvScan {
  CsvClock clock;
  std::vector<std::uint64_t> samples;  ///< usable cells of each column
  std::vector<double> squares;         ///< sum of their squares
  RowCounts counts;
  ProblemList problems;
};

/// `options` as the file will be read. Refuses times too uneven to be a waveform, and a file most
/// of whose rows can't be used.
Result<CsvScan> scan_csv(const std::filesystem::path& path, const CsvOptions& options);

}  // namespace ib::files
