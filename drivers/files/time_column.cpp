#include "files/time_column.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "files/column_name.hpp"

namespace ib::files {
namespace {

using Words = std::span<const std::string_view>;
constexpr std::string_view relative_words[] = {"t", "time", "elapsed", "elapsed_time",
                                               "time_elapsed"};
constexpr std::string_view unix_words[] = {"timestamp", "unix",  "unix_time",
                                           "unixtime",  "epoch", "unix_timestamp"};
constexpr std::string_view other_words[] = {
    "date",       "datetime",   "date_time",   "clock",    "utc",     "time_stamp",
    "timestamps", "local_time", "time_of_day", "timecode", "seconds", "sec",
    "millis",     "times",      "time_utc",    "utc_time", "daytime", "timestamp_utc"};

bool in(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string shown(double value) {
  std::array<char, 32> text{};
  char* const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 5)
          .ptr;
  return {text.data(), end};
}

std::string_view all_time_names() { return "t_s, t_ms, t_us, timestamp, timestamp_ms"; }

std::optional<TimeColumn> find_time_column(std::span<const std::string> names) {
  std::optional<TimeColumn> by_unix;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto name = read_name(names[i]);
    if (in(relative_words, name.base) && !name.unit.empty())
      return TimeColumn{i, name.per_second(), false};
    const bool bare = name.base == "timestamp" && names[i].size() == name.base.size();
    if (!by_unix && in(unix_words, name.base) && (bare || !name.unit.empty()))
      by_unix = TimeColumn{i, bare ? 1 : name.per_second(), true};
  }
  return by_unix;
}

std::optional<std::size_t> find_unclear_time(std::span<const std::string> names) {
  if (find_time_column(names)) return std::nullopt;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto base = read_name(names[i]).base;
    if (in(relative_words, base) || in(unix_words, base) || in(other_words, base)) return i;
  }
  return std::nullopt;
}

Problem unclear_time(const std::filesystem::path& file, std::size_t line, std::string_view name) {
  return {file, line, "column " + in_quotes(name) + " is a time by its name, in an unknown unit",
          "seconds or milliseconds from the start, or unix seconds",
          "name it t_s, t_ms or timestamp"};
}

TimeZero find_time_zero(const TimeColumn& column, std::string_view name, double first_s,
                        const std::filesystem::path& file, std::size_t line) {
  TimeZero zero;
  const bool looks_unix = first_s >= unix_min_s && first_s <= unix_max_s;
  if (column.unix_time) {
    zero.wrong = check_unix(first_s, name, file, line);
  } else if (looks_unix) {
    zero.remark = {file,
                   line,
                   in_quotes(name) + " begins at " + shown(first_s) +
                       " s: taken as unix time, time 0 is the first row",
                   {},
                   {}};
  } else if (std::abs(first_s) > recording_max_s) {
    zero.wrong = {file, line, in_quotes(name) + " begins at " + shown(first_s) + " s",
                  "times within 7 days of the start, or unix seconds", "is its unit another one?"};
  }
  if (zero.wrong || !(column.unix_time || looks_unix)) return zero;
  zero.zero_s = first_s;
  zero.t0_unix = first_s;
  return zero;
}

std::optional<Problem> check_unix(double unix_s, std::string_view name,
                                  const std::filesystem::path& file, std::size_t line) {
  if (unix_s >= 0 && unix_s <= unix_max_s) return std::nullopt;
  const bool ms = unix_s > unix_max_s && unix_s <= 1e3 * unix_max_s;
  return Problem{file, line, in_quotes(name) + " is " + shown(unix_s) + " s", "seconds since 1970",
                 ms && name != "t0_unix" ? "if these are milliseconds, name the column timestamp_ms"
                 : ms                    ? "if these are milliseconds, divide them by 1000"
                                         : ""};
}

}  // namespace ib::files
