// The digits behind the point of the shortest decimal that reads back as the same binary number, of
// those the nearest to it; the digits of std::to_chars (Adams, "Ryu", PLDI 2018), for the numbers
// that sinks mostly write.
//
// A fraction c / 2^s with 1 <= s <= 60 needs no table of rounded powers of ten: times 10^p, with 10^p
// the first power above 2^s, it still fits into 128 bits exactly. Every decimal within half a unit
// of c reads back as the same number (both ends do if c is even: reading rounds to even). In that
// reach, 10^p wide in units of 2^-s,
//
//   at most one decimal has p - 1 places: if there is one, it is the answer, but for zeros at its end;
//   at least one has p places: the nearest is the answer, of two equally near ones the even.
//
// The whole part has no say: no decimal in reach lies beyond the next whole number, which is a binary
// number itself.
//
// Thread: any; allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib {

inline constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, 20> power{1};
  for (std::size_t k = 1; k < power.size(); ++k) power[k] = 10 * power[k - 1];
  return power;
}();

/// digits / 10^places.
struct DecimalFraction {
  std::uint64_t digits;
  unsigned places;  ///< 1 to 19
};

/// Of c / 2^s, 0 < c < 2^s, the fraction of a binary number whose last bit is worth 2^-s. Not of one
/// that begins a binade: its neighbour below is nearer than the one above.
constexpr DecimalFraction shortest_fraction(std::uint64_t c, unsigned s) {
  const unsigned places = s * 1233 / 4096 + 1;  // 1233 / 4096 = log10(2), near enough up to s = 60
  const std::uint64_t power = powers_of_ten[places], one = std::uint64_t{1} << s;
  const auto scaled = static_cast<unsigned __int128>(c) * power;  // from here on in units of 2^-s
  const auto upper = static_cast<std::uint64_t>(scaled >> 64);
  const auto lower = static_cast<std::uint64_t>(scaled);
  const std::uint64_t digits = upper << (64 - s) | lower >> s, rest = lower & (one - 1);

  const std::uint64_t reach = power / 2 - (c & 1);  // distances are whole: "less" is "one less"
  const std::uint64_t below = digits % 10 * one + rest, above = 10 * one - below;
  // No branches: which case it is looks random from number to number.
  const unsigned fits_below = below <= reach ? 1 : 0, fits_above = above <= reach ? 1 : 0;
  const unsigned shorter = fits_below | fits_above;
  const std::uint64_t either[] = {digits + (rest + (digits & 1) > one / 2 ? 1 : 0),
                                  digits / 10 + fits_above};
  DecimalFraction f{either[shorter], places - shorter};
  for (; f.digits % 10 == 0; --f.places) f.digits /= 10;
  return f;
}

}  // namespace ib
