// Reads what nearly every cell of a recording is: a plain decimal of at most 15 digits, "50123" or
// "-0.25", to the same number as std::from_chars at a third of its price (Clinger, "How to read
// floating point numbers accurately", PLDI 1990: digits and power of ten are exact in a double, so
// that their quotient is rounded once).
// Thread: any; allocates nothing; no locale.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace ib::files {

/// The end of the number, or null: not one of these, or one that only from_chars rounds rightly.
/// T: float or double.
template <class T>
inline const char* read_short_decimal(const char* at, const char* end, T& value) {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>);
  constexpr std::ptrdiff_t digits_max = 15;
  static constexpr std::array<double, digits_max + 1> powers{
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;  // may wrap where there are too many
  const auto run = [&] {
    const char* const from = at;
    for (; at != end; ++at) {
      const auto digit = static_cast<unsigned>(*at) - '0';
      if (digit > 9) break;
      digits = digits * 10 + digit;
    }
    return at - from;
  };
  const auto whole = run();
  if (whole == 0 || whole > digits_max) return nullptr;
  auto size = static_cast<double>(digits);
  if (at != end && *at == '.') {
    ++at;
    const auto places = run();
    if (places == 0 || whole + places > digits_max) return nullptr;
    size = static_cast<double>(digits) / powers[static_cast<std::size_t>(places)];
    // Rounded to the middle between two floats: which of them is nearer can't be told any more.
    constexpr std::uint64_t behind_float = (std::uint64_t{1} << 29) - 1, middle = 1U << 28;
    if (std::is_same_v<T, float> && (std::bit_cast<std::uint64_t>(size) & behind_float) == middle)
      return nullptr;
  }
  value = static_cast<T>(negative ? -size : size);
  return at;
}

}  // namespace ib::files
