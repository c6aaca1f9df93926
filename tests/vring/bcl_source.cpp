// ring.bcl on a real bus: waveform, intervals, losses and what happens on the finger.
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "vring/bcl_ring.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace ib;
using namespace std::chrono_literals;

namespace {

constexpr const char* of_a_ring = R"(interbeat: 1
nodes:
  ring: {type: ring.bcl, device: "ble:AA:00:00:00:02:01", counts_per_g: 1000, connect_timeout: 10 s}
  ppg:    {type: sink.csv, in: ring.ppg, path: ppg.csv}
  acc:    {type: sink.csv, in: ring.acc, path: acc.csv}
  rr:     {type: sink.csv, in: ring.rr, path: rr.csv}
  status: {type: sink.csv, in: ring.status, path: status.csv}
  clock:  {type: sink.csv, in: ring.clock, path: clock.csv}
)";

constexpr const char* of_its_sensors = R"(interbeat: 1
nodes:
  ring: {type: ring.bcl, device: "ble:AA:00:00:00:02:01", mode: raw, connect_timeout: 10 s}
  ppg:    {type: sink.csv, in: ring.ppg, path: ppg.csv}
  acc:    {type: sink.csv, in: ring.acc, path: acc.csv}
  skin:   {type: sink.csv, in: ring.temperature, path: temperature.csv}
  status: {type: sink.csv, in: ring.status, path: status.csv}
  clock:  {type: sink.csv, in: ring.clock, path: clock.csv}
)";

struct RingOnTheAir {
  explicit RingOnTheAir(const vring::RadioOptions& radio, double ppm = 0) {
    virtual_ring::Options anna;
    anna.seed = 1;
    anna.ppm = ppm;
    ring = &air.add<vring::BclRing>("AA:00:00:00:02:01", "BCL603A401", anna, radio,
                                    std::chrono::steady_clock::now());
    air.start();
  }
  RunReport run(Duration length, const std::filesystem::path& out, const char* graph = of_a_ring) {
    Diagnostics problems;
    auto plan = test::live_plan(graph, out, problems);
    BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
    LiveOptions options;
    options.limit = length;
    auto report = run_live(*plan, options);
    plan.reset();  // the ring is told to stop
    air.run([&] { totals = ring->totals(); });
    return report;
  }

  test::PrivateBus bus;
  test::Air air;
  vring::BclRing* ring{};
  vring::BclRing::Totals totals;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_source)

BOOST_AUTO_TEST_CASE(a_ring_gives_waveform_acceleration_intervals_and_its_clock) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1});
  const test::Scratch out;
  const auto report = world.run(6s, out.path());
  for (const auto& why : report.failures) BOOST_ERROR(why);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_packets") == 0U);

  const test::CsvTable ppg(out.path() / "ppg.csv"), acc(out.path() / "acc.csv"),
      rr(out.path() / "rr.csv"), clock(out.path() / "clock.csv");
  BOOST_TEST(ppg.rows() >= 5U * 25);  // 6 s less what the first frame waits for
  BOOST_TEST(ppg.rows() <= 6U * 25 + 1);
  BOOST_TEST(acc.rows() == ppg.rows());
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k)
    BOOST_TEST(std::abs(times[k] - times[k - 1] - 0.04) < 0.033);  // bent while the clock settles
  double g = 0;
  for (std::size_t k = 0; k < acc.rows(); ++k)
    g += std::hypot(*acc.number(k, "x_g"), *acc.number(k, "y_g"), *acc.number(k, "z_g"));
  BOOST_TEST(g / static_cast<double>(acc.rows()) > 0.9);
  BOOST_TEST(g / static_cast<double>(acc.rows()) < 1.1);
  for (const auto us : rr.numbers("rr_1_us")) {
    BOOST_TEST(us > 600'000);
    BOOST_TEST(us < 1'300'000);
  }
  BOOST_TEST(clock.rows() >= 4U);
}

/// A partner with a past: the ring's first turns are in that past, and its packets are of now.
BOOST_AUTO_TEST_CASE(beside_a_past_a_ring_stands_in_the_present) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1});
  const test::Scratch out;
  Diagnostics problems;
  auto plan = test::live_plan(std::string(of_a_ring) +
                                  "  ben:  {type: source, uri: \"virtual:seed=2?lead_in=40s\"}\n"
                                  "  hers: {type: sink.csv, in: ben.ppg, path: ben.csv}\n",
                              out.path(), problems);
  BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
  LiveOptions options;
  options.limit = 3s;  // behind the lead-in
  run_live(*plan, options);
  plan.reset();
  const auto times = test::CsvTable(out.path() / "ppg.csv").numbers("time_s");
  BOOST_TEST_REQUIRE(times.size() > 20U);
  BOOST_TEST(times.front() > 39.5);
  BOOST_TEST(times.back() < 43.1);
}

BOOST_AUTO_TEST_CASE(what_the_radio_loses_is_counted_and_a_gap_of_its_length) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1, .loss = 0.1});
  const test::Scratch out;
  const auto report = world.run(8s, out.path());
  const test::CsvTable ppg(out.path() / "ppg.csv");
  const auto lost = test::counter_of(report, "ring", "lost_samples") / 5;
  BOOST_TEST(lost > 0U);
  BOOST_TEST(lost <= world.totals.dropped);
  BOOST_TEST(test::counter_of(report, "ring", "lost_samples") == 5 * lost);
  BOOST_TEST(test::counter_of(report, "ring", "lost_packets") >= lost);  // and lists of intervals
  // What the ring sent came, but for frames before the session began and behind its end; what it
  // dropped between two that came is counted.
  const auto came = (ppg.rows() + 4) / 5;
  BOOST_TEST(came <= world.totals.sent);
  BOOST_TEST(world.totals.sent - came <= 10U);
  BOOST_TEST(world.totals.dropped - lost <= 10U);
}

BOOST_AUTO_TEST_CASE(bad_and_doubled_frames_are_told_from_good_ones) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0});
  world.air.run([&] {
    world.ring->cut(3);
    world.ring->repeat(4);
  });
  const test::Scratch out;
  const auto report = world.run(5s, out.path());
  const test::CsvTable ppg(out.path() / "ppg.csv");
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k) BOOST_TEST(times[k] > times[k - 1]);
  BOOST_TEST(world.totals.cut == 3U);
  BOOST_TEST(world.totals.repeated == 4U);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 3U);
}

/// A ring whose stop got lost would measure until its battery is empty.
BOOST_AUTO_TEST_CASE(a_ring_is_told_to_stop_until_it_was_heard) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1});
  const test::Scratch out;
  Diagnostics problems;
  auto plan = test::live_plan(of_a_ring, out.path(), problems);
  BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
  LiveOptions options;
  options.limit = 1s;
  run_live(*plan, options);
  int lost = 0;
  world.air.run([&] {
    BOOST_TEST(world.ring->totals().frames > 0U);
    world.air.daemon.hang(*world.ring, vring::Call::write_value, true);
    world.air.daemon.on_event([&](const vring::Peripheral*, const std::string& what) {
      if (what != "hang WriteValue") return;
      ++lost;
      world.air.daemon.hang(*world.ring, vring::Call::write_value, false);
    });
  });
  plan.reset();
  world.air.run([&] {
    BOOST_TEST(lost == 1);
    BOOST_TEST(!world.ring->left_measuring());
    BOOST_TEST(world.ring->totals().frames > 0U);
    world.air.daemon.on_event({});
  });
}

BOOST_AUTO_TEST_CASE(older_firmware_is_told_to_stop_in_its_own_way) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0});
  world.air.run([&] { world.ring->set_old_firmware(true); });
  const test::Scratch out;
  const auto report = world.run(1s, out.path());
  for (const auto& why : report.failures) BOOST_ERROR(why);
  BOOST_TEST(world.totals.frames > 0U);
  world.air.run([&] { BOOST_TEST(!world.ring->left_measuring()); });
}

BOOST_AUTO_TEST_CASE(all_its_sensors_stand_where_its_clock_has_them) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1}, 60);
  const test::Scratch out;
  const auto report = world.run(6s, out.path(), of_its_sensors);
  for (const auto& why : report.failures) BOOST_ERROR(why);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_packets") == 0U);

  const test::CsvTable ppg(out.path() / "ppg.csv"), acc(out.path() / "acc.csv"),
      skin(out.path() / "temperature.csv"), clock(out.path() / "clock.csv");
  BOOST_TEST(ppg.rows() >= 5U * 25);
  BOOST_TEST(ppg.rows() <= 6U * 25 + 1);
  BOOST_TEST(acc.rows() == ppg.rows());
  BOOST_TEST(skin.rows() == ppg.rows());
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k)
    BOOST_TEST(std::abs(times[k] - times[k - 1] - 0.04) < 0.033);  // bent while the clock settles
  for (const auto degc : skin.numbers("temperature_degc")) BOOST_TEST(std::abs(degc - 33) < 0.3);
  double g = 0;
  for (std::size_t k = 0; k < acc.rows(); ++k)
    g += std::hypot(*acc.number(k, "x_g"), *acc.number(k, "y_g"), *acc.number(k, "z_g"));
  BOOST_TEST(std::abs(g / static_cast<double>(acc.rows()) - 1) < 0.1);
  BOOST_TEST_REQUIRE(clock.rows() >= 4U);
  // Its answers bound the delay: narrower than what is declared of any ring, which is 150 ms and a frame.
  const auto last = clock.rows() - 1;
  BOOST_TEST(*clock.number(last, "delay_most_ms") < 150);
  BOOST_TEST(!world.ring->left_measuring());
}

BOOST_AUTO_TEST_CASE(what_the_radio_loses_of_its_sensors_is_counted_and_a_gap) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0.1, .loss = 0.1});
  const test::Scratch out;
  const auto report = world.run(8s, out.path(), of_its_sensors);
  const test::CsvTable ppg(out.path() / "ppg.csv");
  const auto lost = test::counter_of(report, "ring", "lost_packets");
  BOOST_TEST(lost > 0U);
  BOOST_TEST(lost <= world.totals.dropped);
  BOOST_TEST(test::counter_of(report, "ring", "lost_samples") == 5 * lost);
  const auto came = (ppg.rows() + 4) / 5;
  BOOST_TEST(came <= world.totals.sent);
  BOOST_TEST(world.totals.sent - came <= 10U);
  BOOST_TEST(world.totals.dropped - lost <= 10U);
}

/// Each is there, and none can be read: answers alone do not keep the link.
BOOST_AUTO_TEST_CASE(a_ring_whose_every_frame_is_cut_is_connected_to_anew_long,
                     *boost::unit_test::disabled()) {
  RingOnTheAir world({.interval_ms = 30, .retry = 0});
  world.air.run([&] { world.ring->cut(150); });  // those of the first 30 s
  const test::Scratch out;
  const auto report = world.run(36s, out.path());
  for (const auto& why : report.failures) BOOST_ERROR(why);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") >= 100U);
  const test::CsvTable status(out.path() / "status.csv");
  std::size_t left = 0;
  for (std::size_t k = 0; k < status.rows(); ++k) left += status.text(k, "event") == "disconnected";
  BOOST_TEST(left >= 1U);
  BOOST_TEST(test::CsvTable(out.path() / "ppg.csv").rows() > 25U);
  BOOST_TEST(!world.ring->left_measuring());
}

BOOST_AUTO_TEST_SUITE_END()
