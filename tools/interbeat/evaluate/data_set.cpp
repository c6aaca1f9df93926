#include "evaluate/data_set.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "yaml_document.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace ib::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytes_max = std::size_t{64} << 10;
constexpr std::size_t rates_max = 16;
constexpr Range rates{1, 10'000};

const std::vector<std::string> top_keys{"evaluate",  "name",  "recordings", "signal",
                                        "reference", "score", "bars",       "figures"};
const std::vector<std::string> signal_keys{"column", "rates", "bridge", "polarity"};
const std::vector<std::string> reference_keys{"beats", "intervals", "column", "ok"};
const std::vector<std::string> score_keys{"skip", "tolerance", "lag", "coverage"};
const std::vector<std::string> polarities{"up", "down", "automatic"};

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const auto& m : metrics()) names.emplace_back(m.name);
  return names;
}

/// Key by key: each says what is wrong with it, and the others are read all the same.
class DataSetReader {
 public:
  DataSetReader(const Yaml& root, Diagnostics& out) : root_(root), voice_(out) {}

  DataSet read() {
    if (is_graph()) return std::move(set_);
    check_keys(root_, top_keys, "", voice_);
    read_version();
    if (const auto* v = value(root_, "name"))
      set_.name = read_text(*v, "name", voice_).value_or("");
    if (const auto* v = required(root_, "recordings", "",
                                 "a file, or many as in `recordings: \"finger/*.csv\"`"))
      set_.recordings = pattern(*v, "recordings");
    read_signal();
    read_reference();
    read_score();
    read_bars();
    if (const auto* v = value(root_, "figures")) set_.figures_hz = rate_list(*v, "figures");
    return std::move(set_);
  }

 private:
  static const Yaml* value(const Yaml& map, std::string_view key) {
    const auto* entry = map.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  /// A graph that was given in its place; true: it was, and that is all there is to say.
  bool is_graph() const {
    const auto* entry = root_.find("interbeat");
    if (entry == nullptr || root_.find("evaluate") != nullptr) return false;
    voice_.error(entry->mark, "interbeat", "this is a graph, not a data set",
                 "`evaluate: 1`, the version of this format",
                 "name a data set, such as bidmc, and say --graph for the graph that it scores");
    return true;
  }
  const Yaml* required(const Yaml& map, const std::string& key, const std::string& path,
                       const std::string& expected) const {
    const auto* v = value(map, key);
    if (v == nullptr && !map.broken)
      voice_.error(map.mark, join_path(path, key), in_quotes(key) + " is missing", expected);
    return v;
  }
  /// Of the section's keys; null where it is not there, or said not to be a mapping.
  const Yaml* section(const std::string& key, const std::vector<std::string>& keys) const {
    const auto* v = value(root_, key);
    if (v == nullptr) return nullptr;
    if (!v->is_mapping()) {
      voice_.error(*v, key, "this is " + describe(*v) + ", not a mapping", one_of(keys));
      return nullptr;
    }
    check_keys(*v, keys, key, voice_);
    return v;
  }

  void read_version() const {
    const auto* v = required(root_, "evaluate", "", "`evaluate: 1`, the version of this format");
    if (v == nullptr) return;
    const auto n = read_integer(*v, "1", "evaluate", voice_);
    if (n && *n != 1)
      voice_.error(*v, "evaluate", "there is no version " + in_quotes(v->text), "1");
  }

  Pattern pattern(const Yaml& v, const std::string& path) const {
    const auto text = read_text(v, path, voice_, "a file below the data folder");
    if (!text) return {};
    const auto star = text->find('*');
    if (text->empty() || fs::path(*text).is_absolute() || has_parent_step(*text)) {
      voice_.error(v, path, in_quotes(*text) + " is no place below the data folder",
                   "a path such as finger/*.csv, without .. and not from /");
    } else if (star != std::string::npos && text->find('*', star + 1) != std::string::npos) {
      voice_.error(v, path, in_quotes(*text) + " has more than one *",
                   "one: it stands for the name of the record");
    } else if (star != std::string::npos && text->find('/', star) != std::string::npos) {
      voice_.error(v, path, "the * of " + in_quotes(*text) + " stands for a folder",
                   "a * in the name of the file");
    }
    return {*text, v.mark};
  }
  static bool has_parent_step(const fs::path& path) {
    return std::any_of(path.begin(), path.end(), [](const fs::path& p) { return p == ".."; });
  }

  std::optional<double> quantity(const Yaml& map, const char* key, const std::string& section_name,
                                 const char* unit, Range range) const {
    const auto* v = value(map, key);
    if (v == nullptr) return std::nullopt;
    const auto path = join_path(section_name, key);
    const auto n = read_quantity(*v, unit, path, voice_);
    if (!n || !check_range(*n, range, unit, *v, path, voice_)) return std::nullopt;
    return n;
  }
  void text_key(const Yaml& map, const char* key, const std::string& section_name,
                std::string& to) const {
    if (const auto* v = value(map, key))
      to = read_text(*v, join_path(section_name, key), voice_, "the name of a column").value_or("");
  }

  /// One rate, or a list of them.
  std::vector<double> rate_list(const Yaml& v, const std::string& path) const {
    std::vector<double> list;
    const auto add = [&](const Yaml& one) {
      const auto n = read_quantity(one, "Hz", path, voice_);
      if (!n || !check_range(*n, rates, "Hz", one, path, voice_)) return;
      if (std::find(list.begin(), list.end(), *n) != list.end())
        return voice_.error(one, path, format_quantity(*n, "Hz") + " stands twice in the list");
      list.push_back(*n);
    };
    if (!v.is_sequence()) {
      add(v);
    } else if (v.items.empty() || v.items.size() > rates_max) {
      voice_.error(v, path, v.items.empty() ? "this list is empty" : "these are too many rates",
                   "1 to 16 rates, as in `[125 Hz, 25 Hz]`");
    } else {
      for (const auto& item : v.items) add(item);
    }
    return list;
  }

  void read_signal() {
    const auto* map = section("signal", signal_keys);
    if (map == nullptr) return;
    auto& s = set_.signal;
    text_key(*map, "column", "signal", s.column);
    if (const auto* v = value(*map, "rates")) s.rates_hz = rate_list(*v, "signal.rates");
    if (const auto n = quantity(*map, "bridge", "signal", "s", {0, 2})) s.bridge_s = *n;
    const auto* v = value(*map, "polarity");
    const auto* text =
        v == nullptr ? nullptr : read_scalar(*v, "signal.polarity", voice_, one_of(polarities));
    if (text == nullptr) return;
    const auto it = std::find(polarities.begin(), polarities.end(), *text);
    if (it == polarities.end())
      return voice_.error(*v, "signal.polarity", "polarity cannot be " + in_quotes(*text),
                          one_of(polarities), did_you_mean(*text, polarities));
    s.polarity = static_cast<Polarity>(it - polarities.begin());
  }

  void read_reference() {
    const auto* map = section("reference", reference_keys);
    if (map == nullptr) return;
    const auto *beats = value(*map, "beats"), *intervals = value(*map, "intervals");
    ReferenceSpec r;
    if ((beats == nullptr) == (intervals == nullptr)) {
      if (!map->broken)
        voice_.error(*map, "reference",
                     beats == nullptr ? "neither beats nor intervals are named"
                                      : "beats and intervals are both named",
                     "one of the two, with the file that holds them");
      return;
    }
    r.kind = beats != nullptr ? ReferenceSpec::Kind::beats : ReferenceSpec::Kind::intervals;
    r.file = pattern(beats != nullptr ? *beats : *intervals,
                     beats != nullptr ? "reference.beats" : "reference.intervals");
    text_key(*map, "column", "reference", r.column);
    text_key(*map, "ok", "reference", r.ok);
    if (beats != nullptr && value(*map, "column") != nullptr)
      voice_.error(*value(*map, "column"), "reference.column",
                   "beats stand in the time column of their file", "no column", "leave it out");
    if (intervals != nullptr)
      required(*map, "column", "reference", "the column of intervals, such as rr_ms");
    const bool many = set_.recordings.text.find('*') != std::string::npos;
    if (many && !r.file.text.empty() && r.file.text.find('*') == std::string::npos)
      voice_.error(beats != nullptr ? *beats : *intervals, "reference",
                   "all records have the same reference", "a * where the record's name stands");
    set_.reference = std::move(r);
  }

  void read_score() {
    const auto* map = section("score", score_keys);
    if (map == nullptr) return;
    auto& s = set_.score;
    if (const auto n = quantity(*map, "skip", "score", "s", {0, 3600})) s.skip_s = *n;
    if (const auto n = quantity(*map, "tolerance", "score", "s", {0.001, 0.3})) s.tolerance_s = *n;
    if (const auto n = quantity(*map, "coverage", "score", "1", {0, 1})) s.least_coverage = *n;
    const auto* lag = value(*map, "lag");
    if (lag == nullptr) return;
    if (!lag->is_sequence() || lag->items.size() != 2)
      return voice_.error(*lag, "score.lag", "this is " + describe(*lag) + ", not two times",
                          "the least and the greatest lag, as in `lag: [0 s, 1.2 s]`");
    const auto low = lag_bound(lag->items[0]), high = lag_bound(lag->items[1]);
    if (!low || !high) return;
    if (*low > *high)
      return voice_.error(*lag, "score.lag", "the least lag is above the greatest",
                          "as in `lag: [0 s, 1.2 s]`");
    s.least_lag_s = *low;
    s.greatest_lag_s = *high;
  }
  std::optional<double> lag_bound(const Yaml& v) const {
    const auto n = read_quantity(v, "s", "score.lag", voice_);
    if (!n || !check_range(*n, {-60, 60}, "s", v, "score.lag", voice_)) return std::nullopt;
    return n;
  }

  void read_bars() {
    const auto* map = section("bars", metric_names());
    if (map == nullptr) return;
    for (const auto& entry : map->entries)
      if (const auto* metric = find_metric(entry.key)) read_bar(entry, *metric);
  }
  void read_bar(const Yaml::Entry& entry, const Metric& metric) {
    const auto path = join_path("bars", entry.key);
    const std::string expected =
        "a bound such as \">= 0.98\"" + std::string(metric.unit == "ms" ? " or \"<= 8 ms\"" : "");
    if (metric.needs_reference && !set_.reference && !root_.broken &&
        value(root_, "reference") == nullptr)
      voice_.error(entry.mark, path, in_quotes(entry.key) + " needs a reference",
                   "a section `reference`");
    const auto text = read_text(entry.value, path, voice_, expected);
    if (!text) return;
    const bool at_least = text->starts_with(">=");
    if (!at_least && !text->starts_with("<="))
      return voice_.error(entry.value, path, in_quotes(*text) + " is no bound", expected);
    const auto start = text->find_first_not_of(' ', 2);
    const auto q = parse_quantity(start == std::string::npos ? "" : text->substr(start),
                                  std::string(metric.unit));
    if (!q) return voice_.error(entry.value, path, q.problem, expected, q.hint);
    set_.bars.push_back({&metric, at_least, q.value});
  }

  const Yaml& root_;
  Voice voice_;
  DataSet set_;
};

}  // namespace

std::optional<DataSet> read_data_set_text(const std::string& text, const std::string& name,
                                          Diagnostics& out) {
  const auto before = out.errors();
  const auto root = parse_yaml(text, name, out);
  if (!root) return std::nullopt;
  auto set = DataSetReader(*root, out).read();
  if (set.name.empty()) set.name = fs::path(name).stem().string();
  if (out.errors() > before || root->broken) return std::nullopt;
  return set;
}

std::optional<DataSet> read_data_set(const fs::path& file, Diagnostics& out) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  const auto refuse = [&](const char* what) {
    out.error(Mark{file.string(), 0, 0}, {}, what, "a data set as docs/evaluate.md describes it");
    return std::nullopt;
  };
  if (!fs::is_regular_file(file, ignored) || !stream)
    return refuse("this is no file, or one that can't be read");
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max) return refuse("this file has more than 64 KiB");
  return read_data_set_text(text, file.string(), out);
}

}  // namespace ib::evaluate
