// The frames of BCL rings: what may be asked, what is answered, and that nothing else is believed.
#include "bcl/clock_exchange.hpp"
#include "bcl/decode.hpp"
#include "bcl/requests.hpp"
#include "bcl/sequence.hpp"
#include "bcl/uuid.hpp"

#include "support/bcl_frames.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace ib;
using test::bytes;
using test::hex;

namespace {

/// What must be a `Message`; the frame outlives it.
template <class Message>
Message bcl_message(const std::vector<std::byte>& frame,
                    bcl::LedOrder order = bcl::LedOrder::red_first) {
  const auto decoded = bcl::decode(frame, order);
  BOOST_TEST_REQUIRE(std::holds_alternative<Message>(decoded), hex(frame));
  return std::get<Message>(decoded);
}

std::string bcl_refusal(std::string_view frame) {
  const auto from = bytes(frame);
  const auto decoded = bcl::decode(from);
  const auto* refused = std::get_if<bcl::Refused>(&decoded);
  return refused != nullptr ? labels(refused->reason)[static_cast<std::size_t>(refused->reason)]
                            : "";
}

std::vector<std::int32_t> bcl_rr_ms(const bcl::RrIntervals& intervals) {
  std::vector<std::int32_t> ms;
  for (std::size_t k = 0; k < intervals.items.size(); ++k)
    ms.push_back(intervals.items[k].rr_ms.value_or(-1));
  return ms;
}

/// A copy that ends where the memory ends, so that reading on is seen.
struct BclRoom {
  std::unique_ptr<std::byte[]> room;
  std::size_t size;
  explicit BclRoom(wire::Bytes from) : room(new std::byte[from.size()]), size(from.size()) {
    std::copy(from.begin(), from.end(), room.get());
  }
  wire::Bytes bytes() const { return {room.get(), size}; }
};

constexpr bcl::Axes bcl_axes(std::int16_t x, std::int16_t y, std::int16_t z) { return {x, y, z}; }

const bcl::LedOrder infrared_first = bcl::LedOrder::infrared_first;

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_codec)

// What may be asked.

BOOST_AUTO_TEST_CASE(requests_are_the_published_bytes) {
  bcl::SensorOptions recorder;  // as a published recorder asks
  BOOST_TEST(hex(bcl::start_heart_rate(1, {30, true, true, true})) == "000131001e19010101");
  BOOST_TEST(hex(bcl::stop_heart_rate(1)) == "00013104");
  BOOST_TEST(hex(bcl::start_spo2(1)) == "0001320000190101");
  BOOST_TEST(hex(bcl::start_sensors(1, recorder)) == "00013c0000001010100101");
}

BOOST_AUTO_TEST_CASE(requests_without_a_published_frame_follow_their_layout) {
  BOOST_TEST(hex(bcl::set_time(2, 0x0102030405060708, -3)) == "000210000807060504030201fd");
  BOOST_TEST(hex(bcl::time_sync(2, 0x0102030405060708)) == "000210020807060504030201");
  BOOST_TEST(hex(bcl::software_version_request(2)) == "00021100");
  BOOST_TEST(hex(bcl::hardware_version_request(2)) == "00021101");
  BOOST_TEST(hex(bcl::battery_request(2)) == "00021200");
  BOOST_TEST(hex(bcl::battery_state_request(2)) == "00021201");
  BOOST_TEST(hex(bcl::start_heart_rate(2)) == "000231000019010101");
  BOOST_TEST(hex(bcl::start_heart_rate(2, {0, false, true, false})) == "000231000019000100");
  BOOST_TEST(hex(bcl::stop_heart_rate_old(2)) == "00023102");
  BOOST_TEST(hex(bcl::stop_spo2(2)) == "00023206");
  BOOST_TEST(hex(bcl::stop_spo2_old(2)) == "00023202");
  BOOST_TEST(hex(bcl::start_motion(2)) == "00024006");
  BOOST_TEST(hex(bcl::start_acceleration(2)) == "00024004");
  BOOST_TEST(hex(bcl::stop_motion(2)) == "00024000");
  BOOST_TEST(hex(bcl::start_sensors(2, {5, 25, 1, 2, 3, true, false})) == "00023c0005190102030100");
  BOOST_TEST(hex(bcl::stop_sensors(2)) == "00023c04");
}

// Each function once. 37 (reset, power off), 36 (history, 36 03 deletes it) and updates are not here.
BOOST_AUTO_TEST_CASE(no_other_command_can_be_sent) {
  std::set<std::string> sent;
  for (const wire::Packet& p :
       {bcl::set_time(9, 0, 0), bcl::time_sync(9, 0), bcl::software_version_request(9),
        bcl::hardware_version_request(9), bcl::battery_request(9), bcl::battery_state_request(9),
        bcl::start_heart_rate(9), bcl::stop_heart_rate(9), bcl::stop_heart_rate_old(9),
        bcl::start_spo2(9), bcl::stop_spo2(9), bcl::stop_spo2_old(9), bcl::start_motion(9),
        bcl::start_acceleration(9), bcl::stop_motion(9), bcl::start_sensors(9),
        bcl::stop_sensors(9)}) {
    BOOST_TEST(hex(p.bytes().first(2)) == "0009");
    sent.insert(hex(p.bytes().subspan(2, 2)));
  }
  const std::set<std::string> may{"1000", "1002", "1100", "1101", "1200", "1201",
                                  "3100", "3102", "3104", "3200", "3202", "3206",
                                  "3c00", "3c04", "4000", "4004", "4006"};
  BOOST_TEST(sent == may, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ids_go_round_from_0_to_253) {
  BOOST_TEST(bcl::id_after(0) == 1);
  BOOST_TEST(bcl::id_after(252) == 253);
  BOOST_TEST(bcl::id_after(253) == 0);
  BOOST_TEST(bcl::id_after(255) == 0);
}

BOOST_AUTO_TEST_CASE(uuids_are_written_as_bluez_does) {
  for (const auto id : {bcl::uuid::service, bcl::uuid::write, bcl::uuid::notify}) {
    BOOST_TEST(id.size() == 36U);
    BOOST_TEST(id.substr(0, 6) == "bae800");
    BOOST_TEST(id.substr(8) == "-4f05-4503-8e65-3af1f7329d1f");
  }
}

// What is answered: the published vectors.

BOOST_AUTO_TEST_CASE(a_result_of_heart_rate) {
  const auto m = bcl_message<bcl::HeartRateResult>(bytes("0005310003482d1ee40d"));
  BOOST_TEST(int{m.hr_bpm.value()} == 72);
  BOOST_TEST(int{m.hrv_score} == 45);
  BOOST_TEST(int{m.stress_score} == 30);
  BOOST_TEST(m.temperature_centi_degc == 3556);
}

BOOST_AUTO_TEST_CASE(not_worn) {
  const auto m = bcl_message<bcl::Contact>(bytes("0005310000"));
  BOOST_CHECK(m.of == bcl::Measurement::heart_rate);
  BOOST_CHECK(m.event == bcl::Contact::Event::not_worn);
}

BOOST_AUTO_TEST_CASE(intervals) {
  const auto frame = bytes("000531020703200338032003");
  const auto m = bcl_message<bcl::RrIntervals>(frame);
  BOOST_TEST(int{m.seq} == 7);
  BOOST_TEST(bcl_rr_ms(m) == (std::vector<std::int32_t>{800, 824, 800}),
             boost::test_tools::per_element());
  BOOST_TEST(m.tail_bytes == 0U);
}

BOOST_AUTO_TEST_CASE(a_green_wave) {
  const auto frame = bytes("0005310101021027000000000000000420270000000001000004");
  const auto m = bcl_message<bcl::GreenWave>(frame);
  BOOST_TEST(int{m.seq} == 1);
  BOOST_TEST_REQUIRE(m.items.size() == 2U);
  BOOST_TEST(m.items[0].green_counts == 10000U);
  BOOST_CHECK(m.items[0].acceleration_counts == bcl_axes(0, 0, 1024));
  BOOST_TEST(m.items[1].green_counts == 10016U);
  BOOST_CHECK(m.items[1].acceleration_counts == bcl_axes(0, 1, 1024));
}

BOOST_AUTO_TEST_CASE(progress_and_battery) {
  const auto progress = bcl_message<bcl::Progress>(bytes("000531ff64"));
  BOOST_CHECK(progress.of == bcl::Measurement::heart_rate);
  BOOST_TEST(int{progress.percent} == 100);
  const auto battery = bcl_message<bcl::Battery>(bytes("0002120055"));
  BOOST_TEST(int{battery.percent} == 85);
  BOOST_TEST(!battery.pushed);
  BOOST_TEST(bcl_message<bcl::Battery>(bytes("0002120255")).pushed);
}

// The other kinds, from their layouts.

BOOST_AUTO_TEST_CASE(every_state_of_the_finger_is_an_event_of_its_own) {
  using Event = bcl::Contact::Event;
  const std::vector<std::pair<std::string, Event>> codes{{"00", Event::not_worn},
                                                         {"01", Event::worn},
                                                         {"02", Event::charging},
                                                         {"04", Event::busy},
                                                         {"05", Event::timeout}};
  for (const auto& [code, event] : codes) {
    const auto of_31 = bcl_message<bcl::Contact>(bytes("00053100" + code));
    BOOST_CHECK(of_31.of == bcl::Measurement::heart_rate && of_31.event == event);
    const auto of_32 = bcl_message<bcl::Contact>(bytes("00053200" + code));
    BOOST_CHECK(of_32.of == bcl::Measurement::spo2 && of_32.event == event);
  }
  const auto motion = bcl_message<bcl::Contact>(bytes("0007400601"));
  BOOST_CHECK(motion.of == bcl::Measurement::motion && motion.event == Event::busy);
  BOOST_TEST(bcl_refusal("0005310006") == "bad_value");
}

BOOST_AUTO_TEST_CASE(a_result_of_oxygen_has_two_bytes_before_its_temperature) {
  const auto m = bcl_message<bcl::Spo2Result>(bytes("00053200034861e40d"));
  BOOST_TEST(int{m.hr_bpm.value()} == 72);
  BOOST_TEST(int{m.spo2_percent.value()} == 97);
  BOOST_TEST(m.temperature_centi_degc == 3556);
}

BOOST_AUTO_TEST_CASE(a_rate_or_saturation_of_0_is_none) {
  BOOST_TEST(!bcl_message<bcl::HeartRateResult>(bytes("0005310003002d1ee40d")).hr_bpm);
  const auto m = bcl_message<bcl::Spo2Result>(bytes("00053200030000e40d"));
  BOOST_TEST(!m.hr_bpm);
  BOOST_TEST(!m.spo2_percent);
  BOOST_TEST(bcl_refusal("00053200034865e40d") == "bad_value");  // 101 %
}

BOOST_AUTO_TEST_CASE(an_interval_of_0_or_less_is_none_and_keeps_its_place) {
  const auto frame = bytes("0005310207042003 0000 ffff 2003");
  const auto m = bcl_message<bcl::RrIntervals>(frame);
  BOOST_TEST(bcl_rr_ms(m) == (std::vector<std::int32_t>{800, -1, -1, 800}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(both_numbers_of_progress) {
  for (const auto* frame : {"00053103 2a", "000531ff 2a"})
    BOOST_TEST(int{bcl_message<bcl::Progress>(bytes(frame)).percent} == 42);
  BOOST_CHECK(bcl_message<bcl::Progress>(bytes("000532ff2a")).of == bcl::Measurement::spo2);
  BOOST_CHECK(bcl_message<bcl::Progress>(bytes("00053cff2a")).of == bcl::Measurement::sensors);
  BOOST_TEST(bcl_refusal("000531ff65") == "bad_value");
  BOOST_TEST(bcl_refusal("0002120065") == "bad_value");
}

BOOST_AUTO_TEST_CASE(a_red_wave_in_either_order_of_colours) {
  const auto frame = bytes("00053201 09 01 40420f00 80841e00 0000 f4ff f401");
  const auto m = bcl_message<bcl::RedWave>(frame);
  BOOST_TEST(int{m.seq} == 9);
  BOOST_TEST_REQUIRE(m.items.size() == 1U);
  BOOST_TEST(m.items[0].red_counts == 1'000'000U);
  BOOST_TEST(m.items[0].infrared_counts == 2'000'000U);
  BOOST_CHECK(m.items[0].acceleration_counts == bcl_axes(0, -12, 500));
  BOOST_TEST(m.items[0].acceleration_counts_per_g == 500);
  const auto swapped = bcl_message<bcl::RedWave>(frame, infrared_first).items[0];
  BOOST_TEST(swapped.red_counts == 2'000'000U);
  BOOST_TEST(swapped.infrared_counts == 1'000'000U);
}

BOOST_AUTO_TEST_CASE(all_sensors_with_the_time_of_the_ring) {
  const std::string after =
      "03 01 0068e5cf8b010000 01000000 02000000 03000000"
      "0a00 1400 e803 0100 ffff 0000 b482 f07d 0000";
  for (const auto* head : {"00053c01", "00053c02", "00053202"}) {
    const auto frame = bytes(head + after);
    const auto m = bcl_message<bcl::Sensors>(frame);
    const bool full = head[5] == 'c';
    BOOST_CHECK(m.of == (full ? bcl::Measurement::sensors : bcl::Measurement::spo2));
    BOOST_TEST(m.acceleration_counts_per_g() == (full ? 1000 : 500));
    BOOST_TEST(int{m.seq} == 3);
    BOOST_TEST(m.unix_ms == 0x018BCFE56800U);  // 2023-11-14 22:13:20 UTC
    BOOST_TEST_REQUIRE(m.items.size() == 1U);
    const auto s = m.items[0];
    BOOST_TEST(s.green_counts == 1U);
    BOOST_TEST(s.red_counts == 2U);
    BOOST_TEST(s.infrared_counts == 3U);
    BOOST_CHECK(s.acceleration_counts == bcl_axes(10, 20, 1000));
    BOOST_CHECK(s.rotation_counts == bcl_axes(1, -1, 0));
    BOOST_TEST(s.temperature_milli_degc[0] == 33460);  // would be negative with a sign
    BOOST_TEST(s.temperature_milli_degc[1] == 32240);
    BOOST_TEST(bcl_message<bcl::Sensors>(frame, infrared_first).items[0].red_counts == 3U);
  }
}

BOOST_AUTO_TEST_CASE(thirteen_bytes_of_3c_01_are_its_start) {
  const auto m = bcl_message<bcl::SensorsStarted>(bytes("00053c01 0068e5cf8b010000 f8"));
  BOOST_TEST(m.unix_ms == 0x018BCFE56800U);
  BOOST_TEST(int{m.hours} == -8);
  BOOST_TEST(bcl_refusal("00053c02 0068e5cf8b010000 f8") == "bad_length");
  BOOST_TEST(bcl_refusal("00053c01 ffffffffffffffff 00") == "bad_value");
}

BOOST_AUTO_TEST_CASE(motion_with_and_without_a_status_byte) {
  const std::string two = "0100 0200 0300 0400 0500 fcff 0700 0800 0900 0a00 0b00 0c00";
  for (const std::string status : {"", "00"}) {
    const auto frame = bytes("00074006" + status + two);
    const auto m = bcl_message<bcl::Motion>(frame);
    BOOST_TEST(m.status.has_value() == !status.empty());
    BOOST_TEST_REQUIRE(m.items.size() == 2U);
    BOOST_CHECK(m.items[0].acceleration_counts == bcl_axes(1, 2, 3));
    BOOST_CHECK(m.items[0].rotation_counts == bcl_axes(4, 5, -4));
    BOOST_CHECK(m.items[1].rotation_counts == bcl_axes(10, 11, 12));
    const auto plain = bytes("00074004" + status + two);
    const auto a = bcl_message<bcl::Acceleration>(plain);
    BOOST_TEST_REQUIRE(a.items.size() == 4U);
    BOOST_CHECK(a.items[1].acceleration_counts == bcl_axes(4, 5, -4));
  }
  BOOST_TEST(bcl_refusal("00074006 0000 " + two) == "bad_length");
}

BOOST_AUTO_TEST_CASE(versions_are_text) {
  const auto frame = bytes("00041100 52312e302e33 0000");
  const auto m = bcl_message<bcl::Version>(frame);
  BOOST_CHECK(m.of == bcl::Version::Of::software);
  BOOST_TEST(m.text == "R1.0.3");
  BOOST_CHECK(bcl_message<bcl::Version>(bytes("0004110131")).of == bcl::Version::Of::hardware);
  BOOST_TEST(bcl_refusal("00041100") == "bad_length");
  BOOST_TEST(bcl_refusal("00041100 31 07 31") == "bad_value");
}

BOOST_AUTO_TEST_CASE(what_has_no_other_answer_is_acknowledged) {
  for (const auto* frame :
       {"00011000", "00013104", "00013206", "00013c03", "00013c04", "00014000"}) {
    const auto m = bcl_message<bcl::Acknowledged>(bytes(frame));
    BOOST_TEST(hex(bytes(frame)).substr(4) == hex(wire::Packet{m.command, m.sub}));
  }
  const auto head = bcl::header(bytes("00fd3104"));
  BOOST_TEST_REQUIRE(head.has_value());
  BOOST_TEST(int{head->id} == 253);
}

// What is not believed.

BOOST_AUTO_TEST_CASE(refusals_say_why) {
  BOOST_TEST(bcl_refusal("") == "bad_length");
  BOOST_TEST(bcl_refusal("000531") == "bad_length");
  BOOST_TEST(bcl_refusal("0105310000") == "bad_header");
  BOOST_TEST(bcl_refusal("0005370000") == "unknown_command");
  BOOST_TEST(bcl_refusal("0005310500") == "unknown_command");
  BOOST_TEST(bcl_refusal("00053102 07 04 2003 3803 2003") == "bad_length");  // says 4, holds 3
  BOOST_TEST(bcl_refusal("00051002 0068e5cf8b010000 a068e5cf8b010000 ffffffffffffffff") ==
             "bad_value");
  BOOST_TEST(bcl_refusal("00053c01 03 00 ffffffffffffffff") == "bad_value");
}

BOOST_AUTO_TEST_CASE(bytes_after_a_list_are_counted) {
  const auto frame = bytes("0005310207032003380320030102ff");
  const auto m = bcl_message<bcl::RrIntervals>(frame);
  BOOST_TEST(m.items.size() == 3U);
  BOOST_TEST(m.tail_bytes == 3U);
}

BOOST_AUTO_TEST_CASE(a_frame_cut_short_gives_less_or_nothing) {
  for (const auto text : test::bcl_replies) {
    const auto frame = bytes(text);
    const auto whole = bcl::decode(frame);
    std::visit(test::BclReader{}, whole);
    for (std::size_t n = 0; n < frame.size(); ++n) {
      const BclRoom cut(wire::Bytes(frame).first(n));
      const auto decoded = bcl::decode(cut.bytes());
      std::visit(test::BclReader{}, decoded);
      BOOST_TEST(test::bcl_item_bytes(decoded) <= test::bcl_item_bytes(whole));
      // A list with a counter says how long it is; a version of fewer letters is still one.
      if (std::holds_alternative<bcl::RrIntervals>(whole) ||
          std::holds_alternative<bcl::GreenWave>(whole) ||
          std::holds_alternative<bcl::HeartRateResult>(whole))
        BOOST_TEST(std::holds_alternative<bcl::Refused>(decoded), text << " cut to " << n);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_refused_or_lie_inside) {
  std::size_t decoded_ones = 0;
  const auto seeds = test::cases(100'000);
  for (const auto seed : seeds) {
    std::minstd_rand random(seed);
    constexpr std::array<std::uint8_t, 8> commands{0x10, 0x11, 0x12, 0x31, 0x32, 0x3C, 0x40, 0x37};
    constexpr std::array<std::uint8_t, 8> subs{0, 1, 2, 3, 4, 6, 0xFF, 9};
    std::array<std::byte, 600> room{};
    const std::size_t size = random() % (seed % 20 == 0 ? 600 : 64);
    for (auto& b : room) b = static_cast<std::byte>(random() >> 8U);
    if (seed % 8 != 0) {  // most reach a decoder
      room[0] = {};
      room[2] = static_cast<std::byte>(commands[random() % commands.size()]);
      room[3] = static_cast<std::byte>(subs[random() % subs.size()]);
      room[5] = static_cast<std::byte>(random() % 8);
      room[13] = {};  // times before 2100 now and then
      room[12] = {};
    }
    const BclRoom frame(wire::Bytes(room).first(size));
    const auto found =
        bcl::decode(frame.bytes(), seed % 2 == 0 ? infrared_first : bcl::LedOrder::red_first);
    std::visit(test::BclReader{}, found);
    BOOST_TEST_REQUIRE(test::bcl_item_bytes(found) + 4 <= std::max<std::size_t>(size, 4),
                       "seed " << seed);
    decoded_ones += !std::holds_alternative<bcl::Refused>(found);
  }
  if (seeds.size() > 100) BOOST_TEST(10 * decoded_ones > seeds.size());  // it is not all refusals
}

// Counters and clocks.

BOOST_AUTO_TEST_CASE(lost_frames_are_counted_round_the_counter) {
  using Kind = bcl::Sequence::Kind;
  bcl::Sequence sequence;
  const auto step = [&](std::uint8_t seq, Kind kind, int lost) {
    const auto s = sequence.advance(seq);
    BOOST_CHECK(s.kind == kind);
    BOOST_TEST(int{s.lost} == lost);
    BOOST_TEST(s.in_order() == (kind == Kind::first || kind == Kind::next));
  };
  step(254, Kind::first, 0);  // wherever it begins, nothing is lost
  step(255, Kind::next, 0);
  step(0, Kind::next, 0);
  step(0, Kind::duplicate, 0);
  step(3, Kind::next, 2);
  step(2, Kind::late, 0);  // overtaken: its loss was counted
  step(4, Kind::next, 0);
  step(252, Kind::late, 0);    // 8 back
  step(251, Kind::next, 246);  // 9 back is 247 ahead
  sequence.reset();
  step(7, Kind::first, 0);
}

BOOST_AUTO_TEST_CASE(four_times_tell_how_far_a_ring_is_off) {
  // The ring is 1000 s ahead; 20 ms there, 5 ms inside, 30 ms back.
  const auto e =
      bcl::ClockExchange::of(Arrival{50'000'000}, Arrival{105'000'000}, 1'000'070, 1'000'075);
  BOOST_TEST_REQUIRE(e.has_value());
  BOOST_TEST(e->round_trip.count() == 50'000'000);
  BOOST_TEST(e->offset.count() == 999'995'000'000);  // wrong by half of the difference: 5 ms
  BOOST_TEST(e->uncertainty().count() == 26'000'000);
}

BOOST_AUTO_TEST_CASE(the_true_offset_lies_within_the_uncertainty) {
  for (const auto seed : test::cases(1000)) {
    std::minstd_rand random(seed);
    const auto ns = [&](std::int64_t most) {
      return static_cast<std::int64_t>(random()) * 1009 % most;
    };
    const std::int64_t offset = ns(2'000'000'000'000) + 1'000'000'000'000,
                       t0 = ns(1'000'000'000'000);
    const std::int64_t t1 = t0 + ns(200'000'000), t2 = t1 + ns(20'000'000),
                       t3 = t2 + ns(200'000'000);
    const auto ring_ms = [&](std::int64_t t) {
      return static_cast<std::uint64_t>((t + offset) / 1'000'000);
    };
    const auto e = bcl::ClockExchange::of(Arrival{t0}, Arrival{t3}, ring_ms(t1), ring_ms(t2));
    BOOST_TEST_REQUIRE(e.has_value(), "seed " << seed);
    BOOST_TEST(std::abs(e->offset.count() - offset) <= e->uncertainty().count(), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(times_that_contradict_each_other_tell_nothing) {
  const auto of = [](std::int64_t t0, std::int64_t t3, std::uint64_t t1, std::uint64_t t2) {
    return bcl::ClockExchange::of(Arrival{t0}, Arrival{t3}, t1, t2).has_value();
  };
  BOOST_TEST(of(0, 10'000'000, 5, 5));
  BOOST_TEST(!of(10'000'000, 0, 5, 5));   // answered before it was asked
  BOOST_TEST(!of(0, 10'000'000, 6, 5));   // sent before it was received
  BOOST_TEST(!of(0, 10'000'000, 5, 20));  // held for longer than the host waited
  BOOST_TEST(of(0, 10'000'000, 5, 16));   // within a millisecond: the ring rounds
  BOOST_TEST(!of(0, 10'000'000, 5, ~std::uint64_t{}));
}

BOOST_AUTO_TEST_CASE(the_fastest_of_the_last_eight_is_believed) {
  bcl::ClockExchanges exchanges;
  BOOST_TEST(!exchanges.best().has_value());
  exchanges.add({Duration{1}, Duration{10}});
  for (int k = 0; k < 7; ++k) exchanges.add({Duration{2}, Duration{50 + k}});
  BOOST_TEST(exchanges.best()->offset.count() == 1);
  exchanges.add({Duration{3}, Duration{90}});  // the first has left
  BOOST_TEST(exchanges.best()->round_trip.count() == 50);
  exchanges.reset();
  BOOST_TEST(!exchanges.best().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
