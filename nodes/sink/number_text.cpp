#include "sink/number_text.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "sink/shortest_fraction.hpp"

namespace ib {
namespace {

/// "00" to "99".
constexpr auto pairs = [] {
  std::array<char, 200> text{};
  for (std::size_t n = 0; n < 100; ++n) {
    text[2 * n] = static_cast<char>('0' + n / 10);
    text[2 * n + 1] = static_cast<char>('0' + n % 10);
  }
  return text;
}();

void write_2(char* to, std::uint32_t n) { std::memcpy(to, pairs.data() + 2 * n, 2); }
void write_4(char* to, std::uint32_t n) {
  write_2(to, n / 100);
  write_2(to + 2, n % 100);
}
/// Eight digits at once, in the bytes of one word: halves, then pairs, then digits.
static_assert(std::endian::native == std::endian::little);
void write_8(char* to, std::uint32_t n) {
  std::uint64_t x = n / 10'000 + (std::uint64_t{n % 10'000} << 32);
  const std::uint64_t hundreds = (x * 5243 >> 19) & 0x0000'007f'0000'007f;
  x = hundreds + ((x - hundreds * 100) << 16);
  const std::uint64_t tens = (x * 103 >> 10) & 0x000f'000f'000f'000f;
  x = tens + ((x - tens * 10) << 8) + 0x3030'3030'3030'3030;
  std::memcpy(to, &x, 8);
}

template <class T>
char* write_by_library(char* to, T value) {
  return std::to_chars(to, to + number_room, value).ptr;
}

char* write_fraction(char* to, DecimalFraction f) {
  // All 19 places are written, in pieces that do not wait for each other; zeros too many are written
  // over.
  const std::uint64_t all = f.digits * powers_of_ten[19 - f.places], first_16 = all / 1'000;
  constexpr std::uint64_t e8 = 100'000'000;
  write_8(to, static_cast<std::uint32_t>(first_16 / e8));
  write_8(to + 8, static_cast<std::uint32_t>(first_16 % e8));
  write_4(to + 16, static_cast<std::uint32_t>(all % 1'000 * 10));
  return to + f.places;
}

template <class T>
struct Bits;
template <>
struct Bits<double> {
  using Word = std::uint64_t;
  static constexpr unsigned fraction = 52, bias = 1023;
};
template <>
struct Bits<float> {
  using Word = std::uint32_t;
  static constexpr unsigned fraction = 23, bias = 127;
};

/// Whole numbers that their type holds exactly have all their digits written; of the others from
/// 2^-8 on the shorter form is the one without an exponent.
template <class T>
char* write_real(char* to, T value) {
  using B = Bits<T>;
  using Word = typename B::Word;
  constexpr T exact = static_cast<T>(Word{1} << (B::fraction + 1)), least = T{1} / 256;
  const T size = std::abs(value);
  if (!(size >= least && size <= exact)) {
    if (value == 0 && !std::signbit(value)) return *to = '0', to + 1;
    return std::isfinite(value) ? write_by_library(to, value) : to;
  }
  if (const auto n = static_cast<std::int64_t>(value); static_cast<T>(n) == value)
    return write_by_library(to, n);
  const Word bits = std::bit_cast<Word>(size), one = Word{1} << B::fraction;
  const Word below_one = bits & (one - 1);
  if (below_one == 0) return write_by_library(to, value);  // 0.5, 0.25, ...
  if (value < 0) *to++ = '-';
  const unsigned shift = B::bias + B::fraction - static_cast<unsigned>(bits >> B::fraction);
  to = write_by_library(to, static_cast<std::uint64_t>(size));
  *to++ = '.';
  const std::uint64_t behind_point = (one | below_one) & ((std::uint64_t{1} << shift) - 1);
  return write_fraction(to, shortest_fraction(behind_point, shift));
}

}  // namespace

char* write_number(char* to, double value) { return write_real(to, value); }
char* write_number(char* to, float value) { return write_real(to, value); }
char* write_number(char* to, std::int64_t value) { return write_by_library(to, value); }

char* write_time(char* to, std::int64_t t_ns) {
  const std::int64_t us = t_ns >= 0 ? (t_ns + 500) / 1000 : -((-t_ns + 500) / 1000);
  if (us < 0) *to++ = '-';
  const std::uint64_t a = us < 0 ? static_cast<std::uint64_t>(-us) : static_cast<std::uint64_t>(us);
  to = write_by_library(to, a / 1'000'000);
  const auto rest = static_cast<std::uint32_t>(a % 1'000'000);
  *to++ = '.';
  write_2(to, rest / 10'000);
  write_4(to + 2, rest % 10'000);
  return to + 6;
}

}  // namespace ib
