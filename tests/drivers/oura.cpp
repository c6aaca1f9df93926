// Files of the Oura cloud: heart rate of the day, nights, sessions; what is wrong is told by its place.
#include "files/oura.hpp"

#include "drivers/file_scratch.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(oura)

using namespace ib::files;

namespace {

const std::string session =
    R"({"data":[{"id":"s1","day":"2024-05-01","start_datetime":"2024-05-01T20:00:00+02:00",)"
    R"("end_datetime":"2024-05-01T20:10:00+02:00","type":"meditation","mood":"good",)"
    R"("heart_rate":{"interval":5.0,"items":[62.0,null,61.0],)"
    R"("timestamp":"2024-05-01T20:00:00.000+02:00"},)"
    R"("heart_rate_variability":{"interval":5.0,"items":[48.0,null,55.0],)"
    R"("timestamp":"2024-05-01T20:00:00.000+02:00"},)"
    R"("motion_count":null}],"next_token":null})";

const std::string night =
    R"({"id":"n1","type":"long_sleep","bedtime_start":"2024-05-01T23:00:00+02:00",)"
    R"("bedtime_end":"2024-05-02T07:00:00+02:00","average_hrv":40,)"
    R"("heart_rate":{"interval":300,"items":[55,54],"timestamp":"2024-05-01T23:00:00+02:00"},)"
    R"("hrv":{"interval":300,"items":[40,null],"timestamp":"2024-05-01T23:00:00+02:00"}})";

constexpr std::int64_t evening_ms = 1'714'586'400'000;  // 2024-05-01T20:00:00+02:00

OuraFile file_of(std::string_view text) {
  auto found = parse_oura(text, "ring.json");
  BOOST_REQUIRE_MESSAGE(found, text);
  BOOST_TEST(found.problems.empty());
  return std::move(*found);
}

/// Every problem on a line; "built: " in front where something was read.
std::string told_of_text(std::string_view text) {
  const auto found = parse_oura(text, "ring.json");
  std::string told = found.value ? "built: " : "refused: ";
  for (const auto& problem : found.problems) told += to_text(problem) + "\n";
  return told;
}

bool says(const std::string& told, std::string_view part) {
  return told.find(part) != std::string::npos;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_session_is_series_of_means) {
  const auto file = file_of(session);
  BOOST_TEST(file.heart_rates.empty());
  BOOST_REQUIRE_EQUAL(file.periods.size(), 1U);
  const auto& period = file.periods[0];
  BOOST_TEST((period.kind == OuraPeriodKind::session));
  BOOST_TEST(period.type == "meditation");
  BOOST_TEST(period.mood == "good");
  BOOST_TEST(period.start_unix_ms == evening_ms);
  BOOST_TEST(period.end_unix_ms == evening_ms + 600'000);
  BOOST_REQUIRE_EQUAL(period.series.size(), 2U);  // of motion there was none
  const auto& rate = period.series[0];
  BOOST_TEST((rate.quantity == OuraQuantity::heart_rate));
  BOOST_TEST(rate.unix_ms == evening_ms);
  BOOST_TEST(rate.interval_s == 5);
  BOOST_REQUIRE_EQUAL(rate.items.size(), 3U);
  BOOST_TEST(rate.items[0] == 62);
  BOOST_TEST(std::isnan(rate.items[1]));
  BOOST_TEST(rate.items[2] == 61);
  BOOST_TEST((period.series[1].quantity == OuraQuantity::hrv));
  BOOST_TEST(period.series[1].items[2] == 55);
}

BOOST_AUTO_TEST_CASE(a_night_may_stand_alone) {
  const auto file = file_of(night);
  BOOST_REQUIRE_EQUAL(file.periods.size(), 1U);
  BOOST_TEST((file.periods[0].kind == OuraPeriodKind::sleep));
  BOOST_TEST(file.periods[0].end_unix_ms - file.periods[0].start_unix_ms == 8 * 3'600'000);
  BOOST_TEST(file.periods[0].series.size() == 2U);
  BOOST_TEST(file_of(R"({"data":[)" + night + R"(],"next_token":null})").periods.size() == 1U);
}

BOOST_AUTO_TEST_CASE(heart_rates_come_in_time_order_and_once) {
  const auto file = file_of(R"({"data":[
    {"timestamp":"2024-05-01T18:05:00+00:00","bpm":70,"source":"awake"},
    {"timestamp":"2024-05-01T18:00:00+00:00","bpm":61,"source":"rest"},
    {"timestamp":"2024-05-01T20:05:00+02:00","bpm":99,"source":"awake"},
    {"timestamp_unix":1714586700123,"bpm":72,"source":"dreaming"}],"next_token":null})");
  BOOST_REQUIRE_EQUAL(file.heart_rates.size(), 3U);
  BOOST_TEST(file.heart_rates[0].unix_ms == evening_ms);
  BOOST_TEST(file.heart_rates[0].bpm == 61);
  BOOST_TEST((file.heart_rates[0].context == OuraContext::rest));
  BOOST_TEST(file.heart_rates[1].bpm == 70);  // the first of a moment
  BOOST_TEST(file.heart_rates[2].unix_ms == 1'714'586'700'123);
  BOOST_TEST((file.heart_rates[2].context == OuraContext::other));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_document_is_told_by_its_place) {
  const auto wrong = [](const std::string& from, const std::string& to) {
    return told_of_text(with(session, from, to));
  };
  BOOST_TEST(says(wrong("62.0", "-1"),
                  "built: ring.json: /data/0/heart_rate/items/0 is '-1'; expected a number"));
  BOOST_TEST(says(wrong("55.0", "\"x\""), "/data/0/heart_rate_variability/items/2 is '\"x\"'"));
  BOOST_TEST(says(wrong("62.0", "301"), "built: ring.json: /data/0/heart_rate/items/0 is '301'"));
  BOOST_TEST(says(wrong("5.0", "0"), "/data/0/heart_rate/interval is '0'; expected seconds"));
  BOOST_TEST(
      says(wrong("20:10:00+02:00", "20:10:00"), "refused: ring.json: /data/0/end_datetime is"));
  BOOST_TEST(says(wrong("20:10:00", "19:10:00"), "expected a time after its start"));
  BOOST_TEST(says(wrong("[62.0,null,61.0]", "7"), "/data/0/heart_rate/items is '7'"));
  BOOST_TEST(says(wrong(R"("interval":5.0,)", ""), "/data/0/heart_rate/interval is missing"));
  BOOST_TEST(says(wrong("null}]", "7}]"), "/data/0/motion_count is '7'; expected an object"));
  BOOST_TEST(says(told_of_text(R"({"data":[{"timestamp":"2024-05-01T18:00:00Z","bpm":0}]})"),
                  "refused: ring.json: /data/0/bpm is '0'; expected 1 to 300 a minute"));
  BOOST_TEST(says(told_of_text(R"({"data":[7]})"), "/data/0 is '7'; expected an object"));
  BOOST_TEST(says(told_of_text(R"({"bpm":60})"), "/timestamp is missing"));
}

BOOST_AUTO_TEST_CASE(a_page_that_goes_on_says_so) {
  BOOST_TEST(says(told_of_text(with(session, R"("next_token":null)", R"("next_token":"abc")")),
                  "built: ring.json: the reply goes on: next_token is set"));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_refused_with_line_and_column) {
  BOOST_TEST(says(told_of_text("{\n  \"data\": [,]\n}"),
                  "refused: ring.json:2: column 12: this is no JSON"));
  BOOST_TEST(says(told_of_text(session.substr(0, 200)), "the file breaks off: load it again"));
  BOOST_TEST(says(told_of_text(""), "ring.json:1: column 1: this is no JSON"));
  BOOST_TEST(says(told_of_text("t_s,ppg\n0,1\n"), "column 2: this is no JSON"));
  BOOST_TEST(says(told_of_text("[1e999]"), "a number in it is too large"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "[";
  BOOST_TEST(says(told_of_text(deep), "this is no JSON"));
  for (int i = 0; i < 100'000; ++i) deep += "]";
  BOOST_TEST(says(told_of_text(deep), "it nests deeper than 16 levels"));
}

BOOST_AUTO_TEST_CASE(documents_without_series_are_not_enough) {
  BOOST_TEST(says(told_of_text(R"({"data":[{"id":"d","day":"2024-05-01","stress_high":3600}]})"),
                  "refused: ring.json: its documents hold no series"));
  BOOST_TEST(says(told_of_text(R"({"data":[],"next_token":null})"),
                  "there is neither a heart rate nor a night nor a session"));
  BOOST_TEST(says(told_of_text("7"), "there is neither a heart rate"));
  BOOST_TEST(says(told_of_text(with("{\"data\":[" + night + "]}", "long_sleep", "deleted")),
                  "there is neither a heart rate"));
}

BOOST_AUTO_TEST_CASE(many_mistakes_are_counted) {
  std::string text = R"({"data":[{"timestamp":"2024-05-01T18:00:00Z","bpm":60})";
  for (int i = 0; i < 50; ++i) text += R"(,{"timestamp":"2024-05-01T18:00:00Z","bpm":-1})";
  const auto told = told_of_text(text + "]}");
  BOOST_TEST(says(told, "50 rows or cells like these in all"));
  BOOST_TEST(std::count(told.begin(), told.end(), '\n') == 4);
}

BOOST_AUTO_TEST_CASE(files_may_be_compressed) {
  const ib::test::FileScratch scratch;
  BOOST_TEST(read_oura(scratch.write("a.json", session))->periods.size() == 1U);
  BOOST_TEST(read_oura(scratch.write_gzip("b.json.gz", session))->periods.size() == 1U);
  const auto told = [&](const std::filesystem::path& path) {
    const auto found = read_oura(path);
    BOOST_REQUIRE(!found.value && !found.problems.empty());
    return to_text(found.problems[0]);
  };
  BOOST_TEST(says(told(scratch.folder() / "none.json"), "there is no such file"));
  BOOST_TEST(says(told(scratch.folder()), "it is a folder"));
  const auto cut = told(scratch.write_gzip("c.json.gz", session, 30));
  BOOST_TEST((says(cut, "it cannot be read, or is damaged") || says(cut, "the file breaks off")));
}

BOOST_AUTO_TEST_CASE(a_damaged_text_is_read_or_refused) {
  for (const auto seed : ib::test::cases(2000)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      auto text = seed % 2 == 0 ? session : "{\"data\":[" + night + "]}";
      for (auto n = 1 + random() % 4; n > 0; --n) {
        const auto at = random() % text.size();
        constexpr std::string_view letters = "0123456789-+.eE\"{}[],:nulltrue \n";
        if (random() % 3 == 0) text.erase(at, 1 + random() % 8);
        else text[at] = letters[random() % letters.size()];
        if (text.empty()) text = "{";
      }
      const auto found = parse_oura(text, "ring.json");
      BOOST_TEST((found.value || !found.problems.empty()));
      if (found.value)
        for (const auto& period : found.value->periods)
          for (const auto& series : period.series) BOOST_TEST(series.interval_s > 0);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
