#include "files/short_decimal.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "support/cases.hpp"

using ib::files::read_short_decimal;
using ib::test::cases;

namespace {

/// Whether it was read, to the same number and as far as by the library.
template <class T>
bool is_read(const std::string& text) {
  const char* const end = text.data() + text.size();
  T ours{}, expected{};
  const char* const stop = read_short_decimal(text.data(), end, ours);
  if (stop == nullptr) return false;
  const auto [expected_stop, error] = std::from_chars(text.data(), end, expected);
  BOOST_TEST((error == std::errc{} && stop == expected_stop), text);
  BOOST_TEST((ours == expected && std::signbit(ours) == std::signbit(expected)),
             text << " as " << ours << ", expected " << expected);
  return true;
}

bool is_read_as_both(const std::string& text) {
  return is_read<float>(text) && is_read<double>(text);
}

std::string digits(std::mt19937_64& random, std::size_t n) {
  std::string text;
  while (text.size() < n) text += static_cast<char>('0' + random() % 10);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(short_decimal)

BOOST_AUTO_TEST_CASE(what_recordings_hold) {
  for (const char* text : {"0", "-0", "7", "50123", "-12", "0.25", "-0.1", "1023.5", "007", "0.000",
                           "1644829925.125", "123456789012345", "0.00000000000001"})
    BOOST_TEST(is_read_as_both(text), text);
}

BOOST_AUTO_TEST_CASE(a_number_ends_where_the_cell_ends) {
  for (const char* text : {"12,5", "12.5;3", "-3\n4", "1\r\n", "5 "})
    BOOST_TEST(is_read_as_both(text));
}

BOOST_AUTO_TEST_CASE(all_else_is_left_to_the_library) {
  for (const char* text : {"", "-", "+1", ".5", "5.", "-.5", " 1", "nan", "inf", "\"1\"", "#", "\n",
                           "1234567890123456", "0.123456789012345", "1.2345678901234567"})
    BOOST_TEST((!is_read<float>(text) && !is_read<double>(text)), text);
}

BOOST_AUTO_TEST_CASE(random_decimals) {
  std::uint64_t read = 0, all = 0;
  for (const auto seed : cases(200)) {
    std::mt19937_64 random(seed);
    for (int k = 0; k < 100; ++k) {
      auto text = (random() % 2 == 0 ? "-" : "") + digits(random, 1 + random() % 9);
      if (random() % 4 != 0) text += '.' + digits(random, 1 + random() % 9);
      all += 2;
      read += (is_read<float>(text) ? 1U : 0U) + (is_read<double>(text) ? 1U : 0U);
    }
    BOOST_TEST_MESSAGE("seed " << seed);
  }
  BOOST_TEST(read > all * 8 / 10, read << " of " << all);
}

/// Decimals near the middle between two floats, where rounding twice would go wrong.
BOOST_AUTO_TEST_CASE(the_middle_between_two_floats) {
  for (const auto seed : cases(100)) {
    std::mt19937_64 random(seed);
    for (int k = 0; k < 100; ++k) {
      const auto low = std::bit_cast<float>(
          static_cast<std::uint32_t>((127 + random() % 20) << 23 | random() % (1U << 23)));
      const double high = std::nextafter(low, 1e30F);
      const double middle = (static_cast<double>(low) + high) / 2;
      char text[64];
      const auto whole =
          std::to_chars(text, text + 64, static_cast<std::int64_t>(middle)).ptr - text;
      const int places = static_cast<int>(15 - whole);
      const std::string decimal(
          text, std::to_chars(text, text + 64, middle, std::chars_format::fixed, places).ptr);
      for (const char last : {'0', '1', '4', '5', '6', '9'}) {
        auto beside = decimal;
        beside.back() = last;
        is_read<float>(beside);
        is_read<double>(beside);
      }
    }
    BOOST_TEST_MESSAGE("seed " << seed);
  }
  // Below the middle by less than a double can tell: rounded twice it would be the upper float.
  BOOST_TEST(!is_read<float>("5.12106728553772"));
  BOOST_TEST(is_read<double>("5.12106728553772"));
  BOOST_TEST(!is_read<float>("8388608.5"));
}

BOOST_AUTO_TEST_SUITE_END()
