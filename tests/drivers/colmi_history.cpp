// A Colmi ring asked for its logs: in what order, how patiently, what is believed of the answers, and that it
// is asked only. Time is a variable.
#include "colmi/history_protocol.hpp"

#include "colmi/crc16_modbus.hpp"

#include "drivers/colmi_replies.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace ib::colmi {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;
using std::chrono::local_seconds;

constexpr local_days first_of_june{std::chrono::year{2026} / 6 / 1};  // 1780272000: 80 cb 1c 6a

/// A protocol, its clock, the ring's clock (noon of the first of June), and what it wrote.
class HistoryTalk {
 public:
  explicit HistoryTalk(unsigned days = 1)
      : shelf(std::make_shared<HistoryShelf>()),
        protocol(
            days, [this] { return shown; }, shelf) {
    begin();
  }
  void begin() {
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
  /// Until all its patience is at its end.
  void until_done() {
    for (int k = 0; k < 200 && !protocol.done(); ++k)
      until(static_cast<double>(protocol.deadline().ns) * 1e-9);
    BOOST_TEST(protocol.done());
  }
  void hear(std::string_view first_bytes) { hear(from_command, test::colmi_frame(first_bytes)); }
  void hear(From from, const std::vector<std::byte>& value) {
    device::Outbox out;
    protocol.received(from, value, now, out);
    take(out);
  }
  /// A message of big data, with its CRC or another.
  void hear_big(std::uint8_t id, std::string_view payload, unsigned wrong = 0) {
    const auto body = test::bytes(payload);
    const unsigned crc = crc16_modbus(body) ^ wrong;
    std::vector<std::byte> message{std::byte{0xBC}, std::byte{id}};
    for (const unsigned word : {static_cast<unsigned>(body.size()), crc})
      for (const unsigned shift : {0U, 8U})
        message.push_back(static_cast<std::byte>(word >> shift & 0xFFU));
    message.insert(message.end(), body.begin(), body.end());
    hear(from_big_data, message);
  }
  /// Heart rates and steps are none, so that big data comes next.
  void to_big_data() {
    until(2);
    hear("15ff");
    hear("43ff");
  }
  const History& history() const { return protocol.history(); }
  static Arrival at(double s) { return {std::llround(s * 1e9)}; }

  CivilTime shown{std::chrono::year{2026} / 6 / 1, 12, 0, 0};
  std::shared_ptr<HistoryShelf> shelf;
  HistoryProtocol protocol;
  Arrival now{};
  std::vector<std::string> sent;         ///< first bytes, in hexadecimal digits
  std::vector<std::size_t> night_forms;  ///< bytes of each request for sleep

 private:
  void take(const device::Outbox& out) {
    for (const auto& request : out.requests()) {
      const auto packet = test::hex(request.value);
      const bool big = packet.starts_with("bc");
      BOOST_TEST(request.service == (big ? uuid::big_data_service : uuid::command_service));
      BOOST_TEST(!request.read);
      if (packet.starts_with("bc27")) night_forms.push_back(request.value.size());
      sent.push_back(packet.substr(0, big ? 4 : packet.starts_with("15") ? 10 : 4));
    }
  }
};

bool any_remark(const History& history, std::string_view part) {
  for (const auto& remark : history.remarks)
    if (remark.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_history)

BOOST_AUTO_TEST_CASE(logs_are_asked_for_one_after_the_other_and_nothing_is_written) {
  HistoryTalk talk(2);
  talk.until(1.9);
  BOOST_TEST(talk.sent.empty());
  talk.until(2);
  talk.hear("15ff");
  talk.hear("15ff");
  talk.hear("43ff");
  talk.hear("43ff");
  talk.hear_big(0x2A, "");
  talk.hear_big(0x27, "00");
  talk.hear_big(0x25, "");
  std::string all;
  for (const auto& one : talk.sent) all += one + " ";
  BOOST_TEST(all == "1580cb1c6a 15007a1b6a 4300 4301 bc2a bc27 bc25 ");
  BOOST_TEST(talk.protocol.done());
  BOOST_TEST(talk.history().empty());
  BOOST_TEST(talk.history().remarks.empty());
  BOOST_TEST(talk.shelf->wait(0s));
}

BOOST_AUTO_TEST_CASE(a_ring_that_never_answers_is_asked_three_times_for_each_log) {
  HistoryTalk talk(7);
  talk.until_done();
  BOOST_TEST(talk.sent.size() == 5U * 3);
  BOOST_TEST(talk.history().remarks.size() == 5U);
  BOOST_TEST(talk.history().missing_logs == 7U + 7 + 3);
  BOOST_TEST(any_remark(
      talk.history(), "its heart rates of 2026-06-01 did not come: 3 requests were not answered"));
  BOOST_TEST(static_cast<double>(talk.now.ns) * 1e-9 == 2 + 6 * 3 + 9 * 5);
  BOOST_TEST(talk.history().empty());
}

BOOST_AUTO_TEST_CASE(an_empty_slot_is_none_and_what_cannot_be_is_counted) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("1500023c");
  talk.hear("150180cb1c6a003e0000f100004000");  // 62, 241, 64
  BOOST_TEST_REQUIRE(talk.history().rates.size() == 2U);
  BOOST_TEST((talk.history().rates[0].at == first_of_june + 1h));
  BOOST_TEST(talk.history().rates[0].item.heart_rate_bpm == 62);
  BOOST_TEST(talk.history().rates[0].item.slot_s == 3600);
  BOOST_TEST((talk.history().rates[1].at == first_of_june + 7h));
  BOOST_TEST(talk.history().refused == 1U);
}

BOOST_AUTO_TEST_CASE(a_slot_that_has_not_begun_holds_nothing) {
  HistoryTalk talk;
  talk.shown.hour = 6;
  talk.until(2);
  talk.hear("1500023c");
  talk.hear("150180cb1c6a000000000000404142");  // at 6, 7 and 8 o'clock
  BOOST_TEST(talk.history().rates.size() == 1U);
  BOOST_TEST(talk.history().refused == 2U);
}

BOOST_AUTO_TEST_CASE(a_lost_packet_is_asked_for_again_and_in_the_end_told) {
  HistoryTalk talk;
  for (int time = 0; time < 3; ++time) {
    talk.until(2 + 2 * time);
    BOOST_TEST(talk.sent.size() == 1U + static_cast<unsigned>(time));
    talk.hear("1500033c");
    talk.hear("150180cb1c6a003e00000000004000");
  }
  talk.until(8);
  BOOST_TEST(talk.sent.back() == "4300");
  BOOST_TEST(talk.history().rates.empty());
  BOOST_TEST(talk.history().missing_logs == 1U);
  BOOST_TEST(
      any_remark(talk.history(), "its heart rates of 2026-06-01 did not come whole in 3 requests"));
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_at_the_second_request_is_whole) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("1500023c");
  talk.until(4);
  talk.hear("1500023c");
  talk.hear("150180cb1c6a003e00000000004000");
  BOOST_TEST(talk.history().rates.size() == 2U);
  BOOST_TEST(talk.history().remarks.empty());
}

BOOST_AUTO_TEST_CASE(two_transfers_that_are_mixed_are_waited_out) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("1500033c");
  talk.hear("150180cb1c6a003e00000000004000");
  talk.hear("150180cb1c6a004500000000004000");  // another transfer's
  talk.until(3);
  talk.hear("150201");  // still not quiet
  talk.until(4.9);
  BOOST_TEST(talk.sent.size() == 1U);
  talk.until(5);
  BOOST_TEST(talk.sent.size() == 2U);
  talk.hear("1500023c");
  talk.hear("150180cb1c6a003e00000000004000");
  BOOST_TEST(talk.history().rates.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_day_that_was_not_asked_for_is_not_taken_for_it) {
  HistoryTalk talk;
  for (int time = 0; time < 3; ++time) {
    talk.until(2 + 2 * time);
    talk.hear("1500023c");
    talk.hear("1501007a1b6a003e00000000004000");  // the last of May
  }
  talk.until(8);
  BOOST_TEST(talk.history().rates.empty());
  BOOST_TEST(talk.history().missing_logs == 1U);
}

BOOST_AUTO_TEST_CASE(a_ring_whose_clock_stands_in_2106_is_told) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("1500023c");
  talk.hear("1501ffffffff003e00000000004000");
  BOOST_TEST(talk.history().rates.size() == 2U);
  BOOST_TEST(any_remark(talk.history(), "its clock is wrong"));
}

BOOST_AUTO_TEST_CASE(a_log_that_is_refused_is_not_asked_for_again) {
  HistoryTalk talk(3);
  talk.until(2);
  talk.hear("95ee");
  BOOST_TEST(talk.sent.back() == "4300");
  talk.hear("c3ee");
  BOOST_TEST(talk.sent.back() == "bc2a");
  BOOST_TEST(talk.sent.size() == 3U);
  BOOST_TEST(talk.history().missing_logs == 6U);
  BOOST_TEST(any_remark(talk.history(), "its firmware refuses to tell them"));
}

BOOST_AUTO_TEST_CASE(steps_stand_where_their_rows_say_and_a_missing_row_is_told) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("15ff");
  for (int time = 0; time < 3; ++time) {
    talk.hear("43f00201");
    talk.hear("432606012000027900150010");  // 08:00, 0 of 2: 1210 cal, 21 steps, 16 m
    if (time < 2) talk.until(4 + 2 * time);
  }
  BOOST_TEST(talk.history().steps.empty());
  talk.until(8);
  BOOST_TEST_REQUIRE(talk.history().steps.size() == 1U);
  const auto& row = talk.history().steps[0];
  BOOST_TEST((row.at == first_of_june + 8h));
  BOOST_TEST(row.item.steps == 21);
  BOOST_TEST(row.item.distance_m == 16);
  BOOST_TEST(row.item.energy_kcal == 1.21);
  BOOST_TEST(any_remark(talk.history(), "are incomplete: 1 of 2 rows did not come in 3 requests"));
  BOOST_TEST(talk.history().missing_logs == 1U);
}

BOOST_AUTO_TEST_CASE(steps_of_another_date_tell_that_the_ring_s_clock_is_another) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear("15ff");
  talk.hear("43f00101");
  talk.hear("432605312000017900150010");
  BOOST_TEST_REQUIRE(talk.history().steps.size() == 1U);
  BOOST_TEST((talk.history().steps[0].at == first_of_june - 16h));
  BOOST_TEST(any_remark(talk.history(), "bear the date 2026-05-31"));
}

BOOST_AUTO_TEST_CASE(oxygen_sleep_and_temperature_are_days_back_from_the_ring_s_today) {
  HistoryTalk talk(2);
  talk.until(2);
  for (const auto* none : {"15ff", "15ff", "43ff", "43ff"}) talk.hear(none);
  std::string oxygen = "02" + std::string(96, '0') + "01" + std::string(96, '0');
  oxygen.replace(2 + 2 * 2 * 3, 4, "5d60");       // two days ago: not asked for
  oxygen.replace(98 + 2 + 2 * 2 * 3, 4, "5d60");  // yesterday at 3: 93 to 96
  oxygen.replace(98 + 2 + 2 * 2 * 4, 4, "605d");  // and 96 to 93, which is none
  talk.hear_big(0x2A, oxygen);
  BOOST_TEST_REQUIRE(talk.history().spo2.size() == 1U);
  BOOST_TEST((talk.history().spo2[0].at == first_of_june - 21h));
  BOOST_TEST(talk.history().spo2[0].item.lowest_pct == 93);
  BOOST_TEST(talk.history().spo2[0].item.highest_pct == 96);
  BOOST_TEST(talk.history().refused == 1U);
  // From 23:50 to 00:30: light 10 min, 5 min of nothing, REM 25 min.
  talk.hear_big(0x27, "01000a96051e00020a00050419");
  BOOST_TEST_REQUIRE(talk.history().nights.size() == 1U);
  const auto& night = talk.history().nights[0];
  BOOST_TEST((night.start == first_of_june - 10min));
  BOOST_TEST_REQUIRE(night.stages.size() == 2U);
  BOOST_TEST((night.stages[1] == ShownNight::Stage{15min, 25min, LoggedStage::rem}));
  std::string temperature = "013c" + std::string(48, '0');
  temperature.replace(4 + 2 * 5, 2, "a5");
  talk.hear_big(0x25, temperature);
  BOOST_TEST_REQUIRE(talk.history().temperatures.size() == 1U);
  BOOST_TEST((talk.history().temperatures[0].at == first_of_june - 19h));
  BOOST_TEST(talk.history().temperatures[0].item.temperature_degc == 36.5);
  BOOST_TEST(talk.history().remarks.empty());
  BOOST_TEST(talk.protocol.done());
}

BOOST_AUTO_TEST_CASE(a_night_whose_stages_do_not_sum_up_is_told) {
  HistoryTalk talk;
  talk.to_big_data();
  talk.hear_big(0x2A, "");
  talk.hear_big(0x27, "01000896051e00020a0405");
  BOOST_TEST(any_remark(talk.history(), "lasts 40 min by its begin and end, but 15 by its stages"));
  BOOST_TEST(talk.history().nights.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_with_a_wrong_crc_is_believed_when_it_comes_the_same_twice) {
  HistoryTalk talk;
  talk.to_big_data();
  std::string oxygen = "00" + std::string(96, '0');
  oxygen.replace(2 + 2 * 2 * 3, 4, "5d60");
  talk.hear_big(0x2A, oxygen, 1);
  BOOST_TEST(talk.history().spo2.empty());
  talk.hear_big(0x2A, oxygen, 1);
  BOOST_TEST(talk.history().spo2.size() == 1U);
  BOOST_TEST(talk.history().bad_packets == 2U);
  BOOST_TEST(any_remark(talk.history(), "came the same twice"));
}

BOOST_AUTO_TEST_CASE(
    of_messages_that_never_fit_their_crc_the_last_whole_one_is_given_with_a_remark) {
  HistoryTalk talk;
  talk.to_big_data();
  std::string oxygen = "00" + std::string(96, '0');
  for (const auto* range : {"5d60", "5e60", "5f60"})
    talk.hear_big(0x2A, oxygen.replace(2 + 2 * 2 * 3, 4, range), 1);
  BOOST_TEST_REQUIRE(talk.history().spo2.size() == 1U);
  BOOST_TEST(talk.history().spo2[0].item.lowest_pct == 0x5F);
  BOOST_TEST(talk.history().bad_packets == 3U);
  BOOST_TEST(talk.history().doubtful_logs == 1U);
  BOOST_TEST(talk.history().missing_logs == 0U);
  BOOST_TEST(any_remark(talk.history(), "its checksum did not fit in 3 requests"));
  BOOST_TEST(talk.sent.back() == "bc27");
}

BOOST_AUTO_TEST_CASE(messages_that_fit_neither_their_crc_nor_whole_days_are_left_out) {
  HistoryTalk talk;
  talk.to_big_data();
  for (const auto* payload : {"005d60", "005e60", "005f60"}) talk.hear_big(0x2A, payload, 1);
  BOOST_TEST(talk.history().spo2.empty());
  BOOST_TEST(talk.history().doubtful_logs == 0U);
  BOOST_TEST(talk.history().missing_logs == 1U);
  BOOST_TEST(any_remark(talk.history(), "its oxygen saturation did not come whole in 3 requests"));
}

BOOST_AUTO_TEST_CASE(a_night_that_is_in_doubt_is_asked_for_in_the_same_words) {
  HistoryTalk talk;
  talk.to_big_data();
  talk.hear_big(0x2A, "");
  // What the two other forms would bring differs: with naps there is a nap more.
  for (int time = 0; time < 2; ++time) talk.hear_big(0x27, "01000896051e00020a051e", 0x0100);
  BOOST_TEST(talk.night_forms == (std::vector<std::size_t>{8, 8}),
             boost::test_tools::per_element());
  BOOST_TEST(talk.history().nights.size() == 1U);
  BOOST_TEST(talk.history().doubtful_logs == 1U);
  BOOST_TEST(any_remark(talk.history(), "came the same twice"));
}

BOOST_AUTO_TEST_CASE(
    a_ring_that_does_not_know_a_form_of_the_request_for_sleep_is_asked_in_the_next) {
  HistoryTalk talk;
  talk.to_big_data();
  talk.hear_big(0x2A, "");
  talk.until(12.5);  // 5 s of silence, twice
  BOOST_TEST(talk.night_forms == (std::vector<std::size_t>{8, 7, 6}),
             boost::test_tools::per_element());
  talk.hear_big(0x27, "01000896051e00020a051e");
  BOOST_TEST(talk.history().nights.size() == 1U);
  BOOST_TEST(talk.history().missing_logs == 0U);
}

BOOST_AUTO_TEST_CASE(a_doubt_at_the_last_request_but_one_outlives_the_silence_behind_it) {
  HistoryTalk talk;
  talk.to_big_data();
  talk.hear_big(0x2A, "");
  talk.hear_big(0x27, "01000896051e00020a051e", 1);
  talk.until(20);
  BOOST_TEST(talk.night_forms == (std::vector<std::size_t>{8, 8, 7}),
             boost::test_tools::per_element());
  BOOST_TEST(talk.history().nights.size() == 1U);
  BOOST_TEST(talk.history().doubtful_logs == 1U);
}

BOOST_AUTO_TEST_CASE(midnight_between_request_and_answer_shifts_nothing) {
  HistoryTalk talk;
  talk.shown = {std::chrono::year{2026} / 6 / 1, 23, 59, 58};
  talk.to_big_data();
  talk.shown = {std::chrono::year{2026} / 6 / 2, 0, 0, 1};
  std::string oxygen = "00" + std::string(96, '0');
  oxygen.replace(2 + 2 * 2 * 3, 4, "5d60");
  talk.hear_big(0x2A, oxygen);  // of which today?
  BOOST_TEST(talk.history().spo2.empty());
  BOOST_TEST(talk.sent.back() == "bc2a");
  oxygen.replace(0, 2, "01");
  talk.hear_big(0x2A, oxygen + "00" + std::string(96, '0'));
  BOOST_TEST(talk.sent.back() == "bc27");
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_lost_goes_on_with_the_log_in_hand) {
  HistoryTalk talk(2);
  talk.until(2);
  talk.hear("15ff");
  talk.hear("1500023c");
  talk.begin();  // it is back
  talk.hear("1501007a1b6a003e00000000004000");
  BOOST_TEST(talk.history().rates.empty());
  const auto asked = talk.sent.size();
  talk.until(3.9);
  BOOST_TEST(talk.sent.size() == asked);
  talk.until(4);
  BOOST_TEST(talk.sent.back() == "15007a1b6a");
  talk.hear("1500023c");
  talk.hear("1501007a1b6a003e00000000004000");
  BOOST_TEST(talk.history().rates.size() == 2U);
}

BOOST_AUTO_TEST_CASE(frames_come_from_either_characteristic) {
  HistoryTalk talk;
  talk.until(2);
  talk.hear(from_big_data, test::colmi_frame("1500023c"));
  talk.hear(from_big_data, test::colmi_frame("150180cb1c6a003e"));
  BOOST_TEST(talk.history().rates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_drips_has_an_end) {
  HistoryTalk talk;
  talk.until(2);
  for (int k = 0; k < 29; ++k) {
    talk.hear("1500033c");  // it begins anew, for ever
    talk.until(3 + k);
  }
  BOOST_TEST(talk.sent.size() == 1U);
  talk.until(32);
  BOOST_TEST(talk.sent.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
