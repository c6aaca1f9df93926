#include <interbeat/units.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

double read(std::string_view text, std::string_view unit) {
  const auto quantity = ib::parse_quantity(text, unit);
  BOOST_TEST(quantity.problem == "");
  return quantity.value;
}

/// "problem | expected | hint".
std::string wrong(std::string_view text, std::string_view unit) {
  const auto q = ib::parse_quantity(text, unit);
  return q.problem + " | " + q.expected + " | " + q.hint;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(quantities_arrive_in_the_unit_of_the_param) {
  BOOST_TEST(read("0.5 Hz", "Hz") == 0.5);
  BOOST_TEST(read("60 s", "s") == 60.0);
  BOOST_TEST(read("500 ms", "s") == 0.5);
  BOOST_TEST(read("250 us", "s") == 0.00025);
  BOOST_TEST(read("250 µs", "ms") == 0.25);
  BOOST_TEST(read("5 min", "s") == 300.0);
  BOOST_TEST(read("1 h", "min") == 60.0);
  BOOST_TEST(read("70 bpm", "bpm") == 70.0);
  BOOST_TEST(read("30 bpm", "Hz") == 0.5);
  BOOST_TEST(read("1.2 Hz", "bpm") == 72.0);
  BOOST_TEST(read("20 %", "1") == 0.2);
  BOOST_TEST(read("20 %", "%") == 20.0);
  BOOST_TEST(read("  3s ", "s") == 3.0);
  BOOST_TEST(read("-1.5e-3 s", "ms") == -1.5);
}

BOOST_AUTO_TEST_CASE(bare_numbers_are_for_params_without_dimension) {
  BOOST_TEST(read("3", "1") == 3.0);
  BOOST_TEST(read("3", "") == 3.0);
  BOOST_TEST(read("20", "beats") == 20.0);
  BOOST_TEST(read("20 beats", "beats") == 20.0);
  BOOST_TEST(wrong("500", "s") ==
             "\"500\" has no unit | a duration such as 60 s | write \"500 s\"");
  BOOST_TEST(wrong("0.5", "Hz") ==
             "\"0.5\" has no unit | a frequency such as 0.5 Hz | write \"0.5 Hz\"");
}

BOOST_AUTO_TEST_CASE(a_wrong_dimension_names_both) {
  BOOST_TEST(
      wrong("5 s", "Hz") ==
      "\"5 s\" is a duration, not a frequency such as 0.5 Hz | a frequency such as 0.5 Hz | ");
  BOOST_TEST(wrong("5 s", "beats") ==
             "\"5 s\" is a duration, not a number of beats | a number of beats | ");
}

BOOST_AUTO_TEST_CASE(a_slip_in_the_unit_has_a_remedy) {
  BOOST_TEST(wrong("5 sec", "s") ==
             "unknown unit \"sec\" in \"5 sec\" | a duration such as 60 s | write \"5 s\"");
  BOOST_TEST(wrong("5 hz", "Hz").find("write \"5 Hz\"") != std::string::npos);
  // A slip is no remedy where another kind of quantity is wanted.
  BOOST_TEST(
      wrong("60 m", "Hz") ==
      "unknown unit \"m\" in \"60 m\" | a frequency such as 0.5 Hz | units that fit: mHz, Hz, "
      "kHz, bpm");
  BOOST_TEST(wrong("5 m", "s").find("write \"5 min\"") != std::string::npos);
  BOOST_TEST(wrong("5 parsecs", "s").find("units that fit: ns, us, µs, ms, s, min, h") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_is_refused_with_the_right_text) {
  BOOST_TEST(wrong("0,5 s", "s") ==
             "\"0,5 s\" has a decimal comma | a duration such as 60 s | write \"0.5 s\"");
  BOOST_TEST(wrong("1,000,000", "1").find("numbers have a point") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_finite_numbers_are_numbers) {
  BOOST_TEST(wrong("nan", "1") == "\"nan\" is not a finite number | a number | ");
  BOOST_TEST(wrong("-inf s", "s") ==
             "\"-inf s\" is not a finite number | a duration such as 60 s | ");
  BOOST_TEST(wrong(".inf", "1") == "\".inf\" is not a finite number | a number | ");
  BOOST_TEST(wrong("1e999", "1") == "\"1e999\" is beyond what a double can hold | a number | ");
  BOOST_TEST(wrong("0x10", "1") != " |  | ");
  BOOST_TEST(wrong("fast", "Hz") == "\"fast\" is not a number | a frequency such as 0.5 Hz | ");
  BOOST_TEST(wrong("+5 s", "s").find("write \"5 s\"") != std::string::npos);
  BOOST_TEST(wrong("", "s") == "a value is missing | a duration such as 60 s | ");
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back_to_the_same_bits) {
  for (const double value : {0.1, 1.0 / 3.0, 1e-300, 123456789.125, -0.25, 9007199254740993.0})
    for (const char* unit : {"s", "Hz", "1", "%", "beats", "mm"})
      BOOST_TEST(read(ib::format_quantity(value, unit), unit) == value);
  BOOST_TEST(ib::format_quantity(0.5, "s") == "0.5 s");
  BOOST_TEST(ib::format_quantity(3, "1") == "3");
}

BOOST_AUTO_TEST_SUITE_END()
