// Quantities as users write them: "0.5 Hz", "60 s", "500 ms", "70 bpm", "20 %".
//
// A quantity is turned into the unit that a param declares, and only within one dimension. A bare
// number is taken for params without a dimension (unit "1", "" or a count such as "beats"); with a
// dimension it is refused, because 500 could be ms or s. A decimal comma, NaN and infinity are
// refused. Locale independent.
//
// Thread: [any]. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// A number in the unit that was asked for, or what is wrong with the text.
struct Quantity {
  double value{};
  std::string problem;   ///< empty: all is well
  std::string expected;  ///< "a duration such as 60 s"
  std::string hint;      ///< `write "60 s"`
  explicit operator bool() const { return problem.empty(); }
};

/// Reads `text` as a quantity in `unit`. Unit conversion rounds once: "500 ms" is exactly 0.5 s.
Quantity parse_quantity(std::string_view text, std::string_view unit);

/// "0.5 s", "3" (units "1" and ""), "20 %": the shortest text that reads back to the same value.
std::string format_quantity(double value, std::string_view unit);

/// The shortest text that reads back to the same double.
std::string format_number(double value);

/// "a duration such as 60 s", "a number", "a number of beats".
std::string describe_unit(std::string_view unit);

/// False when a bare number has no meaning for a param of this unit.
bool takes_bare_number(std::string_view unit);

/// Every way to write this unit: "s" -> ns, us, ms, s, min, h. For schemas.
std::vector<std::string> units_like(std::string_view unit);

}  // namespace ib
