#include "sink/live_table.hpp"

#include <interbeat/types/activation.hpp>
#include <interbeat/types/coregulation.hpp>
#include <interbeat/types/hrv.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace ib;

namespace {

template <class T>
ShownItem shown(std::string_view name, const T& item) {
  return {name, &T::type(), reinterpret_cast<const std::byte*>(&item)};
}

std::vector<std::string> drawn(const std::vector<ShownItem>& streams, ScreenSize screen) {
  std::string text;
  LiveTable(streams, screen).append(text, "two people  12.0 s");
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The line of a field, "" if it is not there.
std::string line_of(const std::vector<std::string>& lines, const std::string& field) {
  for (const auto& line : lines) {
    if (line.rfind("  " + field + " ", 0) == 0) return line;
  }
  return {};
}

bool stands(const std::vector<std::string>& lines, const std::string& words) {
  return std::any_of(lines.begin(), lines.end(), [&words](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
}

/// What couple.yaml shows: three types, 57 fields.
struct Couple {
  HrvRow hrv;
  ActivationRow activation;
  Coregulation together;
  std::vector<ShownItem> streams{shown("a.hrv", hrv), shown("b.hrv", hrv),
                                 shown("a.activation", activation),
                                 shown("b.activation", activation), shown("together", together)};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(live_table)

BOOST_AUTO_TEST_CASE(fits_any_screen) {
  const Couple couple;
  for (const std::size_t rows : {1U, 2U, 5U, 10U, 24U, 40U, 63U, 200U}) {
    for (const std::size_t columns : {1U, 20U, 40U, 80U, 120U}) {
      BOOST_TEST_CONTEXT(columns << " x " << rows) {
        const auto lines = drawn(couple.streams, {rows, columns});
        BOOST_TEST(lines.size() < std::max<std::size_t>(rows, 2U));
        for (const auto& line : lines) BOOST_TEST(line.size() <= columns, line);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_high_screen_shows_all) {
  const Couple couple;
  const auto lines = drawn(couple.streams, {100, 80});
  for (const auto* type : {&HrvRow::type(), &ActivationRow::type(), &Coregulation::type()}) {
    for (std::uint32_t f = 0; f < type->n_fields; ++f) {
      BOOST_TEST(!line_of(lines, type->fields[f].name).empty(), type->fields[f].name);
    }
  }
  BOOST_TEST(!stands(lines, "more"));
}

BOOST_AUTO_TEST_CASE(a_low_screen_drops_the_last_fields_and_says_how_many) {
  const Couple couple;
  const auto lines = drawn(couple.streams, {24, 80});
  BOOST_TEST(lines.size() == 23U);
  for (const char* first :
       {"heart_rate_bpm", "rmssd_ms", "score", "state", "linkage_p", "reason"}) {
    BOOST_TEST(!line_of(lines, first).empty(), first);
  }
  BOOST_TEST(line_of(lines, "n_differences").empty());
  std::size_t fields = 0, all = 0;
  for (const auto& line : lines) fields += line.rfind("  ", 0) == 0 && line[2] != ' ';
  for (const auto* type : {&HrvRow::type(), &ActivationRow::type(), &Coregulation::type()}) {
    all += type->n_fields;
  }
  BOOST_TEST(lines.back() == "... " + std::to_string(all - fields) + " more, see the files");
}

BOOST_AUTO_TEST_CASE(what_a_type_says_of_its_limits_stands_above) {
  const Couple couple;
  for (const std::size_t columns : {40U, 80U, 120U}) {
    const auto lines = drawn(couple.streams, {24, columns});
    std::string all;
    for (const auto& line : lines) all += line + ' ';
    BOOST_TEST(all.find("not a diagnosis") != std::string::npos);
    BOOST_TEST(all.find("in 1 of 100 pairs") != std::string::npos);
  }
  const HrvRow hrv;
  const auto lines = drawn({shown("a.hrv", hrv)}, {24, 80});
  BOOST_TEST(!stands(lines, "diagnosis"));
}

BOOST_AUTO_TEST_CASE(streams_of_one_type_stand_side_by_side) {
  HrvRow a, b;
  a.heart_rate_bpm = 61.5;
  b.heart_rate_bpm = 72.25;
  const auto lines = drawn({shown("anna", a), shown("ben", b)}, {60, 80});
  BOOST_TEST(lines[1] ==
             std::string(26, ' ') + std::string(20, ' ') + "anna" + std::string(21, ' ') + "ben");
  BOOST_TEST(lines[2] == "  heart_rate_bpm          " + std::string(20, ' ') + "61.5" +
                             std::string(19, ' ') + "72.25");
}

/// What stands behind the name of a field, each time it is shown, word by word.
std::vector<std::string> all_values_of(const std::vector<std::string>& lines,
                                       const std::string& field) {
  std::vector<std::string> values;
  for (const auto& line : lines) {
    std::istringstream in(line);
    std::string name, value;
    if (!(in >> name) || name.empty() || field.rfind(name, 0) != 0) continue;
    while (in >> value) values.push_back(value);
  }
  return values;
}

// 113.76 as "1" is a wrong number; on a narrow screen the second person stands below the first.
BOOST_AUTO_TEST_CASE(a_number_is_never_cut) {
  HrvRow a, b;
  a.heart_rate_bpm = 61.5;
  b.heart_rate_bpm = 113.76;
  for (std::size_t columns = 1; columns <= 120; ++columns) {
    BOOST_TEST_CONTEXT(columns << " columns") {
      const auto lines = drawn({shown("anna", a), shown("ben", b)}, {80, columns});
      const auto values = all_values_of(lines, "heart_rate_bpm");
      for (const auto& v : values)
        if (v.find_first_of("0123456789") != std::string::npos)
          BOOST_TEST((v == "61.5" || v == "113.8" || v == "0"), v);
      if (columns < 37) continue;  // where names of fields are cut
      BOOST_TEST(values == (std::vector<std::string>{"61.5", "113.8"}),
                 boost::test_tools::per_element());
    }
  }
  const auto narrow = drawn({shown("anna", a), shown("ben", b)}, {80, 40});
  BOOST_TEST(narrow[1] == std::string(36, ' ') + "anna");
  BOOST_TEST(stands(narrow, "  heart_rate_bpm" + std::string(19, ' ') + "113.8"));
}

BOOST_AUTO_TEST_CASE(a_number_too_long_for_its_cell_is_left_out) {
  HrvRow hrv;
  hrv.n_beats = 2'000'000'000;
  hrv.mean_nn_ms = -123456789012.0;
  const auto lines = drawn({shown("a", hrv)}, {60, 20});
  BOOST_TEST(stands(lines, "       ..."));
  BOOST_TEST(!stands(lines, "12345678"));
}

BOOST_AUTO_TEST_CASE(a_stream_without_news_is_absent) {
  const HrvRow hrv;
  const auto lines = drawn({{"a.hrv", &HrvRow::type(), nullptr}, shown("b.hrv", hrv)}, {60, 80});
  BOOST_TEST(line_of(lines, "n_beats") == "  n_beats                 " + std::string(23, ' ') +
                                              "-" + std::string(23, ' ') + "0");
}

BOOST_AUTO_TEST_CASE(large_values_keep_their_digits) {
  HrvRow hrv;
  hrv.mean_nn_ms = 1234.56;
  BOOST_TEST(line_of(drawn({shown("a", hrv)}, {60, 80}), "mean_nn_ms").substr(46) == "1235");
}

BOOST_AUTO_TEST_SUITE_END()
