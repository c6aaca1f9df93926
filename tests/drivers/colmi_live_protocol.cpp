// What is written to a Colmi ring, and when: its clock, its charge, a measurement that goes on, and nothing
// that could harm it. Time is a variable.
#include "colmi/live_protocol.hpp"

#include "colmi/requests.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace ib::colmi {
namespace {

constexpr CivilTime april{std::chrono::year{2025} / 4 / 9, 12, 34, 56};

/// A protocol, its clock, and what it wrote: "2 set time".
class ColmiTalk {
 public:
  explicit ColmiTalk(Measure measure = Measure::heart_rate, bool keep = false,
                     const SpotPlan& spots = {})
      : protocol(
            measure, keep ? std::function<CivilTime()>{} : [] { return april; }, spots) {
    device::Outbox out;
    protocol.begin(now, out);
    take(out);
  }
  void until(double s) {
    while (protocol.deadline() <= at(s)) {
      now = std::max(now, protocol.deadline());
      device::Outbox out;
      protocol.due(now, out);
      take(out);
    }
    now = at(s);
  }
  void hear(double s, std::string_view first_bytes) {
    until(s);
    const auto frame = test::colmi_frame(first_bytes);
    device::Outbox out;
    protocol.received(from_command, frame, now, out);
    take(out);
  }
  void end(double s) {
    until(s);
    device::Outbox out;
    protocol.end(now, out);
    take(out);
  }
  static Arrival at(double s) { return {std::llround(s * 1e9)}; }

  LiveProtocol protocol;
  Arrival now{};
  std::vector<std::string> sent;
  std::set<std::string> commands;  ///< first bytes
  int told_anew{};                 ///< begins and ends of spot measurements

 private:
  static std::string name(const wire::Packet& packet) {
    using test::hex;
    constexpr auto live = Measurement::realtime_heart_rate;
    const auto is = [&](const wire::Packet& p) { return hex(p) == hex(packet); };
    if (is(set_time(april))) return "set time";
    if (is(read_battery())) return "battery";
    if (is(start_measurement(live))) return "start 6";
    if (is(continue_measurement(live))) return "continue 6";
    if (is(stop_measurement(live))) return "stop 6";
    if (is(stop_measurement(live, 72))) return "stop 6 at 72";
    if (is(start_heart_rate_stream())) return "stream";
    if (is(stop_heart_rate_stream())) return "stop stream";
    if (is(start_measurement(Measurement::spo2))) return "start 3";
    if (is(start_measurement_25_s(Measurement::spo2))) return "start 3 for 25 s";
    if (is(stop_measurement(Measurement::spo2))) return "stop 3";
    if (is(stop_measurement(Measurement::spo2, 97))) return "stop 3 at 97";
    if (is(start_raw())) return "raw";
    if (is(start_raw_long())) return "raw long";
    if (is(stop_raw())) return "stop raw";
    return hex(packet);
  }
  void take(const device::Outbox& out) {
    told_anew += out.anew() ? 1 : 0;
    for (const auto& request : out.requests()) {
      BOOST_TEST(request.service == uuid::command_service);
      BOOST_TEST(request.characteristic == uuid::command_write);
      BOOST_TEST(!request.acknowledged);
      const auto tenths = now.ns / 100'000'000;
      auto text = std::to_string(tenths / 10);
      if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
      sent.push_back(text + " " + name(request.value));
      const auto bytes = test::hex(request.value);
      commands.insert(bytes.substr(0, bytes.starts_with("a1") ? 4 : 2));
    }
  }
};

void expect_written(const ColmiTalk& talk, const std::vector<std::string>& expected) {
  BOOST_TEST(talk.sent == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_live_protocol)

BOOST_AUTO_TEST_CASE(it_is_left_alone_for_2_s_then_set_asked_and_measured) {
  ColmiTalk talk;
  talk.until(3.5);
  expect_written(talk, {"2 set time", "2 battery", "3.2 start 6"});
  ColmiTalk keeps(Measure::heart_rate, true);
  keeps.until(3.5);
  expect_written(keeps, {"2 battery", "3.2 start 6"});
}

BOOST_AUTO_TEST_CASE(a_measurement_is_continued_and_the_charge_asked_each_minute) {
  ColmiTalk talk;
  for (int k = 0; k < 240; ++k) talk.hear(3.7 + 0.5 * k, "69060048");
  expect_written(talk,
                 {"2 set time", "2 battery", "3.2 start 6", "28.2 continue 6", "53.2 continue 6",
                  "62 battery", "78.2 continue 6", "103.2 continue 6", "122 battery"});
  BOOST_TEST(talk.protocol.failure() == "");
}

BOOST_AUTO_TEST_CASE(its_end_stops_the_measurement_twice_for_one_may_pass) {
  ColmiTalk talk;
  talk.hear(5, "69060048");
  talk.end(6);
  expect_written(talk,
                 {"2 set time", "2 battery", "3.2 start 6", "6 stop 6 at 72", "6 stop 6 at 72"});
  BOOST_TEST((talk.protocol.deadline() >= device::Protocol::never_due));
  ColmiTalk early;
  early.end(1);  // nothing runs, nothing is stopped
  expect_written(early, {});
  ColmiTalk raw(Measure::raw);
  raw.end(5);
  expect_written(raw, {"2 set time", "2 battery", "3.2 raw", "5 stop raw", "5 stop raw"});
}

BOOST_AUTO_TEST_CASE(a_ring_that_tells_no_rate_is_given_up_with_a_sentence) {
  ColmiTalk talk;
  talk.until(120);
  BOOST_TEST(talk.protocol.failure() ==
             "it has told no heart rate for 30 s, whatever it was asked");
  device::Outbox out;
  talk.protocol.begin(talk.now, out);  // connected again
  BOOST_TEST(talk.protocol.failure() == "");
}

BOOST_AUTO_TEST_CASE(a_ring_that_refuses_all_is_said_to) {
  ColmiTalk talk;
  talk.hear(3.4, "e9ee");
  talk.hear(3.6, "9eee");
  talk.hear(3.8, "e9ee");
  BOOST_TEST(talk.protocol.failure() ==
             "its firmware refuses every live heart rate that is known of such rings");
  ColmiTalk raw(Measure::raw);
  raw.hear(3.4, "a1ff");
  BOOST_TEST(raw.protocol.failure() ==
             "its firmware refuses the raw stream; measure: heart_rate is what it can give");
}

BOOST_AUTO_TEST_CASE(the_raw_stream_is_asked_for_in_both_forms_and_again) {
  ColmiTalk talk(Measure::raw, true);
  talk.until(8);
  expect_written(talk, {"2 battery", "3.2 raw", "7.2 raw long"});
  for (int k = 0; k < 10; ++k) talk.hear(8 + k, "a1022981");
  talk.until(38);
  expect_written(talk, {"2 battery", "3.2 raw", "7.2 raw long", "23 raw long", "29 raw long",
                        "35 stop raw", "35 raw long"});
}

BOOST_AUTO_TEST_CASE(a_spot_measurement_interrupts_the_rate_and_the_rate_goes_on) {
  ColmiTalk talk(Measure::heart_rate, true, {Measurement::spo2, 600s});
  talk.hear(3.5, "690600");  // warming up
  talk.hear(8, "690600");
  talk.hear(9, "69060048");  // it is there
  talk.until(11);            // 2 s of silence: the stop was heard
  BOOST_TEST(talk.told_anew == 1);
  for (int s = 12; s <= 20; ++s) talk.hear(s, "690300");
  talk.hear(21, "69030061");
  talk.until(23);
  BOOST_TEST(talk.told_anew == 2);
  for (double s = 23.5; s < 600; s += 0.5) talk.hear(s, "69060048");
  std::vector<std::string> of_the_sensor;
  for (const auto& one : talk.sent)
    if (one.find("battery") == std::string::npos && one.find("continue") == std::string::npos)
      of_the_sensor.push_back(one);
  const std::vector<std::string> expected{"3.2 start 6", "9 stop 6 at 72", "11 start 3",
                                          "21 stop 3 at 97", "23 start 6"};
  BOOST_TEST(of_the_sensor == expected, boost::test_tools::per_element());
  for (double s = 600; s < 624; s += 0.5) talk.hear(s, "69060048");
  BOOST_TEST(talk.sent.back() == "623 stop 6 at 72");  // 600 s behind the end of the first
  BOOST_TEST(talk.protocol.failure() == "");
}

BOOST_AUTO_TEST_CASE(the_rate_goes_on_by_the_way_that_had_answered) {
  ColmiTalk talk(Measure::heart_rate, true, {Measurement::spo2, 600s});
  talk.hear(3.4, "e9ee");  // its firmware knows the stream alone
  talk.hear(5, "1e0048");
  talk.until(7);
  talk.hear(7.5, "69030061");
  talk.until(9.5);
  expect_written(talk, {"2 battery", "3.2 start 6", "3.4 stream", "5 stop stream", "7 start 3",
                        "7.5 stop 3 at 97", "9.5 stream"});
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_asked_again_until_it_is_connected_anew) {
  ColmiTalk talk(Measure::heart_rate, true, {Measurement::spo2, 120s});
  talk.hear(4, "69060048");
  talk.hear(6.5, "e9ee");
  BOOST_TEST(talk.sent.back() == "6.5 start 6");
  BOOST_TEST(talk.told_anew == 2);
  for (double s = 7; s < 400; s += 0.5) talk.hear(s, "69060048");
  BOOST_TEST(talk.told_anew == 2);
  device::Outbox out;
  talk.protocol.begin(talk.now, out);
  talk.hear(404, "69060048");
  talk.until(406.5);
  BOOST_TEST(talk.sent.back() == "406 start 3");
}

BOOST_AUTO_TEST_CASE(a_ring_that_says_nothing_about_it_measures_its_rate_again) {
  ColmiTalk talk(Measure::heart_rate, true, {Measurement::spo2, 600s});
  talk.hear(4, "69060048");
  talk.until(14.5);
  expect_written(talk, {"2 battery", "3.2 start 6", "4 stop 6 at 72", "6 start 3",
                        "9 start 3 for 25 s", "12 stop 3", "14 start 6"});
  BOOST_TEST(talk.told_anew == 2);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_lost_in_it_has_it_repeated) {
  ColmiTalk talk(Measure::heart_rate, true, {Measurement::spo2, 600s});
  talk.hear(4, "69060048");
  talk.hear(7, "690300");
  device::Outbox out;
  talk.protocol.begin(talk.now, out);
  talk.hear(11, "69060048");
  talk.until(13.5);
  BOOST_TEST(talk.sent.back() == "13 start 3");
}

BOOST_AUTO_TEST_CASE(the_end_stops_what_is_under_way_twice) {
  ColmiTalk in_it(Measure::heart_rate, true, {Measurement::spo2, 600s});
  in_it.hear(4, "69060048");
  in_it.end(7);
  expect_written(
      in_it, {"2 battery", "3.2 start 6", "4 stop 6 at 72", "6 start 3", "7 stop 3", "7 stop 3"});
  ColmiTalk before_it(Measure::heart_rate, true, {Measurement::spo2, 600s});
  before_it.hear(4, "69060048");
  before_it.end(5);
  expect_written(before_it, {"2 battery", "3.2 start 6", "4 stop 6 at 72", "5 stop 6 at 72",
                             "5 stop 6 at 72"});
}

BOOST_AUTO_TEST_CASE(a_raw_stream_without_a_sample_is_given_up_whatever_else_the_ring_says) {
  ColmiTalk talk(Measure::raw, true);
  // It answers for its charge, acknowledges and refuses, but sends no sample.
  for (double s = 3.5; s < 33; s += 0.5) {
    for (const auto* frame : {"0347", "6a01", "e9ee", "5e01"}) talk.hear(s, frame);
    BOOST_TEST(talk.protocol.failure() == "", s);
  }
  talk.until(33.3);
  BOOST_TEST(talk.protocol.failure() == "it has sent no sample for 30 s, whatever it was asked");
  ColmiTalk stopped(Measure::raw, true);
  for (int k = 0; k < 20; ++k) stopped.hear(4 + k, "a1022981");
  for (int k = 0; k < 30; ++k) stopped.hear(24 + k, "0347");
  BOOST_TEST(stopped.protocol.failure() == "it has sent no sample for 30 s, whatever it was asked");
}

BOOST_AUTO_TEST_CASE(a_rate_that_comes_before_the_measurement_begins_changes_nothing) {
  ColmiTalk talk;
  talk.hear(1, "69060048");  // of a measurement that ran already
  talk.hear(1.5, "e9ee");
  talk.until(3.5);
  expect_written(talk, {"2 set time", "2 battery", "3.2 start 6"});
}

// Whatever a ring says: no reset (ff), no power-off (08), no firmware (bc), no sport that stays in its
// records (77), no setting (16, 2c, 36, 38).
BOOST_AUTO_TEST_CASE(nothing_a_ring_says_makes_it_write_anything_else) {
  const std::set<std::string> allowed{"01", "03", "1e", "69", "6a", "a102", "a104"};
  for (const auto seed : test::cases(200)) {
    std::mt19937 random(seed);
    for (const auto measure : {Measure::heart_rate, Measure::raw}) {
      SpotPlan spots;
      if (measure == Measure::heart_rate && random() % 2 == 0) spots = {Measurement::stress, 120s};
      ColmiTalk talk(measure, false, spots);
      double s = 0;
      for (int k = 0; k < 200; ++k) {
        s += 0.05 * static_cast<double>(random() % 100);
        const auto& all = test::colmi_replies();
        auto text = all[random() % all.size()].frame;
        if (random() % 4 == 0) text = random() % 2 == 0 ? "e9ee" : "9eee";
        talk.hear(s, text.substr(0, 30));
        if (!talk.protocol.failure().empty()) {
          device::Outbox out;
          talk.protocol.begin(talk.now, out);
        }
      }
      talk.end(s + 1);
      for (const auto& command : talk.commands)
        BOOST_TEST(allowed.contains(command), command << ", seed " << seed);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
