// Names in a graph: what may be one, and how a dotted path comes apart.
//
// Thread: any. Pure functions.
#pragma once

#include "graph_voice.hpp"
#include "nearest.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {

/// [a-z][a-z0-9_]*
inline bool is_name(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Names joined by dots, as in an expanded graph: "anna.beats".
inline bool is_dotted_name(std::string_view text) {
  for (;;) {
    const auto dot = text.find('.');
    if (!is_name(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// "" + "ring" = "ring"; "anna" + "ring" = "anna.ring".
inline std::string join_path(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

/// Says so and returns false unless the key can name a node, a participant, a parameter or a port.
/// Quotes around a boolean don't help: those who refer to it would need them too.
inline bool check_name(const Yaml::Entry& entry, const std::string& path, const Voice& voice,
                       bool dotted = false) {
  Yaml key;
  key.kind = Yaml::Kind::scalar;
  key.text = entry.key;
  if (is_boolean(key) || is_old_boolean(key) || entry.key == "null") {
    voice.error(
        entry.mark, path,
        "the name " + in_quotes(entry.key) + " is a boolean or nothing to other YAML readers", {},
        "choose another name");
    return false;
  }
  if (dotted ? is_dotted_name(entry.key) : is_name(entry.key)) return true;
  voice.error(entry.mark, path, in_quotes(entry.key) + " cannot be a name",
              "a lower-case letter, then letters, digits or _ (left_ring, beats2)");
  return false;
}

/// The keys of a mapping that are none of `known` are errors, each with the nearest right one.
inline void check_keys(const Yaml& mapping, const std::vector<std::string>& known,
                       const std::string& path, const Voice& voice) {
  for (const auto& entry : mapping.entries) {
    bool found = false;
    for (const auto& name : known) found = found || name == entry.key;
    if (!found)
      voice.error(entry.mark, join_path(path, entry.key), "unknown key " + in_quotes(entry.key),
                  one_of(known), did_you_mean(entry.key, known));
  }
}

}  // namespace ib
