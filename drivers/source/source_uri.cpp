#include "source/source_uri.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <cmath>

namespace ib::source {
namespace {

constexpr double offset_max_s = 1e8;  // three years

void read_wish(std::string_view text, SourceUri& uri) {
  if (text == "zero") {
    uri.start = Time{};
  } else if (text == "utc") {
    uri.utc = true;
  } else {
    const auto offset = parse_quantity(text, "s");
    if (offset && std::abs(offset.value) <= offset_max_s)
      uri.start = Time{} + from_seconds(offset.value);
    else
      uri.problem = "?start=" + std::string(text) +
                    " is no start; expected zero, utc or an offset such as -12.5s";
  }
}

constexpr std::string_view key = "start=";

/// Where `start=` stands as a wish, behind `from`: not within a name.
std::size_t find_wish(std::string_view text, bool is_virtual, std::size_t from = 0) {
  for (auto at = text.find(key, from); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const char before = at > 0 ? text[at - 1] : ':';
    if (before == '?' || before == '&') return at;
    if (is_virtual && (before == ',' || before == ':')) return at;
  }
  return std::string_view::npos;
}

/// A device, named as drivers/bluetooth/target.hpp says.
bool is_device(std::string_view text) { return names_device(text) || text.starts_with("name="); }

/// Any `?word=` that is left on a recording: a wish that there is not.
std::string unknown_wish(std::string_view rest, const char* marks = "?") {
  const auto mark = rest.find_last_of(marks);
  if (mark == std::string_view::npos) return {};
  const auto wish = rest.substr(mark + 1);
  const auto word = wish.substr(0, wish.find('='));
  const bool is_word = word.size() < wish.size() && !word.empty() &&
                       std::all_of(word.begin(), word.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  const bool device = is_device(rest);
  if (!is_word || (device && word == "adapter")) return {};
  if (device)
    return "?" + std::string(word) +
           "= is no wish for a device; there are ?adapter=hci1 and ?start=zero|OFFSET";
  return "?" + std::string(word) + "= is no wish for a recording; there is ?start=zero|utc|OFFSET";
}

}  // namespace

bool names_device(std::string_view text) {
  const auto colon_at = [text](std::size_t i) { return i < text.size() && text[i] == ':'; };
  return text.starts_with("ble:") || (colon_at(2) && colon_at(5));  // "e4:" is no address
}

SourceUri split_uri(std::string_view text, bool options) {
  SourceUri uri;
  const bool is_virtual = options || text.starts_with("virtual:");
  const auto at = find_wish(text, is_virtual);
  if (at == std::string_view::npos) {
    uri.rest = text;
    if (!is_virtual) uri.problem = unknown_wish(text);
    return uri;
  }
  if (find_wish(text, is_virtual, at + 1) != std::string_view::npos) {
    uri.rest = text;
    uri.problem = "start= is given twice";
    return uri;
  }
  auto wish = text.substr(at + key.size());
  std::string_view behind;  // further options of a virtual ring
  const auto end = wish.find_first_of(is_virtual ? ",&?" : "&?");
  if (end != std::string_view::npos) {
    behind = wish.substr(end);
    wish = wish.substr(0, end);
  }
  const bool first = at == 0 || text[at - 1] == ':';
  if (first && !behind.empty()) behind.remove_prefix(1);
  uri.rest = std::string(text.substr(0, first ? at : at - 1)) + std::string(behind);
  read_wish(wish, uri);
  if (uri.problem.empty() && !is_virtual)
    uri.problem = behind.empty() ? unknown_wish(uri.rest) : unknown_wish(behind, "?&");
  return uri;
}

std::string_view scheme_of(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos || colon < 2) return {};
  const auto scheme = uri.substr(0, colon);
  const bool word = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  return word ? scheme : std::string_view{};
}

}  // namespace ib::source
