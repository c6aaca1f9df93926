// ring.colmi on a real bus: rates of a firmware, its raw stream, what happens on the finger and on the air,
// and what such a ring cannot feed.
#include "bluetooth/search.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/colmi_ring.hpp"

#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;

namespace {

constexpr const char* rates_of_colmi = R"(interbeat: 1
nodes:
  ring: {type: ring.colmi, device: "ble:AA:00:00:00:04:01", connect_timeout: 10 s}
  rates:  {type: sink.csv, in: ring.heart_rate, path: rates.csv}
  status: {type: sink.csv, in: ring.status, path: status.csv}
)";

constexpr const char* samples_of_colmi = R"(interbeat: 1
nodes:
  ring: {type: ring.colmi, device: "ble:AA:00:00:00:04:01", measure: raw, raw_rate: 4.17 Hz}
  ppg:    {type: sink.csv, in: ring.ppg, path: ppg.csv}
  acc:    {type: sink.csv, in: ring.acc, path: acc.csv}
  clock:  {type: sink.csv, in: ring.clock, path: clock.csv}
)";

constexpr const char* spots_of_colmi = R"(interbeat: 1
nodes:
  ring: {type: ring.colmi, device: "ble:AA:00:00:00:04:01", spot: spo2}
  rates:  {type: sink.csv, in: ring.heart_rate, path: rates.csv}
  spots:  {type: sink.csv, in: ring.spot, path: spots.csv}
  oxygen: {type: sink.csv, in: ring.spo2, path: oxygen.csv}
)";

/// A ring on Anna's finger, and what is done to it while a graph runs.
struct ColmiOnTheAir {
  explicit ColmiOnTheAir(vring::ColmiFirmware firmware = {.warms_up = 1s},
                         const vring::RadioOptions& radio = {.interval_ms = 30, .retry = 0.1}) {
    virtual_ring::Options anna;
    anna.seed = 1;
    ring = &air.add<vring::ColmiRing>("AA:00:00:00:04:01", "R02_A1B2", anna, radio, firmware,
                                      std::chrono::steady_clock::now());
    air.start();
  }
  /// `meanwhile`: on the air's thread, so long after the ring streams.
  RunReport run(const char* graph, Duration length, const std::filesystem::path& out,
                Duration after = {}, const std::function<void()>& meanwhile = {}) {
    Diagnostics problems;
    auto plan = test::live_plan(graph, out, problems);
    BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
    LiveOptions options;
    options.limit = length;
    if (meanwhile) air.run_after(after, meanwhile);
    auto report = run_live(*plan, options);
    for (const auto& why : report.failures) BOOST_ERROR(why);
    air.run([&] { measured_last = ring->measures(); });
    plan.reset();  // the ring is told to stop
    air.run([&] {
      totals = ring->totals();
      measures_still = ring->measures();
    });
    return report;
  }

  test::PrivateBus bus;
  test::Air air;
  vring::ColmiRing* ring{};
  vring::ColmiRing::Totals totals;
  bool measured_last{}, measures_still{};
};

std::size_t count_of(const test::CsvTable& table, std::string_view column, std::string_view value) {
  std::size_t n = 0;
  for (std::size_t k = 0; k < table.rows(); ++k) n += table.text(k, column) == value ? 1U : 0U;
  return n;
}

std::string colmi_refusal(const std::string& nodes) {
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST((test::live_plan("interbeat: 1\nnodes:\n" + nodes, out.path(), problems) == nullptr));
  return problems.text();
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_source)

BOOST_AUTO_TEST_CASE(a_ring_gives_its_own_rate_once_it_is_warm) {
  ColmiOnTheAir world;
  const test::Scratch out;
  const auto report = world.run(rates_of_colmi, 7s, out.path());
  const test::CsvTable rates(out.path() / "rates.csv"), status(out.path() / "status.csv");
  // From 3.2 s on two a second; the first second of them has no value.
  BOOST_TEST(rates.rows() >= 5U);
  BOOST_TEST(rates.text(0, "reason") == "warming_up");
  BOOST_TEST(rates.text(0, "source") == "device");
  const auto values = rates.numbers("heart_rate_bpm");
  BOOST_TEST(values.size() >= 3U);
  for (const auto bpm : values) {
    BOOST_TEST(bpm > 45);
    BOOST_TEST(bpm < 90);
    BOOST_TEST(bpm == std::round(bpm));
  }
  BOOST_TEST(count_of(status, "event", "battery") == 1U);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  BOOST_TEST(world.totals.clock_set == 1U);
  BOOST_TEST(world.totals.started == 1U);
  BOOST_TEST(world.totals.forbidden == 0U);
  BOOST_TEST(world.measured_last);
  BOOST_TEST(!world.measures_still);
}

BOOST_AUTO_TEST_CASE(firmware_that_knows_one_way_is_measured_by_it_again_and_again) {
  // Two ways are refused, the third ends by itself after one rate.
  ColmiOnTheAir world({.realtime = false, .stream = false, .warms_up = 0s, .single_for = 1500ms});
  const test::Scratch out;
  world.run(rates_of_colmi, 14s, out.path());
  const test::CsvTable rates(out.path() / "rates.csv");
  BOOST_TEST(rates.numbers("heart_rate_bpm").size() >= 2U);
  BOOST_TEST(world.totals.refused == 2U);
  BOOST_TEST(world.totals.started >= 2U);
  BOOST_TEST(!world.measures_still);
}

BOOST_AUTO_TEST_CASE(without_contact_there_is_no_rate_and_the_reason) {
  ColmiOnTheAir world({.warms_up = 0s});
  const test::Scratch out;
  world.run(rates_of_colmi, 8s, out.path(), 5500ms, [&] { world.ring->wear(false); });
  const test::CsvTable rates(out.path() / "rates.csv"), status(out.path() / "status.csv");
  BOOST_TEST(rates.numbers("heart_rate_bpm").size() >= 2U);
  BOOST_TEST(count_of(rates, "contact", "off") >= 2U);
  for (std::size_t k = 0; k < rates.rows(); ++k) {
    if (rates.text(k, "contact") != "off") continue;
    BOOST_TEST(!rates.number(k, "heart_rate_bpm"));
    BOOST_TEST(rates.text(k, "reason") == "low_quality");
  }
  BOOST_TEST(count_of(status, "event", "not_worn") == 1U);
}

BOOST_AUTO_TEST_CASE(a_spot_measurement_comes_between_two_stretches_of_the_rate) {
  ColmiOnTheAir world({.warms_up = 500ms});
  const test::Scratch out;
  world.run(spots_of_colmi, 14s, out.path());
  const test::CsvTable rates(out.path() / "rates.csv"), spots(out.path() / "spots.csv"),
      oxygen(out.path() / "oxygen.csv");
  BOOST_TEST_REQUIRE(spots.rows() == 1U);
  BOOST_TEST(spots.text(0, "of") == "spo2");
  BOOST_TEST(spots.text(0, "end") == "measured");
  BOOST_TEST(*spots.number(0, "value") == world.ring->spot_value(3));
  BOOST_TEST_REQUIRE(oxygen.rows() == 1U);
  BOOST_TEST(*oxygen.number(0, "spo2_pct") == world.ring->spot_value(3));
  BOOST_TEST(oxygen.text(0, "contact") == "on");
  const auto at = *spots.number(0, "time_s");
  std::size_t before = 0, behind = 0;
  for (std::size_t k = 0; k < rates.rows(); ++k) {
    if (!rates.number(k, "heart_rate_bpm")) continue;
    ++(*rates.number(k, "time_s") < at ? before : behind);
  }
  BOOST_TEST(before >= 1U);
  BOOST_TEST(behind >= 2U);
  BOOST_TEST(world.totals.started == 3U);  // rate, spot, rate
  BOOST_TEST(!world.measures_still);
}

BOOST_AUTO_TEST_CASE(a_spot_measurement_that_is_refused_or_not_worn_says_so) {
  const test::Scratch out;
  {
    ColmiOnTheAir world({.warms_up = 0s, .spots = {}});
    world.run(spots_of_colmi, 10s, out.path() / "refused");
    const test::CsvTable spots(out.path() / "refused" / "spots.csv"),
        rates(out.path() / "refused" / "rates.csv");
    BOOST_TEST_REQUIRE(spots.rows() == 1U);
    BOOST_TEST(spots.text(0, "end") == "refused");
    BOOST_TEST(!spots.number(0, "value"));
    BOOST_TEST(*rates.number(rates.rows() - 1, "time_s") > *spots.number(0, "time_s") + 1);
  }
  ColmiOnTheAir world({.warms_up = 0s});
  world.ring->wear(false);
  world.run(spots_of_colmi, 16s, out.path() / "off");
  const test::CsvTable spots(out.path() / "off" / "spots.csv"),
      oxygen(out.path() / "off" / "oxygen.csv");
  BOOST_TEST_REQUIRE(spots.rows() == 1U);
  BOOST_TEST(spots.text(0, "end") == "not_worn");
  BOOST_TEST(!oxygen.number(0, "spo2_pct"));
  BOOST_TEST(oxygen.text(0, "contact") == "off");
  BOOST_TEST(oxygen.text(0, "reason") == "low_quality");
}

BOOST_AUTO_TEST_CASE(a_ring_that_stops_by_itself_is_started_again) {
  ColmiOnTheAir world({.realtime = false, .stream = false, .warms_up = 0s});
  const test::Scratch out;
  world.run(rates_of_colmi, 15s, out.path(), 5500ms, [&] { BOOST_TEST(world.ring->halt()); });
  BOOST_TEST(world.totals.started == 2U);
  const auto times = test::CsvTable(out.path() / "rates.csv").numbers("time_s");
  BOOST_TEST_REQUIRE(!times.empty());
  BOOST_TEST(times.back() > 12);
}

BOOST_AUTO_TEST_CASE(the_one_sensor_is_not_asked_for_samples_and_spot_measurements) {
  const auto why = colmi_refusal(
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\", measure: raw, spot: hrv}\n"
      "  file: {type: sink.csv, in: ring.ppg, path: ppg.csv}\n");
  BOOST_TEST(says(why, "graph.yaml:3:"), why);
  BOOST_TEST(says(why, "`measure: raw` and `spot` want its one optical sensor at once"), why);
}

BOOST_AUTO_TEST_CASE(a_score_of_the_maker_is_no_variability) {
  const std::string ring =
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\", spot: hrv}\n";
  for (const auto* node : {"  h: {type: hrv.window, intervals: ring.spot}\n",
                           "  c: {type: interval.clean, beats: ring.spot}\n"}) {
    const auto why = colmi_refusal(ring + node);
    BOOST_TEST(says(why, "\"ring.spot\" carries interbeat/spot_measurement/1 (irregular)"), why);
    BOOST_TEST(says(why, "a score of the maker is no variability"), why);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_that_was_lost_is_found_and_measured_again) {
  ColmiOnTheAir world({.warms_up = 0s});
  const test::Scratch out;
  world.run(rates_of_colmi, 14s, out.path(), 5s,
            [&] { world.air.daemon.lose(*world.ring, 300ms); });
  const test::CsvTable rates(out.path() / "rates.csv"), status(out.path() / "status.csv");
  BOOST_TEST(count_of(status, "event", "disconnected") >= 1U);
  BOOST_TEST(count_of(status, "event", "connected") >= 1U);
  const auto times = rates.numbers("time_s");
  double longest = 0;
  for (std::size_t k = 1; k < times.size(); ++k)
    longest = std::max(longest, times[k] - times[k - 1]);
  BOOST_TEST(longest > 3);  // 2 s of quiet and the handshake, at least
  BOOST_TEST(times.back() > 11);
  BOOST_TEST(world.totals.started == 2U);
  BOOST_TEST(world.totals.clock_set == 2U);
}

BOOST_AUTO_TEST_CASE(spoilt_frames_are_counted_and_believed_in_nothing) {
  ColmiOnTheAir world({.warms_up = 0s}, {.interval_ms = 30, .retry = 0});
  const test::Scratch out;
  const auto report = world.run(rates_of_colmi, 8s, out.path(), 4500ms, [&] {
    world.ring->corrupt(2);
    world.ring->cut(2);
    world.ring->babble(3);
  });
  BOOST_TEST(world.totals.bad == 7U);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 4U);
  BOOST_TEST(test::counter_of(report, "ring", "unknown_packets") == 3U);
  for (const auto bpm : test::CsvTable(out.path() / "rates.csv").numbers("heart_rate_bpm")) {
    BOOST_TEST(bpm > 45);
    BOOST_TEST(bpm < 90);
  }
}

BOOST_AUTO_TEST_CASE(samples_stand_where_the_ring_s_clock_has_them) {
  // The rings were seen to send the raw stream from either characteristic.
  ColmiOnTheAir world({.raw_hz = 4.17, .raw_on_other = true});
  const test::Scratch out;
  const auto report =
      world.run(samples_of_colmi, 10s, out.path(), 6s, [&] { world.ring->holes(2); });
  const test::CsvTable ppg(out.path() / "ppg.csv"), acc(out.path() / "acc.csv"),
      clock(out.path() / "clock.csv");
  BOOST_TEST(acc.rows() >= 20U);
  BOOST_TEST(ppg.rows() + 2 == acc.rows());
  BOOST_TEST(world.totals.holes == 2U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_samples") == 2U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_packets") == 0U);
  const auto times = acc.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k)
    BOOST_TEST(std::abs(times[k] - times[k - 1] - 1 / 4.17) < 0.1);
  BOOST_TEST(clock.rows() >= 4U);
  double g = 0;
  for (std::size_t k = 0; k < acc.rows(); ++k)
    g += std::hypot(*acc.number(k, "x_g"), *acc.number(k, "y_g"), *acc.number(k, "z_g"));
  BOOST_TEST(g / static_cast<double>(acc.rows()) > 0.9);
  BOOST_TEST(g / static_cast<double>(acc.rows()) < 1.1);
  BOOST_TEST(world.measured_last);
  BOOST_TEST(!world.measures_still);
}

BOOST_AUTO_TEST_CASE(packets_that_the_radio_drops_are_counted_without_any_number) {
  ColmiOnTheAir world({.raw_hz = 4.17}, {.interval_ms = 30, .retry = 0.1, .loss = 0.1});
  const test::Scratch out;
  const auto report = world.run(samples_of_colmi, 11s, out.path());
  const auto lost = test::counter_of(report, "ring", "lost_packets");
  BOOST_TEST(world.totals.raw_lost > 0U);
  BOOST_TEST(lost <= world.totals.raw_lost);
  // But for what was lost in front of a channel's first packet and in the last burst.
  BOOST_TEST(world.totals.raw_lost - lost <= 4U);
}

BOOST_AUTO_TEST_CASE(it_is_told_by_its_services_and_left_alone) {
  ColmiOnTheAir world;
  const auto found = bluetooth::examine({"AA:00:00:00:04:01", "", ""}, 10s);
  BOOST_TEST(found.problem == "");
  BOOST_TEST(found.probed.driver() == "ring.colmi");
  BOOST_TEST(world.ring->totals().started == 0U);
}

BOOST_AUTO_TEST_CASE(a_device_of_another_family_is_refused_in_a_sentence) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::BclRing>("AA:00:00:00:04:02", "R02_A1B3", virtual_ring::Options{},
                          vring::RadioOptions{}, std::chrono::steady_clock::now());
  air.start();
  const auto why = colmi_refusal(
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:02\"}\n"
      "  file: {type: sink.csv, in: ring.heart_rate, path: rates.csv}\n");
  BOOST_TEST(says(why, "graph.yaml:3:"), why);
  BOOST_TEST(says(why, "it does not have what such a device has"), why);
  BOOST_TEST(says(why, "by that it is: BCL, OpenRing; take ring.bcl"), why);
}

BOOST_AUTO_TEST_CASE(its_heart_rate_is_no_interval) {
  const std::string ring = "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\"}\n";
  const struct {
    const char* node;
    const char* place;
    const char* expected;
  } refused[] = {
      {"  h: {type: hrv.window, intervals: ring.heart_rate}\n",
       "graph.yaml:4:36: error: nodes.h.intervals", "expected interbeat/interval/1"},
      {"  c: {type: interval.clean, beats: ring.heart_rate}\n",
       "graph.yaml:4:36: error: nodes.c.beats", "expected interbeat/beat/1"},
      {"  b: {type: beat.rr, notifications: ring.heart_rate}\n",
       "graph.yaml:4:37: error: nodes.b.notifications", "expected interbeat/rr/1"},
  };
  for (const auto& r : refused) {
    const auto why = colmi_refusal(ring + r.node);
    BOOST_TEST(says(why, r.place), why);
    BOOST_TEST(says(why, "\"ring.heart_rate\" carries interbeat/heart_rate/1 (irregular)"), why);
    BOOST_TEST(says(why, r.expected), why);
    BOOST_TEST(
        says(why,
             "hint: the ring's own average, with no intervals in it; for these, or for beats, "
             "take ring.bcl or a chest strap (ble.heart_rate)"),
        why);
  }
}

BOOST_AUTO_TEST_CASE(its_samples_are_too_slow_for_beats) {
  ColmiOnTheAir world({.raw_hz = 4.17});
  const auto why = colmi_refusal(
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\", measure: raw, raw_rate: 4.17 "
      "Hz}\n"
      "  f: {type: filter.bandpass, in: ring.ppg}\n"
      "  b: {type: beat.ppg, in: f}\n"
      "  q: {type: quality.ppg, raw: ring.ppg, filtered: f, beats: b}\n"
      "  s: {type: sink.csv, in: q.beats, path: beats.csv}\n");
  BOOST_TEST(says(why, "graph.yaml:5:"), why);
  BOOST_TEST(says(why, "b needs at least 10 Hz on `in`, but f.out has 4.17 Hz"), why);
  BOOST_TEST(says(why,
                  "take the device's own heart rate, or intervals of one that has them (ring.bcl, "
                  "ble.heart_rate"),
             why);

  const auto at_1_hz = colmi_refusal(
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\", measure: raw}\n"
      "  f: {type: filter.bandpass, in: ring.ppg}\n"
      "  b: {type: beat.ppg, in: f}\n"
      "  s: {type: sink.csv, in: b, path: beats.csv}\n");
  BOOST_TEST(says(at_1_hz, "graph.yaml:4:"), at_1_hz);
  BOOST_TEST(says(at_1_hz, "for beats a waveform has 10 Hz and more (ring.bcl)"), at_1_hz);

  const auto without_raw = colmi_refusal(
      "  ring: {type: ring.colmi, device: \"ble:AA:00:00:00:04:01\"}\n"
      "  b: {type: beat.ppg, in: ring.ppg}\n"
      "  s: {type: sink.csv, in: b, path: beats.csv}\n");
  BOOST_TEST(says(without_raw, "graph.yaml:4:"), without_raw);
  BOOST_TEST(says(without_raw, "ring has no stream `ppg`, which b needs"), without_raw);
}

BOOST_AUTO_TEST_SUITE_END()
