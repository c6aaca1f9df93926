// RecordedHeart: heartbeat intervals of real people, as they were measured, from all that lies below
// ../shared. A 0 stands where the recording breaks. Absent folders are left out.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <algorithm>

#include "support/gz_lines.hpp"
#include "support/reference_json.hpp"
#include "support/shared_data.hpp"

namespace ib::test {

struct RecordedHeart {
  std::string set;   ///< rr_long, hrv_series, bidmc, ble, welltory
  std::string name;  ///< of the record in its set
  std::vector<std::int32_t> rr_us;
};

namespace recorded {

/// Files of a folder whose names end so, by name.
inline std::vector<std::filesystem::path> files(const char* folder, std::string_view ending) {
  std::vector<std::filesystem::path> out;
  if (const auto path = shared(folder))
    for (const auto& entry : std::filesystem::directory_iterator(*path))
      if (entry.path().string().ends_with(ending)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

/// The rows below the remarks and the names of the columns, each cut at its commas.
template <class Use>
void rows(const std::filesystem::path& path, Use use) {
  GzLines lines(path);
  bool named = false;
  for (std::string line; lines.next(line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string_view> cells;
    for (std::size_t from = 0; from <= line.size();) {
      const auto to = std::min(line.find(',', from), line.size());
      cells.push_back(std::string_view(line).substr(from, to - from));
      from = to + 1;
    }
    if (named) use(cells);
    named = true;
  }
}

inline double value(std::string_view text) {
  double v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}
inline std::int32_t microseconds(double v) { return static_cast<std::int32_t>(std::lround(v)); }

inline std::string stem(const std::filesystem::path& path, std::string_view ending) {
  const auto file = path.filename().string();
  return file.substr(0, file.size() - ending.size());
}

}  // namespace recorded

/// Ten people for a day each: four of normal rhythm and two of heart failure in steps of 1/128 s, four
/// healthy in steps of some 15 ms.
inline std::vector<RecordedHeart> recorded_days() {
  std::vector<RecordedHeart> out;
  for (const auto& path : recorded::files("data/rr_long", "_rr.csv.gz")) {
    out.push_back({"rr_long", recorded::stem(path, "_rr.csv.gz"), {}});
    recorded::rows(path, [&](const auto& cells) {
      out.back().rr_us.push_back(recorded::microseconds(recorded::value(cells.back()) * 1000));
    });
  }
  return out;
}

/// All there is of minutes: five real series of the reference, the ECG beats of 16 patients (some of them
/// ventilated: breathing as even as a machine's), ten straps over Bluetooth, eleven minutes of another.
inline std::vector<RecordedHeart> recorded_minutes() {
  std::vector<RecordedHeart> out;
  if (shared("reference/hrv_series.json")) {
    const auto series = reference("hrv_series.json");
    for (const auto& [name, one] : series.items()) {
      if (name == "synth_lf_hf") continue;  // a formula
      out.push_back({"hrv_series", name, {}});
      for (const double ms : numbers(one.at("rr")))
        out.back().rr_us.push_back(recorded::microseconds(ms * 1000));
    }
  }
  for (const auto& path : recorded::files("data/ppg_ecg_bidmc", "_beats.csv")) {
    out.push_back({"bidmc", recorded::stem(path, "_beats.csv"), {}});
    double before_s = 0;
    bool known = false;
    recorded::rows(path, [&](const auto& cells) {
      const double at_s = recorded::value(cells[0]);
      const bool sure = cells[1] == "1";
      out.back().rr_us.push_back(sure && known ? recorded::microseconds((at_s - before_s) * 1e6)
                                               : 0);
      before_s = at_s, known = sure;
    });
  }
  for (const auto& path : recorded::files("data/ble_hr_freihaut", "_hrm.csv")) {
    out.push_back({"ble", recorded::stem(path, "_hrm.csv"), {}});
    recorded::rows(path, [&](const auto& cells) {
      std::string_view list = cells[2];
      if (list.empty()) out.back().rr_us.push_back(0);
      while (!list.empty()) {
        const auto to = std::min(list.find(';'), list.size());
        out.back().rr_us.push_back(
            recorded::microseconds(recorded::value(list.substr(0, to)) * 1e6 / 1024));
        list.remove_prefix(std::min(to + 1, list.size()));
      }
    });
  }
  for (const auto& path : recorded::files("data/ppg_rr_welltory", "_rr.csv")) {
    out.push_back({"welltory", recorded::stem(path, "_rr.csv"), {}});
    recorded::rows(path, [&](const auto& cells) {
      out.back().rr_us.push_back(recorded::microseconds(recorded::value(cells.back()) * 1000));
    });
  }
  return out;
}

}  // namespace ib::test
