// ScenarioText: a scenario's YAML as its readers look into it: values by key, each problem said at its place.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>
#include <interbeat/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "vring/scenario.hpp"
#include "yaml_document.hpp"

namespace ib::vring {

using Names = std::vector<std::string>;

class ScenarioText {
 public:
  ScenarioText(const Yaml& root, Diagnostics& out, Scenario& scenario)
      : root_(root), voice_(out), scenario_(scenario) {}

 protected:
  static const Yaml* value(const Yaml& map, std::string_view key) {
    const auto* entry = map.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  std::optional<std::uint64_t> whole(const Yaml& v, const std::string& path) const {
    const auto n = read_integer(v, "1", path, voice_);
    if (!n) return std::nullopt;
    if (*n < 0) {
      voice_.error(v, path, in_quotes(v.text) + " is below 0", "a whole number from 0");
      return std::nullopt;
    }
    return static_cast<std::uint64_t>(*n);
  }
  std::optional<double> quantity(const Yaml& map, const std::string& key, const std::string& path,
                                 const char* unit, Range range) const {
    const auto* v = value(map, key);
    if (v == nullptr) return std::nullopt;
    const auto where = join_path(path, key);
    const auto n = read_quantity(*v, unit, where, voice_);
    if (!n || !check_range(*n, range, unit, *v, where, voice_)) return std::nullopt;
    return n;
  }
  std::optional<Duration> duration(const Yaml& map, const std::string& key, const std::string& path,
                                   Range range) const {
    const auto s = quantity(map, key, path, "s", range);
    return s ? std::optional{from_seconds(*s)} : std::nullopt;
  }
  /// A list of mappings; null where there is none, or it was said not to be one.
  const Yaml* list(const std::string& key, std::size_t most, const char* example) const {
    const auto* v = value(root_, key);
    if (v == nullptr) return nullptr;
    if (!v->is_sequence()) {
      voice_.error(*v, key, "this is " + describe(*v) + ", not a list", example);
      return nullptr;
    }
    if (v->items.size() <= most) return v;
    voice_.error(*v, key, fmt::format("{} are too many", v->items.size()),
                 fmt::format("at most {}", most));
    return nullptr;
  }
  bool is_mapping(const Yaml& v, const std::string& path, const char* example) const {
    if (v.is_mapping()) return true;
    voice_.error(v, path, "this is " + describe(v) + ", not a mapping", example);
    return false;
  }
  /// For messages: each once.
  Names ring_names() const {
    Names names;
    for (const auto& ring : scenario_.rings)
      if (!ring.name.empty() && std::find(names.begin(), names.end(), ring.name) == names.end())
        names.push_back(ring.name);
    return names;
  }

  const Yaml& root_;
  ib::Voice voice_;
  Scenario& scenario_;
};

}  // namespace ib::vring
