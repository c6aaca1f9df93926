#include "files/csv.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace ib::files {
namespace {

constexpr double rate_max_hz = 1e6;
constexpr double rate_tolerance = 0.02;
constexpr double regular_tolerance = 0.02;
constexpr double rate_min_hz = 0.01;

// What `open` finds out, step by step; each step adds its problems and the next ones still run.
struct Opening {
  const std::filesystem::path& path;
  const CsvOptions& options;
  Head head;
  std::vector<Problem> problems{};
  std::vector<Problem> remarks{};
  RowLayout layout{};
  std::vector<std::string> columns{};
  Timing timing{};
  std::optional<double> t0_unix{};
  std::optional<TimeColumn> time{};

  void add(std::size_t line, std::string what, std::string expected = {}, std::string hint = {}) {
    const auto same = [&](const Problem& p) { return p.line == line && p.what == what; };
    if (std::any_of(problems.begin(), problems.end(), same)) return;
    problems.push_back({path, line, std::move(what), std::move(expected), std::move(hint)});
  }

  char decimal() const { return head.decimal == 0 ? '.' : head.decimal; }

  std::vector<std::optional<double>> head_column(std::size_t index) const {
    std::vector<std::optional<double>> cells;
    for (const auto& row : head.rows) {
      const auto found = split(row.text, head.delimiter);
      cells.push_back(index < found.size() ? number(found[index], decimal()) : std::nullopt);
    }
    return cells;
  }

  bool holds_numbers(std::size_t index) const {
    const auto cells = head_column(index);
    return std::any_of(cells.begin(), cells.end(),
                       [](const auto& cell) { return cell.has_value(); });
  }

  void choose_columns() {
    if (!options.columns.empty()) {
      columns = options.columns;
    } else {
      for (std::size_t i = 0; i < head.names.size(); ++i)
        if (!head.names[i].empty() && !(time && time->index == i) && holds_numbers(i))
          columns.push_back(head.names[i]);
      if (columns.empty() && !(time && options.events))
        add(head.header_line, "no column holds a number", "rows of numbers under the header row",
            head.rows.empty() ? "the file has no rows" : "");
    }
    layout.slots.assign(head.names.size(), RowLayout::skip);
    if (time) layout.slots[time->index] = RowLayout::time;
    for (std::size_t slot = 0; slot < columns.size(); ++slot) place_column(columns[slot], slot);
    layout.columns = columns.size();
  }

  void place_column(const std::string& name, std::size_t slot) {
    const auto found = std::find(head.names.begin(), head.names.end(), name);
    if (found == head.names.end())
      return add(head.header_line, "there is no column " + in_quotes(name),
                 "one of: " + listed(head.names), did_you_mean(name, head.names));
    if (std::find(found + 1, head.names.end(), name) != head.names.end())
      return add(head.header_line, "two columns are named " + in_quotes(name), "a name only once");
    auto& role = layout.slots[static_cast<std::size_t>(found - head.names.begin())];
    if (role == RowLayout::time)
      return add(head.header_line, in_quotes(name) + " is the time column", "a column of values");
    if (role != RowLayout::skip)
      return add(0, "column " + in_quotes(name) + " is asked for twice", "a column only once");
    role = static_cast<int>(slot);
  }

  std::optional<double> possible(std::optional<double> rate_hz, std::size_t line) {
    if (!rate_hz || (*rate_hz >= rate_min_hz && *rate_hz <= rate_max_hz)) return rate_hz;
    add(line, "the rate is " + shown(*rate_hz) + " Hz", "0.01 Hz to 1 MHz");
    return std::nullopt;
  }

  void find_stated_rate() {
    const auto stated = head.meta.find("fs_hz");
    const bool in_file = stated != head.meta.end();
    const auto line = in_file ? stated->second.line : 0;
    const auto of_file = possible(meta_number(head.meta, "fs_hz", path, problems), line);
    const auto asked = possible(options.rate_hz, 0);
    timing.rate_hz = asked ? asked : of_file;
    if (asked && of_file && !(std::abs(*asked / *of_file - 1) <= rate_tolerance))
      add(line,
          "the rate asked for is " + shown(*asked) + " Hz, the file says " + shown(*of_file) +
              " Hz",
          "both within 2 %", "leave out rate:, or correct the line '# fs_hz:'");
    const bool stated_any = in_file || options.rate_hz.has_value();
    const bool missing = !stated_any && !time && !options.events;
    auto near = near_key(head.meta, "fs_hz", path);
    if (near) (missing ? problems : remarks).push_back(std::move(*near));
    if (missing && problems.empty())
      add(0, "neither a rate nor a time column",
          "a line '# fs_hz: RATE' or one of the columns " + std::string(all_time_names()),
          "name the rate with rate:");
  }

  void find_time() {
    time = find_time_column(head.names);
    if (time || !options.unix_timestamp_per_s) return;
    const auto named = std::find(head.names.begin(), head.names.end(), "unix_timestamp");
    if (named == head.names.end()) return;
    time = TimeColumn{static_cast<std::size_t>(named - head.names.begin()),
                      *options.unix_timestamp_per_s, true};
  }

  /// A time in an unknown unit is neither used nor passed over.
  void refuse_unclear_time() {
    if (time) return;
    if (const auto unclear = find_unclear_time(head.names))
      problems.push_back(unclear_time(path, head.header_line, head.names[*unclear]));
  }

  // The last digit of the time column: 1 ms for `t_ms` without decimals, 0.1 ms for 0.0077 s.
  double last_digit_s() const {
    std::size_t most = 0;
    for (const auto& row : head.rows) {
      const auto cells = split(row.text, head.delimiter);
      if (time->index >= cells.size()) continue;
      const auto mark = cells[time->index].find(decimal());
      if (mark != std::string::npos) most = std::max(most, cells[time->index].size() - mark - 1);
    }
    return std::pow(10.0, -static_cast<double>(most)) / time->divisor;
  }

  void judge_time_column() {
    std::vector<double> times;
    for (const auto& cell : head_column(time->index)) {
      if (!cell) continue;
      const double t = *cell / time->divisor;
      if (times.empty() || (t > times.back() && t - times.back() <= recording_max_s))
        times.push_back(t);
    }
    const auto& name = head.names[time->index];
    if (times.empty())
      return add(head.header_line, "the time column " + in_quotes(name) + " holds no number",
                 "seconds or milliseconds as numbers");
    layout.time_divisor = time->divisor;
    auto zero = find_time_zero(*time, name, times.front(), path, head.rows.front().line);
    if (zero.wrong) problems.push_back(std::move(*zero.wrong));
    if (zero.remark) remarks.push_back(std::move(*zero.remark));
    t0_unix = zero.t0_unix;
    layout.time_zero = zero.zero_s;
    if (options.events) return;
    const auto stated = timing.rate_hz;
    timing = judge_timing(times, last_digit_s());
    if (!timing.spacing_s) {
      timing.rate_hz = stated;
      return;
    }
    const double measured = 1 / *timing.spacing_s;
    timing.rate_hz = stated.value_or(measured);
    if (std::abs(measured / *timing.rate_hz - 1) <= rate_tolerance) return;
    add(options.rate_hz || !head.meta.contains("fs_hz") ? 0 : head.meta.find("fs_hz")->second.line,
        "the stated rate is " + shown(*stated) + " Hz, the time column has " + shown(measured) +
            " Hz",
        "both within 2 %", "correct the rate, or the unit of the time column");
  }

  void find_t0() {
    const auto stated = meta_number(head.meta, "t0_unix", path, problems);
    for (const auto* key : {"t0_unix", "units", "acc_units"})
      if (auto near = near_key(head.meta, key, path)) remarks.push_back(std::move(*near));
    if (!stated) return;
    if (auto wrong = check_unix(*stated, "t0_unix", path, head.meta.find("t0_unix")->second.line))
      problems.push_back(std::move(*wrong));
    else if (!t0_unix) t0_unix = stated;
  }
};

}  // namespace

Timing judge_timing(std::span<const double> times_s, double digit_s) {
  Timing timing;
  if (times_s.size() < 3) return timing;
  std::vector<double> sorted;  // the steps
  for (std::size_t i = 1; i < times_s.size(); ++i) sorted.push_back(times_s[i] - times_s[i - 1]);
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  // The mean of ordinary steps, not the median: in whole milliseconds 64 Hz alternates between
  // 15 and 16 ms, and a median of 16 ms would read as 62.5 Hz. Steps above 1.5 medians are holes;
  // where steps scatter (camera frames), only those above 4 medians are.
  for (const double hole : {1.5 * median, 4 * median}) {
    const auto ordinary = std::upper_bound(sorted.begin(), sorted.end(), hole);
    const double spacing = std::accumulate(sorted.begin(), ordinary, 0.0) /
                           static_cast<double>(ordinary - sorted.begin());
    std::vector<double> off(sorted.begin(), ordinary);
    for (auto& step : off) step = std::abs(step - spacing);
    std::sort(off.begin(), off.end());
    timing.spacing_s = spacing;
    timing.jitter_s = off[(off.size() - 1) * 9 / 10];
    timing.regular = timing.jitter_s <= std::max(regular_tolerance * spacing, 1.001 * digit_s);
    if (timing.regular) break;
  }
  timing.rate_hz = 1 / *timing.spacing_s;
  return timing;
}

CsvFile::CsvFile(RowReader rows, Head head, std::vector<std::string> columns, Timing timing,
                 std::optional<double> t0_unix)
    : rows_(std::move(rows)),
      meta_(std::move(head.meta)),
      header_line_(head.header_line),
      all_columns_(std::move(head.names)),
      columns_(std::move(columns)),
      timing_(timing),
      t0_unix_(t0_unix) {}

Result<CsvFile> CsvFile::open(const std::filesystem::path& path, const CsvOptions& options) {
  auto lines = LineReader::open(path);
  if (!lines) return {std::nullopt, std::move(lines.problems)};
  auto head = read_head(*lines);
  if (!head) return {std::nullopt, std::move(head.problems)};

  Opening opening{path, options, std::move(*head)};
  if (opening.head.names.empty()) {
    opening.add(opening.head.header_line, "the header row is missing: the first row is all numbers",
                "names of the columns, such as ppg");
    return {std::nullopt, std::move(opening.problems)};
  }
  opening.find_time();
  opening.refuse_unclear_time();
  opening.find_stated_rate();
  if (opening.head.rows.empty()) {
    if (lines->problem()) opening.problems.push_back(*lines->problem());
    opening.add(opening.head.header_line, "there is no row below the header row",
                "rows of numbers");
  } else {
    opening.choose_columns();
    if (opening.time) opening.judge_time_column();
  }
  opening.find_t0();
  if (!opening.problems.empty()) return {std::nullopt, std::move(opening.problems)};

  // The head was a look; the rows are read from the start by a reader of their own.
  auto again = LineReader::open(path);
  if (!again) return {std::nullopt, std::move(again.problems)};
  std::string_view passed;
  while (again->line_number() < opening.head.header_line && again->next(passed)) {}
  auto& layout = opening.layout;
  layout.delimiter = opening.head.delimiter;
  layout.decimal = opening.head.decimal;
  layout.names = opening.head.names;
  return {CsvFile(RowReader(std::move(*again), std::move(layout)), std::move(opening.head),
                  std::move(opening.columns), opening.timing, opening.t0_unix),
          std::move(opening.remarks)};
}

}  // namespace ib::files
