// What the Oura cloud tells of a person, as a file of its API v2: heart rate of the day, nights, sessions.
//
//   {"data": [...], "next_token": null}     a reply of /v2/usercollection/heartrate, sleep or session
//   {"id": ..., "bedtime_start": ...}       one document
//
//   heartrate   timestamp (or timestamp_unix in ms), bpm, source
//   sleep       bedtime_start, bedtime_end, type; heart_rate and hrv: {interval s, items, timestamp}
//   session     start_datetime, end_datetime, type, mood; heart_rate, heart_rate_variability,
//               motion_count: the same
//
// All of it comes from the maker hours later, as means of some minutes: there is no interval between
// beats in it, so nothing here may be taken for one. Other kinds of documents hold no series.
//
// A file that is no JSON is refused with line and column. What is wrong inside a document is told with
// its place (/data/3/heart_rate/items/7) and left out; the others stay.
// Bounds: 64 MiB, also of a compressed file; 16 levels of nesting.
// Source: Oura API v2. Thread: [control]; reads the file whole, allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/problem.hpp"

namespace ib::files {

/// What the wearer did while a heart rate was taken.
enum class OuraContext : std::uint8_t { awake, workout, rest, sleep, live, session, other };

struct OuraHeartRate {
  std::int64_t unix_ms{};
  float bpm{};  ///< 1..300
  OuraContext context{};
};

enum class OuraQuantity : std::uint8_t {
  heart_rate,    ///< bpm
  hrv,           ///< RMSSD in ms, as the maker computes it
  motion_count,  ///< 1
};

/// Evenly spaced means: item i is of [unix_ms + i * interval, + interval).
struct OuraSeries {
  OuraQuantity quantity{};
  std::int64_t unix_ms{};
  double interval_s{};       ///< above 0, at most a day
  std::vector<float> items;  ///< NaN: no value
};

enum class OuraPeriodKind : std::uint8_t { sleep, session };

struct OuraPeriod {
  OuraPeriodKind kind{};
  std::string type;  ///< "long_sleep", "meditation", ...: the maker's word
  std::string mood;  ///< of a session, the wearer's word; may be empty
  std::int64_t start_unix_ms{}, end_unix_ms{};
  std::vector<OuraSeries> series;
};

struct OuraFile {
  std::vector<OuraHeartRate> heart_rates;  ///< in time order, one at a time
  std::vector<OuraPeriod> periods;         ///< by their start
};

/// Problems beside a value: what was left out. Without value: no JSON, or nothing of the above in it.
Result<OuraFile> read_oura(const std::filesystem::path& path);
/// The same of a text; `path` is for messages.
Result<OuraFile> parse_oura(std::string_view text, const std::filesystem::path& path);

}  // namespace ib::files
