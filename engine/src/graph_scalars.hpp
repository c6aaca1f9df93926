// One YAML scalar read as a number, an integer, a boolean or a text: each says what was expected.
//
// Thread: [control].
#pragma once

#include "graph_voice.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ib {

/// Null, and said, when the value is no single value at all.
const std::string* read_scalar(const Yaml& value, const std::string& path, const Voice& voice,
                               const std::string& expected);
/// `true` or `false`, as YAML 1.2 writes them; yes, no, on and off are refused with the word to write.
std::optional<bool> read_boolean(const Yaml& value, const std::string& path, const Voice& voice);
/// A whole number, at most 2^53 in size.
std::optional<double> read_integer(const Yaml& value, std::string_view unit,
                                   const std::string& path, const Voice& voice);
/// A quantity in `unit`.
std::optional<double> read_quantity(const Yaml& value, std::string_view unit,
                                    const std::string& path, const Voice& voice);
/// A text; an unquoted true, yes, no, on or off is refused: it is a boolean, or other readers see one.
std::optional<std::string> read_text(const Yaml& value, const std::string& path, const Voice& voice,
                                     const std::string& expected = "a text");

struct Range {
  double min{}, max{};
};
/// Says "900 s is above the limit of 600 s" with both bounds as expectation; false when outside.
bool check_range(double number, Range range, std::string_view unit, const Yaml& value,
                 const std::string& path, const Voice& voice);

}  // namespace ib
