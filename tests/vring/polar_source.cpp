// polar.pmd on a real bus: a strap's electrocardiogram, an armband's pulse, what the air loses, what a
// sensor refuses.
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "virtual_ring/truth.hpp"
#include "vring/polar.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace ib;
using namespace std::chrono_literals;
using polar::Measurement;

namespace {

/// The nodes behind a sensor; `more`: its params, from a comma on.
std::string of_a_sensor(const std::string& nodes, const std::string& more = {}) {
  return "interbeat: 1\nnodes:\n  polar: {type: polar.pmd, device: \"ble:AA:00:00:00:04:01\", "
         "connect_timeout: 10 s" +
         more + "}\n" + nodes;
}

virtual_ring::Options runner() {
  virtual_ring::Options o;
  o.seed = 3;
  o.hr_bpm = 75;
  o.ppm = 40;
  return o;
}

struct PolarOnTheAir {
  explicit PolarOnTheAir(const vring::PolarOptions& options = {},
                         const vring::RadioOptions& radio = {.interval_ms = 30, .retry = 0.1},
                         const virtual_ring::Options& wearer = runner()) {
    sensor = &air.add<vring::PolarSensor>("AA:00:00:00:04:01", "Polar H10 12345678", wearer, radio,
                                          std::chrono::steady_clock::now(), options);
    air.start();
  }
  RunReport run(const std::string& graph, Duration length) {
    Diagnostics problems;
    auto plan = test::live_plan(graph, out.path(), problems);
    BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
    LiveOptions options;
    options.limit = length;
    auto report = run_live(*plan, options);
    plan.reset();  // the sensor is told to stop
    for (const auto& why : report.failures) BOOST_ERROR(why);
    air.run([&] { totals = sensor->totals(); });
    return report;
  }
  std::string refusal(const std::string& graph) {
    Diagnostics problems;
    BOOST_TEST((test::live_plan(graph, out.path(), problems) == nullptr));
    return problems.text();
  }
  test::CsvTable table(const std::string& name) const {
    return test::CsvTable(out.path() / (name + ".csv"));
  }
  std::uint64_t starts(Measurement m) const { return totals.starts[static_cast<std::size_t>(m)]; }

  test::PrivateBus bus;
  test::Air air;
  vring::PolarSensor* sensor{};
  vring::PolarSensor::Totals totals;
  test::Scratch out;
};

vring::PolarOptions armband() {
  vring::PolarOptions o;
  o.chest = false;
  o.first_intervals = 2s;
  o.intervals_every = 1s;
  return o;
}

/// Of two neighbouring samples, the most that lies between them beyond a period.
double longest_hole_s(const std::vector<double>& times, double hz) {
  double longest = 0;
  for (std::size_t k = 1; k < times.size(); ++k)
    longest = std::max(longest, times[k] - times[k - 1] - 1 / hz);
  return longest;
}

constexpr const char* ecg_file = "  ecg: {type: sink.csv, in: polar.ecg, path: ecg.csv}\n";
constexpr const char* acc_file = "  acc: {type: sink.csv, in: polar.acc, path: acc.csv}\n";
constexpr const char* ppg_file = "  ppg: {type: sink.csv, in: polar.ppg, path: ppg.csv}\n";
constexpr const char* rr_file = "  rr: {type: sink.csv, in: polar.rr, path: rr.csv}\n";
constexpr const char* status_file =
    "  status: {type: sink.csv, in: polar.status, path: status.csv}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(polar_source)

BOOST_AUTO_TEST_CASE(beats_of_a_strap_are_those_of_the_heart) {
  PolarOnTheAir world;
  const auto report =
      world.run(of_a_sensor("  beats: {type: beat.ecg, in: polar.ecg}\n"
                            "  file: {type: sink.csv, in: beats, path: beats.csv}\n"
                            "  clock: {type: sink.csv, in: polar.clock, path: clock.csv}\n" +
                            std::string(ecg_file) + status_file),
                14s);
  BOOST_TEST(test::counter_of(report, "polar", "bad_packets") == 0U);
  BOOST_TEST(test::counter_of(report, "polar", "lost_samples") == 0U);
  const auto ecg = world.table("ecg").numbers("time_s");
  BOOST_TEST(ecg.size() > 12U * 130);
  BOOST_TEST(ecg.size() <= 14U * 130 + 1);
  BOOST_TEST(world.table("clock").rows() >= 10U);
  BOOST_TEST(world.starts(Measurement::ecg) == 1U);
  BOOST_TEST(world.starts(Measurement::acceleration) == 0U);  // nobody listens to it

  // Each interval found is one that the heart made, in order; the sensor's clock counts them.
  std::vector<double> found;
  const auto beats = world.table("beats");
  for (std::size_t k = 0; k < beats.rows(); ++k)
    if (const auto us = beats.number(k, "ibi_us"); us && beats.text(k, "valid") == "1")
      found.push_back(*us);
  BOOST_TEST_REQUIRE(found.size() >= 8U);
  std::vector<double> made;
  for (const auto& beat : virtual_ring::Truth(runner()).beats_until(Time{} + 40s))
    made.push_back(seconds(beat.rr) * 1e6 * (1 + 40e-6));
  double best = 1e9;
  for (std::size_t from = 0; from + found.size() <= made.size(); ++from) {
    double worst = 0;
    for (std::size_t k = 0; k < found.size(); ++k)
      worst = std::max(worst, std::abs(found[k] - made[from + k]));
    best = std::min(best, worst);
  }
  BOOST_TEST_MESSAGE(found.size() << " intervals, the worst off by " << best << " us");
  BOOST_TEST(best < 2000.0);  // a quarter of a sample
}

BOOST_AUTO_TEST_CASE(acceleration_of_a_strap_comes_as_the_graph_asks) {
  PolarOnTheAir world;
  world.run(of_a_sensor(acc_file, ", acc_rate: 200 Hz, acc_range: 4"), 4s);
  const auto acc = world.table("acc");
  BOOST_TEST(acc.rows() > 3U * 200);
  BOOST_TEST(acc.rows() <= 4U * 200 + 1);
  double g = 0;
  for (std::size_t k = 0; k < acc.rows(); ++k)
    g += std::hypot(*acc.number(k, "x_g"), *acc.number(k, "y_g"), *acc.number(k, "z_g"));
  BOOST_TEST(g / static_cast<double>(acc.rows()) > 0.9);
  BOOST_TEST(g / static_cast<double>(acc.rows()) < 1.1);
  BOOST_TEST(world.starts(Measurement::ecg) == 0U);
}

BOOST_AUTO_TEST_CASE(an_armband_gives_its_pulse_and_its_intervals) {
  PolarOnTheAir world(armband());
  const auto report =
      world.run(of_a_sensor(std::string(ppg_file) + acc_file + rr_file + status_file), 8s);
  BOOST_TEST(test::counter_of(report, "polar", "bad_packets") == 0U);
  const auto ppg = world.table("ppg");
  BOOST_TEST(ppg.rows() > 6U * 55);
  BOOST_TEST(ppg.rows() <= 8U * 55 + 1);
  // Upright: a pulse rises faster than it falls, so its slopes are skewed upwards.
  const auto light = ppg.numbers("ppg");
  double skew = 0;
  for (std::size_t k = 1; k < light.size(); ++k) skew += std::pow(light[k] - light[k - 1], 3);
  BOOST_TEST(skew > 0);
  const auto acc = world.table("acc");
  BOOST_TEST(acc.rows() > 6U * 52);
  BOOST_TEST(
      std::abs(std::hypot(*acc.number(9, "x_g"), *acc.number(9, "y_g"), *acc.number(9, "z_g")) -
               1) < 0.1);
  const auto rr = world.table("rr");
  BOOST_TEST(rr.rows() >= 3U);
  for (const auto us : rr.numbers("rr_1_us")) {
    BOOST_TEST(us > 500'000);
    BOOST_TEST(us < 1'200'000);
  }
  BOOST_TEST(rr.text(0, "contact") == "on");
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_not_what_it_offers_is_declared_as_it_is) {
  auto liar = armband();
  liar.ppg_says = 135;  // Verity Sense with firmware 1.1.5
  PolarOnTheAir world(liar);
  const auto report = world.run(of_a_sensor(ppg_file), 4s);
  BOOST_TEST(test::counter_of(report, "polar", "lost_samples") == 0U);
  const auto times = world.table("ppg").numbers("time_s");
  BOOST_TEST(longest_hole_s(times, 55) < 0.02);

  const auto why = world.refusal(of_a_sensor(ppg_file, ", ppg_rate: 135 Hz"));
  BOOST_TEST(
      why.find("AA:00:00:00:04:01: its pulse waveform comes at 55 Hz, though it offers 135 Hz; "
               "leave ppg_rate out, and the rate is taken as it comes") != std::string::npos,
      why);
}

BOOST_AUTO_TEST_CASE(a_frame_lost_on_the_air_is_a_gap_of_its_length) {
  PolarOnTheAir world;
  world.air.run([&] { world.sensor->after(4, [&] { world.sensor->drop(2); }); });
  const auto report = world.run(of_a_sensor(ecg_file), 7s);
  BOOST_TEST(world.totals.dropped_samples == 146U);
  BOOST_TEST(test::counter_of(report, "polar", "lost_samples") == 146U);
  BOOST_TEST(test::counter_of(report, "polar", "lost_packets") == 2U);
  const auto times = world.table("ecg").numbers("time_s");
  BOOST_TEST(std::abs(longest_hole_s(times, 130) - 146 / 130.0) < 0.02);
}

BOOST_AUTO_TEST_CASE(two_waveforms_on_a_lossy_air_lose_what_it_drops) {
  PolarOnTheAir world({}, {.interval_ms = 30, .retry = 0.1, .loss = 0.1});
  const auto report = world.run(of_a_sensor(std::string(ecg_file) + acc_file), 9s);
  const auto lost = test::counter_of(report, "polar", "lost_samples");
  BOOST_TEST(lost > 0U);
  BOOST_TEST(lost <= world.totals.dropped_samples);
  // Behind the last frame of each that came nobody knows of a loss; the first may have been lost, too.
  BOOST_TEST(world.totals.dropped_samples - lost <= 2U * 2 * 73);
  BOOST_TEST(test::counter_of(report, "polar", "bad_packets") == 0U);
  const auto ecg = world.table("ecg").numbers("time_s"), acc = world.table("acc").numbers("time_s");
  BOOST_TEST_REQUIRE(!ecg.empty());
  BOOST_TEST_REQUIRE(!acc.empty());
  for (std::size_t k = 1; k < ecg.size(); ++k) BOOST_TEST(ecg[k] > ecg[k - 1]);
  for (std::size_t k = 1; k < acc.size(); ++k) BOOST_TEST(acc[k] > acc[k - 1]);
}

BOOST_AUTO_TEST_CASE(what_was_lost_is_found_again_and_measures_on) {
  PolarOnTheAir world;
  world.air.run(
      [&] { world.sensor->after(4, [&] { world.air.daemon.lose(*world.sensor, 500ms); }); });
  const auto report = world.run(of_a_sensor(std::string(ecg_file) + status_file), 10s);
  BOOST_TEST(world.starts(Measurement::ecg) == 2U);
  BOOST_TEST(test::counter_of(report, "polar", "lost_samples") == 0U);  // not measured: not lost
  const auto times = world.table("ecg").numbers("time_s");
  BOOST_TEST(longest_hole_s(times, 130) > 0.5);
  BOOST_TEST(times.size() > 4U * 130);
  const auto status = world.table("status");
  std::string told;
  for (std::size_t k = 0; k < status.rows(); ++k) told += status.text(k, "event") + " ";
  BOOST_TEST(told.find("disconnected connected") != std::string::npos, told);
}

BOOST_AUTO_TEST_CASE(a_measurement_that_ends_by_itself_is_begun_again) {
  PolarOnTheAir world;
  world.air.run([&] { world.sensor->after(3, [&] { world.sensor->give_up(Measurement::ecg); }); });
  const auto report = world.run(of_a_sensor(std::string(ecg_file) + status_file), 10s);
  BOOST_TEST(world.starts(Measurement::ecg) == 2U);
  BOOST_TEST(test::counter_of(report, "polar", "lost_samples") == 0U);
  BOOST_TEST(longest_hole_s(world.table("ecg").numbers("time_s"), 130) > 4.0);
}

BOOST_AUTO_TEST_CASE(what_the_sensor_does_not_offer_is_a_sentence_at_its_place) {
  PolarOnTheAir world;
  const auto rate = world.refusal(of_a_sensor(acc_file, ", acc_rate: 33 Hz"));
  BOOST_TEST(rate.find("graph.yaml:3:") != std::string::npos, rate);
  BOOST_TEST(
      rate.find("AA:00:00:00:04:01: its acceleration comes at 25, 50, 100 or 200 Hz, not at "
                "33 Hz; write one of these as acc_rate, or leave it out") != std::string::npos,
      rate);
  const auto range = world.refusal(of_a_sensor(acc_file, ", acc_range: 16"));
  BOOST_TEST(range.find("its acceleration has a range of 2, 4 or 8 g, not of 16 g; write one of "
                        "these as acc_range, or leave it out") != std::string::npos,
             range);
  BOOST_TEST(!world.refusal(of_a_sensor(ppg_file)).empty());  // a strap has no pulse waveform
}

BOOST_AUTO_TEST_CASE(a_sensor_on_its_charger_says_so) {
  PolarOnTheAir world(armband());
  world.air.run([&] { world.sensor->charge(true); });
  const auto why = world.refusal(of_a_sensor(ppg_file));
  BOOST_TEST(
      why.find("it refuses to measure pulse waveform (error 13): it is being charged; take it "
               "off the charger") != std::string::npos,
      why);
}

BOOST_AUTO_TEST_CASE(a_sensor_that_answers_nothing_is_told_from_one_that_is_not_there) {
  PolarOnTheAir world;
  world.air.run([&] { world.sensor->mute(true); });
  const auto why = world.refusal(of_a_sensor(ecg_file));
  BOOST_TEST(why.find("it does not answer requests") != std::string::npos, why);
}

BOOST_AUTO_TEST_SUITE_END()
