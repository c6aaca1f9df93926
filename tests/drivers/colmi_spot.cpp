// One measurement on request: how it is asked for, how long it is waited for, and that it is stopped.
#include "colmi/spot.hpp"

#include "colmi/decode.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace ib::colmi {
namespace {

constexpr Arrival spot_at(double s) { return {static_cast<std::int64_t>(s * 1e9 + 0.5)}; }

/// A measurement of SpO2 from second 0 on, and what was written: "0 690301".
class SpotTalk {
 public:
  SpotTalk() { take(spot.start(Measurement::spo2, now)); }
  void until(double s) {
    while (next && *next <= spot_at(s)) {
      now = std::max(now, *next);
      take(spot.due(now));
    }
    now = spot_at(s);
  }
  void hear(double s, std::string_view first_bytes) {
    until(s);
    const auto frame = test::colmi_frame(first_bytes);
    take(spot.heard(decode(frame), now));
  }
  bool is_over() const { return spot.phase() == Spot::Phase::idle; }

  Spot spot;
  Arrival now{};
  std::optional<Arrival> next;
  std::vector<std::string> sent;

 private:
  void take(const Spot::Step& step) {
    next = step.deadline;
    if (step.send)
      sent.push_back(std::to_string(std::llround(static_cast<double>(now.ns) * 1e-9)) + " " +
                     test::hex(*step.send).substr(0, 6));
  }
};

void expect_spot(const SpotTalk& talk, const std::vector<std::string>& expected) {
  BOOST_TEST(talk.sent == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_spot)

BOOST_AUTO_TEST_CASE(zeros_are_waited_through_and_the_first_value_ends_it) {
  SpotTalk talk;
  for (int s = 1; s <= 20; ++s) talk.hear(s, "690300");
  talk.hear(21, "69030061");
  talk.until(22.9);
  BOOST_TEST(!talk.is_over());
  talk.until(23);  // 2 s of silence
  BOOST_TEST(talk.is_over());
  expect_spot(talk, {"0 690301", "21 6a0361"});
}

BOOST_AUTO_TEST_CASE(a_ring_that_does_not_answer_is_asked_in_the_other_form_and_then_left) {
  SpotTalk talk;
  talk.until(30);
  expect_spot(talk, {"0 690301", "3 690325", "6 6a0300"});
  BOOST_TEST(talk.is_over());
  BOOST_TEST(!talk.spot.was_refused());
  SpotTalk second;
  second.hear(4, "690300");  // the other form is understood
  second.hear(5, "6903005f");
  expect_spot(second, {"0 690301", "3 690325", "5 6a035f"});
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_it_at_once) {
  SpotTalk talk;
  talk.hear(0.3, "e9ee");
  BOOST_TEST(talk.is_over());
  BOOST_TEST(talk.spot.was_refused());
  expect_spot(talk, {"0 690301"});
}

// The answer to a start can have the bytes of the request, which are those of "not worn".
BOOST_AUTO_TEST_CASE(not_worn_is_believed_after_3_s) {
  SpotTalk echo;
  echo.hear(0.2, "690301");
  for (int s = 1; s <= 9; ++s) echo.hear(s, "690300");
  echo.hear(10, "69030061");
  expect_spot(echo, {"0 690301", "10 6a0361"});
  SpotTalk bare;
  for (int s = 1; s <= 4; ++s) bare.hear(s, "690301");
  bare.until(6);
  expect_spot(bare, {"0 690301", "4 6a0300"});
  BOOST_TEST(bare.is_over());
}

BOOST_AUTO_TEST_CASE(a_measurement_that_falls_silent_or_never_warms_up_has_an_end) {
  SpotTalk silent;
  silent.hear(1, "690300");
  silent.until(8);
  expect_spot(silent, {"0 690301", "6 6a0300"});
  SpotTalk cold;
  for (int s = 1; s <= 59; ++s) cold.hear(s, "690300");
  cold.until(62);
  expect_spot(cold, {"0 690301", "60 6a0300"});
  BOOST_TEST(cold.is_over());
}

BOOST_AUTO_TEST_CASE(a_stop_that_passes_unheard_is_said_up_to_three_times) {
  SpotTalk talk;
  talk.hear(1, "69030061");
  for (int k = 1; k <= 5; ++k) talk.hear(1 + k, "69030061");
  talk.until(7);
  expect_spot(talk, {"0 690301", "1 6a0361", "2 6a0361", "3 6a0361"});
  BOOST_TEST(talk.is_over());
}

BOOST_AUTO_TEST_CASE(what_is_of_another_measurement_changes_nothing) {
  SpotTalk talk;
  for (const auto* frame : {"69060048", "6908002d", "1e0048", "0347"}) talk.hear(1, frame);
  talk.until(3);
  expect_spot(talk, {"0 690301", "3 690325"});
}

// Whatever a ring says, it is over after 70 s, and of the sensor nothing but this is asked.
BOOST_AUTO_TEST_CASE(it_is_over_after_70_s_whatever_is_said) {
  for (const auto seed : test::cases(200)) {
    std::mt19937 random(seed);
    SpotTalk talk;
    for (double s = 0; s < 70 && !talk.is_over(); s += 0.01 * static_cast<double>(random() % 300)) {
      const char* said[] = {"690300", "690301", "690302", "69030020", "690600", "0347", "6a03"};
      talk.hear(s, said[random() % 7]);
    }
    talk.until(70);
    BOOST_TEST(talk.is_over(), seed);
    for (const auto& one : talk.sent) {
      const auto bytes = one.substr(one.find(' ') + 1);
      BOOST_TEST((bytes == "690301" || bytes == "690325" || bytes == "6a0300"),
                 one << ", " << seed);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
