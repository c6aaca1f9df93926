// Oura rings over Bluetooth: published packets, and bytes that are none.
#include "oura/packet.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using namespace ib;
using test::bytes;
using test::hex;

namespace {

std::vector<std::byte> oura_kept;  // what is decoded borrows it

template <class T>
T oura_as(std::string_view packet) {
  oura_kept = bytes(packet);
  const auto decoded = oura::decode(oura_kept);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<T>(decoded), packet);
  return std::get<T>(decoded);
}

void is_beat(std::string_view packet, unsigned ibi_ms, unsigned mark) {
  const auto beat = oura_as<oura::Beat>(packet);
  BOOST_TEST(beat.ibi_ms.value() == ibi_ms);
  BOOST_TEST(unsigned{beat.mark} == mark);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(oura_ble)

BOOST_AUTO_TEST_CASE(beats_come_one_by_one) {
  is_beat("2f0f280211020000010400000000350d7f", 1025, 0);
  is_beat("2f0f280211020000fb1300000000350d7f", 1019, 1);
  is_beat("2f0f280211020000f81100000000350d7f", 504, 1);
  is_beat("2f0f2802110200004b2200000000350d7f", 587, 2);
  const auto none = oura_as<oura::Beat>("2f0f280211020000d10700000000350d7f");
  BOOST_TEST(!none.ibi_ms);  // 2001 ms
  BOOST_TEST(!oura_as<oura::Beat>("2f0f280211020000000000000000350d7f").ibi_ms);
}

BOOST_AUTO_TEST_CASE(it_says_how_it_stands) {
  const auto state = oura_as<oura::BeatsState>("2f06210201110200");
  BOOST_TEST(state.is_measuring());
  BOOST_TEST(int{state.flags} == 0x11);
  BOOST_TEST(!oura_as<oura::BeatsState>("2f06210201000000").is_measuring());
  BOOST_TEST(int{oura_as<oura::Battery>("0d06640000ffffff").percent} == 100);
  const auto latest = oura_as<oura::LatestBeat>("2f10250200010234122003040302011e0007");
  BOOST_TEST(latest.ibi_ms.value() == 800);
  BOOST_TEST(latest.ring_time == 0x01020304U);
  BOOST_TEST(latest.duration == 30);
  BOOST_TEST(int{latest.quality} == 7);
}

BOOST_AUTO_TEST_CASE(six_beats_of_its_memory_share_a_record) {
  const auto record = oura_as<oura::BeatRecord>("6012010000000f0e0d0c0b0a12100e0c0a080000");
  const std::vector<int> ibi{120, 112, 104, 96, 88, 80}, amplitude{18, 16, 14, 12, 10, 8};
  BOOST_TEST(record.ring_time == 1U);
  BOOST_TEST(record.ibi_ms == ibi, boost::test_tools::per_element());
  BOOST_TEST(record.amplitude == amplitude, boost::test_tools::per_element());
  // All bits of an interval, and amplitudes as they stand (7: not scaled).
  const auto most = oura_as<oura::BeatRecord>("601200000000ffffffffffff030303030303fff7");
  for (const auto ms : most.ibi_ms) BOOST_TEST(int{ms} == 2047);
  for (const auto a : most.amplitude) BOOST_TEST(int{a} == 1);
}

BOOST_AUTO_TEST_CASE(requests_are_as_published) {
  BOOST_TEST(hex(oura::ask_battery()) == "0c00");
  BOOST_TEST(hex(oura::ask_beats()) == "2f022002");
  BOOST_TEST(hex(oura::start_beats()) == "2f03220203");
  BOOST_TEST(hex(oura::subscribe_beats()) == "2f03260202");
  BOOST_TEST(hex(oura::stop_beats()) == "2f03220201");
}

BOOST_AUTO_TEST_CASE(what_is_no_packet_is_refused) {
  for (const auto* packet : {"", "2f", "2f00", "2f0128", "0d00", "2f0428021102", "0d0664",
                             "6011010000000f0e0d0c0b0a12100e0c0a0800"})
    BOOST_TEST((oura_as<oura::Refused>(packet).reason == oura::Refusal::bad_length), packet);
  BOOST_TEST((oura_as<oura::Refused>("0d0165").reason == oura::Refusal::bad_value));
  BOOST_TEST(int{oura_as<oura::Other>("2f022e00").tag} == 0x2E);
  BOOST_TEST(int{oura_as<oura::Other>("4101ff").tag} == 0x41);
}

BOOST_AUTO_TEST_CASE(any_bytes_are_decoded_or_refused) {
  for (const auto seed : test::cases(200)) {
    std::mt19937 random(seed);
    for (int k = 0; k < 50; ++k) {
      std::vector<std::byte> any(random() % 24);
      for (auto& b : any) b = static_cast<std::byte>(random());
      if (any.size() > 2 && k % 2 == 0) {
        any[0] = random() % 2 == 0 ? std::byte{0x2F} : std::byte{0x60};
        any[1] = static_cast<std::byte>(any.size() - 2);
      }
      const auto decoded = oura::decode(any);
      if (const auto* beat = std::get_if<oura::Beat>(&decoded))
        BOOST_TEST((!beat->ibi_ms || (*beat->ibi_ms > 0 && *beat->ibi_ms <= 2000)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
