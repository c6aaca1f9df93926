// The reader of option texts. It knows names, separators and units; bounds and contradictions are
// found by `check`, for text and code alike.
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "virtual_ring/options.hpp"

namespace ib::virtual_ring {

namespace {

using O = Options;

constexpr std::size_t max_windows = 64;
constexpr std::size_t longest_shown = 40;  // of what a user wrote, in a message

// --- numbers and units -------------------------------------------------------------------------

struct Multiple {
  std::string_view of, suffix;
  double factor;
};
constexpr std::array multiples{
    Multiple{"s", "ms", 1e-3},  Multiple{"s", "min", 60},    Multiple{"s", "h", 3600},
    Multiple{"ms", "s", 1e3},   Multiple{"ms", "us", 1e-3},  Multiple{"1", "%", 1e-2},
    Multiple{"Hz", "kHz", 1e3}, Multiple{"Hz", "mHz", 1e-3}, Multiple{"/min", "/h", 1.0 / 60},
    Multiple{"/h", "/min", 60}, Multiple{"ppm", "%", 1e4},
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<double> factor_of(std::string_view suffix, std::string_view unit) {
  if (suffix.empty() || suffix == unit) return 1.0;
  for (const auto& m : multiples)
    if (m.of == unit && m.suffix == suffix) return m.factor;
  return std::nullopt;
}

/// A finite number in `unit`, written with or without a unit of that kind.
std::optional<double> number(std::string_view text, std::string_view unit) {
  double value{};
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  const auto factor = factor_of(trimmed({rest, static_cast<std::size_t>(end - rest)}), unit);
  if (!factor) return std::nullopt;
  return value * *factor;
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value{};
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

// --- nearest names -----------------------------------------------------------------------------

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

std::string shown(std::string_view text) {
  std::string s(text.substr(0, longest_shown));
  if (text.size() > longest_shown) s.append("...");
  return s;
}

std::string unknown_option(std::string_view name) {
  const auto far = [&](const OptionInfo& o) { return edit_distance(shown(name), o.name); };
  const auto table = option_table();
  const auto nearest = std::min_element(table.begin(), table.end(),
                                        [&](auto& a, auto& b) { return far(a) < far(b); });
  if (const auto start = edit_distance(shown(name), "start"); start <= 2 && start < far(*nearest))
    return fmt::format("'{}' is not an option of a virtual ring; did you mean 'start'?",
                       shown(name));
  if (far(*nearest) <= std::max<std::size_t>(2, nearest->name.size() / 2))
    return fmt::format("'{}' is not an option of a virtual ring; did you mean '{}'?", shown(name),
                       nearest->name);
  std::string all;
  for (const auto& o : table) all += fmt::format("{}{}", all.empty() ? "" : ", ", o.name);
  return fmt::format("'{}' is not an option of a virtual ring; there are {}.", shown(name), all);
}

// --- one option --------------------------------------------------------------------------------

/// Writes one value into its field; says what was expected when the text is no such value.
struct Reader {
  Options& options;
  const OptionInfo& info;
  std::string_view text;

  std::string expected(std::string_view what) const {
    return fmt::format("{}={}: expected {}.", info.name, shown(text), what);
  }

  std::string operator()(double O::*field) const {
    const auto value = number(text, info.unit);
    if (!value) {
      const auto unit = info.unit == "1" ? std::string{} : fmt::format(" in {}", info.unit);
      return expected(fmt::format("a number{} from {}", unit, info.bounds_text()));
    }
    options.*field = *value;
    return {};
  }
  std::string operator()(int O::*field) const {
    const auto value = whole(text);
    if (!value || *value > 1'000'000)
      return expected(fmt::format("a whole number from {}", info.bounds_text()));
    options.*field = static_cast<int>(*value);
    return {};
  }
  std::string operator()(bool O::*field) const {
    const bool on = text == "on" || text == "true" || text == "1";
    if (!on && text != "off" && text != "false" && text != "0") return expected("on or off");
    options.*field = on;
    return {};
  }
  std::string operator()(std::uint64_t O::*field) const {
    const auto value = whole(text);
    if (!value) return expected("a whole number from 0 to 18446744073709551615");
    options.*field = *value;
    return {};
  }
  std::string operator()(std::optional<std::uint64_t> O::*field) const {
    const auto value = whole(text);
    if (!value) return expected("the seed of another virtual ring, a whole number");
    options.*field = *value;
    return {};
  }
  std::string operator()(std::vector<Window> O::*field) const {
    std::vector<Window> windows;
    for (std::string_view rest = text;;) {
      const auto end = rest.find(';');
      const auto one = rest.substr(0, end);
      const auto dash = one.find('-');
      const auto from = number(trimmed(one.substr(0, dash)), info.unit);
      const auto to = dash == std::string_view::npos
                          ? std::nullopt
                          : number(trimmed(one.substr(dash + 1)), info.unit);
      if (!from || !to || windows.size() == max_windows)
        return expected(
            fmt::format("up to {} windows in seconds such as 300-600;900-1200", max_windows));
      windows.push_back({*from, *to});
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    options.*field = std::move(windows);
    return {};
  }
};

/// Reads one `name=value` into `parsed`; says what is wrong with it, or nothing.
std::string read_item(std::string_view item, ParsedOptions& parsed) {
  const auto equals = std::min(item.find('='), item.size());
  const auto name = trimmed(item.substr(0, equals));
  const auto table = option_table();
  const auto info =
      std::find_if(table.begin(), table.end(), [&](const OptionInfo& o) { return o.name == name; });
  if (info == table.end()) return unknown_option(name);
  if (equals == item.size()) return fmt::format("'{}' has no value; write {}=VALUE.", name, name);
  if (parsed.has(name)) return fmt::format("'{}' is given twice.", name);
  parsed.given.push_back(info->name);
  return std::visit(Reader{parsed.options, *info, trimmed(item.substr(equals + 1))}, info->field);
}

}  // namespace

ParsedOptions parse_options(std::string_view text) {
  constexpr std::string_view scheme = "virtual:";
  if (text.starts_with(scheme)) text.remove_prefix(scheme.size());

  ParsedOptions parsed;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(",&?"), text.size());
    const auto item = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.empty()) continue;
    auto problem = read_item(item, parsed);
    if (!problem.empty()) parsed.problems.push_back(std::move(problem));
  }
  for (auto& problem : check(parsed.options, parsed.given))
    parsed.problems.push_back(std::move(problem));
  return parsed;
}

}  // namespace ib::virtual_ring
