// source.e4: all files of an export on one clock.
#include <boost/test/unit_test.hpp>

#include "file_scratch.hpp"
#include "source_bench.hpp"
#include "support/shared_data.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

SourceBench& hear_all(SourceBench& bench) {
  for (const auto* port : {"ppg", "acc", "temperature", "eda", "beats", "markers"})
    bench.hear("a", port);
  return bench;
}

std::map<std::string, std::string> small_export() {
  std::string bvp = "1000.00\n64.000000\n", acc = "1001.00,1001.00,1001.00\n32.0,32.0,32.0\n";
  for (int i = 0; i < 640; ++i) bvp += std::to_string(i) + ".5\n";
  for (int i = 0; i < 300; ++i) acc += "0,32,64\n";
  return {{"BVP.csv", bvp},
          {"ACC.csv", acc},
          {"TEMP.csv", "1000.0\n4.0\n30.5\n\n30.75\n"},
          {"EDA.csv", "1000.0\n4.0\n0.5\n0.25\n"},
          {"IBI.csv", "1000.0, IBI\n2.0,1.0\n3.0,1.0\n6.0,0.75\n"},
          {"tags.csv", "1004.5\n1008\n"}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_e4)

BOOST_AUTO_TEST_CASE(every_file_is_a_stream_at_its_own_start) {
  const FileScratch scratch;
  for (const auto& [name, text] : small_export()) scratch.write("anna/" + name, text);
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", (scratch.folder() / "anna").string()}});
  const auto played = play_at_all_steps(hear_all(bench));
  BOOST_TEST(played["a.ppg"].items.size() == 640U);
  BOOST_TEST(played["a.ppg"].value(639) == 639.5F);
  BOOST_TEST(played["a.acc"].items.front().t == 1'000'000'000);
  BOOST_TEST(played["a.acc"].items.size() == 300U);
  BOOST_TEST(played["a.acc"].value(7, 1) == 0.5F);
  BOOST_TEST(played["a.acc"].stream.channels == 3U);
  BOOST_TEST(played["a.temperature"].items.size() == 2U);
  BOOST_TEST(played["a.temperature"].gaps.size() == 1U);
  BOOST_TEST(played["a.eda"].value(1) == 0.25F);
}

BOOST_AUTO_TEST_CASE(intervals_are_beats_and_tags_are_markers) {
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", scratch.write_zip("anna.zip", small_export()).string()}});
  const auto played = play_at_all_steps(hear_all(bench));
  const auto& beats = played["a.beats"];
  BOOST_REQUIRE_EQUAL(beats.items.size(), 3U);
  BOOST_TEST(beats.items[1].t == 3'000'000'000);
  BOOST_TEST(*beats.value<Beat>(1).ibi_us == 1'000'000);
  BOOST_TEST(beats.value<Beat>(1).contiguous);
  BOOST_TEST(!beats.value<Beat>(2).contiguous);
  BOOST_TEST(beats.value<Beat>(2).valid);
  BOOST_TEST(!beats.value<Beat>(2).sqi);
  const auto& markers = played["a.markers"];
  BOOST_REQUIRE_EQUAL(markers.items.size(), 2U);
  BOOST_TEST(markers.items[0].t == 4'500'000'000);
  BOOST_TEST(std::string(markers.value<Marker>(1).text) == "tag 2");
}

BOOST_AUTO_TEST_CASE(what_the_export_lacks_is_absent) {
  const FileScratch scratch;
  auto files = small_export();
  files.erase("ACC.csv");
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", scratch.write_zip("anna.zip", files).string()}});
  const auto played = bench.hear("a", "acc").play(1s);
  BOOST_TEST(!played.built);
  BOOST_TEST(played.problems.find("one of: ppg, temperature, eda, beats, markers") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_no_export_is_refused) {
  const FileScratch scratch;
  scratch.write("anna/notes.txt", "hello");
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", (scratch.folder() / "anna").string()}}).hear("a", "ppg");
  BOOST_TEST(bench.play(1s).problems.find("neither BVP.csv nor IBI.csv") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_real_export_is_complete) {
  const auto path = shared("data/e4_folder/S05");
  if (!path) return skip_absent("data/e4_folder/S05");
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", path->string()}});
  const auto played = play_at_all_steps(hear_all(bench));
  BOOST_TEST(played["a.ppg"].items.size() == 209'759U);
  BOOST_TEST(played["a.acc"].items.size() == 104'898U);
  BOOST_TEST(played["a.temperature"].items.size() == 13'112U);
  BOOST_TEST(played["a.eda"].items.size() == 13'104U);
  BOOST_TEST(played["a.beats"].items.size() == 2'378U);
  BOOST_TEST(played["a.markers"].items.size() == 7U);
  BOOST_TEST(played["a.markers"].items.front().t == 674'000'000'000);
  BOOST_TEST(played.counter("a", "refused_rows") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
