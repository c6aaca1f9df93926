// Whole replies out of notifications of any size, whatever stands between them.
#include "viatom/reassembly.hpp"

#include "drivers/viatom_frames.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

BOOST_AUTO_TEST_SUITE(viatom_reassembly)

using namespace ib::viatom;
using ib::test::bytes;
using ib::test::hex;
using ib::test::o2ring_reply;
using ib::test::o2ring_s_reply;

namespace {

using Frames = std::vector<std::string>;

/// What comes out when `sent` arrives in pieces of `size` bytes.
Frames joined(Reassembly& reassembly, const std::vector<std::byte>& sent, std::size_t size) {
  Frames out;
  for (std::size_t at = 0; at < sent.size(); at += size) {
    reassembly.push(ib::wire::Bytes(sent).subspan(at, std::min(size, sent.size() - at)));
    while (const auto frame = reassembly.next()) out.push_back(hex(*frame));
  }
  return out;
}

std::vector<std::byte> operator+(std::vector<std::byte> a, const std::vector<std::byte>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_reply_comes_in_pieces_of_any_size) {
  const auto one = o2ring_reply(std::vector<std::byte>(137, std::byte{0x55}));
  const auto two = o2ring_reply(bytes("0102"));
  for (std::size_t size = 1; size <= one.size() + two.size(); ++size) {
    Reassembly reassembly(Generation::o2ring);
    BOOST_TEST(joined(reassembly, one + two, size) == (Frames{hex(one), hex(two)}));
    BOOST_TEST(reassembly.skipped() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(what_begins_no_reply_is_skipped_and_counted) {
  const auto reply = o2ring_s_reply(0x04, bytes("0102"));
  Reassembly reassembly(Generation::o2ring_s);
  BOOST_TEST(joined(reassembly, bytes("00a5a5ff") + reply, 3) == Frames{hex(reply)});
  BOOST_TEST(reassembly.skipped() == 4U);
  BOOST_TEST(reassembly.bad_checksums() == 0U);
}

BOOST_AUTO_TEST_CASE(a_damaged_reply_costs_only_itself) {
  auto damaged = o2ring_s_reply(0x04, bytes("010203"));
  damaged[8] ^= std::byte{1};
  const auto reply = o2ring_s_reply(0x03, bytes("0405"));
  Reassembly reassembly(Generation::o2ring_s);
  BOOST_TEST(joined(reassembly, damaged + reply, 20) == Frames{hex(reply)});
  BOOST_TEST(reassembly.bad_checksums() == 1U);
  BOOST_TEST(reassembly.skipped() == damaged.size());
}

BOOST_AUTO_TEST_CASE(a_length_that_no_reply_has_is_not_waited_for) {
  const auto reply = o2ring_s_reply(0x03, bytes("0405"));
  Reassembly reassembly(Generation::o2ring_s);
  BOOST_TEST(joined(reassembly, bytes("a504fb0100ffff") + reply, 20) == Frames{hex(reply)});
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_what_was_begun) {
  const auto reply = o2ring_s_reply(0x03, bytes("0405"));
  Reassembly reassembly(Generation::o2ring_s);
  reassembly.push(ib::wire::Bytes(reply).first(5));
  reassembly.reset();
  BOOST_TEST(joined(reassembly, reply, 20) == Frames{hex(reply)});
}

BOOST_AUTO_TEST_CASE(what_finds_no_room_is_counted) {
  Reassembly reassembly(Generation::o2ring);
  reassembly.push(std::vector<std::byte>(5000, std::byte{0x55}));
  BOOST_TEST(reassembly.skipped() == 5000U - 2 * frame_bytes_max);
  while (reassembly.next()) {}
  BOOST_TEST(reassembly.skipped() >= 5000U - 2);
}

BOOST_AUTO_TEST_CASE(sound_replies_survive_any_cut_and_any_noise) {
  for (const auto seed : ib::test::cases(500)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<std::byte> sent;
      Frames expected;
      for (int i = 0; i < 8; ++i) {
        std::vector<std::byte> payload(random() % 300);
        for (auto& byte : payload) byte = static_cast<std::byte>(random());
        const auto reply = seed % 2 == 0 ? o2ring_s_reply(0x04, payload) : o2ring_reply(payload);
        for (auto n = random() % 20; n > 0; --n)  // noise that cannot look like a head
          sent.push_back(static_cast<std::byte>(random() % 0x50));
        sent = sent + reply;
        expected.push_back(hex(reply));
      }
      Reassembly reassembly(seed % 2 == 0 ? Generation::o2ring_s : Generation::o2ring);
      BOOST_TEST(joined(reassembly, sent, 1 + random() % 517) == expected);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
