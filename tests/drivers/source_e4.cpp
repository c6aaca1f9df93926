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
  bench.source("a", "source.e4",
               {{"path", scratch.write_zip("anna.zip", small_export()).string()}});
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

BOOST_AUTO_TEST_CASE(a_damaged_part_is_left_out_and_told) {
  const FileScratch scratch;
  const auto told = [&](const std::string& name, const std::string& text) {
    auto files = small_export();
    files[name] = text;
    SourceBench bench;
    bench.source("a", "source.e4", {{"path", scratch.write_zip("anna.zip", files).string()}});
    const auto played = bench.hear("a", "ppg").play(1s);
    std::filesystem::remove(scratch.folder() / "anna.zip");
    return (played.built ? "built: " : "refused: ") + played.problems;
  };
  const auto says = [](const std::string& text, std::string_view part) {
    return text.starts_with("built: ") && text.find("warning: nodes.a") != std::string::npos &&
           text.find(part) != std::string::npos;
  };
  BOOST_TEST(says(told("ACC.csv", ""), "ACC.csv: the file ends before its head"));
  BOOST_TEST(says(told("ACC.csv", "1000\n32\n1\n"), "ACC.csv:1: the line is '1000'"));
  BOOST_TEST(says(told("EDA.csv", "1000\n0\n1\n"), "EDA.csv:2: the line is '0'"));
  BOOST_TEST(says(told("ACC.csv", "9e8,9e8,9e8\n32,32,32\n1,2,3\n"), "more than 7 days"));
  BOOST_TEST(says(told("TEMP.csv", "1000\n4\nx\n30\n"), "TEMP.csv:3: 'x' in column 'value'"));
  BOOST_TEST(says(told("TEMP.csv", "1000\n4\nx\n"), "TEMP.csv:3: there is no sample in the file"));
  BOOST_TEST(says(told("ACC.csv", "1000,1000,1000\n32,32,32\n1,2\n1,2\n1,2,3\n"),
                  "most rows of the file can't be used"));
  BOOST_TEST(says(told("IBI.csv", "1000, IBI\n2,1\n5,800\n"), "IBI.csv:3: the interval is 800 s"));
  auto files = small_export();
  files["BVP.csv"] = "1000\n64\n\n\n";
  files["IBI.csv"] = "1000, IBI\n";
  SourceBench bench;
  bench.source("a", "source.e4", {{"path", scratch.write_zip("b.zip", files).string()}});
  const auto none = bench.hear("a", "acc").play(1s);
  BOOST_TEST(!none.built);
  BOOST_TEST(none.problems.find("neither a pulse waveform nor an interval") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_inverted_bvp_is_turned_over) {
  const FileScratch scratch;
  SourceBench bench;
  bench.source("a", "source.e4",
               {{"path", scratch.write_zip("anna.zip", small_export()).string()}, {"invert", "1"}});
  const auto played = bench.hear("a", "ppg").hear("a", "acc").play(1s);
  BOOST_TEST(played["a.ppg"].value(639) == -639.5F);
  BOOST_TEST(played["a.acc"].value(7, 1) == 0.5F);
}

BOOST_AUTO_TEST_CASE(what_is_no_export_is_named) {
  const FileScratch scratch;
  const auto told = [&](const std::string& path) {
    SourceBench bench;
    return bench.source("a", "source.e4", {{"path", path}}).hear("a", "ppg").play(1s).problems;
  };
  BOOST_TEST(told((scratch.folder() / "none").string()).find("there is no such file") !=
             std::string::npos);
  BOOST_TEST(told(scratch.write("a.txt", "hello").string()).find("neither a folder nor a zip") !=
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
