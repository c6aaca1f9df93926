// Messages of the big-data service out of their notifications, however they are cut; and what the
// published ones hold.
#include "colmi/big_data.hpp"

#include "colmi/crc16_modbus.hpp"
#include "colmi/sleep.hpp"
#include "colmi/spo2_history.hpp"
#include "colmi/temperature_history.hpp"

#include "drivers/colmi_histories.hpp"
#include "support/cases.hpp"
#include "support/fenced_blocks.hpp"
#include "support/hex.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <random>

namespace ib::colmi {

using namespace std::chrono_literals;
using ib::Arrival;
using ib::test::bytes;
using ib::test::hex;
using Result = BigData::Result;

namespace {

constexpr Arrival chunk_ms(std::int64_t ms) { return {ms * 1'000'000}; }

/// In chunks of `size`, all at once.
Result in_chunks(BigData& from, ib::wire::Bytes message, std::size_t size) {
  auto result = Result::more;
  for (std::size_t at = 0; at < message.size(); at += size)
    result = from.add(message.subspan(at, std::min(size, message.size() - at)), {});
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_big_data)

BOOST_AUTO_TEST_CASE(the_crc_is_that_of_modbus) {
  BOOST_TEST(crc16_modbus({}) == 0xFFFF);
  BOOST_TEST(crc16_modbus(bytes("ff")) == 0x00FF);
  BOOST_TEST(crc16_modbus(bytes("ff01")) == 0x8081);
  BOOST_TEST(crc16_modbus(bytes("02")) == 0x813E);
  BOOST_TEST(crc16_modbus(bytes("06")) == 0x423F);
  BOOST_TEST(crc16_modbus(bytes("313233343536373839")) == 0x4B37);  // "123456789"
}

BOOST_AUTO_TEST_CASE(no_published_message_is_left_out) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  std::size_t n = 0;
  for (const auto& line : ib::test::fenced_block(*file, "vec-bigdata")) {
    const auto word = ib::test::first_word(line);
    const bool request = line.find("request") != std::string::npos;  // colmi_requests has these
    BOOST_TEST(
        (request || word == ib::test::colmi_spo2_message || word == ib::test::colmi_sleep_message),
        line);
    ++n;
  }
  BOOST_TEST(n == 8U);
}

BOOST_AUTO_TEST_CASE(the_published_spo2_comes_whole_in_chunks_of_any_size) {
  const auto message = bytes(ib::test::colmi_spo2_message);
  BOOST_TEST(message.size() == 104U);
  for (std::size_t size = 1; size <= message.size(); ++size) {
    const auto all = std::make_unique<BigData>();
    BOOST_TEST((in_chunks(*all, message, size) == Result::complete), size);
    BOOST_TEST(all->id() == 0x2A);
    BOOST_TEST(hex(all->payload()) == hex(ib::wire::Bytes(message).subspan(6)), size);
    BOOST_TEST(all->crc_holds());
    BOOST_TEST((all->counts() == BigData::Counts{.messages = 1}));
  }
}

BOOST_AUTO_TEST_CASE(no_part_of_a_message_is_one) {
  const auto message = bytes(ib::test::colmi_spo2_message);
  for (std::size_t size = 1; size < message.size(); ++size) {
    BigData all;
    BOOST_TEST((all.add(ib::wire::Bytes(message).first(size), {}) == Result::more), size);
    BOOST_TEST(all.payload().empty());
    BOOST_TEST(!all.expire(chunk_ms(4999)));
    BOOST_TEST(all.deadline()->ns == chunk_ms(5000).ns);
    BOOST_TEST(all.expire(chunk_ms(5000)));
    BOOST_TEST(!all.deadline().has_value());
    BOOST_TEST((all.counts() == BigData::Counts{.dropped = 1}));
  }
}

BOOST_AUTO_TEST_CASE(a_continuation_may_begin_as_a_message_does) {
  BigData all;
  const auto message = bytes("bc27 0800 0000 01 00 bc 27 00 00 ff ff");
  all.add(ib::wire::Bytes(message).first(8), {});
  BOOST_TEST((all.add(ib::wire::Bytes(message).subspan(8), {}) == Result::complete));
  BOOST_TEST(hex(all.payload()) == "0100bc270000ffff");
}

BOOST_AUTO_TEST_CASE(after_five_seconds_of_silence_a_message_begins_anew) {
  const auto message = bytes(ib::test::colmi_sleep_message);
  BigData all;
  all.add(ib::wire::Bytes(message).first(10), chunk_ms(0));
  BOOST_TEST((all.add(message, chunk_ms(5000)) == Result::complete));
  BOOST_TEST((all.counts() == BigData::Counts{.messages = 1, .dropped = 1}));
  all.add(ib::wire::Bytes(message).first(10), chunk_ms(6000));
  all.add(ib::wire::Bytes(message).subspan(10, 1), chunk_ms(10'999));  // each chunk waits anew
  BOOST_TEST((all.add(ib::wire::Bytes(message).subspan(11), chunk_ms(15'998)) == Result::complete));
  all.add(ib::wire::Bytes(message).first(10), chunk_ms(16'000));
  all.reset();
  BOOST_TEST((all.add(ib::wire::Bytes(message).subspan(10), chunk_ms(16'000)) == Result::stray));
}

BOOST_AUTO_TEST_CASE(a_wrong_crc_is_told_and_the_message_given) {
  auto message = bytes(ib::test::colmi_sleep_message);
  message[4] ^= std::byte{1};
  BigData all;
  BOOST_TEST((all.add(message, {}) == Result::complete));
  BOOST_TEST(!all.crc_holds());
  BOOST_TEST(hex(all.payload()) == "010008e0011c02031e041e");
  BOOST_TEST((all.counts() == BigData::Counts{.messages = 1, .wrong_crc = 1}));
}

BOOST_AUTO_TEST_CASE(lengths_that_lie) {
  BigData all;
  BOOST_TEST((all.add(bytes("bc27 ffff 0000 0102"), {}) == Result::refused));  // 65 535 bytes
  BOOST_TEST((all.add(bytes("bc27 0140 0000 0102"), {}) == Result::refused));  // one too many
  BOOST_TEST((all.add(bytes("0102"), {}) == Result::stray));
  BOOST_TEST((all.add({}, {}) == Result::stray));
  BOOST_TEST((all.add(bytes("bc27 0000 ffff 01020304"), {}) == Result::complete));
  BOOST_TEST(
      (all.counts() == BigData::Counts{.messages = 1, .stray = 2, .refused = 2, .trailing = 4}));
  BOOST_TEST(all.payload().empty());
  BOOST_TEST(all.crc_holds());
}

BOOST_AUTO_TEST_CASE(the_longest_message_has_room) {
  auto message = bytes("bc2a 0040 0000");
  message.resize(6 + BigData::most_payload, std::byte{7});
  BigData all;
  BOOST_TEST((in_chunks(all, message, 241) == Result::complete));
  BOOST_TEST(all.payload().size() == BigData::most_payload);
}

BOOST_AUTO_TEST_CASE(any_cuts_give_the_same_messages) {
  const auto one = bytes(ib::test::colmi_spo2_message), two = bytes(ib::test::colmi_sleep_message);
  for (const auto seed : ib::test::cases(200)) {
    std::mt19937 random(seed);
    BigData all;
    std::size_t messages = 0;
    for (int k = 0; k < 10; ++k) {
      ib::wire::Bytes rest = k % 2 == 0 ? one : two;
      const auto whole = hex(rest.subspan(6));
      while (!rest.empty()) {
        const auto size = std::min<std::size_t>(rest.size(), 1 + random() % 40);
        const auto result = all.add(rest.first(size), chunk_ms(k));
        rest = rest.subspan(size);
        BOOST_TEST((result == (rest.empty() ? Result::complete : Result::more)), "seed " << seed);
      }
      BOOST_TEST(hex(all.payload()) == whole, "seed " << seed);
      ++messages;
    }
    BOOST_TEST(all.counts().messages == messages, "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
