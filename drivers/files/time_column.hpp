// The time column of a table: which one it is, its unit, and where its zero lies.
//
//   t_s, t_ms, time_s, time [ms], elapsed_us   from the start of the recording
//   timestamp, timestamp_ms, unix_s, ...       since 1970 (without a unit: seconds)
//
// A name that is a time but tells no unit (time, t, date) is refused by its readers: a guess of the
// unit would move every beat. Seconds from 1e8 on are unix time, whatever the name says.
// Thread: [control].
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "files/problem.hpp"

namespace ib::files {

/// Unix seconds that a recording may carry: from 1973, before a count of ns in 64 bits ends.
inline constexpr double unix_min_s = 1e8, unix_max_s = 9e9;
/// No recording starts later after its time 0, and no hole in it is longer.
inline constexpr double recording_max_s = 7 * 86'400.0;
/// What holes may add up to, so that a session ends and its nanoseconds fit into 64 bits.
inline constexpr double session_max_s = 366 * 86'400.0;

/// `unix_time`: counted from 1970, not from the start.
struct TimeColumn {
  std::size_t index{};
  double divisor{1};
  bool unix_time{};
};

/// The time column of a header row: one from the start before one since 1970, the leftmost.
std::optional<TimeColumn> find_time_column(std::span<const std::string> names);

/// Where there is none: a column that is a time by its name, in a unit that nobody knows.
std::optional<std::size_t> find_unclear_time(std::span<const std::string> names);
/// What is said of it.
Problem unclear_time(const std::filesystem::path& file, std::size_t line, std::string_view name);

/// The names that a user may give it.
std::string_view all_time_names();

/// Where time 0 lies, by the first time (s) of the column.
struct TimeZero {
  double zero_s{};                ///< subtracted from each time
  std::optional<double> t0_unix;  ///< UTC of time 0
  std::optional<Problem> wrong;   ///< the column can't be used
  std::optional<Problem> remark;  ///< it is not what its name says
};
TimeZero find_time_zero(const TimeColumn& column, std::string_view name, double first_s,
                        const std::filesystem::path& file, std::size_t line);

/// `# t0_unix`: a problem unless it is a time since 1970.
std::optional<Problem> check_unix(double unix_s, std::string_view name,
                                  const std::filesystem::path& file, std::size_t line);

/// A number of a message: five digits.
std::string shown(double value);

}  // namespace ib::files
