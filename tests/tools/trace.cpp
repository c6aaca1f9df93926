// interbeat run --trace: a file that ui.perfetto.dev opens, with every call of every node.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

using namespace ib::test;
using Json = nlohmann::json;

namespace {

Json json_of(const fs::path& file) {
  auto j = Json::parse(text_of_file(file), nullptr, false);
  BOOST_TEST_REQUIRE(!j.is_discarded(), file.string());
  return j;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trace, Program)

BOOST_AUTO_TEST_CASE(an_offline_run_has_every_call_in_it) {
  write("g.yaml", small_graph);
  const auto said = (*this)("run g.yaml --speed max --threads 2 --trace t.json");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto trace = json_of(folder / "t.json"), record = json_of(folder / "out/run.json");
  std::map<std::string, std::uint64_t> calls, items;
  std::map<int, std::string> threads;
  std::uint64_t records = 0;
  for (const auto& e : trace["traceEvents"]) {
    if (e["ph"] == "M" && e["name"] == "thread_name") threads[e["tid"]] = e["args"]["name"];
    if (e["ph"] == "M") continue;
    ++records;
    BOOST_TEST(e["ts"].get<double>() >= 0);
    if (e["ph"] != "X") continue;
    BOOST_TEST(e["dur"].get<double>() >= 0);
    BOOST_TEST(threads.count(e["tid"]) == 1U);
    ++calls[e["name"]];
    items[e["name"]] += e["args"]["out"].get<std::uint64_t>();
  }
  BOOST_TEST(threads[0] == "executor 0");
  BOOST_TEST(record["trace"]["file"] == "t.json");
  BOOST_TEST(record["trace"]["records"] == records);
  BOOST_TEST(record["trace"]["dropped"] == 0U);
  for (const auto& n : record["nodes"]) {
    const auto path = n["path"].get<std::string>();
    if (n["items_in"] > 0U) BOOST_TEST(calls[path] == n["blocks"].get<std::uint64_t>(), path);
    BOOST_TEST(items[path] == n["items_out"].get<std::uint64_t>(), path);
  }
}

BOOST_AUTO_TEST_CASE(a_traced_run_writes_the_same_bytes) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  BOOST_TEST(interbeat("run g.yaml --speed max --out plain").code == 0);
  BOOST_TEST(interbeat("run g.yaml --speed max --out traced --trace t.json").code == 0);
  const auto plain = text_of_file(folder / "plain/filtered.csv");
  BOOST_TEST(plain.size() > 1000);
  BOOST_TEST((plain == text_of_file(folder / "traced/filtered.csv")));
  BOOST_TEST(!json_of(folder / "plain/run.json").contains("trace"));
}

BOOST_AUTO_TEST_CASE(a_live_run_has_a_track_per_thread_and_its_wake_ups) {
  write("g.yaml", small_graph);
  const auto said = (*this)("run g.yaml --set recording=virtual:seed=1 --for 1s --trace t.json");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  std::set<std::string> moments;
  std::set<int> tracks;
  const auto trace = json_of(folder / "t.json");
  for (const auto& e : trace["traceEvents"]) {
    if (e["ph"] == "i") moments.insert(e["name"].get<std::string>());
    if (e["ph"] == "X") tracks.insert(e["tid"].get<int>());
  }
  BOOST_TEST(moments.count("wake-up") == 1U);
  BOOST_TEST(tracks.size() == 2U);  // the executor and the thread of the file
}

BOOST_AUTO_TEST_CASE(a_change_is_a_moment_of_its_node) {
  const auto said = (*this)(
      "run solo --set recording=virtual:seed=1,duration=30s --speed max"
      " --change 'me.activation.b0=-1.5 at 20 s' --trace t.json");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  int changes = 0;
  const auto trace = json_of(folder / "t.json");
  for (const auto& e : trace["traceEvents"]) {
    if (e["name"] != "param change") continue;
    ++changes;
    BOOST_TEST(e["args"]["node"] == "me.activation");
  }
  BOOST_TEST(changes == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_cant_be_written_is_said) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  const auto nowhere = interbeat("run g.yaml --speed max --trace nowhere/t.json");
  BOOST_TEST(nowhere.code == 1);
  BOOST_TEST(has(nowhere.err, "nowhere/t.json can't be written: No such file"), nowhere.err);
  const auto full = interbeat("run g.yaml --speed max --trace /dev/full");
  BOOST_TEST(full.code == 1);
  BOOST_TEST(has(full.err, "No space left on device"), full.err);
}

BOOST_AUTO_TEST_SUITE_END()
