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

}  // namespace

SourceUri split_uri(std::string_view text) {
  SourceUri uri;
  constexpr std::string_view key = "start=";
  const auto at = text.rfind(key);
  const bool is_virtual = text.starts_with("virtual:");
  const char before = at != std::string_view::npos && at > 0 ? text[at - 1] : '\0';
  if (before != '?' && before != '&' && !(is_virtual && before == ',')) {
    uri.rest = text;
    return uri;
  }
  auto wish = text.substr(at + key.size());
  std::string_view behind;  // further options of a virtual ring
  const auto end = wish.find_first_of(is_virtual ? ",&?" : "&?");
  if (end != std::string_view::npos) {
    behind = wish.substr(end);
    wish = wish.substr(0, end);
  }
  uri.rest = std::string(text.substr(0, at - 1)) + std::string(behind);
  read_wish(wish, uri);
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
