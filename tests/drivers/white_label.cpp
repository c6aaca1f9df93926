// Rings that many makers sell under many names: their packets, published and captured.
#include "support/cases.hpp"
#include "support/hex.hpp"
#include "white_label/crp.hpp"
#include "white_label/jstyle.hpp"
#include "white_label/ycbt.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

BOOST_AUTO_TEST_SUITE(white_label)

using namespace ib::white_label;
using ib::test::bytes;
using ib::test::hex;
using ib::wire::Reader;

namespace {

std::vector<std::byte> label_kept;  // what is decoded borrows it

template <class T, class Decoded>
T as(Decoded (*decode)(ib::wire::Bytes) noexcept, std::string_view packet) {
  label_kept = bytes(packet);
  const auto decoded = decode(label_kept);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<T>(decoded), packet);
  return std::get<T>(decoded);
}

template <class Decoded>
std::string_view refusal_of(Decoded (*decode)(ib::wire::Bytes) noexcept, std::string_view packet) {
  return to_text(as<Refused>(decode, packet).reason);
}

}  // namespace

BOOST_AUTO_TEST_CASE(crp_measures_on_demand) {
  BOOST_TEST(hex(crp::start_heart_rate()) == "fdda1007010901");
  BOOST_TEST(hex(crp::stop_heart_rate()) == "fdda1007010900");
  BOOST_TEST(int{as<crp::HeartRate>(crp::decode, "fdda100701094a").bpm.value()} == 74);
  BOOST_TEST(!as<crp::HeartRate>(crp::decode, "fdda1007010901").bpm);  // it began
  BOOST_TEST(as<crp::Temperature>(crp::decode, "fdda100801206d01").degc == 36.5);
  BOOST_TEST(!as<crp::Wear>(crp::decode, "fdda1007030700").on);
  BOOST_TEST(as<crp::Wear>(crp::decode, "fdda1007030701").on);
  const auto other = as<crp::Other>(crp::decode, "fdda1007020f01");
  BOOST_TEST(int{other.group} == 2);
  BOOST_TEST(int{other.command} == 0x0F);
  BOOST_TEST(hex(other.payload) == "01");
}

BOOST_AUTO_TEST_CASE(crp_is_as_long_as_it_says) {
  BOOST_TEST(refusal_of(crp::decode, "fdda10070109") == "bad_length");
  BOOST_TEST(refusal_of(crp::decode, "fdda1007010901ff") == "bad_length");
  BOOST_TEST(refusal_of(crp::decode, "fdda1107010901") == "bad_length");  // the ninth bit
  BOOST_TEST(refusal_of(crp::decode, "fdda10060109") == "bad_length");    // no value
  BOOST_TEST(refusal_of(crp::decode, "fddb1007010901") == "bad_head");
  BOOST_TEST(refusal_of(crp::decode, "fdda2007010901") == "bad_head");
}

BOOST_AUTO_TEST_CASE(ycbt_tells_and_is_asked) {
  BOOST_TEST(hex(ycbt::ask_info()) == "0200080047436fec");
  BOOST_TEST(hex(ycbt::enable_live()) == "03090900010001c3ee");
  const auto info = as<ycbt::Info>(ycbt::decode, "02001000a3000403006000010702d844");
  BOOST_TEST(int{info.firmware_major} == 3);
  BOOST_TEST(int{info.firmware_minor} == 4);
  BOOST_TEST(int{info.battery_percent} == 96);
  const auto live = as<ycbt::Activity>(ycbt::decode, "06000c0027001b000200a21d");
  BOOST_TEST(live.steps == 39);
  BOOST_TEST(live.metres == 27);
  BOOST_TEST(live.kcal == 2);
  const auto ok = as<ycbt::Other>(ycbt::decode, "03090700003989");
  BOOST_TEST(int{ok.group} == 3);
  BOOST_TEST(int{ok.key} == 9);
  BOOST_TEST(hex(ok.payload) == "00");
}

BOOST_AUTO_TEST_CASE(ycbt_history_is_whole_but_not_taken_for_live) {
  const auto asked = as<ycbt::Other>(ycbt::decode, "0502070001824a");
  BOOST_TEST(int{asked.key} == 2);
  BOOST_TEST(hex(asked.payload) == "01");
  const auto head = as<ycbt::Other>(ycbt::decode, "050210000100010000000e000000f418");
  BOOST_TEST(hex(head.payload) == "0100010000000e000000");
  const auto record = as<ycbt::Other>(ycbt::decode, "0511140070fe292b78052a2b27001b0001006428");
  BOOST_TEST(int{record.group} == 5);
  Reader sport(record.payload);
  BOOST_TEST(sport.u32() == 0x2B29FE70U);
  BOOST_TEST(sport.u32() == 0x2B2A0578U);
  BOOST_TEST(sport.u16() == 39);
  BOOST_TEST(sport.u16() == 27);
  BOOST_TEST(sport.u16() == 1);
  BOOST_TEST(sport.left() == 0U);
  const auto last = as<ycbt::Other>(ycbt::decode, "05800c0001000e000869901e");
  BOOST_TEST(int{last.key} == 0x80);
}

BOOST_AUTO_TEST_CASE(ycbt_closes_with_a_checksum) {
  const auto with_crc = [](std::string_view head) {
    auto packet = bytes(head);
    const auto crc = ycbt::crc16(packet);
    packet.push_back(static_cast<std::byte>(crc & 0xFFU));
    packet.push_back(static_cast<std::byte>(crc >> 8U));
    return hex(packet);
  };
  BOOST_TEST(ycbt::crc16(bytes("313233343536373839")) == 0x29B1);  // the check of the standard
  BOOST_TEST(int{as<ycbt::HeartRate>(ycbt::decode, with_crc("0601070048")).bpm.value()} == 72);
  BOOST_TEST(!as<ycbt::HeartRate>(ycbt::decode, with_crc("0601070000")).bpm);
  BOOST_TEST(int{as<ycbt::Failed>(ycbt::decode, with_crc("03090700fb")).code} == 0xFB);
  BOOST_TEST(refusal_of(ycbt::decode, with_crc("06010600")) == "bad_length");
  BOOST_TEST(refusal_of(ycbt::decode, "0309070000398a") == "bad_checksum");
  BOOST_TEST(refusal_of(ycbt::decode, "03090800003989") == "bad_length");
  BOOST_TEST(refusal_of(ycbt::decode, "0309050000") == "bad_length");
  BOOST_TEST(refusal_of(ycbt::decode, "") == "bad_length");
}

BOOST_AUTO_TEST_CASE(jstyle_is_asked) {
  BOOST_TEST(hex(jstyle::start_live()) == "0901010000000000000000000000000b");
  BOOST_TEST(hex(jstyle::start(jstyle::Measure::heart_rate, 30)) ==
             "28020100001e00000000000000000049");
  BOOST_TEST(hex(jstyle::stop(jstyle::Measure::heart_rate)) == "2802000000000000000000000000002a");
  BOOST_TEST(hex(jstyle::ask_battery()) == "13000000000000000000000000000013");
}

BOOST_AUTO_TEST_CASE(jstyle_tells_once_a_second) {
  const auto live = as<jstyle::Live>(jstyle::decode, "0900000000000000000000000048f041");
  BOOST_TEST(int{live.hr_bpm.value()} == 72);
  BOOST_TEST(live.degc.value() == 24.0);
  BOOST_TEST(!as<jstyle::Live>(jstyle::decode, "09000000000000000000000000000009").hr_bpm);
  BOOST_TEST(!as<jstyle::Live>(jstyle::decode, "09000000000000000000000000000009").degc);
  BOOST_TEST(int{as<jstyle::Failed>(jstyle::decode, "a80000000000000000000000000000a8").command} ==
             0x28);
  BOOST_TEST(int{as<jstyle::Other>(jstyle::decode, "13000000000000000000000000000013").command} ==
             0x13);
  BOOST_TEST(refusal_of(jstyle::decode, "13000000000000000000000000000014") == "bad_checksum");
  BOOST_TEST(refusal_of(jstyle::decode, "130000000000000000000000000013") == "bad_length");
}

BOOST_AUTO_TEST_CASE(any_bytes_are_a_packet_or_refused) {
  const auto touch = [](ib::wire::Bytes packet) {
    std::size_t borrowed = 0;
    const auto one = crp::decode(packet);
    if (const auto* other = std::get_if<crp::Other>(&one)) borrowed = other->payload.size();
    const auto two = ycbt::decode(packet);
    if (const auto* other = std::get_if<ycbt::Other>(&two)) borrowed = other->payload.size();
    const auto three = jstyle::decode(packet);
    if (const auto* other = std::get_if<jstyle::Other>(&three)) borrowed = other->payload.size();
    BOOST_TEST(borrowed <= packet.size());
  };
  for (const auto* whole : {"fdda100801206d01", "02001000a3000403006000010702d844",
                            "0900000000000000000000000048f041"}) {
    const auto packet = bytes(whole);
    for (std::size_t n = 0; n <= packet.size(); ++n) touch(ib::wire::Bytes(packet).first(n));
  }
  for (const auto seed : ib::test::cases(3000)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<std::byte> packet(random() % 600);
      for (auto& byte : packet) byte = static_cast<std::byte>(random());
      if (packet.size() > 6 && seed % 2 == 0) {  // the head of a CRP packet
        packet[0] = std::byte{0xFD};
        packet[1] = std::byte{0xDA};
        packet[2] = static_cast<std::byte>(0x10 | (packet.size() >> 8U & 1U));
        packet[3] = static_cast<std::byte>(packet.size() & 0xFFU);
      }
      touch(packet);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
