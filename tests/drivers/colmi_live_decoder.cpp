// What a Colmi ring sends as its source sees it: rates with and without a value, bursts with holes, bytes
// that are no frame.
#include "colmi/live_decoder.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"
#include "support/fenced_blocks.hpp"
#include "support/radio_link.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <locale>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace ib::colmi {

using source::Signal;

namespace {

/// A decoder, and all that it found.
class DecodedRing {
 public:
  explicit DecodedRing(Measure measure = Measure::heart_rate, double raw_hz = 1,
                       std::optional<Measurement> spot = {})
      : decoder(measure, raw_hz, spot) {
    hear(device::Notification::of(device::Notification::Kind::connected, Arrival{}), 0);
  }
  void hear(device::Notification got, double s) {
    const Time arrival = Time{} + from_seconds(s);
    got.arrival = Arrival{arrival.ns + 77};
    device::Findings found;
    decoder.decode(got, arrival, found);
    for (const auto& item : found.items()) {
      if (item.signal == Signal::heart_rate) rates.push_back(std::get<HeartRate>(item.item));
      if (item.signal == Signal::status) events.push_back(std::get<DeviceStatus>(item.item));
      if (item.signal == Signal::spot) spots.push_back(std::get<SpotMeasurement>(item.item));
      if (item.signal == Signal::spo2) oxygen.push_back(std::get<OxygenSaturation>(item.item));
      if (item.signal == Signal::clock) clocks.push_back(std::get<ClockModel>(item.item));
    }
    for (const auto& run : found.samples()) {
      auto& of = run.signal == Signal::ppg ? ppg : acc;
      of.push_back({run.clock.at(run.first_index),
                    run.first_index,
                    run.lost,
                    {found.values(run).begin(), found.values(run).end()}});
      BOOST_TEST((of.size() < 2 || of[of.size() - 2].t < of.back().t));
      BOOST_TEST((decoder.settled(run.signal, arrival) >= of.back().t));
    }
  }
  void frame(std::string_view first_bytes, double s, std::uint8_t from = from_command) {
    hear(device::Notification::of(from, test::colmi_frame(first_bytes), Arrival{}), s);
  }
  void asked_anew(double s) { decoder.asked_anew(Arrival{std::llround(s * 1e9) + 77}); }
  void whole(std::string_view all_bytes, double s, std::uint8_t from = from_command) {
    hear(device::Notification::of(from, test::bytes(all_bytes), Arrival{}), s);
  }
  std::vector<DeviceEvent> told() const {
    std::vector<DeviceEvent> all;
    for (const auto& status : events) all.push_back(status.event);
    return all;
  }

  struct Given {
    Time t;
    std::uint64_t index, lost;
    std::vector<float> values;
  };
  LiveDecoder decoder;
  std::vector<HeartRate> rates;
  std::vector<DeviceStatus> events;
  std::vector<SpotMeasurement> spots;
  std::vector<OxygenSaturation> oxygen;
  std::vector<ClockModel> clocks;
  std::vector<Given> ppg, acc;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_live_decoder)

BOOST_AUTO_TEST_CASE(a_rate_is_the_ring_s_own_and_nothing_else_comes_of_it) {
  DecodedRing ring;
  ring.frame("69060048", 1);  // 72
  ring.frame("6901004e", 2);  // 78, of the other kind
  ring.frame("1e0050", 3);    // 80, streamed
  BOOST_TEST_REQUIRE(ring.rates.size() == 3U);
  BOOST_TEST(*ring.rates[0].heart_rate_bpm == 72);
  BOOST_TEST(*ring.rates[1].heart_rate_bpm == 78);
  BOOST_TEST(*ring.rates[2].heart_rate_bpm == 80);
  BOOST_TEST((ring.rates[0].source == RateSource::device));
  for (const auto s : {Signal::rr, Signal::beats, Signal::ppg, Signal::acceleration, Signal::ecg})
    BOOST_TEST(!ring.decoder.shape(s).present);
  const LiveDecoder samples(Measure::raw);
  for (const auto s : {Signal::rr, Signal::beats, Signal::heart_rate})
    BOOST_TEST(!samples.shape(s).present);
}

BOOST_AUTO_TEST_CASE(a_reading_without_a_value_says_why) {
  DecodedRing ring;
  ring.frame("69060000", 1);  // warming up
  ring.frame("690602", 2);    // none for now
  ring.frame("690600fa", 3);  // 250
  ring.frame("690601", 4);    // not worn
  ring.frame("69060000", 5);  // warming up: not felt yet
  ring.frame("69060048", 6);
  BOOST_TEST_REQUIRE(ring.rates.size() == 6U);
  const std::vector<Reason> why{Reason::warming_up,  Reason::low_quality, Reason::out_of_range,
                                Reason::low_quality, Reason::warming_up,  Reason::none};
  const std::vector<ib::Contact> contact{ib::Contact::unknown, ib::Contact::unknown,
                                         ib::Contact::unknown, ib::Contact::off,
                                         ib::Contact::off,     ib::Contact::on};
  for (std::size_t k = 0; k < 6; ++k) {
    BOOST_TEST((ring.rates[k].reason == why[k]), k);
    BOOST_TEST((ring.rates[k].contact == contact[k]), k);
    BOOST_TEST(bool(ring.rates[k].heart_rate_bpm) == (k == 5), k);
  }
  const std::vector<DeviceEvent> told{DeviceEvent::connected, DeviceEvent::not_worn,
                                      DeviceEvent::worn};
  BOOST_TEST((ring.told() == told));
}

BOOST_AUTO_TEST_CASE(a_rate_that_stands_still_for_over_a_minute_is_a_remembered_one) {
  DecodedRing ring;
  for (int k = 1; k <= 70; ++k) ring.frame("69060057", k);
  BOOST_TEST(bool(ring.rates[60].heart_rate_bpm));
  BOOST_TEST(!ring.rates[61].heart_rate_bpm);
  BOOST_TEST((ring.rates[61].reason == Reason::low_quality));
  ring.frame("69060058", 71);
  BOOST_TEST(bool(ring.rates.back().heart_rate_bpm));
}

BOOST_AUTO_TEST_CASE(other_measurements_are_no_heart_rate) {
  DecodedRing ring;
  ring.frame("69030061", 1);  // SpO2 97
  ring.frame("690a003c", 2);  // the score that is called HRV
  ring.frame("6908002d", 3);  // stress
  BOOST_TEST(ring.rates.empty());
  BOOST_TEST(ring.decoder.counts().bad_packets == 0U);
}

BOOST_AUTO_TEST_CASE(a_charge_that_jumps_is_the_median_of_five) {
  DecodedRing ring;
  double s = 1;
  for (const int percent : {64, 79, 62, 66, 50, 65}) {
    std::ostringstream hex;
    hex << "03" << std::hex << percent;
    ring.frame(hex.str(), s++);
  }
  ring.frame("730c4001", s);  // pushed: 64 %, charging
  std::vector<double> told;
  for (const auto& status : ring.events)
    if (status.event == DeviceEvent::battery) told.push_back(*status.battery_pct);
  const std::vector<double> expected{64, 79, 64, 66, 64, 65, 64};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
  BOOST_TEST((ring.told()[7] == DeviceEvent::charging));
}

BOOST_AUTO_TEST_CASE(what_is_no_frame_is_counted_and_believed_in_nothing) {
  DecodedRing ring;
  ring.whole("69060048000000000000000000000000", 1);  // sum
  ring.whole("0340000000000000000000000000", 2);      // 14 bytes
  ring.whole("", 3);
  ring.whole("6906004800000000000000000000000000", 4);  // 17
  ring.frame("5e010203", 5);                            // no command that is known
  ring.frame("0365", 6);                                // a charge of 101 %
  BOOST_TEST(ring.decoder.counts().bad_packets == 5U);
  BOOST_TEST(ring.decoder.counts().unknown_packets == 1U);
  BOOST_TEST(ring.rates.empty());
  BOOST_TEST(ring.events.size() == 1U);                // connected
  ring.whole("bc2703008180ffffff", 7, from_big_data);  // not of this service: nobody's fault
  ring.frame("9eee", 8);                               // a refusal is an answer
  ring.frame("7319", 9);                               // a push that nobody described is sound
  BOOST_TEST(ring.decoder.counts().bad_packets == 5U);
  BOOST_TEST(ring.decoder.counts().unknown_packets == 2U);
}

BOOST_AUTO_TEST_CASE(a_spot_measurement_is_one_item_its_first_value) {
  DecodedRing ring(Measure::heart_rate, 1, Measurement::spo2);
  ring.frame("69030062", 1);  // nobody asked
  ring.asked_anew(10);
  for (int s = 11; s < 30; ++s) ring.frame("690300", s);
  ring.frame("69030061", 30);
  ring.frame("69030060", 31);  // until it hears the stop
  ring.asked_anew(33);
  ring.frame("69060048", 34);
  BOOST_TEST_REQUIRE(ring.spots.size() == 1U);
  BOOST_TEST(*ring.spots[0].value == 97);
  BOOST_TEST((ring.spots[0].of == SpotKind::spo2 && ring.spots[0].end == SpotEnd::measured));
  BOOST_TEST_REQUIRE(ring.oxygen.size() == 1U);
  BOOST_TEST(*ring.oxygen[0].spo2_pct == 97);
  BOOST_TEST((ring.oxygen[0].contact == ib::Contact::on));
  BOOST_TEST(ring.rates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_spot_measurement_without_a_value_says_why_at_its_end) {
  const struct {
    const char* said;
    SpotEnd end;
    Reason reason;
  } cases[] = {{"690300", SpotEnd::warming_up, Reason::warming_up},
               {"690301", SpotEnd::not_worn, Reason::low_quality},
               {"690302", SpotEnd::no_data, Reason::low_quality},
               {"69030020", SpotEnd::out_of_range, Reason::out_of_range},
               {"e9ee", SpotEnd::refused, Reason::stale},
               {"0347", SpotEnd::no_answer, Reason::stale}};
  for (const auto& c : cases) {
    DecodedRing ring(Measure::heart_rate, 1, Measurement::spo2);
    ring.asked_anew(10);
    ring.frame(c.said, 11);
    BOOST_TEST(ring.spots.empty());
    ring.asked_anew(20);
    ring.frame("69060048", 21);
    BOOST_TEST_REQUIRE(ring.spots.size() == 1U, c.said);
    BOOST_TEST(!ring.spots[0].value);
    BOOST_TEST((ring.spots[0].end == c.end), c.said);
    BOOST_TEST_REQUIRE(ring.oxygen.size() == 1U);
    BOOST_TEST(!ring.oxygen[0].spo2_pct);
    BOOST_TEST((ring.oxygen[0].reason == c.reason), c.said);
    BOOST_TEST(((ring.oxygen[0].contact == ib::Contact::off) == (c.end == SpotEnd::not_worn)));
  }
}

BOOST_AUTO_TEST_CASE(a_score_of_the_maker_is_a_spot_measurement_and_nothing_else) {
  for (const auto of : {Measurement::stress, Measurement::hrv}) {
    DecodedRing ring(Measure::heart_rate, 1, of);
    ring.asked_anew(10);
    ring.frame("69030061", 11);  // of another kind
    ring.frame(of == Measurement::stress ? "6908002d" : "690a002d", 12);
    ring.asked_anew(14);
    BOOST_TEST_REQUIRE(ring.spots.size() == 1U);
    BOOST_TEST(*ring.spots[0].value == 45);
    BOOST_TEST((ring.spots[0].of ==
                (of == Measurement::stress ? SpotKind::stress_score : SpotKind::hrv_score)));
    BOOST_TEST(ring.oxygen.empty());
    BOOST_TEST(ring.rates.empty());
    BOOST_TEST(
        (ring.decoder.shape(Signal::spot).present && !ring.decoder.shape(Signal::spo2).present));
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_ends_a_spot_measurement) {
  DecodedRing ring(Measure::heart_rate, 1, Measurement::spo2);
  ring.asked_anew(10);
  ring.frame("690300", 11);
  ring.hear(device::Notification::of(device::Notification::Kind::disconnected, Arrival{}), 15);
  BOOST_TEST_REQUIRE(ring.spots.size() == 1U);
  BOOST_TEST((ring.spots[0].end == SpotEnd::disconnected));
  ring.hear(device::Notification::of(device::Notification::Kind::connected, Arrival{}), 20);
  ring.asked_anew(25);  // again, sooner than it would be due
  ring.frame("69030061", 30);
  BOOST_TEST_REQUIRE(ring.spots.size() == 2U);
  BOOST_TEST(*ring.spots[1].value == 97);
}

BOOST_AUTO_TEST_CASE(bursts_stand_at_one_moment_and_holes_are_lost_samples) {
  DecodedRing ring(Measure::raw, 4.17);
  const auto burst = [&](double s, const char* green) {
    ring.frame("a10100a000c200720095010000", s, from_big_data);
    ring.frame(std::string("a102") + green, s + 0.0003, from_big_data);
    ring.frame("a103000c1f06fb03", s + 0.0004, from_big_data);
  };
  for (int k = 0; k < 8; ++k) burst(1 + 0.24 * k, k == 3 ? "0000" : "2981");
  BOOST_TEST(ring.ppg.size() == 7U);
  BOOST_TEST(ring.acc.size() == 8U);
  BOOST_TEST(ring.decoder.counts().lost_samples == 1U);
  BOOST_TEST(ring.decoder.counts().lost_packets == 0U);
  for (std::size_t k = 0; k < 7; ++k) {
    const auto& of_hand = ring.acc[k < 3 ? k : k + 1];
    BOOST_TEST((ring.ppg[k].t == of_hand.t), k);
    BOOST_TEST(ring.ppg[k].index == of_hand.index, k);
    BOOST_TEST(ring.ppg[k].lost == (k == 3 ? 1U : 0U), k);
    BOOST_TEST(ring.ppg[k].values[0] == 0x2981);
  }
  const auto& g = ring.acc[0].values;
  BOOST_TEST(std::hypot(g[0], g[1], g[2]) == 0.992, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(a_channel_that_is_missing_from_a_burst_is_counted) {
  DecodedRing ring(Measure::raw, 4);
  for (int k = 0; k < 12; ++k) {
    const double s = 1 + 0.25 * k;
    if (k != 2) ring.frame("a10100a0", s);
    if (k != 5 && k != 6) ring.frame("a1022981", s + 0.0003);
    if (k != 8) ring.frame("a103000c1f06fb03", s + 0.0004);
  }
  BOOST_TEST(ring.decoder.counts().lost_packets == 4U);
  BOOST_TEST(ring.decoder.counts().lost_samples == 3U);  // red is not given
  BOOST_TEST(ring.ppg.size() == 10U);
  BOOST_TEST(ring.acc.size() == 11U);
  BOOST_TEST(ring.ppg[5].lost == 2U);
}

BOOST_AUTO_TEST_CASE(the_published_log_has_ten_bursts_and_one_hole) {
  const auto file = test::shared("spec/drivers.md");
  if (!file) return test::skip_absent("spec/drivers.md");
  DecodedRing ring(Measure::raw, 4.17);
  for (const auto& line : test::fenced_block(*file, "vec-colmi-a1-log")) {
    std::istringstream in(line);
    double s = 0;
    std::string bytes;
    in.imbue(std::locale::classic());
    in >> s >> bytes;
    ring.whole(bytes, s);
  }
  std::vector<float> counts;
  for (const auto& given : ring.ppg) counts.push_back(given.values[0]);
  const std::vector<float> expected{10625, 10644, 10643, 10646, 10647, 10646, 10644, 10645, 10643};
  BOOST_TEST(counts == expected, boost::test_tools::per_element());
  BOOST_TEST(ring.acc.size() == 10U);
  BOOST_TEST(ring.decoder.counts().lost_packets == 0U);
  for (std::size_t k = 1; k < ring.acc.size(); ++k)
    BOOST_TEST(std::abs(seconds(ring.acc[k].t - ring.acc[k - 1].t) - 0.23985) < 0.003);
}

// The rates that were measured on stock firmware, all of them claimed as 1 Hz; the slowest radio that was
// seen. What was lost is found by arrival alone.
BOOST_AUTO_TEST_CASE(every_stock_rate_is_found_and_no_loss_invented) {
  for (const double hz : {0.99, 1.0, 1.011, 1.1}) {
    test::RadioLink link{.name = "colmi",
                         .claimed_hz = 1,
                         .true_hz = hz,
                         .n = 1,
                         .event_s = 0.12375,
                         .again = 0.15,
                         .seconds = 600};
    const test::Radio radio(link, 7);
    DecodedRing ring(Measure::raw, 1);
    for (const auto& packet : radio.packets())
      ring.frame("a103000c1f06fb03", seconds(packet.at - Arrival{}));
    BOOST_TEST(ring.decoder.counts().lost_packets == 0U, hz);
    BOOST_TEST_REQUIRE(!ring.clocks.empty());
    BOOST_TEST(ring.clocks.back().epoch == 1, hz);
    BOOST_TEST(std::abs(ring.clocks.back().rate_hz / hz - 1) < 0.001, hz);
  }
}

// Bursts that are lost whole, and packets out of bursts: each is counted, by arrival alone.
BOOST_AUTO_TEST_CASE(every_packet_that_is_lost_is_counted) {
  for (const auto seed : test::cases(8)) {
    const test::RadioLink link{.name = "colmi",
                               .claimed_hz = 4.17,
                               .true_hz = 4.17 * 1.003,
                               .n = 1,
                               .event_s = 0.05,
                               .again = 0.1,
                               .lost = 0.01,
                               .lost_from = 60,
                               .lost_to = 290,
                               .seconds = 300};
    const test::Radio radio(link, seed);
    const KeyedRandom chance(seed, "packets");
    DecodedRing ring(Measure::raw, 4.17);
    std::uint64_t lost = 0, next = 0, k = 0;
    for (const auto& packet : radio.packets()) {
      lost += 3 * (packet.first - std::exchange(next, packet.first + 1));
      const double s = seconds(packet.at - Arrival{});
      const bool spares = s < 60 || s > 290;
      for (const auto* frame : {"a10100a0", "a1022981", "a103000c1f06fb03"}) {
        if (spares || chance.uniform(k++) >= 0.01) ring.frame(frame, s + 1e-4 * double(k % 3));
        else ++lost;
      }
    }
    BOOST_TEST(lost > 20U, "seed " << seed);
    BOOST_TEST(ring.decoder.counts().lost_packets == lost, "seed " << seed);
    BOOST_TEST(ring.clocks.back().epoch == 1, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_that_comes_back_begins_anew) {
  DecodedRing ring(Measure::raw, 4);
  const auto three = [&](double s) {
    for (int k = 0; k < 3; ++k) {
      ring.frame("a1022981", s + 0.25 * k);
      ring.frame("a103000c1f06fb03", s + 0.25 * k + 0.0004);
    }
  };
  three(1);
  ring.hear(device::Notification::of(device::Notification::Kind::disconnected, Arrival{}), 2);
  ring.hear(device::Notification::of(device::Notification::Kind::connected, Arrival{}), 4);
  three(5);
  BOOST_TEST(ring.ppg.size() == 6U);
  BOOST_TEST(ring.decoder.counts().lost_packets == 0U);
  BOOST_TEST(seconds(ring.ppg[3].t - ring.ppg[2].t) > 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
