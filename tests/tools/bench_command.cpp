// `interbeat bench` as a user calls it. What the figures are is this machine's affair; that they are
// there, with their bars and an honest verdict, is ours.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(bench_command, Program)

BOOST_AUTO_TEST_CASE(a_table_for_people) {
  const auto said = (*this)("bench chain --quick");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  for (const auto* part :
       {"machine ", "cores", "commit ", "load ", "median", "bar", "four biquad nodes / plain loop",
        "<= 1.30 times", "rounds that count: "})
    BOOST_TEST(has(said.out, part), said.out);
  BOOST_TEST(has(said.err, "measuring chain"), said.err);
}

BOOST_AUTO_TEST_CASE(json_for_programs) {
  const auto said = (*this)("bench hop --quick --json");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto all = nlohmann::json::parse(said.out, nullptr, false);
  BOOST_TEST_REQUIRE(!all.is_discarded());
  for (const auto* key :
       {"cpu", "cores", "virtualised", "kernel", "governor", "compiler", "build", "commit", "load"})
    BOOST_TEST(all.at("machine").contains(key), key);
  const auto& hop = all.at("experiments").at(0);
  const std::set<std::string> verdicts{"pass", "miss", "no bar", "not measurable here"};
  for (const auto& figure : hop.at("figures")) {
    BOOST_TEST(verdicts.count(figure.at("verdict")) == 1, figure.dump());
    if (hop.at("rounds_that_count").size() < 9 && figure.at("kind") != "count")
      BOOST_TEST(figure.at("verdict") == "not measurable here", figure.dump());
  }
  const auto& round = hop.at("rounds").at(0);
  BOOST_TEST(round.at("sides").size() == hop.at("sides").size());
  BOOST_TEST(round.at("sides").at(0).at("units") > 0);
  BOOST_TEST(round.at("reference_ns") > 0);
}

BOOST_AUTO_TEST_CASE(wrong_words_are_explained) {
  auto& interbeat = *this;
  const auto unknown = interbeat("bench hpo");
  BOOST_TEST(unknown.code == 2);
  BOOST_TEST(has(unknown.err, "hop"), unknown.err);
  const auto few = interbeat("bench hop --rounds 3");
  BOOST_TEST(few.code == 2);
  BOOST_TEST(has(few.err, "9"), few.err);
}

BOOST_AUTO_TEST_SUITE_END()
