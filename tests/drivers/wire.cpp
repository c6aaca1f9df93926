// What reads and writes the bytes of devices: past the end is nothing, and remembered.
#include "wire/packet.hpp"
#include "wire/reader.hpp"

#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

using ib::test::bytes;
using ib::test::hex;
using WirePacket = ib::wire::Packet;
using ib::wire::Reader;

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(numbers_are_little_endian_unless_they_say_otherwise) {
  const auto from = bytes("01 0201 030201 04030201 0807060504030201 0102 010203");
  Reader r(from);
  BOOST_TEST(r.u8() == 0x01);
  BOOST_TEST(r.u16() == 0x0102);
  BOOST_TEST(r.u24() == 0x010203U);
  BOOST_TEST(r.u32() == 0x01020304U);
  BOOST_TEST(r.u64() == 0x0102030405060708U);
  BOOST_TEST(r.u16_be() == 0x0102);
  BOOST_TEST(r.u24_be() == 0x010203U);
  BOOST_TEST(r.left() == 0U);
  BOOST_TEST(r.ok());
}

BOOST_AUTO_TEST_CASE(signed_numbers_keep_their_sign) {
  const auto from = bytes("ff feff fdffff fcffffff 000080 ffff7f");
  Reader r(from);
  BOOST_TEST(int{r.s8()} == -1);
  BOOST_TEST(r.s16() == -2);
  BOOST_TEST(r.s24() == -3);
  BOOST_TEST(r.s32() == -4);
  BOOST_TEST(r.s24() == -8388608);
  BOOST_TEST(r.s24() == 8388607);
  BOOST_TEST(r.ok());
}

BOOST_AUTO_TEST_CASE(past_the_end_is_zero_for_good) {
  const auto from = bytes("010203");
  Reader r(from);
  BOOST_TEST(r.u32() == 0U);
  BOOST_TEST(!r.ok());
  BOOST_TEST(r.u8() == 0);  // what is left after a failure is not read as something else
  BOOST_TEST(r.take(1).empty());
  BOOST_TEST(!r.ok());
}

BOOST_AUTO_TEST_CASE(a_packet_is_what_was_written) {
  WirePacket p{0x00, 0x05, 0x10, 0x02};
  p.u64(1).u16(0x1234).u32(0xA1B2C3D4).append(bytes("ff00")).pad(24);
  BOOST_TEST(hex(p) ==
             "000510020100000000000000"
             "3412"
             "d4c3b2a1"
             "ff00"
             "00000000");
}

BOOST_AUTO_TEST_SUITE_END()
