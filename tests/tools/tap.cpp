// interbeat tap: the items of an output of a live run, as its file has them.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <set>
#include <sstream>
#include <vector>

using namespace ib::test;
using Json = nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A live run of the small graph that answers.
struct Live : Program {
  Live() {
    write("g.yaml", small_graph);
    run.wait_for("running as");
    for (int tries = 0; tries < 500 && (*this)("top s --once").code != 0; ++tries) {}
  }
  Running run{(write("g.yaml", small_graph), *this),
              {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "s"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tap, Live)

BOOST_AUTO_TEST_CASE(what_is_shown_is_what_the_file_has) {
  const auto said = (*this)("tap filtered --count 100 --csv");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto rows = lines_of(said.out);
  BOOST_TEST_REQUIRE(rows.size() == 101U);
  run.signal(SIGTERM);
  BOOST_TEST(run.wait() == 0);
  const auto file = lines_of(text_of_file(folder / "out/filtered.csv"));
  BOOST_TEST(file[0].starts_with(rows[0]), rows[0]);
  std::set<std::string> written;
  for (const auto& row : file) written.insert(row.substr(0, row.rfind(',')));  // without the reason
  for (std::size_t i = 1; i < rows.size(); ++i) BOOST_TEST(written.count(rows[i]) == 1U, rows[i]);
}

BOOST_AUTO_TEST_CASE(raw_samples_come_as_json_and_as_text) {
  const auto json = (*this)("tap ring.ppg --count 3 --json");
  BOOST_TEST_REQUIRE(json.code == 0, json.err);
  double last = -1e9;
  int items = 0;
  for (const auto& line : lines_of(json.out)) {
    const auto item = Json::parse(line, nullptr, false);
    BOOST_TEST_REQUIRE(!item.is_discarded(), line);
    if (!item.contains("time_s")) continue;
    ++items;
    BOOST_TEST(item["time_s"].get<double>() > last);
    last = item["time_s"].get<double>();
    BOOST_TEST(item.size() == 2U, line);
  }
  BOOST_TEST(items == 3);
  const auto text = (*this)("tap ring.ppg --count 1");
  BOOST_TEST(has(text.out, " s  "), text.out);
}

BOOST_AUTO_TEST_CASE(unknown_outputs_are_answered_with_the_nearest) {
  const auto slip = (*this)("tap filtred");
  BOOST_TEST(slip.code == 2);
  BOOST_TEST(has(slip.err, "no output of the graph is called \"filtred\""), slip.err);
  BOOST_TEST(has(slip.err, "did you mean"), slip.err);
  BOOST_TEST(has((*this)("tap nothing_like_it").err, "one of: "));
  BOOST_TEST((*this)("tap filtered nobody").code == 1);
  BOOST_TEST((*this)("tap").code == 2);
}

BOOST_AUTO_TEST_CASE(the_fifth_tap_is_refused_and_gets_a_place_when_one_goes) {
  std::vector<std::unique_ptr<Running>> taps;
  for (int i = 0; i < 4; ++i) {
    taps.push_back(std::make_unique<Running>(*this, std::vector<std::string>{"tap", "filtered"}));
    BOOST_TEST(has(taps.back()->wait_for("tapping"), "tapping filtered.out"));
  }
  auto fifth = (*this)("tap filtered --count 1");
  BOOST_TEST(fifth.code == 2);
  BOOST_TEST(has(fifth.err, "4 taps are open already"), fifth.err);
  taps.pop_back();
  for (int tries = 0; tries < 500 && fifth.code != 0; ++tries) {
    fifth = (*this)("tap filtered --count 1");
  }
  BOOST_TEST(fifth.code == 0, fifth.err);
}

BOOST_AUTO_TEST_CASE(a_tap_ends_with_the_run) {
  Running watched(*this, {"run", "g.yaml", "--for", "2s", "--name", "short", "--out", "short"});
  watched.wait_for("running as");
  Answer said{1, {}, {}};
  for (int tries = 0; tries < 500 && said.code != 0; ++tries) {
    said = (*this)("tap filtered short --json");
  }
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(has(said.out, "\"end\":"), said.out.substr(0, 500));
  BOOST_TEST(watched.wait() == 0);
  const auto record = Json::parse(text_of_file(folder / "short/run.json"));
  BOOST_TEST(record["cpu_s"].get<double>() < 0.5 * record["wall_s"].get<double>());  // it slept
}

BOOST_AUTO_TEST_SUITE_END()
