// ring.viatom on a real bus: both generations, what the radio breaks, and a ring that is no such ring.
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/viatom_ring.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace ib;
using namespace std::chrono_literals;
using viatom::Generation;

namespace {

constexpr const char* o2ring_address = "AA:00:00:00:06:01";

std::string graph_of_an_o2ring(const std::string& ring) {
  return "interbeat: 1\nnodes:\n  ring: " + ring + R"(
  ppg:    {type: sink.csv, in: ring.ppg, path: ppg.csv}
  rates:  {type: sink.csv, in: ring.heart_rate, path: rates.csv}
  spo2:   {type: sink.csv, in: ring.spo2, path: spo2.csv}
  status: {type: sink.csv, in: ring.status, path: status.csv}
  clock:  {type: sink.csv, in: ring.clock, path: clock.csv}
  clean:  {type: filter.bandpass, in: ring.ppg}
  found:  {type: beat.ppg, in: clean}
  beats:  {type: sink.csv, in: found, path: beats.csv}
)";
}

constexpr const char* as_viatom =
    "{type: ring.viatom, device: \"ble:AA:00:00:00:06:01\", connect_timeout: 10 s}";
constexpr const char* as_source =
    "{type: source, uri: \"ble:AA:00:00:00:06:01\", connect_timeout: 10 s}";

struct O2RingOnTheAir {
  explicit O2RingOnTheAir(Generation generation,
                          const vring::RadioOptions& radio = {.retry = 0.1}) {
    virtual_ring::Options anna;
    anna.seed = 1;
    anna.rate_hz = 125;
    ring = &air.add<vring::ViatomRing>(o2ring_address, "O2Ring 1234", generation, anna, radio,
                                       std::chrono::steady_clock::now());
    air.start();
  }
  RunReport run(const char* node, Duration length) {
    Diagnostics problems;
    auto plan = test::live_plan(graph_of_an_o2ring(node), out.path(), problems);
    BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
    LiveOptions options;
    options.limit = length;
    auto report = run_live(*plan, options);
    for (const auto& why : report.failures) BOOST_ERROR(why);
    plan.reset();
    air.run([&] { totals = ring->totals(); });
    return report;
  }

  test::PrivateBus bus;
  test::Air air;
  test::Scratch out;
  vring::ViatomRing* ring{};
  vring::ViatomRing::Totals totals;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(viatom_source)

BOOST_AUTO_TEST_CASE(an_o2ring_s_gives_waveform_beats_rate_and_saturation) {
  O2RingOnTheAir world(Generation::o2ring_s);
  const auto report = world.run(as_viatom, 8s);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_samples") == 0U);
  BOOST_TEST(world.totals.clock_set);
  BOOST_TEST(world.totals.unauthenticated == 0U);

  const auto folder = world.out.path();
  const test::CsvTable ppg(folder / "ppg.csv"), rates(folder / "rates.csv"),
      spo2(folder / "spo2.csv"), clock(folder / "clock.csv"), beats(folder / "beats.csv");
  BOOST_TEST(ppg.rows() >= 6U * 125);
  BOOST_TEST(ppg.rows() <= 8U * 125 + 60);
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k) BOOST_TEST(times[k] > times[k - 1]);
  BOOST_TEST(rates.rows() >= 5U);
  for (const auto bpm : rates.numbers("heart_rate_bpm")) BOOST_TEST(bpm == 62);
  for (const auto pct : spo2.numbers("spo2_pct")) BOOST_TEST(pct == 97);
  BOOST_TEST(clock.rows() >= 4U);
  BOOST_TEST(beats.rows() >= 2U);
}

BOOST_AUTO_TEST_CASE(an_o2ring_is_told_apart_by_its_service_and_read_as_well) {
  O2RingOnTheAir world(Generation::o2ring);
  const auto report = world.run(as_source, 8s);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  const auto folder = world.out.path();
  const test::CsvTable ppg(folder / "ppg.csv"), spo2(folder / "spo2.csv"),
      status(folder / "status.csv");
  BOOST_TEST(ppg.rows() >= 5U * 125);
  BOOST_TEST(spo2.rows() >= 4U);
  bool worn = false;
  for (std::size_t k = 0; k < status.rows(); ++k) worn = worn || status.text(k, "event") == "worn";
  BOOST_TEST(worn);
}

BOOST_AUTO_TEST_CASE(a_reply_that_the_radio_breaks_is_lost_and_counted) {
  O2RingOnTheAir world(Generation::o2ring_s);
  world.air.run([&] { world.ring->spoil(2); });
  const auto report = world.run(as_viatom, 8s);
  BOOST_TEST(world.totals.broken == 2U);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 2U);
  const test::CsvTable ppg(world.out.path() / "ppg.csv");
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k) BOOST_TEST(times[k] > times[k - 1]);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_not_answered_is_asked_again) {
  O2RingOnTheAir world(Generation::o2ring);
  world.air.run([&] { world.ring->ignore(2); });
  const auto report = world.run(as_viatom, 9s);
  BOOST_TEST(world.totals.ignored == 2U);
  BOOST_TEST(world.totals.replies >= 2U);
  BOOST_TEST(test::CsvTable(world.out.path() / "ppg.csv").rows() >= 2U * 125);
}

BOOST_AUTO_TEST_CASE(what_is_no_such_ring_is_refused_with_what_it_is) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::BclRing>(o2ring_address, "O2Ring 1234", virtual_ring::Options{},
                          vring::RadioOptions{}, std::chrono::steady_clock::now());
  air.start();
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST((test::live_plan(graph_of_an_o2ring(as_viatom), out.path(), problems) == nullptr));
  BOOST_TEST(
      problems.text().find("it is BCL, OpenRing, which ring.viatom does not read; take ring.bcl") !=
          std::string::npos,
      problems.text());
}

BOOST_AUTO_TEST_SUITE_END()
