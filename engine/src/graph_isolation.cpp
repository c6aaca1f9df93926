#include "graph_isolation.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>

namespace ib {
namespace {

constexpr const char* modes_expected = "process or none, or {mode: process, hang_after: 250 ms, ...}";

/// Parts of a path; a dot inside of brackets parts nothing.
std::size_t parts(std::string_view path) {
  std::size_t n = path.empty() ? 0 : 1;
  int depth = 0;
  for (const char c : path) {
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == '.' && depth == 0) ++n;
  }
  return n;
}

bool read_mode(const Yaml& value, const std::string& path, const Voice& voice) {
  const auto* text = read_scalar(value, path, voice, modes_expected);
  if (text == nullptr || *text == "none") return false;
  if (*text == "process") return true;
  voice.error(value, path, "isolation cannot be " + in_quotes(*text), modes_expected,
              did_you_mean(*text, {"process", "none"}));
  return false;
}

/// A whole number in its range; else what it was.
template <class T>
void read_count(const Yaml& mapping, const char* key, Range range, T& to, const std::string& path,
                const Voice& voice) {
  const auto* entry = mapping.find(key);
  if (entry == nullptr) return;
  const auto place = path + "." + key;
  const auto n = read_integer(entry->value, "", place, voice);
  if (n && check_range(*n, range, "", entry->value, place, voice)) to = static_cast<T>(*n);
}

}  // namespace

Isolation read_isolation(const Yaml& value, const std::string& path, const Voice& voice) {
  Isolation isolation;
  if (!value.is_mapping()) {
    isolation.process = read_mode(value, path, voice);
    return isolation;
  }
  check_keys(value, {"mode", "max_restarts", "hang_after", "memory_mb"}, path, voice);
  if (const auto* mode = value.find("mode"))
    isolation.process = read_mode(mode->value, path + ".mode", voice);
  else voice.error(value, path, "it is not said whether to isolate", {}, "write `mode: process`");
  read_count(value, "max_restarts", {0, 1000}, isolation.max_restarts, path, voice);
  read_count(value, "memory_mb", {16, 1e6}, isolation.memory_mb, path, voice);
  if (const auto* hang = value.find("hang_after")) {
    const auto place = path + ".hang_after";
    const auto s = read_quantity(hang->value, "s", place, voice);
    if (s && check_range(*s, {0.01, 3600}, "s", hang->value, place, voice))
      isolation.hang_after = from_seconds(*s);
  }
  return isolation;
}

Isolation isolation_of(const Draft& draft, const DraftNode& node, const Voice& voice) {
  const auto flags = node.type->desc->flags;
  const bool stays = (flags & (IB_NODE_SOURCE | IB_NODE_SINK)) != 0;
  if (const auto* own = node.entry.find("isolation")) {
    const auto path = node.yaml_path + ".isolation";
    const auto isolation = read_isolation(own->value, path, voice);
    if (!isolation.process || !stays) return isolation;
    const bool sink = (flags & IB_NODE_SINK) != 0;
    voice.error(
        own->value, path,
        sink
            ? "a sink can't run in a process of its own: started again, it would begin its file anew"
            : "a source can't run in a process of its own: it hears its device in this one",
        {}, "leave `isolation:` out here; nodes between source and sink can have it");
    return {};
  }
  if (stays) return {};
  for (auto i = node.scope; i != 0; i = draft.scopes[i].parent) {
    const auto& scope = draft.scopes[i];
    if (!scope.isolation) continue;
    auto isolation = *scope.isolation;
    isolation.shared_parts = static_cast<std::uint32_t>(parts(scope.path));
    return isolation;
  }
  return {};
}

std::string process_name(std::string_view path, const Isolation& isolation) {
  if (isolation.shared_parts == 0) return std::string(path);
  std::size_t end = 0, n = 0;
  for (int depth = 0; end < path.size(); ++end) {
    if (path[end] == '[') ++depth;
    if (path[end] == ']') --depth;
    if (path[end] == '.' && depth == 0 && ++n == isolation.shared_parts) break;
  }
  return std::string(path.substr(0, end));
}

}  // namespace ib
