// interbeat inspect of a live run: how old the items of its nodes were, as a small histogram.
#include "tools/program.hpp"

#include <sstream>
#include <string>

using namespace ib::test;

namespace {

struct Inspected : Program {
  Inspected() {
    run.wait_for("running as");
    for (int tries = 0; tries < 500 && !has((*this)("inspect a.detected").out, "declared");
         ++tries) {}
  }
  Running run{*this,
              {"run", "couple", "--set", "a=virtual:seed=1?lead_in=60s", "--set",
               "b=virtual:seed=2?lead_in=60s", "--name", "c"}};
};

/// Of the lines "  0.4 to 0.45 s  12  24.5 %  ####": their items, and whether each has a bar.
struct Drawn {
  std::uint64_t items{}, bins{}, longest{};
};

Drawn drawn_in(const std::string& page) {
  Drawn all;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const auto share = line.find(" %");
    const auto unit = line.find(" s ");
    if (share == std::string::npos || unit == std::string::npos) continue;
    const auto items = std::stoull(line.substr(unit + 3));
    const auto bar = line.find('#') == std::string::npos ? 0 : line.size() - line.find('#');
    BOOST_TEST((items > 0) == (bar > 0), line);
    all.items += items;
    all.longest = std::max<std::uint64_t>(all.longest, bar);
    ++all.bins;
  }
  return all;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(inspect_live, Inspected)

BOOST_AUTO_TEST_CASE(a_node_that_finds_beats_shows_their_age_beside_what_it_declared) {
  const auto said = (*this)("inspect a.detected");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  for (const auto* part : {"live run \"c\"", "a.detected (beat.ppg)", "p50", "p95", "max",
                           "declared: 1.29 s", "age when given", "share"})
    BOOST_TEST(has(said.out, part), part << " is not in\n" << said.out);
  const auto drawn = drawn_in(said.out);
  BOOST_TEST(drawn.bins >= 3U, said.out);
  BOOST_TEST(drawn.longest == 30U, said.out);
  BOOST_TEST(has(said.out, std::to_string(drawn.items) + " items"), said.out);  // all are in a bin
}

BOOST_AUTO_TEST_CASE(a_type_shows_its_page_and_each_of_its_nodes) {
  const auto said = (*this)("inspect beat.ppg --name c");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  for (const auto* part : {"Inputs", "Params", "a.detected (beat.ppg)", "b.detected (beat.ppg)"})
    BOOST_TEST(has(said.out, part), part << " is not in\n" << said.out);
  BOOST_TEST(!has((*this)("inspect beat.ppg").out, "a.detected"));  // the page alone
  const auto none = (*this)("inspect beat.ecg --name c");
  BOOST_TEST(none.code == 0, none.err);
  BOOST_TEST(has(none.out, "has no such node"), none.out);
}

BOOST_AUTO_TEST_CASE(a_node_without_ages_says_why) {
  for (const auto& [node, why] : {std::pair{"a.ring", "source"}, std::pair{"a_hrv", "sink"},
                                  std::pair{"a.filtered", "even rate"}}) {
    const auto said = (*this)(std::string("inspect ") + node);
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(has(said.out, why), said.out);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_name_is_told_with_the_right_one) {
  const auto near = (*this)("inspect a.detcted");
  BOOST_TEST(near.code == 2);
  BOOST_TEST(has(near.err, "did you mean \"a.detected\"?"), near.err);
  BOOST_TEST(has(near.err, "live run \"c\""), near.err);
  BOOST_TEST(has((*this)("inspect filter.bandpas").err, "\"filter.bandpass\""));
  const auto other = (*this)("inspect a.detected --name nobody");
  BOOST_TEST(other.code == 1);
  BOOST_TEST(has(other.err, "no run called \"nobody\""), other.err);
}

BOOST_AUTO_TEST_SUITE_END()
