// What is written to a BCL ring, and when: that it measures, and goes on, and stops; and when it is given up. Time
// is a variable.
#include "bcl/live_protocol.hpp"

#include "bcl/frame_count.hpp"
#include "bcl/requests.hpp"

#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ib::bcl {
namespace {

using Said = std::vector<std::string>;

constexpr const char* a_wave = "00053101000110270000000000000000";
constexpr const char* a_cut_wave = "00053101000110270000000000";
constexpr const char* some_sensors =
    "00053c02 00 01 0068e5cf8b010000 01000000 02000000 03000000"
    "0a00 1400 e803 0100 ffff 0000 b482 f07d 0000";

/// A protocol, its clock, and what it wrote: "3 start". Of what begins anew, "anew" in front.
class RingTalk {
 public:
  explicit RingTalk(Mode mode = Mode::rr) : protocol(mode) { begin(0); }

  void begin(double s) {
    now = at(s);
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
  void hear(double s, std::string_view hex) {
    until(s);
    const auto value = test::bytes(hex);
    device::Outbox out;
    protocol.received(0, value, now, out);
    take(out);
  }
  /// Every 200 ms.
  void hear_all(double from, double to, std::string_view hex) {
    for (double s = from; s < to; s += 0.2) hear(s, hex);
  }
  Said end(double s) {
    until(s);
    sent.clear();
    device::Outbox out;
    protocol.end(now, out);
    take(out);
    return sent;
  }
  Said take_all() { return std::exchange(sent, {}); }
  static Arrival at(double s) { return {std::llround(s * 1e9)}; }

  LiveProtocol protocol;
  Arrival now{};
  Said sent;

 private:
  static std::string name(const wire::Packet& packet) {
    const auto text = test::hex(packet.bytes().subspan(2, 2));
    if (text == "1200") return "battery";
    if (text == "1002") return "clock";
    if (text == "3100") return "start";
    if (text == "3104") return "stop";
    if (text == "3102") return "stop old";
    if (text == "3c00") return "start raw";
    if (text == "3c04") return "stop raw";
    return text;
  }
  void take(const device::Outbox& out) {
    if (out.anew()) sent.emplace_back("anew");
    for (const auto& request : out.requests()) {
      BOOST_TEST(request.service == uuid::service);
      BOOST_TEST(request.characteristic == uuid::write);
      sent.push_back(fmt_seconds(now) + " " + name(request.value));
    }
  }
  static std::string fmt_seconds(Arrival t) {
    return std::to_string((t.ns + 500'000'000) / 1'000'000'000);
  }
};

FrameCount::Frame numbered(unsigned number, double s, std::uint64_t print) {
  return {static_cast<std::uint8_t>(number), print, RingTalk::at(s)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_live_protocol)

BOOST_AUTO_TEST_CASE(it_is_asked_for_its_charge_at_once_and_measures) {
  RingTalk ring;
  BOOST_TEST(ring.take_all() == (Said{"0 battery", "0 clock", "0 start"}),
             boost::test_tools::per_element());
  RingTalk raw(Mode::raw);
  BOOST_TEST(raw.take_all() == (Said{"0 battery", "0 clock", "0 start raw"}),
             boost::test_tools::per_element());
}

/// Its answer on its clock comes behind what was measured before, and in front of what is measured anew.
BOOST_AUTO_TEST_CASE(without_a_waveform_for_3_s_it_is_begun_anew_and_then_asked_for_its_clock) {
  RingTalk ring;
  ring.hear_all(0.2, 10.1, a_wave);
  ring.take_all();
  ring.until(12.9);
  BOOST_TEST(ring.sent.empty());
  ring.until(13.5);
  BOOST_TEST(ring.take_all() == (Said{"anew", "13 start", "13 clock"}),
             boost::test_tools::per_element());
  ring.hear(14, a_wave);  // and it goes on
  ring.hear_all(14.2, 40, a_wave);
  BOOST_TEST(ring.sent.empty());
}

BOOST_AUTO_TEST_CASE(after_15_s_it_is_stopped_first_by_both_commands) {
  RingTalk ring;
  ring.hear(0.2, a_wave);
  ring.take_all();
  ring.until(18.5);
  BOOST_TEST(ring.take_all() == (Said{"anew", "3 start", "3 clock", "anew", "8 start", "8 clock",
                                      "anew", "13 start", "13 clock", "anew", "18 stop",
                                      "18 stop old", "18 start", "18 clock"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(its_clock_is_asked_every_60_s) {
  RingTalk ring;
  ring.hear_all(0.2, 185, a_wave);
  ring.sent.erase(ring.sent.begin(), ring.sent.begin() + 3);
  BOOST_TEST(ring.sent == (Said{"60 clock", "120 clock", "180 clock"}),
             boost::test_tools::per_element());
}

/// An answer that comes before its first frame bounds nothing.
BOOST_AUTO_TEST_CASE(in_raw_its_clock_is_asked_behind_the_first_frame) {
  RingTalk ring(Mode::raw);
  ring.take_all();
  ring.hear_all(1, 10, some_sensors);
  BOOST_TEST(ring.take_all() == Said{"1 clock"}, boost::test_tools::per_element());
  BOOST_TEST(ring.end(10) == Said{"10 stop raw"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_ended_by_itself_is_begun_anew) {
  RingTalk ring;
  ring.hear(1, a_wave);
  ring.take_all();
  ring.hear(2, "000531ff63");
  BOOST_TEST(ring.sent.empty());
  ring.hear(2, "000531ff64");
  BOOST_TEST(ring.take_all() == (Said{"anew", "2 start", "2 clock"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(at_the_end_it_is_told_to_stop_and_nothing_more) {
  RingTalk ring;
  ring.hear(1, a_wave);
  BOOST_TEST(ring.end(1.5) == (Said{"2 stop", "2 stop old"}), boost::test_tools::per_element());
  BOOST_TEST((ring.protocol.deadline() >= device::Protocol::never_due));
}

/// What counts is a frame that could be read, not that something came.
BOOST_AUTO_TEST_CASE(a_ring_of_which_no_frame_can_be_read_is_given_up_after_30_s) {
  for (const auto mode : {Mode::rr, Mode::raw}) {
    RingTalk ring(mode);
    for (double s = 0.2; s < 29.9; s += 0.2) {
      ring.hear(s, a_cut_wave);
      ring.hear(s, "0002120055");                   // its charge
      ring.hear(s, "00053104");                     // what it was told, taken
      if (mode == Mode::raw) ring.hear(s, a_wave);  // of another measurement
      BOOST_TEST(ring.protocol.failure().empty(), s);
    }
    ring.until(30.1);
    BOOST_TEST(!ring.protocol.failure().empty());
    BOOST_TEST((ring.protocol.deadline() >= device::Protocol::never_due));
    ring.begin(40);  // the connection was made anew
    BOOST_TEST(ring.protocol.failure().empty());
    ring.until(69.9);
    BOOST_TEST(ring.protocol.failure().empty());
    ring.until(70.1);
    BOOST_TEST(!ring.protocol.failure().empty());
  }
}

BOOST_AUTO_TEST_CASE(one_that_says_why_it_measures_nothing_is_not_given_up) {
  for (const char* why : {"0005310000", "0005310002", "0005310004"}) {  // not worn, charging, busy
    RingTalk ring;
    ring.hear_all(0.2, 5, a_wave);
    ring.hear(5, why);
    ring.until(300);
    BOOST_TEST(ring.protocol.failure().empty(), why);
    ring.hear(300, "0005310001");  // worn: from here on it has 30 s
    ring.until(329.9);
    BOOST_TEST(ring.protocol.failure().empty(), why);
    ring.until(330.1);
    BOOST_TEST(!ring.protocol.failure().empty(), why);
  }
}

BOOST_AUTO_TEST_CASE(one_that_measures_again_has_30_s_anew) {
  RingTalk ring;
  ring.hear(29, a_wave);
  ring.until(58.9);
  BOOST_TEST(ring.protocol.failure().empty());
  ring.until(59.1);
  BOOST_TEST(!ring.protocol.failure().empty());
}

BOOST_AUTO_TEST_CASE(what_comes_behind_the_ring_s_answer_was_measured_anew) {
  // Three frames of one measurement; then it is begun anew and asked for its clock, both at 10 s.
  const auto begun = [](double answered_of) {
    FrameCount count;
    for (unsigned k = 0; k < 3; ++k) count.see(numbered(253 + k, 9 + 0.2 * k, k));
    count.expect_anew(RingTalk::at(10));
    count.answered(RingTalk::at(answered_of));
    return count;
  };
  // 255, then 0: they went round, or one begins. Its answer tells.
  BOOST_TEST(begun(10).begins_anew(numbered(0, 10.2, 7)));
  BOOST_TEST(!begun(9.9).begins_anew(numbered(0, 10.2, 7)));  // an answer to what was asked before
  BOOST_TEST(begun(10).begins_anew(numbered(8, 10.2, 7)));    // the first eight may be lost
  BOOST_TEST(!begun(10).begins_anew(numbered(9, 10.2, 7)));
  BOOST_TEST(begun(10).begins_anew(numbered(0, 20.1, 7)));  // however late
  // One answer, one beginning.
  auto count = begun(10);
  BOOST_TEST(count.see(numbered(0, 10.2, 7)).lost == 0U);
  BOOST_TEST(!count.begins_anew(numbered(1, 10.4, 8)));
  BOOST_TEST(count.see(numbered(2, 10.6, 9)).lost == 1U);
  // Nobody asked it to: an answer means nothing.
  FrameCount unasked;
  unasked.see(numbered(255, 9, 1));
  unasked.answered(RingTalk::at(10));
  BOOST_TEST(!unasked.begins_anew(numbered(0, 9.2, 2)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::bcl
