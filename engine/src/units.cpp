#include <interbeat/units.hpp>

#include "nearest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <system_error>

namespace ib {
namespace {

/// One unit is `num / den` of its dimension's base; integers, so that a conversion rounds once.
struct Unit {
  std::string_view name, dimension;
  std::int64_t num, den;
};

constexpr std::string_view duration = "a duration", frequency = "a frequency", ratio = "a ratio",
                           voltage = "a voltage", acceleration = "an acceleration",
                           temperature = "a temperature", size = "a size";

constexpr std::array units{
    Unit{"ns", duration, 1, 1'000'000'000},
    Unit{"us", duration, 1, 1'000'000},
    Unit{"µs", duration, 1, 1'000'000},
    Unit{"ms", duration, 1, 1'000},
    Unit{"s", duration, 1, 1},
    Unit{"min", duration, 60, 1},
    Unit{"h", duration, 3'600, 1},
    Unit{"mHz", frequency, 1, 1'000},
    Unit{"Hz", frequency, 1, 1},
    Unit{"kHz", frequency, 1'000, 1},
    Unit{"bpm", frequency, 1, 60},
    Unit{"1", ratio, 1, 1},
    Unit{"%", ratio, 1, 100},
    Unit{"uV", voltage, 1, 1'000'000},
    Unit{"mV", voltage, 1, 1'000},
    Unit{"V", voltage, 1, 1},
    Unit{"mg", acceleration, 1, 1'000},
    Unit{"g", acceleration, 1, 1},
    Unit{"degC", temperature, 1, 1},
    Unit{"°C", temperature, 1, 1},
    Unit{"B", size, 1, 1},
    Unit{"kB", size, 1'000, 1},
    Unit{"MB", size, 1'000'000, 1},
    Unit{"KiB", size, 1'024, 1},
    Unit{"MiB", size, 1'048'576, 1},
};

/// Counts: plain numbers that say what is counted.
constexpr std::array<std::string_view, 10> counts{"beats",   "intervals", "samples", "items",
                                                  "windows", "rows",      "points",  "steps",
                                                  "bins",    "times"};

struct Slip {
  std::string_view wrong, right;
};
constexpr std::array slips{
    Slip{"sec", "s"},       Slip{"secs", "s"},    Slip{"second", "s"}, Slip{"seconds", "s"},
    Slip{"S", "s"},         Slip{"msec", "ms"},   Slip{"mins", "min"}, Slip{"minute", "min"},
    Slip{"minutes", "min"}, Slip{"m", "min"},     Slip{"hour", "h"},   Slip{"hours", "h"},
    Slip{"hr", "h"},        Slip{"hz", "Hz"},     Slip{"HZ", "Hz"},    Slip{"hertz", "Hz"},
    Slip{"BPM", "bpm"},     Slip{"percent", "%"}, Slip{"C", "degC"},   Slip{"KB", "kB"},
    Slip{"K", "KiB"},       Slip{"k", "KiB"},     Slip{"kiB", "KiB"},  Slip{"M", "MiB"},
};

std::string_view base_name(std::string_view unit) { return unit.empty() ? "1" : unit; }

const Unit* find_unit(std::string_view name) {
  const auto it =
      std::find_if(units.begin(), units.end(), [name](const Unit& u) { return u.name == name; });
  return it == units.end() ? nullptr : &*it;
}

bool is_count(std::string_view unit) {
  return std::find(counts.begin(), counts.end(), unit) != counts.end();
}

std::string_view example_of(std::string_view unit) {
  if (unit == "ns" || unit == "us" || unit == "ms") return "500";
  if (unit == "s") return "60";
  if (unit == "min") return "5";
  if (unit == "Hz") return "0.5";
  if (unit == "bpm") return "70";
  if (unit == "%") return "20";
  return "1";
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Quantity wrong(std::string problem, std::string_view unit, std::string hint = {}) {
  return {0, std::move(problem), describe_unit(unit), std::move(hint)};
}

std::string write(std::string_view number, std::string_view unit) {
  return "write \"" + std::string(number) + (unit == "1" ? "" : " " + std::string(unit)) + "\"";
}

struct Split {
  double number{};
  std::string_view digits, unit;
};

/// "0.5 Hz" -> 0.5, "0.5", "Hz"; nothing when no finite number stands in front.
std::optional<Split> split(std::string_view text) {
  Split parts;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), parts.number);
  if (problem != std::errc{} || !std::isfinite(parts.number)) return std::nullopt;
  const auto length = static_cast<std::size_t>(end - text.data());
  parts.digits = text.substr(0, length);
  parts.unit = trim(text.substr(length));
  return parts;
}

/// Says why no finite number stands at the front of `text`.
Quantity no_number(std::string_view text, std::string_view unit) {
  auto bare = text;
  bare.remove_prefix(std::min(text.find_first_not_of("+-."), text.size()));
  double number{};
  const auto [end, problem] = std::from_chars(bare.data(), bare.data() + bare.size(), number);
  const bool whole = end == bare.data() + bare.size() || *end == ' ';
  if (problem == std::errc::result_out_of_range)
    return wrong(in_quotes(text) + " is beyond what a double can hold", unit);
  if (problem == std::errc{} && whole && !std::isfinite(number))
    return wrong(in_quotes(text) + " is not a finite number", unit);
  if (problem == std::errc{} && text.front() == '+')
    return wrong(in_quotes(text) + " begins with a sign that it does not need", unit,
                 "write " + in_quotes(text.substr(1)));
  return wrong(in_quotes(text) + " is not a number", unit);
}

Quantity wrong_unit(std::string_view text, const Split& parts, std::string_view unit) {
  const auto likes = units_like(unit);
  const auto slip = std::find_if(slips.begin(), slips.end(), [&](const Slip& s) {
    return s.wrong == parts.unit && std::find(likes.begin(), likes.end(), s.right) != likes.end();
  });
  if (slip != slips.end())
    return wrong("unknown unit " + in_quotes(parts.unit) + " in " + in_quotes(text), unit,
                 write(parts.digits, slip->right));
  const auto* known = find_unit(parts.unit);
  if (known != nullptr)
    return wrong(
        in_quotes(text) + " is " + std::string(known->dimension) + ", not " + describe_unit(unit),
        unit);
  return wrong("unknown unit " + in_quotes(parts.unit) + " in " + in_quotes(text), unit,
               likes.size() > 1 ? "units that fit: " + one_of(likes).substr(8)
                                : did_you_mean(parts.unit, likes));
}

double convert(double value, const Unit& from, const Unit& to) {
  std::int64_t num = from.num * to.den, den = from.den * to.num;
  const auto common = std::gcd(num, den);
  num /= common;
  den /= common;
  if (den == 1) return value * static_cast<double>(num);
  if (num == 1) return value / static_cast<double>(den);
  return value * static_cast<double>(num) / static_cast<double>(den);
}

}  // namespace

Quantity parse_quantity(std::string_view text, std::string_view unit) {
  unit = base_name(unit);
  text = trim(text);
  if (text.empty()) return wrong("a value is missing", unit);
  const auto parts = split(text);
  if (!parts) return no_number(text, unit);
  if (!parts->unit.empty() && parts->unit.front() == ',') {
    auto with_point = std::string(text);
    with_point[parts->digits.size()] = '.';
    return wrong(in_quotes(text) + " has a decimal comma", unit,
                 split(with_point) ? "write \"" + with_point + "\"" : "numbers have a point");
  }
  if (parts->unit.empty()) {
    if (takes_bare_number(unit)) return {parts->number, {}, {}, {}};
    return wrong(in_quotes(text) + " has no unit", unit, write(parts->digits, unit));
  }
  if (parts->unit == unit) return {parts->number, {}, {}, {}};
  const auto* from = find_unit(parts->unit);
  const auto* to = find_unit(unit);
  if (from == nullptr || to == nullptr || from->dimension != to->dimension)
    return wrong_unit(text, *parts, unit);
  return {convert(parts->number, *from, *to), {}, {}, {}};
}

std::string format_number(double value) {
  std::array<char, 32> digits{};
  const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return problem == std::errc{} ? std::string(digits.data(), end) : std::string{};
}

std::string format_quantity(double value, std::string_view unit) {
  unit = base_name(unit);
  return format_number(value) + (unit == "1" ? "" : " " + std::string(unit));
}

std::string describe_unit(std::string_view unit) {
  unit = base_name(unit);
  if (unit == "1") return "a number";
  if (is_count(unit)) return "a number of " + std::string(unit);
  const auto* known = find_unit(unit);
  const auto kind = known == nullptr ? std::string_view("a quantity") : known->dimension;
  return std::string(kind) + " such as " + std::string(example_of(unit)) + " " + std::string(unit);
}

bool takes_bare_number(std::string_view unit) {
  unit = base_name(unit);
  return unit == "1" || is_count(unit);
}

std::vector<std::string> units_like(std::string_view unit) {
  unit = base_name(unit);
  const auto* known = find_unit(unit);
  if (known == nullptr) return {std::string(unit)};
  std::vector<std::string> names;
  for (const auto& u : units)
    if (u.dimension == known->dimension && u.name != "1") names.emplace_back(u.name);
  return names;
}

}  // namespace ib
