#include "files/csv_columns.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "files/column_name.hpp"
#include "files/head.hpp"

namespace ib::files {
namespace {

using source::Signal;

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Takes the first of `candidates` whose columns are all there out of `left`.
template <std::size_t Width, std::size_t N>
bool take(std::vector<std::string>& left, CsvColumns& columns, Signal signal,
          const std::array<std::array<std::string_view, Width>, N>& candidates) {
  for (const auto& names : candidates) {
    const auto there = [&](std::string_view name) { return has(left, name); };
    if (!std::all_of(names.begin(), names.end(), there)) continue;
    for (const auto name : names) {
      columns.names.emplace_back(name);
      std::erase(left, name);
    }
    columns.lanes.push_back({signal, static_cast<std::uint32_t>(Width)});
    return true;
  }
  return false;
}

/// How much of 1 g a unit is; 0: it is no unit of acceleration.
double g_of(std::string_view unit) {
  constexpr double standard_gravity = 9.80665;  // m/s^2, CGPM 1901
  if (unit == "g" || unit == "G") return 1;
  if (unit == "mg") return 1e-3;
  constexpr std::array metric{"m/s^2", "m/s2", "m/s\xC2\xB2", "m/s/s", "m*s^-2", "ms^-2"};
  return std::find(metric.begin(), metric.end(), unit) != metric.end() ? 1 / standard_gravity : 0;
}

/// "g", "mg", "m/s^2", each with a number or a fraction before it: "1/64 g".
std::optional<float> read_acceleration_unit(std::string_view text) {
  text = trimmed(text);
  const auto from = text.find_first_not_of("0123456789.+-eE/ \t");
  if (from == std::string_view::npos) return std::nullopt;
  const double unit = g_of(text.substr(from));
  const auto factor = trimmed(text.substr(0, from));
  const auto slash = factor.find('/');
  const auto above = factor.empty() ? 1 : number(factor.substr(0, slash)).value_or(0);
  const auto below =
      slash == std::string_view::npos ? 1 : number(factor.substr(slash + 1)).value_or(0);
  if (!(unit > 0 && above > 0 && below > 0)) return std::nullopt;
  return static_cast<float>(unit * above / below);
}

/// `# acc_units`, else `# units`; without either the values are g.
Result<float> g_per_unit(const CsvFile& file) {
  auto stated = file.meta().find("acc_units");
  if (stated == file.meta().end()) stated = file.meta().find("units");
  if (stated == file.meta().end()) return {1.0F, {}};
  if (const auto unit = read_acceleration_unit(stated->second.text)) return {*unit, {}};
  return {std::nullopt,
          {{file.path(), stated->second.line,
            in_quotes(stated->second.text) + " is no unit of the acceleration",
            "g, mg, m/s^2 or a part of one such as 1/64 g",
            "if this is the unit of another column, add a line '# acc_units: g'"}}};
}

/// A column that by its name is a pulse waveform: ppg_green, BVP, Pleth, ir, red.
bool is_pulse(std::string_view name) {
  constexpr std::array starts{"ppg", "bvp", "pleth"};
  constexpr std::array words{"pulse", "ir", "infrared", "red", "green", "blue", "led"};
  constexpr std::array derived{"rate", "bpm", "hr", "sqi", "quality"};
  const auto read = read_name(name);
  bool pulse = false;
  for (const auto word : read.words()) {
    if (std::find(derived.begin(), derived.end(), word) != derived.end()) return false;
    pulse = pulse || std::find(words.begin(), words.end(), word) != words.end() ||
            std::any_of(starts.begin(), starts.end(),
                        [&](std::string_view start) { return word.starts_with(start); });
  }
  return pulse;
}

/// A column that by its name is an ECG: ecg, ECG [mV], ecg_ii, lead_i_ekg.
bool is_ecg(std::string_view name) {
  constexpr std::array derived{"rate", "bpm",   "hr",   "sqi",   "quality",
                               "peak", "peaks", "beat", "beats", "r"};
  bool ecg = false;
  const auto read = read_name(name);
  for (const auto word : read.words()) {
    if (std::find(derived.begin(), derived.end(), word) != derived.end()) return false;
    ecg = ecg || word == "ecg" || word == "ekg";
  }
  return ecg;
}

/// The ECG's column: the one asked for, else the only one of such a name; empty: there is none.
Result<std::string> find_ecg(const CsvFile& file, const std::vector<std::string>& left,
                             const std::string& asked) {
  if (!asked.empty()) {
    if (has(left, asked)) return {asked, {}};
    return {std::nullopt,
            {{file.path(), file.header_line(), "there is no column " + in_quotes(asked),
              "the column of the ECG: one of " + listed(left), did_you_mean(asked, left)}}};
  }
  std::vector<std::string> found;
  std::copy_if(left.begin(), left.end(), std::back_inserter(found), is_ecg);
  if (found.size() == 1) return {found.front(), {}};
  Result<std::string> none{std::string(), {}};
  if (found.size() > 1)
    none.problems.push_back({file.path(), file.header_line(),
                             "several columns may be the ECG: " + listed(found), "one",
                             "name it with ecg_channel:; none is read"});
  return none;
}

/// How many mV a unit is; 0: it is no unit of an ECG.
float mv_of(std::string_view unit) {
  if (unit == "mV" || unit == "mv") return 1;
  if (unit == "uV" || unit == "uv" || unit == "\xC2\xB5V" || unit == "\xCE\xBCV") return 1e-3F;
  if (unit == "V") return 1e3F;
  return 0;
}

/// By the column's name (ecg_uv, ECG [V]), else by `# ecg_units`; without either the values are mV.
Result<float> mv_per_unit(const CsvFile& file, std::string_view column) {
  if (const auto from = column.find_last_of("[("); from != std::string_view::npos)
    if (const float mv = mv_of(trimmed(column.substr(from + 1, column.size() - from - 2))); mv > 0)
      return {mv, {}};
  if (const auto from = column.rfind('_'); from != std::string_view::npos)
    if (const float mv = mv_of(column.substr(from + 1)); mv > 0) return {mv, {}};
  const auto stated = file.meta().find("ecg_units");
  if (stated == file.meta().end()) return {1.0F, {}};
  if (const float mv = mv_of(trimmed(stated->second.text)); mv > 0) return {mv, {}};
  return {
      std::nullopt,
      {{file.path(), stated->second.line, in_quotes(stated->second.text) + " is no unit of an ECG",
        "V, mV or uV", "leave the line out: for beats the unit does not matter"}}};
}

Problem no_waveform(const CsvFile& file, const std::vector<std::string>& left) {
  const auto near = did_you_mean(any_channel, left);
  return {file.path(), file.header_line(), "there is no column 'ppg'",
          "ppg, or a single column with a name such as bvp, pleth, ir, red or green",
          (near.empty() ? "" : near + " ") +
              "name the column of the pulse waveform with channel: " + listed(left)};
}

/// Where no channel is asked for: `ppg`, else the only pulse waveform that there is.
Result<std::string> find_waveform(const CsvFile& file, const std::vector<std::string>& left) {
  if (has(file.all_columns(), any_channel)) return {std::string(any_channel), {}};
  std::vector<std::string> found;
  std::copy_if(left.begin(), left.end(), std::back_inserter(found), is_pulse);
  if (found.size() != 1) return {std::nullopt, {no_waveform(file, left)}};
  Result<std::string> result{found.front(), {}};
  if (read_name(found.front()).base != any_channel)
    result.problems.push_back({file.path(),
                               file.header_line(),
                               "reads column " + in_quotes(found.front()) + " as ppg",
                               {},
                               {}});
  return result;
}

}  // namespace

Result<CsvColumns> choose_columns(const CsvFile& file, const std::string& channel,
                                  const std::string& ecg_channel) {
  CsvColumns columns;
  Result<std::string> ppg{channel, {}};
  std::vector<std::string> left = file.columns();
  std::erase(left, channel);
  CsvColumns others;
  take<3, 2>(left, others, Signal::acceleration, {{{"acc_x", "acc_y", "acc_z"}, {"x", "y", "z"}}});
  const bool accelerated = !others.lanes.empty();
  auto ecg = find_ecg(file, left, ecg_channel);
  if (!ecg) return {std::nullopt, std::move(ecg.problems)};
  if (!ecg->empty()) {
    auto unit = mv_per_unit(file, *ecg);
    if (!unit) return {std::nullopt, std::move(unit.problems)};
    columns.mv_per_unit = *unit;
    others.names.push_back(*ecg);
    others.lanes.push_back({Signal::ecg, 1});
    std::erase(left, *ecg);
  }
  take<1, 4>(left, others, Signal::temperature,
             {{{"temperature_degc"}, {"temperature"}, {"temp_c"}, {"temp"}}});
  // Beside an ECG or nothing else a pulse waveform need not be.
  const bool pulses = std::any_of(left.begin(), left.end(), is_pulse);
  const bool only_others = !others.lanes.empty() && (left.empty() || (!ecg->empty() && !pulses));
  if (channel == any_channel && !has(file.all_columns(), channel)) {
    if (only_others) ppg.value->clear();
    else ppg = find_waveform(file, left);
  }
  if (!ppg) return {std::nullopt, std::move(ppg.problems)};
  if (!ppg->empty()) {
    columns.names.push_back(*ppg);
    columns.lanes.push_back({Signal::ppg, 1});
  }
  columns.names.insert(columns.names.end(), others.names.begin(), others.names.end());
  columns.lanes.insert(columns.lanes.end(), others.lanes.begin(), others.lanes.end());
  if (accelerated) {
    auto unit = g_per_unit(file);
    if (!unit) return {std::nullopt, std::move(unit.problems)};
    columns.g_per_unit = *unit;
  }
  ppg.problems.insert(ppg.problems.end(), ecg.problems.begin(), ecg.problems.end());
  return {std::move(columns), std::move(ppg.problems)};
}

}  // namespace ib::files
