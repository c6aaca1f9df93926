// Names in a graph: what may be one, and how a dotted path comes apart.
//
// Thread: any. Pure functions.
#pragma once

#include "graph_each.hpp"
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

/// "p" and "7" of "p[7].beats", "" of "p[].beats"; where the brackets stand is `open`. Without them
/// `open` is npos.
struct Brackets {
  std::size_t open{std::string_view::npos};
  std::string_view element;
};
inline Brackets find_brackets(std::string_view text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return {open, text.substr(open + 1, close - open - 1)};
}
/// "p[7].beats" -> "p[].beats"; a text without brackets as it is.
inline std::string without_element(std::string_view text) {
  const auto brackets = find_brackets(text);
  std::string pattern(text);
  if (brackets.open != std::string_view::npos)
    pattern.erase(brackets.open + 1, brackets.element.size());
  return pattern;
}

/// Names joined by dots: "anna.beats", "p[7].beats"; "p[].beats" in an expanded graph.
inline bool is_dotted_name(std::string_view text) {
  for (;;) {
    const auto dot = text.find('.');
    auto part = text.substr(0, dot);
    if (!part.empty() && part.back() == ']') {
      const auto brackets = find_brackets(part);
      if (brackets.open == std::string_view::npos ||
          brackets.open + brackets.element.size() + 2 != part.size())
        return false;
      if (!brackets.element.empty() && !is_element(brackets.element)) return false;
      part = part.substr(0, brackets.open);
    }
    if (!is_name(part)) return false;
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

/// Inputs, outputs and parameters of one file are few: a person reads through them. Says so and
/// returns false when there are more.
inline bool check_count(std::size_t n, const char* what, const Mark& mark, const std::string& path,
                        const Voice& voice) {
  constexpr std::size_t most = 1'000;
  if (n <= most) return true;
  voice.error(mark, path, "this file has more than 1000 " + std::string(what), {},
              "several modules can share the work");
  return false;
}

/// What a key without a value was meant to be: `{type:source}` lacks a space, and in
/// `{uri: virtual:seed=1,rate=50}` the comma parts what belongs together. Empty: neither.
inline std::string meant_key(const Yaml::Entry& entry) {
  if (!entry.value.is_null() || entry.quoted) return {};
  const auto colon = entry.key.find(':');
  if (colon != std::string::npos && is_name(entry.key.substr(0, colon)))
    return "put a space after the colon: `" + entry.key.substr(0, colon) + ": " +
           entry.key.substr(colon + 1) + "`";
  if (entry.key.find('=') != std::string::npos)
    return "a text that holds a comma goes into quotes here, as in \"virtual:seed=1,rate=50\"";
  return {};
}

/// The keys of a mapping that are none of `known` are errors, each with the nearest right one.
inline void check_keys(const Yaml& mapping, const std::vector<std::string>& known,
                       const std::string& path, const Voice& voice) {
  for (const auto& entry : mapping.entries) {
    bool found = false;
    for (const auto& name : known) found = found || name == entry.key;
    if (found) continue;
    auto hint = meant_key(entry);
    if (hint.empty()) hint = did_you_mean(entry.key, known);
    voice.error(entry.mark, join_path(path, entry.key), "unknown key " + in_quotes(entry.key),
                one_of(known), std::move(hint));
  }
}

}  // namespace ib
