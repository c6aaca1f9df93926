// An Empatica E4 export, as its software writes it: a folder, or the zip it is downloaded as.
//
//   BVP.csv TEMP.csv EDA.csv HR.csv ACC.csv   line 1 start in unix s, line 2 rate in Hz (both once
//                                             per column), then one row per sample
//   IBI.csv                                   only the intervals the device trusted (see intervals)
//   tags.csv                                  unix s of each button press
//
// Files may be missing, but not both BVP and IBI. A file whose head is malformed is left out and
// reported with file:line. Time 0 of the export is the earliest start of its streams.
// Source: `info.txt` of the export. Thread: `open` [control]; each stream is read by one thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <interbeat/time.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/intervals.hpp"
#include "files/line_reader.hpp"
#include "files/problem.hpp"
#include "files/row_reader.hpp"

namespace ib::files {

enum class E4Signal { bvp, acc, temp, eda, hr };

/// One evenly sampled file of the export.
class E4Stream {
 public:
  /// From a fresh reader at line 1.
  static Result<E4Stream> open(LineReader lines, E4Signal signal);

  E4Signal signal() const { return signal_; }
  double start_unix() const { return start_unix_; }
  double rate_hz() const { return rate_hz_; }
  /// 3 for acceleration (x, y, z), else 1.
  std::size_t columns() const { return rows_.columns(); }
  /// BVP 1 (arbitrary), acceleration g, temperature degC, skin conductance uS, heart rate bpm.
  std::string_view unit() const;

  /// Up to values.size() / columns() rows in `unit()`; NaN = no sample. 0 = the end.
  /// Row i of the file is at start_unix() + i / rate_hz().
  std::size_t read(std::span<float> values);

  const RowCounts& counts() const { return rows_.counts(); }
  const ProblemList& problems() const { return rows_.problems(); }
  const std::filesystem::path& path() const { return rows_.path(); }

 private:
  E4Stream(RowReader rows, E4Signal signal, double start_unix, double rate_hz);

  RowReader rows_;
  E4Signal signal_;
  double start_unix_, rate_hz_;
};

/// The files of an export: lower-case name ("bvp.csv") to file name or zip entry.
using E4Files = std::map<std::string, std::string, std::less<>>;

/// Which of the seven files lie in a folder, or in a zip (at its top or in one folder of it).
/// Without value: the path can't be listed, or a zip holds several exports.
Result<E4Files> find_e4_files(const std::filesystem::path& path);

/// True if one of BVP.csv and IBI.csv is there, without which it is no export.
bool is_e4_export(const E4Files& files);

struct E4Export {
  std::optional<E4Stream> bvp, acc, temp, eda, hr;
  std::optional<IntervalFile> ibi;
  std::vector<double> tags_unix;  ///< in the order of the file, at most 10,000
  double start_unix{};            ///< time 0: the earliest start

  /// Problems beside a value: streams left out, bad tags.
  static Result<E4Export> open(const std::filesystem::path& path);

  /// From time 0 of the export to `unix_s` of the same day; to 0.3 us, the grain of a unix double.
  Duration since_start(double unix_s) const { return from_seconds(unix_s - start_unix); }
};

}  // namespace ib::files
