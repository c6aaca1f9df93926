// What Viatom rings are asked, byte by byte, and what they can never be asked.
#include "viatom/requests.hpp"

#include "support/hex.hpp"
#include "viatom/frame.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

BOOST_AUTO_TEST_SUITE(viatom_requests)

using namespace ib::viatom;
using ib::test::bytes;
using ib::test::hex;

namespace {

std::vector<ib::wire::Packet> all_requests_to_an_o2ring_s() {
  return {o2ring_s::authenticate(1'788'096'060),
          o2ring_s::set_up(0),
          o2ring_s::set_time({2026, 8, 30, 9, 21, 14}, 1),
          o2ring_s::ask_info(2),
          o2ring_s::ask_live(3),
          o2ring_s::ask_waveform(4)};
}

std::vector<ib::wire::Packet> all_requests_to_an_o2ring() {
  return {o2ring::ask_sensors(), o2ring::ask_real_time()};
}

std::set<int> commands_of(const std::vector<ib::wire::Packet>& requests) {
  std::set<int> commands;
  for (const auto& request : requests) commands.insert(std::to_integer<int>(request.bytes()[1]));
  return commands;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_checksum_is_that_of_published_frames) {
  BOOST_TEST(int{crc8(bytes("a5e11e00020000"))} == 0xBF);
  BOOST_TEST(int{crc8(bytes("aa17e800000000"))} == 0x1B);
  BOOST_TEST(int{crc8({})} == 0);
}

BOOST_AUTO_TEST_CASE(an_o2ring_s_is_asked) {
  BOOST_TEST(hex(o2ring_s::ask_info(2)) == "a5e11e00020000bf");
  BOOST_TEST(hex(o2ring_s::ask_live(0)).substr(0, 14) == "a504fb00000000");
  BOOST_TEST(hex(o2ring_s::ask_waveform(9)).substr(0, 14) == "a503fc00090000");
  BOOST_TEST(hex(o2ring_s::set_up(0)).substr(0, 16) == "a510ef0000010000");
  BOOST_TEST(hex(o2ring_s::set_time({2026, 8, 30, 9, 21, 14}, 1)).substr(0, 30) ==
             "a5c03f00010800ea07081e09150e00");
}

BOOST_AUTO_TEST_CASE(the_key_is_that_of_a_captured_session) {
  BOOST_TEST(hex(o2ring_s::authenticate(1'788'095'920)) ==
             "a5ff00000010000068158872091cb098c8c7da746ea19925");
}

BOOST_AUTO_TEST_CASE(an_o2ring_is_asked) {
  BOOST_TEST(hex(o2ring::ask_sensors()) == "aa17e8000000001b");
  BOOST_TEST(hex(o2ring::ask_real_time()).substr(0, 16) == "aa1be40000010000");
}

BOOST_AUTO_TEST_CASE(every_request_closes_with_its_checksum) {
  for (const auto& requests : {all_requests_to_an_o2ring_s(), all_requests_to_an_o2ring()})
    for (const auto& request : requests) {
      const auto all = request.bytes();
      BOOST_TEST(std::to_integer<int>(all.back()) == crc8(all.first(all.size() - 1)));
      BOOST_TEST(((all[1] ^ all[2]) == std::byte{0xFF}));
    }
}

BOOST_AUTO_TEST_CASE(nothing_that_wipes_or_switches_off_can_be_asked) {
  BOOST_TEST(commands_of(all_requests_to_an_o2ring_s()) ==
             (std::set{0x03, 0x04, 0x10, 0xC0, 0xE1, 0xFF}));                      // not ee, not e3
  BOOST_TEST(commands_of(all_requests_to_an_o2ring()) == (std::set{0x17, 0x1B}));  // not 18..1a
}

BOOST_AUTO_TEST_CASE(long_requests_are_cut_into_pieces_of_20_bytes) {
  const auto request = o2ring_s::authenticate(0);
  BOOST_TEST(request.size() == 24U);
  BOOST_TEST(piece(request, 0).size() == 20U);
  BOOST_TEST(piece(request, 1).size() == 4U);
  BOOST_TEST(piece(request, 2).empty());
  BOOST_TEST(hex(piece(request, 0)) + hex(piece(request, 1)) == hex(request));
  BOOST_TEST(hex(piece(o2ring::ask_sensors(), 0)) == hex(o2ring::ask_sensors()));
  BOOST_TEST(piece(o2ring::ask_sensors(), 1).empty());
}

BOOST_AUTO_TEST_SUITE_END()
