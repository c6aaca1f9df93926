// Bidmc: the 16 patients of the BIDMC set (finger PPG and ECG, 8 min each, 125 Hz; Pimentel et al.
// 2016, doi 10.1109/TBME.2016.2613124), and how detected pulses are scored against their ECG beats.
//
// The rule is that of `interbeat evaluate` (evaluate/match.hpp). A beat that two ECG detectors disagree on counts neither
// for nor against.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/match.hpp"
#include "support/gz_lines.hpp"

namespace ib::test::bidmc {

constexpr double recorded_hz = 125.0;
constexpr double skipped_s = 10.0;  // start of each record, not scored; all that follows is
constexpr double tolerance_s = 0.150;
constexpr double longest_lag_s = 1.2;  // pulse travel, monitor delay and band-pass

struct Record {
  std::string name;
  std::filesystem::path signals;  ///< columns ppg, ecg_ii, resp
  std::vector<double> ppg;
  std::vector<evaluate::KnownBeat> ecg;
  double seconds() const { return static_cast<double>(ppg.size()) / recorded_hz; }
};

using Score = evaluate::Match;

// -- reading
// -----------------------------------------------------------------------------------------

inline double number(std::string_view text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The rows below the "# key: value" lines and the column names.
template <typename Use>
void for_each_row(const std::filesystem::path& path, Use use) {
  GzLines lines(path);
  BOOST_REQUIRE(lines.is_open());
  std::string line;
  bool named = false;
  while (lines.next(line)) {
    if (line.empty() || line[0] == '#') continue;
    if (named) use(std::string_view(line));
    named = true;
  }
}

inline Record read_record(const std::filesystem::path& signals) {
  Record record;
  const std::string file = signals.filename().string();
  record.name = file.substr(0, file.find("_signals"));
  record.signals = signals;
  for_each_row(signals, [&](std::string_view row) { record.ppg.push_back(number(row)); });
  for_each_row(signals.parent_path() / (record.name + "_beats.csv"), [&](std::string_view row) {
    const std::size_t comma = row.find(',');
    record.ecg.push_back({number(row), row.substr(comma + 1) == "1"});
  });
  return record;
}

inline std::vector<Record> read_records(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().string().ends_with("_signals.csv.gz")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Record> records;
  for (const auto& file : files) records.push_back(read_record(file));
  return records;
}

// -- scoring, as `interbeat evaluate` does it
// -----------------------------------------------------------------------------------------

inline evaluate::MatchRule match_rule(const Record& record) {
  evaluate::MatchRule rule;
  rule.tolerance_s = tolerance_s;
  rule.from_s = skipped_s;
  if (!record.ppg.empty()) rule.to_s = record.seconds();
  rule.greatest_lag_s = longest_lag_s;
  return rule;
}

inline Score score_at_lag(const Record& record, const std::vector<double>& pulses_s, double lag_s) {
  return evaluate::match_at_lag(record.ecg, pulses_s, match_rule(record), lag_s);
}

inline Score best_score(const Record& record, const std::vector<double>& pulses_s) {
  return evaluate::best_match(record.ecg, pulses_s, match_rule(record));
}

}  // namespace ib::test::bidmc
