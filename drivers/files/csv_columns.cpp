#include "files/csv_columns.hpp"

#include <algorithm>
#include <array>

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

/// "1/64 g" and "g"; 1 for anything else, which is about other columns.
float g_per_unit(const Meta& meta) {
  const auto stated = meta.find("units");
  if (stated == meta.end()) return 1;
  std::string_view text = stated->second.text;
  if (!text.ends_with('g')) return 1;
  text = trimmed(text.substr(0, text.size() - 1));
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return static_cast<float>(number(text).value_or(1));
  const auto above = number(text.substr(0, slash)), below = number(text.substr(slash + 1));
  return above && below && *below > 0 ? static_cast<float>(*above / *below) : 1;
}

}  // namespace

Result<CsvColumns> choose_columns(const CsvFile& file, const std::string& channel) {
  CsvColumns columns;
  std::string ppg = channel;
  std::vector<std::string> left = file.columns();
  std::erase(left, ppg);
  CsvColumns others;
  take<3, 2>(left, others, Signal::acceleration, {{{"acc_x", "acc_y", "acc_z"}, {"x", "y", "z"}}});
  take<1, 4>(left, others, Signal::temperature,
             {{{"temperature_degc"}, {"temperature"}, {"temp_c"}, {"temp"}}});
  if (channel == any_channel && !has(file.all_columns(), channel)) {
    if (has(left, "bvp")) ppg = "bvp";
    else if (left.size() == 1) ppg = left.front();
    else if (left.empty() && !others.lanes.empty()) ppg.clear();
    else
      return {std::nullopt,
              {{file.path(), 0, "there is no column 'ppg'",
                "ppg, bvp, or a single column of values", "name one with channel: " + listed(left)}}};
  }
  if (!ppg.empty()) {
    columns.names.push_back(ppg);
    columns.lanes.push_back({Signal::ppg, 1});
  }
  columns.names.insert(columns.names.end(), others.names.begin(), others.names.end());
  columns.lanes.insert(columns.lanes.end(), others.lanes.begin(), others.lanes.end());
  columns.g_per_unit = g_per_unit(file.meta());
  return {std::move(columns), {}};
}

}  // namespace ib::files
