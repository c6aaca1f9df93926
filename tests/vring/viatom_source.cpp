// ring.viatom on a real bus: both generations, what the radio breaks, and a ring that is no such ring.
#include "drivers/viatom_frames.hpp"
#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"
#include "viatom/live_decoder.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/radio.hpp"
#include "vring/viatom_ring.hpp"

#include <interbeat/keyed_random.hpp>

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

constexpr const char* o2ring_as_viatom =
    "{type: ring.viatom, device: \"ble:AA:00:00:00:06:01\", connect_timeout: 10 s}";
constexpr const char* o2ring_as_source =
    "{type: source, uri: \"ble:AA:00:00:00:06:01\", connect_timeout: 10 s}";

struct O2RingOnTheAir {
  explicit O2RingOnTheAir(Generation generation,
                          const vring::RadioOptions& radio = {.retry = 0.1}) {
    virtual_ring::Options anna;
    anna.seed = 1;
    anna.rate_hz = viatom::wave_hz_of(generation);
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

struct O2RingTiming {
  double p99_ms{}, interval_sd_ms{}, rate_hz{};
  std::uint64_t lost{};
};

std::vector<std::byte> o2ring_wave_reply(Generation generation, unsigned counter, std::size_t n) {
  std::vector<std::byte> payload(generation == Generation::o2ring_s ? 26 : 12);
  const auto put = [&](std::size_t at, std::size_t value) {
    payload[at] = static_cast<std::byte>(value & 0xFFU);
    payload[at + 1] = static_cast<std::byte>(value >> 8U);
  };
  if (generation == Generation::o2ring_s) put(0, counter);
  put(payload.size() - 2, n);
  payload.resize(payload.size() + n, std::byte{100});
  return generation == Generation::o2ring_s ? test::o2ring_s_reply(4, payload)
                                            : test::o2ring_reply(payload);
}

/// Five minutes of replies, the first half a minute to settle.
O2RingTiming o2ring_timing(Generation generation, double true_hz, double claimed_hz) {
  viatom::LiveDecoder decoder(generation, claimed_hz);
  vring::Radio radio({.interval_ms = 30, .retry = 0.1, .stall_per_min = 1}, 7, "ring");
  const KeyedRandom restless(7, "polls");
  const double period = generation == Generation::o2ring_s ? 0.25 : 1;
  device::Findings found;
  std::vector<double> errors, intervals;
  O2RingTiming result;
  std::uint64_t taken = 0;
  double asked = 1;
  for (unsigned k = 0; asked < 301; ++k) {
    const auto end = static_cast<std::uint64_t>(asked * true_hz);
    const auto n = static_cast<std::size_t>(end - taken);
    const auto arrival = radio.arrival(Time{} + from_seconds(asked));
    BOOST_TEST_REQUIRE(arrival.has_value());
    found.clear();
    const auto bytes = o2ring_wave_reply(generation, k, n);
    decoder.decode(device::Notification::of(0, bytes, Arrival{arrival->ns}), *arrival, found);
    for (const auto& run : found.samples()) {
      if (asked < 31) continue;
      for (std::uint64_t j = 0; j < run.n; ++j) {
        const double truth = static_cast<double>(taken + j) / true_hz;
        errors.push_back(seconds(run.clock.at(run.first_index + j) - Time{}) - truth);
      }
    }
    for (const auto& item : found.items())
      if (item.signal == source::Signal::clock)
        result.rate_hz = std::get<ClockModel>(item.item).rate_hz;
    taken = end;
    asked =
        std::max(asked + period + 0.02 * restless.uniform(k), seconds(*arrival - Time{}) + 0.005);
  }
  const auto apart = static_cast<std::size_t>(0.8 * true_hz);
  double square = 0;
  for (std::size_t k = apart; k < errors.size(); ++k)
    square += (errors[k] - errors[k - apart]) * (errors[k] - errors[k - apart]);
  result.interval_sd_ms = 1e3 * std::sqrt(square / static_cast<double>(errors.size() - apart));
  auto sorted = errors;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  for (auto& e : sorted) e = std::abs(e - median);
  std::sort(sorted.begin(), sorted.end());
  result.p99_ms = 1e3 * sorted[sorted.size() * 99 / 100];
  result.lost = decoder.counts().lost_samples;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(viatom_source)

BOOST_AUTO_TEST_CASE(an_o2ring_s_gives_waveform_beats_rate_and_saturation) {
  O2RingOnTheAir world(Generation::o2ring_s);
  const auto report = world.run(o2ring_as_viatom, 8s);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  BOOST_TEST(test::counter_of(report, "ring", "lost_samples") == 0U);
  BOOST_TEST(world.totals.clock_set);
  BOOST_TEST(world.totals.unauthenticated == 0U);

  const auto folder = world.out.path();
  const test::CsvTable ppg(folder / "ppg.csv"), rates(folder / "rates.csv"),
      spo2(folder / "spo2.csv"), clock(folder / "clock.csv"), beats(folder / "beats.csv");
  BOOST_TEST(ppg.rows() >= 6U * 100);
  BOOST_TEST(ppg.rows() <= 8U * 100 + 60);
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
  // What it says of itself may come before the session does; that it is put on again, does not.
  world.air.run_after(3s, [&] { world.ring->wear(false); });
  world.air.run_after(5s, [&] { world.ring->wear(true); });
  const auto report = world.run(o2ring_as_source, 9s);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 0U);
  const auto folder = world.out.path();
  const test::CsvTable ppg(folder / "ppg.csv"), spo2(folder / "spo2.csv"),
      status(folder / "status.csv");
  BOOST_TEST(ppg.rows() >= 4U * 125);
  BOOST_TEST(spo2.rows() >= 3U);
  bool worn = false;
  for (std::size_t k = 0; k < status.rows(); ++k) worn = worn || status.text(k, "event") == "worn";
  BOOST_TEST(worn);
}

BOOST_AUTO_TEST_CASE(a_reply_that_the_radio_breaks_is_lost_and_counted) {
  O2RingOnTheAir world(Generation::o2ring_s);
  world.air.run([&] { world.ring->spoil(2); });
  const auto report = world.run(o2ring_as_viatom, 4s);
  BOOST_TEST(world.totals.broken == 2U);
  BOOST_TEST(test::counter_of(report, "ring", "bad_packets") == 2U);
  const test::CsvTable ppg(world.out.path() / "ppg.csv");
  const auto times = ppg.numbers("time_s");
  for (std::size_t k = 1; k < times.size(); ++k) BOOST_TEST(times[k] > times[k - 1]);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_not_answered_is_asked_again) {
  O2RingOnTheAir world(Generation::o2ring);
  world.air.run([&] { world.ring->ignore(2); });
  const auto report = world.run(o2ring_as_viatom, 8s);
  BOOST_TEST(world.totals.ignored == 2U);
  BOOST_TEST(world.totals.replies >= 2U);
  BOOST_TEST(test::CsvTable(world.out.path() / "ppg.csv").rows() >= 2U * 125);
}

// The radio of the clock's own tests: 30 ms, one event in ten fails, a stall a minute. Polls come when they
// come; the ring counts on. Errors are those of sample times, less their median.
BOOST_AUTO_TEST_CASE(samples_stand_where_the_ring_measured_them) {
  for (const auto generation : {Generation::o2ring_s, Generation::o2ring}) {
    for (const double true_hz : {125.04, 100.3}) {
      const bool numbered = generation == Generation::o2ring_s;
      const auto result = o2ring_timing(generation, true_hz, true_hz > 110 ? 125 : 100);
      BOOST_TEST_MESSAGE((numbered ? "O2Ring-S, " : "O2Ring, ")
                         << true_hz << " Hz: p99 of |error| " << result.p99_ms
                         << " ms, intervals sd " << result.interval_sd_ms << " ms, rate "
                         << result.rate_hz << " Hz");
      BOOST_TEST(result.p99_ms <= 15);
      BOOST_TEST(result.interval_sd_ms <= 0.5);
      BOOST_TEST(std::abs(result.rate_hz / true_hz - 1) < 2e-4);
      BOOST_TEST(result.lost == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_such_ring_is_refused_with_what_it_is) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::BclRing>(o2ring_address, "O2Ring 1234", virtual_ring::Options{},
                          vring::RadioOptions{}, std::chrono::steady_clock::now());
  air.start();
  const test::Scratch out;
  Diagnostics problems;
  BOOST_TEST(
      (test::live_plan(graph_of_an_o2ring(o2ring_as_viatom), out.path(), problems) == nullptr));
  BOOST_TEST(
      problems.text().find("it is BCL, OpenRing, which ring.viatom does not read; take ring.bcl") !=
          std::string::npos,
      problems.text());
}

BOOST_AUTO_TEST_SUITE_END()
