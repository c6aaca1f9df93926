#include "sink/number_text.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "support/cases.hpp"

using namespace ib;
using namespace ib::test;

namespace {

template <class T>
std::string number_text_of(T value) {
  char text[number_room];
  return {text, write_number(text, value)};
}

std::string time_text_of(std::int64_t t_ns) {
  char text[number_room];
  return {text, write_time(text, t_ns)};
}

/// What the standard library writes; whole numbers that the type holds exactly with all their digits.
template <class T>
std::string by_library(T value) {
  char text[64];
  const T exact = std::ldexp(T{1}, std::numeric_limits<T>::digits);
  const bool minus_zero = value == 0 && std::signbit(value);
  if (!std::isfinite(value)) return {};
  if (std::abs(value) <= exact && std::trunc(value) == value && !minus_zero)
    return std::to_string(static_cast<std::int64_t>(value));
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// A number and its mirror image, as double and as float.
struct Compared {
  std::uint64_t numbers{}, wrong{};

  void add(double value) {
    for (const double v : {value, -value}) {
      compare(v);
      compare(static_cast<float>(v));
    }
  }
  template <class T>
  void compare(T value) {
    ++numbers;
    const auto ours = number_text_of(value), expected = by_library(value);
    if (ours != expected && wrong++ < 10) BOOST_ERROR(ours << ", expected " << expected);
  }
};

/// With its neighbours: one of the two is odd, and a power of two has one nearer than the other.
void add_with_neighbours(Compared& all, double value) {
  constexpr double end = std::numeric_limits<double>::infinity();
  for (const double v : {value, std::nextafter(value, -end), std::nextafter(value, end)})
    all.add(v);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(number_text)

BOOST_AUTO_TEST_CASE(numbers_that_people_know) {
  BOOST_TEST(number_text_of(0.0) == "0");
  BOOST_TEST(number_text_of(-0.0) == "-0");
  BOOST_TEST(number_text_of(0.1) == "0.1");
  BOOST_TEST(number_text_of(-827.87) == "-827.87");
  BOOST_TEST(number_text_of(1.0 / 3) == "0.3333333333333333");
  BOOST_TEST(number_text_of(0.1 + 0.2) == "0.30000000000000004");
  BOOST_TEST(number_text_of(0.1F) == "0.1");
  BOOST_TEST(number_text_of(800000.0) == "800000");
  BOOST_TEST(number_text_of(1e15) == "1000000000000000");
  BOOST_TEST(number_text_of(2251799813685249.5) == "2251799813685249.5");
  BOOST_TEST(number_text_of(9007199254740992.0) == "9007199254740992");
  BOOST_TEST(number_text_of(1e16) == "1e+16");
  BOOST_TEST(number_text_of(1e21) == "1e+21");
  BOOST_TEST(number_text_of(16777216.0F) == "16777216");
  BOOST_TEST(number_text_of(0.0001) == "1e-04");
  BOOST_TEST(number_text_of(5e-324) == "5e-324");
  BOOST_TEST(number_text_of(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  BOOST_TEST(number_text_of(std::numeric_limits<double>::quiet_NaN()).empty());
  BOOST_TEST(number_text_of(-std::numeric_limits<float>::infinity()).empty());
  BOOST_TEST(number_text_of(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

BOOST_AUTO_TEST_CASE(every_power_of_two_and_of_ten_and_their_neighbours) {
  Compared all;
  for (int e = -1074; e < 1024; ++e) add_with_neighbours(all, std::ldexp(1.0, e));
  for (int e = -320; e <= 308; ++e)
    for (const char* digits : {"1", "2", "5", "9", "15", "25", "125", "999"}) {
      const auto text = std::string(digits) + "e" + std::to_string(e);
      double value{};
      std::from_chars(text.data(), text.data() + text.size(), value);
      add_with_neighbours(all, value);
    }
  BOOST_TEST(all.wrong == 0U, all.wrong << " of " << all.numbers);
}

BOOST_AUTO_TEST_CASE(short_decimals_and_what_lies_beside_them) {
  Compared all;
  for (const auto seed : cases(200)) {
    std::mt19937_64 random(seed);
    for (int k = 0; k < 100; ++k) {
      const auto digits = static_cast<double>(random() >> (random() % 50 + 11));
      const double decimal = digits / std::pow(10.0, static_cast<double>(random() % 17));
      add_with_neighbours(all, decimal);
    }
    BOOST_TEST(all.wrong == 0U, "seed " << seed);
  }
}

/// Few bits behind the point: decimals that lie exactly in the middle of two shorter ones.
BOOST_AUTO_TEST_CASE(ties) {
  Compared all;
  for (const auto seed : cases(100)) {
    std::mt19937_64 random(seed);
    for (int k = 0; k < 100; ++k)
      all.add(std::ldexp(static_cast<double>(random() >> (random() % 53 + 11)),
                         -static_cast<int>(random() % 62)));
    BOOST_TEST(all.wrong == 0U, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(random_bits) {
  Compared all;
  for (const auto seed : cases(200)) {
    std::mt19937_64 random(seed);
    for (int k = 0; k < 100; ++k) {
      all.compare(std::bit_cast<double>(random()));
      all.compare(std::bit_cast<float>(static_cast<std::uint32_t>(random())));
      const std::uint64_t exponent = 1023 - 10 + random() % 65;  // from 2^-10 to 2^54
      all.add(std::bit_cast<double>(random() >> 12 | exponent << 52));
    }
    BOOST_TEST(all.wrong == 0U, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(times) {
  BOOST_TEST(time_text_of(0) == "0.000000");
  BOOST_TEST(time_text_of(12'345'678'900) == "12.345679");
  BOOST_TEST(time_text_of(-500'000'000) == "-0.500000");
  BOOST_TEST(time_text_of(-499) == "0.000000");
  BOOST_TEST(time_text_of(-500) == "-0.000001");
  BOOST_TEST(time_text_of(999'999'500) == "1.000000");
  BOOST_TEST(time_text_of(1'000'010'000) == "1.000010");
  BOOST_TEST(time_text_of(31'622'400'000'001'000) == "31622400.000001");
}

BOOST_AUTO_TEST_SUITE_END()
