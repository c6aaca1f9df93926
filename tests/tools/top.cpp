// interbeat top: what a live couple does, as a page and as JSON.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace ib::test;
using Json = nlohmann::json;

namespace {

struct Couple : Program {
  Couple() {
    run.wait_for("running as");
    for (int tries = 0; tries < 500 && (*this)("top c --once").code != 0; ++tries) {}
  }
  Running run{*this,
              {"run", "couple", "--set", "a=virtual:seed=1?lead_in=30s", "--set",
               "b=virtual:seed=2?lead_in=30s", "--name", "c"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(top, Couple)

BOOST_AUTO_TEST_CASE(a_page_tells_rates_times_waits_rings_and_threads) {
  const auto page = (*this)("top --once");
  BOOST_TEST_REQUIRE(page.code == 0, page.err);
  for (const auto* part :
       {"c (couple)", "items/s", "busy", "p50", "p99", "lag", "state", "settled", "behind", "depth",
        "deepest", "wake-ups/s", "executor 0", "arrival to sink", "running"})
    BOOST_TEST(has(page.out, part), part << " is not in\n" << page.out);
}

BOOST_AUTO_TEST_CASE(the_same_as_json_with_rates) {
  const auto said = (*this)("top --once --json");
  BOOST_TEST_REQUIRE(said.code == 0, said.err);
  const auto report = Json::parse(said.out, nullptr, false);
  BOOST_TEST_REQUIRE(!report.is_discarded(), said.out);
  BOOST_TEST(report["wall_s"].get<double>() > 0);
  double busiest = 0;
  for (const auto& n : report["nodes"]) {
    BOOST_TEST(n["items_per_s"].get<double>() >= 0);
    busiest = std::max(busiest, n["busy"].get<double>());
    if (n["items_out"].get<std::uint64_t>() > 1000) BOOST_TEST(n.contains("p99_us"), n.dump());
  }
  BOOST_TEST(busiest > 0);
  BOOST_TEST(report["threads"][0].contains("wake_ups_per_s"));
  for (const auto& s : report["sources"]) BOOST_TEST(s["lag_s"].get<double>() >= 0);
}

BOOST_AUTO_TEST_SUITE_END()
