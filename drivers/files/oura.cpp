#include "files/oura.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "files/iso_time.hpp"
#include "files/recognise.hpp"

namespace ib::files {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t bytes_max = std::size_t{64} << 20;
constexpr int levels_max = 16;
constexpr double interval_max_s = 86'400, bpm_max = 300, hrv_max_ms = 2000;

/// A place in the document and what is read there; every miss leaves a problem.
class OuraReading {
 public:
  explicit OuraReading(const fs::path& path) : path_(path) {}

  OuraFile file;
  ProblemList problems;

  void document(const Json& item, const std::string& at) {
    if (!item.is_object()) return wrong(at, item, "an object", "it is left out");
    if (item.contains("bpm")) return heart_rate(item, at);
    if (item.contains("bedtime_start")) return period(item, at, OuraPeriodKind::sleep);
    if (item.contains("start_datetime") &&
        (item.contains("mood") || item.contains("heart_rate_variability")))
      return period(item, at, OuraPeriodKind::session);
    ++others_;
  }

  /// Documents without series: scores and summaries.
  std::size_t others() const { return others_; }

  void remark(std::string what, std::string expected, std::string hint) {
    problems.add({path_, 0, std::move(what), std::move(expected), std::move(hint)});
  }

 private:
  void wrong(const std::string& at, const Json& found, std::string expected, std::string hint) {
    if (!problems.wants_more()) return problems.count_only();
    auto text = found.dump(-1, ' ', false, Json::error_handler_t::replace);
    remark(at + " is " + in_quotes(text), std::move(expected), std::move(hint));
  }
  void missing_field(const std::string& at, std::string expected) {
    remark(at + " is missing", std::move(expected), "the document is left out");
  }

  static const Json* field(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  std::optional<std::int64_t> time(const Json& object, const char* name, const std::string& at) {
    constexpr auto expected = "a time with its distance from UTC, as 2024-05-01T20:00:00+02:00";
    const auto* value = field(object, name);
    const auto place = at + "/" + name;
    if (value == nullptr) {
      missing_field(place, expected);
      return std::nullopt;
    }
    auto ms = value->is_string() ? unix_ms_of(value->get_ref<const std::string&>()) : std::nullopt;
    if (!ms) wrong(place, *value, expected, "it is left out");
    return ms;
  }

  static std::string word(const Json& object, const char* name) {
    constexpr std::size_t letters_max = 40;
    const auto* value = field(object, name);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_ref<const std::string&>().substr(0, letters_max);
  }

  static OuraContext context_of(std::string_view word) {
    constexpr std::array<std::string_view, 6> words{"awake", "workout", "rest",
                                                    "sleep", "live",    "session"};
    const auto at = std::find(words.begin(), words.end(), word);
    return static_cast<OuraContext>(at - words.begin());  // behind the last: other
  }

  std::optional<std::int64_t> time_of_heart_rate(const Json& item, const std::string& at) {
    const auto* ms = field(item, "timestamp_unix");
    if (ms == nullptr || field(item, "timestamp") != nullptr) return time(item, "timestamp", at);
    constexpr std::int64_t year_2262_ms = 9'214'646'400'000;
    if (ms->is_number_integer() && *ms > 0 && *ms < year_2262_ms) return ms->get<std::int64_t>();
    wrong(at + "/timestamp_unix", *ms, "milliseconds since 1970", "it is left out");
    return std::nullopt;
  }

  void heart_rate(const Json& item, const std::string& at) {
    const auto& value = item.at("bpm");
    const auto ms = time_of_heart_rate(item, at);
    const auto bpm = value.is_number() ? value.get<double>() : 0.0;
    if (!(bpm >= 1 && bpm <= bpm_max))
      return wrong(at + "/bpm", value, "1 to 300 a minute", "it is left out");
    if (ms)
      file.heart_rates.push_back({*ms, static_cast<float>(bpm), context_of(word(item, "source"))});
  }

  void period(const Json& item, const std::string& at, OuraPeriodKind kind) {
    const bool sleep = kind == OuraPeriodKind::sleep;
    const auto start = time(item, sleep ? "bedtime_start" : "start_datetime", at);
    const auto end = time(item, sleep ? "bedtime_end" : "end_datetime", at);
    if (!start || !end) return;
    OuraPeriod found{kind, word(item, "type"), word(item, "mood"), *start, *end, {}};
    if (found.type == "deleted") return;  // by its owner
    if (*end < *start)
      return wrong(at + (sleep ? "/bedtime_end" : "/end_datetime"),
                   item.at(sleep ? "bedtime_end" : "end_datetime"), "a time after its start",
                   "the document is left out");
    add_series(found, item, "heart_rate", at, OuraQuantity::heart_rate, bpm_max);
    add_series(found, item, sleep ? "hrv" : "heart_rate_variability", at, OuraQuantity::hrv,
               hrv_max_ms);
    if (!sleep)
      add_series(found, item, "motion_count", at, OuraQuantity::motion_count,
                 std::numeric_limits<float>::max());
    file.periods.push_back(std::move(found));
  }

  void add_series(OuraPeriod& period, const Json& item, const char* name, const std::string& at,
                  OuraQuantity quantity, double most) {
    const auto* object = field(item, name);
    if (object == nullptr) return;  // the ring had none
    const auto place = at + "/" + name;
    if (!object->is_object()) return wrong(place, *object, "an object", "the series is left out");
    OuraSeries series;
    series.quantity = quantity;
    const auto ms = time(*object, "timestamp", place);
    if (!ms) return;
    series.unix_ms = *ms;
    const auto* interval = field(*object, "interval");
    if (interval == nullptr) return missing_field(place + "/interval", "seconds between items");
    if (interval->is_number()) series.interval_s = interval->get<double>();
    if (!(series.interval_s > 0 && series.interval_s <= interval_max_s))
      return wrong(place + "/interval", *interval, "seconds between items, at most a day",
                   "the series is left out");
    const auto* items = field(*object, "items");
    if (items == nullptr || !items->is_array())
      return wrong(place + "/items", items == nullptr ? Json() : *items, "a list of numbers",
                   "the series is left out");
    series.items.reserve(items->size());
    for (const auto& value : *items) series.items.push_back(number(value, place, series, most));
    period.series.push_back(std::move(series));
  }

  float number(const Json& value, const std::string& place, const OuraSeries& series, double most) {
    constexpr auto none = std::numeric_limits<float>::quiet_NaN();
    if (value.is_null()) return none;
    const auto x = value.is_number() ? value.get<double>() : -1.0;
    if (x >= 0 && x <= most) return static_cast<float>(x);
    wrong(place + "/items/" + std::to_string(series.items.size()), value,
          "a number, 0 or above, or null", "it counts as no value");
    return none;
  }

  const fs::path& path_;
  std::size_t others_{};
};

/// Line and column of a byte of the text, as an editor counts them.
std::pair<std::size_t, std::size_t> place_of(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto last = before.rfind('\n');
  return {line + 1, last == std::string_view::npos ? before.size() + 1 : before.size() - last};
}

Result<Json> parse_json(std::string_view text, const fs::path& path) {
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > levels_max;
    return depth <= levels_max;
  };
  try {
    auto json = Json::parse(text, shallow);
    if (!too_deep) return {std::move(json), {}};
    return {std::nullopt,
            {{path, 0, "it nests deeper than 16 levels", "a reply of the Oura API", {}}}};
  } catch (const Json::out_of_range&) {
    return {
        std::nullopt,
        {{path, 0, "a number in it is too large for any computer", "a reply of the Oura API", {}}}};
  } catch (const Json::parse_error& error) {
    const auto byte = error.byte == 0 ? text.size() : error.byte - 1;
    const auto [line, column] = place_of(text, byte);
    return {std::nullopt,
            {{path, line, "column " + std::to_string(column) + ": this is no JSON",
              "a reply of the Oura API",
              byte >= text.size() ? "the file breaks off: load it again" : ""}}};
  }
}

void put_in_order(OuraFile& file) {
  const auto at = [](const OuraHeartRate& item) { return item.unix_ms; };
  auto& rates = file.heart_rates;
  std::stable_sort(rates.begin(), rates.end(),
                   [&](const auto& a, const auto& b) { return at(a) < at(b); });
  rates.erase(std::unique(rates.begin(), rates.end(),
                          [&](const auto& a, const auto& b) { return at(a) == at(b); }),
              rates.end());  // pages of the API may overlap
  std::stable_sort(file.periods.begin(), file.periods.end(),
                   [](const auto& a, const auto& b) { return a.start_unix_ms < b.start_unix_ms; });
}

}  // namespace

Result<OuraFile> parse_oura(std::string_view text, const fs::path& path) {
  auto json = parse_json(text, path);
  if (!json) return {std::nullopt, std::move(json.problems)};
  OuraReading reading(path);
  const auto list = json->is_object() ? json->find("data") : json->end();
  if (list != json->end() && list->is_array()) {
    for (std::size_t i = 0; i < list->size(); ++i)
      reading.document((*list)[i], "/data/" + std::to_string(i));
    if (const auto more = json->find("next_token"); more != json->end() && more->is_string())
      reading.remark("the reply goes on: next_token is set", {},
                     "ask the API for the next page, too");
  } else if (json->is_object()) {
    reading.document(*json, "");
  }
  auto told = told_of(reading.problems);
  put_in_order(reading.file);
  if (!reading.file.heart_rates.empty() || !reading.file.periods.empty())
    return {std::move(reading.file), std::move(told)};
  told.push_back({path,
                  0,
                  reading.others() > 0 ? "its documents hold no series"
                                       : "there is neither a heart rate nor a night nor a session",
                  "a reply of the Oura API to heartrate, sleep or session",
                  {}});
  return {std::nullopt, std::move(told)};
}

Result<OuraFile> read_oura(const fs::path& path) {
  if (auto why = missing(path)) return {std::nullopt, {std::move(*why)}};
  const auto refused = [&](std::string what, std::string hint) {
    return Result<OuraFile>{
        std::nullopt, {{path, 0, std::move(what), "a reply of the Oura API", std::move(hint)}}};
  };
  std::error_code error;
  if (fs::is_directory(path, error)) return refused("it is a folder", "name one of its files");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose_r);
  if (!file) return refused("it cannot be opened", "see whether you may read it");
  std::string text;
  std::array<char, 64 * 1024> chunk;
  while (text.size() <= bytes_max) {
    const int n = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
    if (n < 0) return refused("it cannot be read, or is damaged", "load it again");
    if (n == 0) return parse_oura(text, path);
    text.append(chunk.data(), static_cast<std::size_t>(n));
  }
  return refused("it is longer than 64 MiB", "ask the API for fewer days at once");
}

}  // namespace ib::files
