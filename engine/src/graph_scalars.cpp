#include "graph_scalars.hpp"

#include "nearest.hpp"

#include <interbeat/units.hpp>

#include <cmath>

namespace ib {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// `true` for yes and on, `false` for no and off, empty for anything else.
std::string meant_boolean(const std::string& word) {
  const auto small = lower(word);
  if (small == "yes" || small == "on" || small == "y" || small == "true") return "true";
  if (small == "no" || small == "off" || small == "n" || small == "false") return "false";
  return {};
}

}  // namespace

const std::string* read_scalar(const Yaml& value, const std::string& path, const Voice& voice,
                               const std::string& expected) {
  if (value.broken) return nullptr;
  if (value.each) {
    voice.error(value, path, "this must be the same for every element of `for_each:`", expected,
                "write it without $each and $index");
    return nullptr;
  }
  if (value.is_scalar()) return &value.text;
  voice.error(value, path,
              value.is_null() ? "a value is missing"
                              : "this is " + describe(value) + ", not a single value",
              expected);
  return nullptr;
}

std::optional<bool> read_boolean(const Yaml& value, const std::string& path, const Voice& voice) {
  const auto* text = read_scalar(value, path, voice, "true or false");
  if (text == nullptr) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  if (is_boolean(value)) return text->front() == 'T';
  const auto meant = meant_boolean(*text);
  voice.error(value, path, in_quotes(*text) + " is not a boolean", "true or false",
              meant.empty() ? "" : "write " + meant);
  return std::nullopt;
}

std::optional<double> read_quantity(const Yaml& value, std::string_view unit,
                                    const std::string& path, const Voice& voice) {
  const auto* text = read_scalar(value, path, voice, describe_unit(unit));
  if (text == nullptr) return std::nullopt;
  const auto quantity = parse_quantity(*text, unit);
  if (quantity) return quantity.value;
  voice.error(value, path, quantity.problem, quantity.expected, quantity.hint);
  return std::nullopt;
}

std::optional<double> read_integer(const Yaml& value, std::string_view unit,
                                   const std::string& path, const Voice& voice) {
  const auto number = read_quantity(value, unit, path, voice);
  constexpr double largest = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  if (!number || (*number == std::floor(*number) && std::abs(*number) <= largest)) return number;
  voice.error(value, path, in_quotes(value.text) + " is not a whole number", "a whole number");
  return std::nullopt;
}

std::optional<std::string> read_text(const Yaml& value, const std::string& path, const Voice& voice,
                                     const std::string& expected) {
  const auto* text = read_scalar(value, path, voice, expected);
  if (text == nullptr) return std::nullopt;
  if (is_boolean(value) || is_old_boolean(value)) {
    voice.error(value, path,
                "an unquoted " + *text + " is a boolean" +
                    (is_boolean(value) ? "" : " to other YAML readers") + ", not a text",
                expected, "write \"" + *text + "\" in quotes");
    return std::nullopt;
  }
  return *text;
}

bool check_range(double number, Range range, std::string_view unit, const Yaml& value,
                 const std::string& path, const Voice& voice) {
  if (number >= range.min && number <= range.max) return true;
  const bool low = number < range.min;
  const auto bound = format_quantity(low ? range.min : range.max, unit);
  std::string expected;
  if (range.min == range.max) expected = bound;
  else if (!std::isfinite(range.max)) expected = "at least " + bound;
  else if (!std::isfinite(range.min)) expected = "at most " + bound;
  else
    expected =
        "between " + format_quantity(range.min, unit) + " and " + format_quantity(range.max, unit);
  voice.error(value, path,
              format_quantity(number, unit) +
                  (low ? " is below the limit of " : " is above the limit of ") + bound,
              expected);
  return false;
}

}  // namespace ib
