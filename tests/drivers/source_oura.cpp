// source.oura: readings and means at their times, nights as marks, and what is in no such file.
#include "drivers/file_scratch.hpp"
#include "drivers/source_bench.hpp"

#include <string_view>

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* oura_night =
    R"({"id":"n1","type":"long_sleep","bedtime_start":"2024-05-01T23:00:00+02:00",)"
    R"("bedtime_end":"2024-05-01T23:20:00+02:00",)"
    R"("heart_rate":{"interval":300,"items":[55,null,53],"timestamp":"2024-05-01T23:00:00+02:00"},)"
    R"("hrv":{"interval":300,"items":[40,41,42],"timestamp":"2024-05-01T23:00:00+02:00"}})";

constexpr const char* oura_day =
    R"({"data":[{"timestamp":"2024-05-01T10:00:00+00:00","bpm":70,"source":"awake"},)"
    R"({"timestamp":"2024-05-01T10:05:00+00:00","bpm":74,"source":"awake"}],"next_token":null})";

Played play_oura(const std::string& file, const std::vector<std::string>& ports) {
  SourceBench bench;
  bench.source("oura", "source.oura", {{"path", file}});
  for (const auto& port : ports) bench.hear("oura", port);
  return bench.play(60s);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_oura)

BOOST_AUTO_TEST_CASE(a_night_is_means_at_their_ends_and_two_marks) {
  const FileScratch scratch;
  const auto played =
      play_oura(scratch.write("night.json", oura_night).string(), {"heart_rate", "markers"});
  const auto& rates = played["oura.heart_rate"];
  BOOST_TEST_REQUIRE(rates.items.size() == 3U);
  BOOST_TEST(rates.time_s(0) == 300);
  BOOST_TEST(*rates.value<HeartRate>(0).heart_rate_bpm == 55);
  BOOST_TEST(!rates.value<HeartRate>(1).heart_rate_bpm);
  BOOST_TEST((rates.value<HeartRate>(1).reason == Reason::low_quality));
  BOOST_TEST(rates.time_s(2) == 900);
  const auto& marks = played["oura.markers"];
  BOOST_TEST_REQUIRE(marks.items.size() == 2U);
  BOOST_TEST(std::string_view(marks.value<Marker>(0).text) == "long_sleep begins");
  BOOST_TEST(std::string_view(marks.value<Marker>(1).text) == "long_sleep ends");
  BOOST_TEST(marks.time_s(1) == 1200);
  BOOST_TEST(rates.breaches.empty());
  BOOST_TEST(marks.breaches.empty());
}

BOOST_AUTO_TEST_CASE(readings_of_a_day_stand_where_they_were_taken) {
  const FileScratch scratch;
  const auto played = play_oura(scratch.write("day.json", oura_day).string(), {"heart_rate"});
  const auto& rates = played["oura.heart_rate"];
  BOOST_TEST_REQUIRE(rates.items.size() == 2U);
  BOOST_TEST(rates.time_s(0) == 0);
  BOOST_TEST(rates.time_s(1) == 300);
  BOOST_TEST(*rates.value<HeartRate>(1).heart_rate_bpm == 74);
}

BOOST_AUTO_TEST_SUITE_END()
