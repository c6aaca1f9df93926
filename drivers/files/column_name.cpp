#include "files/column_name.hpp"

#include <algorithm>
#include <array>

#include "files/head.hpp"

namespace ib::files {
namespace {

struct UnitName {
  std::string_view written, unit;
};
constexpr std::array unit_names{
    UnitName{"s", "s"},
    UnitName{"sec", "s"},
    UnitName{"secs", "s"},
    UnitName{"second", "s"},
    UnitName{"seconds", "s"},
    UnitName{"ms", "ms"},
    UnitName{"msec", "ms"},
    UnitName{"millis", "ms"},
    UnitName{"millisecond", "ms"},
    UnitName{"milliseconds", "ms"},
    UnitName{"us", "us"},
    UnitName{"usec", "us"},
    UnitName{"micros", "us"},
    UnitName{"microseconds", "us"},
    UnitName{"\xC2\xB5s", "us"},
    UnitName{"\xCE\xBCs", "us"},
    UnitName{"ns", "ns"},
    UnitName{"nsec", "ns"},
    UnitName{"nanos", "ns"},
    UnitName{"nanoseconds", "ns"},
};

std::string_view unit_of(std::string_view text) {
  for (const auto& known : unit_names)
    if (known.written == text) return known.unit;
  return {};
}

/// "[ms]" or "(ms)" at the end.
std::string_view bracketed(std::string_view text) {
  if (text.size() < 3 || (text.back() != ']' && text.back() != ')')) return {};
  const auto open = text.rfind(text.back() == ']' ? '[' : '(');
  return open == std::string_view::npos ? std::string_view{} : text.substr(open);
}

std::string plain(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') name += static_cast<char>(c + 32);
    else if (c == ' ' || c == '-' || c == '.') name += '_';
    else name += c;
  }
  return name;
}

}  // namespace

double ColumnName::per_second() const {
  return unit == "s" ? 1 : unit == "ms" ? 1e3 : unit == "us" ? 1e6 : unit == "ns" ? 1e9 : 0;
}

std::vector<std::string_view> ColumnName::words() const {
  std::vector<std::string_view> found;
  for (std::string_view rest = base; !rest.empty();) {
    const auto end = std::min(rest.find('_'), rest.size());
    if (end > 0) found.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

ColumnName read_name(std::string_view text) {
  const std::string lower = plain(trimmed(text));
  std::string_view base = lower;
  if (const auto unit = bracketed(base); !unit.empty()) {
    base = base.substr(0, base.size() - unit.size());
    while (base.ends_with('_')) base.remove_suffix(1);
    return {std::string(base), std::string(unit_of(unit.substr(1, unit.size() - 2)))};
  }
  const auto cut = base.rfind('_');
  if (cut == std::string_view::npos || cut == 0 || unit_of(base.substr(cut + 1)).empty())
    return {lower, {}};
  return {std::string(base.substr(0, cut)), std::string(unit_of(base.substr(cut + 1)))};
}

}  // namespace ib::files
