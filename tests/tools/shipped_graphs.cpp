// Every graph that ships runs as its first lines say, and every one has the schema line that editors
// read. The schema in configs/ is the one that the program writes.
#include "program.hpp"
#include "support/places.hpp"

#include "support/shared_data.hpp"

#include <algorithm>
#include <vector>

using namespace ib::test;

namespace {

fs::path source_dir() { return source_folder; }

std::vector<fs::path> graphs() {
  std::vector<fs::path> all;
  for (const auto& e : fs::directory_iterator(source_dir() / "graphs")) {
    if (e.path().extension() == ".yaml") all.push_back(e.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool is_module(const fs::path& file) { return file.stem().string().starts_with("person"); }

/// It runs where its ring is: tests/vring/program.cpp.
bool needs_a_ring(const fs::path& file) { return file.stem() == "colmi_history"; }

/// What a graph needs that has no default.
std::string settings(const fs::path& file) {
  if (file.stem() == "beats") return " --set recording=virtual:seed=1,duration=60s";
  if (file.stem() == "hand-checked") return " --set edits=edits.csv";
  if (file.stem() == "strap") return " --set recording=strap.csv";
  if (file.stem() == "couple-straps") return " --set a=strap.csv --set b=other_strap.csv";
  if (file.stem() != "couple-intervals") return {};
  const auto a = shared("data/dyad_semisynth/pair01_A_rr.csv");
  const auto b = shared("data/dyad_semisynth/pair01_B_rr.csv");
  return a && b ? " --set a=" + a->string() + " --set b=" + b->string() : "";
}

/// Three minutes of a strap that sends once a second, at 75 beats a minute and a little more or less.
std::string notifications(int first) {
  std::string text = "arrival_s,hr_bpm,rr_1024\n";
  int beat = 0, k = first;  // in 1/1024 s
  for (int second = 1; second <= 180; ++second) {
    std::string list;
    for (int rr = 0; beat + (rr = 819 + (k * 37) % 61 - 30) <= 1024 * second; ++k, beat += rr)
      list += (list.empty() ? "" : ";") + std::to_string(rr);
    text += std::to_string(second) + ",75," + list + "\n";
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shipped_graphs)

BOOST_AUTO_TEST_CASE(each_runs_to_its_end_and_writes_its_files) {
  for (const auto& file : graphs()) {
    if (is_module(file) || needs_a_ring(file)) continue;
    const auto words = settings(file);
    if (file.stem() == "couple-intervals" && words.empty()) {
      skip_absent("data/dyad_semisynth");
      continue;
    }
    BOOST_TEST_CONTEXT(file.filename().string()) {
      const Program interbeat;
      interbeat.write("strap.csv", notifications(0));
      interbeat.write("other_strap.csv", notifications(17));
      interbeat.write("edits.csv", "time_s,action,by,why\n60,remove,T,test\n");
      const auto said =
          interbeat("run '" + file.string() + "' --speed max --for 120s --out out" + words);
      BOOST_TEST(said.code == 0, said.err);
      BOOST_TEST(fs::exists(interbeat.folder / "out" / "run.json"));
      std::size_t rows = 0;
      for (const auto& e : fs::recursive_directory_iterator(interbeat.folder / "out")) {
        if (e.path().extension() != ".csv") continue;
        const auto text = text_of_file(e.path());
        const int least = e.path().filename() == "marks.csv" ? 1 : 2;  // offline nobody marks
        BOOST_TEST(std::count(text.begin(), text.end(), '\n') >= least, e.path().string());
        BOOST_TEST(!has(text, "nan"), e.path().string());
        ++rows;
      }
      BOOST_TEST(rows > 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(each_has_the_schema_line) {
  for (const auto& file : graphs()) {
    BOOST_TEST(text_of_file(file).starts_with(
                   "# yaml-language-server: $schema=../configs/interbeat.schema.json\n"),
               file.string());
  }
}

BOOST_AUTO_TEST_CASE(the_schema_in_configs_is_what_the_program_writes) {
  const Program interbeat;
  const auto said = interbeat("schema");
  BOOST_TEST(said.code == 0);
  BOOST_TEST((said.out == text_of_file(source_dir() / "configs" / "interbeat.schema.json")),
             "write it anew: interbeat schema > configs/interbeat.schema.json");
}

BOOST_AUTO_TEST_SUITE_END()
