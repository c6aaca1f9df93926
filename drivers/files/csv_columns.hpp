// Which columns of a CSV recording are which signal.
//
//   ppg           the column asked for; asked for none: `ppg`, or the only one whose name is that
//                 of a pulse waveform (bvp, pleth, ir, red, green; a remark says which)
//   ecg           the column asked for, else the only one left whose name says so: ecg, ECG [mV],
//                 ecg_ii, ekg; in mV, or as its name or `# ecg_units` say: V, mV, uV
//   acceleration  acc_x, acc_y, acc_z or x, y, z; in g, or as `# acc_units` or `# units` say:
//                 g, mg, m/s^2, 1/64 g
//   temperature   temperature_degc, temperature, temp_c or temp
//
// Where it would have to guess it refuses and lists the columns. Thread: [control].
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "files/csv.hpp"
#include "source/regular_stream.hpp"

namespace ib::files {

/// The name that stands for "no channel asked for".
inline constexpr std::string_view any_channel = "ppg";

struct CsvColumns {
  std::vector<std::string> names;  ///< in the order of `lanes`, three for acceleration
  std::vector<source::Lane> lanes;
  float g_per_unit{1};
  float mv_per_unit{1};
};

/// `file`: opened with all its columns. Problems beside a value: another column than `ppg` is read.
Result<CsvColumns> choose_columns(const CsvFile& file, const std::string& channel,
                                  const std::string& ecg_channel = {});

}  // namespace ib::files
