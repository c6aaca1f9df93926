#include "sink/row_writer.hpp"

#include <interbeat/physio.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "sink/table.hpp"
#include "support/cases.hpp"

using namespace ib;
using namespace ib::test;

namespace {

/// An item with a field of every kind.
struct Motley {
  float f32{};
  double f64{};
  std::int32_t i32{};
  std::int64_t i64{};
  std::uint8_t u8{};
  bool yes{};
  Reason reason{};
  Maybe maybe;
  char text[24]{};
  static const ib_type& type() {
    return item_type<Motley>(
        "test/motley/1", "A field of every kind.", field<&Motley::f32>("f32", "", "A field."),
        field<&Motley::f64>("f64", "", "A field."), field<&Motley::i32>("i32", "", "A field."),
        field<&Motley::i64>("i64", "", "A field."), field<&Motley::u8>("u8", "", "A field."),
        field<&Motley::yes>("yes", "", "A field."),
        field<&Motley::reason>("reason", "", "A field."),
        field<&Motley::maybe>("maybe", "", "A field."),
        field<&Motley::text>("text", "", "A field."));
  }
};

const std::byte* bytes_of(const Motley& item) { return reinterpret_cast<const std::byte*>(&item); }

/// Few values, so that many a field stays as it was; bytes between fields as reproducible as these.
Motley few_values(std::mt19937& random) {
  static const char* const texts[] = {"", "plain", "a, \"b\"\n", "\x01\x02\x03\x04\x05\x06\"\"\\"};
  static const double numbers[] = {0.0, -0.0, 0.1, 1e300, std::nan(""), -123456.789012345};
  const auto number = [&] { return numbers[random() % 6]; };
  Motley item;
  item.f32 = static_cast<float>(random() % 3) / 3;
  item.f64 = number();
  item.i32 = static_cast<std::int32_t>(random() % 2) * -2'147'483'647 - 1;
  item.i64 = random() % 2 == 0 ? std::numeric_limits<std::int64_t>::min() : 7;
  item.u8 = static_cast<std::uint8_t>(random() % 2 * 255);
  item.yes = random() % 2 == 0;
  item.reason = static_cast<Reason>(random() % 3);
  if (random() % 2 == 0) item.maybe = number();
  std::strncpy(item.text, texts[random() % 4], sizeof item.text - 1);
  return item;
}

template <class Format>
void expect_rows_that_know_nothing_of_each_other(bool regular) {
  for (const auto seed : cases(20)) {
    std::mt19937 random(seed);
    RowWriter<Format> one(Motley::type(), regular);
    for (int k = 0; k < 200; ++k) {
      const auto item = few_values(random);
      const bool filled = random() % 8 == 0;
      const RowOf row{filled ? nullptr : bytes_of(item), Time{} + 1ms * k, filled ? "bridged" : ""};
      RowWriter<Format> another(Motley::type(), regular);
      const std::string expected(another.write(row));
      BOOST_TEST(one.write(row) == expected, "seed " << seed << ", row " << k);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(row_writer)

BOOST_AUTO_TEST_CASE(a_field_of_every_kind) {
  Motley item;
  item.f32 = 0.1F;
  item.f64 = 1e-300;
  item.i32 = -5;
  item.i64 = 1'000'000'000'000;
  item.u8 = 200;
  item.yes = true;
  item.reason = Reason::gap;
  item.maybe = 0.0;
  std::strcpy(item.text, "a \"b\"\t");
  const RowOf row{bytes_of(item), Time{} + 1500ms, {}};
  BOOST_TEST(RowWriter<CsvFormat>(Motley::type(), false).write(row) ==
             "1.500000,0.1,1e-300,-5,1000000000000,200,1,gap,0,\"a \"\"b\"\"\t\"\n");
  BOOST_TEST(RowWriter<JsonlFormat>(Motley::type(), false).write(row) ==
             "{\"time_s\":1.500000,\"f32\":0.1,\"f64\":1e-300,\"i32\":-5,\"i64\":1000000000000,"
             "\"u8\":200,\"yes\":true,\"reason\":\"gap\",\"maybe\":0,"
             "\"text\":\"a \\\"b\\\"\\u0009\"}\n");
}

BOOST_AUTO_TEST_CASE(a_row_does_not_depend_on_the_row_before) {
  expect_rows_that_know_nothing_of_each_other<CsvFormat>(false);
  expect_rows_that_know_nothing_of_each_other<CsvFormat>(true);
  expect_rows_that_know_nothing_of_each_other<JsonlFormat>(false);
  expect_rows_that_know_nothing_of_each_other<JsonlFormat>(true);
}

/// 0 and -0 are equal numbers and different texts; absent is neither.
BOOST_AUTO_TEST_CASE(zeros_and_nothing_are_told_apart) {
  RowWriter<CsvFormat> rows(Motley::type(), false);
  Motley item;
  const auto row_of = [&](Maybe value) {
    item.maybe = value;
    return std::string(rows.write({bytes_of(item), Time{}, {}}));
  };
  const std::string before = "0.000000,0,0,0,0,0,0,,";
  BOOST_TEST(row_of(0.0) == before + "0,\n");
  BOOST_TEST(row_of(-0.0) == before + "-0,\n");
  BOOST_TEST(row_of({}) == before + ",\n");
  BOOST_TEST(row_of(0.0) == before + "0,\n");
  BOOST_TEST(row_of(0.0) == before + "0,\n");
}

/// The longest texts that a type allows, by turns: each row stays within its room (sanitizers look).
BOOST_AUTO_TEST_CASE(the_longest_row) {
  RowWriter<JsonlFormat> rows(Motley::type(), true);
  Motley item;
  std::memset(item.text, '\x01', sizeof item.text);
  item.f64 = -std::numeric_limits<double>::max();
  item.maybe = -std::numeric_limits<double>::denorm_min();
  for (int k = 0; k < 4; ++k) {
    item.i64 = std::numeric_limits<std::int64_t>::min() + k;
    const auto row = rows.write({bytes_of(item), Time{} - 1h * 1'000'000, "not_finite"});
    std::size_t escaped = 0;
    for (auto at = row.find("\\u0001"); at != row.npos; at = row.find("\\u0001", at + 1)) ++escaped;
    BOOST_TEST(escaped == sizeof item.text);
    BOOST_TEST(row.ends_with("\"reason\":\"not_finite\"}\n"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
