// ble.heart_rate on a real bus: a graph in YAML, a strap that a virtual person wears, rows at its end.
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "vring/strap.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace std::chrono_literals;

namespace {

constexpr const char* of_a_strap = R"(interbeat: 1
nodes:
  strap: {type: ble.heart_rate, device: "ble:AA:00:00:00:01:01", connect_timeout: 10 s}
  beats: {type: beat.rr, notifications: strap.rr}
  rates:  {type: sink.csv, in: strap.heart_rate, path: rates.csv}
  status: {type: sink.csv, in: strap.status, path: status.csv}
  rr:     {type: sink.csv, in: strap.rr, path: rr.csv}
  file:   {type: sink.csv, in: beats, path: beats.csv}
)";

std::string refusal(const std::string& text) {
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST((test::live_plan(text, out.path(), problems) == nullptr));
  return problems.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(heart_rate_source)

BOOST_AUTO_TEST_CASE(a_strap_gives_its_intervals_and_its_rate) {
  test::PrivateBus bus;
  test::Air air;
  virtual_ring::Options anna;
  anna.seed = 1;
  air.add<vring::Strap>("AA:00:00:00:01:01", "Strap", anna);
  air.start();

  const test::Scratch out;
  Diagnostics problems;
  const auto plan = test::live_plan(of_a_strap, out.path(), problems);
  BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
  LiveOptions options;
  options.limit = 5s;
  const auto report = run_live(*plan, options);
  for (const auto& why : report.failures) BOOST_ERROR(why);

  const test::CsvTable rates(out.path() / "rates.csv"), rr(out.path() / "rr.csv");
  BOOST_TEST(rates.rows() >= 3U);
  BOOST_TEST(rates.text(0, "source") == "device");
  for (const auto bpm : rates.numbers("heart_rate_bpm")) {
    BOOST_TEST(bpm > 45);
    BOOST_TEST(bpm < 90);
  }
  double told_us = 0;
  for (const auto us : rr.numbers("rr_1_us")) told_us += us;
  BOOST_TEST(told_us > 2e6);
  BOOST_TEST(rr.rows() == rates.rows());
}

BOOST_AUTO_TEST_CASE(a_device_that_is_not_there_is_a_sentence_at_its_place) {
  test::PrivateBus bus;
  test::Air air;
  air.start();
  const auto why = refusal(R"(interbeat: 1
nodes:
  strap: {type: ble.heart_rate, device: "ble:name=Nobody", connect_timeout: 1 s}
  file:  {type: sink.csv, in: strap.rr, path: rr.csv}
)");
  BOOST_TEST(why.find("graph.yaml:3:") != std::string::npos, why);
  BOOST_TEST(why.find("Nobody did not stream within 1 s: it was not heard; is it charged, worn "
                      "and near?") != std::string::npos,
             why);
}

BOOST_AUTO_TEST_CASE(without_a_bus_it_says_what_is_missing) {
  test::PrivateBus bus;
  bus.stop();
  const auto why = refusal(R"(interbeat: 1
nodes:
  strap: {type: ble.heart_rate, device: "ble:AA:00:00:00:01:01", connect_timeout: 1 s}
  file:  {type: sink.csv, in: strap.rr, path: rr.csv}
)");
  BOOST_TEST(why.find("there is no D-Bus system bus") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(what_is_no_device_is_told_from_one) {
  const auto why = refusal(R"(interbeat: 1
nodes:
  strap: {type: ble.heart_rate, device: "ble:Polar H10"}
  file:  {type: sink.csv, in: strap.rr, path: rr.csv}
)");
  BOOST_TEST(
      why.find("ble:Polar H10 is no Bluetooth device: expected an address") != std::string::npos,
      why);
}

BOOST_AUTO_TEST_SUITE_END()
