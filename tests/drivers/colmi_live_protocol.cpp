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
  explicit ColmiTalk(Measure measure = Measure::heart_rate, bool keep = false)
      : protocol(
            measure, keep ? std::function<CivilTime()>{} : [] { return april; }) {
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
    if (is(start_raw())) return "raw";
    if (is(start_raw_long())) return "raw long";
    if (is(stop_raw())) return "stop raw";
    return hex(packet);
  }
  void take(const device::Outbox& out) {
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
      ColmiTalk talk(measure);
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
