// DataSet: which recordings are scored, against what, and how good is good enough: a YAML file (docs/evaluate.md).
//
// All mistakes of the file are told at once, each with its line; nothing is looked for on the disk here.
// Bounds: 64 KiB, 16 rates.
// Thread: [control].
#pragma once

#include "evaluate/bar.hpp"

#include <interbeat/diagnostic.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ib::evaluate {

/// What a file name's one `*` stands for is the record; the same text stands for it in the reference's file name.
struct Pattern {
  std::string text;  ///< relative to the data folder; `*` at most once, in the last part
  Mark mark;
};

enum class Polarity { up, down, automatic };

struct SignalSpec {
  std::string column{"ppg"};
  std::vector<double> rates_hz;  ///< each is scored; none: as recorded
  double bridge_s{0.25};  ///< a cubic goes through holes up to this long where times are uneven
  Polarity polarity{Polarity::up};
};

struct ReferenceSpec {
  enum class Kind { beats, intervals };
  Kind kind{};
  Pattern file;
  std::string
      column;      ///< of intervals, with its unit: rr_ms, ibi_s. Beats stand in the time column
  std::string ok;  ///< column that is 0 where the reference is not sure; empty: none
};

struct ScoreSpec {
  double skip_s{10};
  double tolerance_s{0.150};
  double least_lag_s{0}, greatest_lag_s{1.2};
  double least_coverage{0.7};  ///< of a minute whose RMSSD is told
};

struct DataSet {
  std::string name;
  Pattern recordings;
  SignalSpec signal;
  std::optional<ReferenceSpec> reference;  ///< none: only what can be said without
  ScoreSpec score;
  std::vector<Bar> bars;
  std::vector<double> figures_hz;  ///< rates that no bar binds
};

/// Null, and all that is wrong in `out`, when there is an error.
std::optional<DataSet> read_data_set(const std::filesystem::path& file, Diagnostics& out);
/// The same from text.
std::optional<DataSet> read_data_set_text(const std::string& text, const std::string& name,
                                          Diagnostics& out);

}  // namespace ib::evaluate
