// Any bytes as a Colmi / Yawell ring might send them: random ones, and published ones with a few bytes
// changed.
#include "support/colmi_bytes.hpp"

#include "drivers/colmi_histories.hpp"
#include "drivers/colmi_replies.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

namespace ib::colmi {

using ib::test::ColmiHost;

namespace {

std::vector<std::byte> random_bytes(std::mt19937& random, std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random() & 0xFFU);
  return bytes;
}

void append_step(std::vector<std::byte>& to, unsigned kind, ib::wire::Bytes part) {
  to.push_back(static_cast<std::byte>(kind));
  to.push_back(static_cast<std::byte>(part.size()));
  to.insert(to.end(), part.begin(), part.end());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_any_bytes)

BOOST_AUTO_TEST_CASE(random_ones_break_no_promise) {
  for (const auto seed : ib::test::cases(2000)) {
    std::mt19937 random(seed);
    ColmiHost host;
    host.play(random_bytes(random, random() % 600));
    host.fall_silent();
    BOOST_TEST(host.broken() == "", "seed " << seed << ": " << host.broken());
  }
}

BOOST_AUTO_TEST_CASE(published_ones_with_changes_break_no_promise) {
  const auto& replies = ib::test::colmi_replies();
  const std::vector<std::string> messages{
      ib::test::colmi_spo2_message, ib::test::colmi_sleep_message, ib::test::colmi_night_message};
  for (const auto seed : ib::test::cases(2000)) {
    std::mt19937 random(seed);
    std::vector<std::byte> steps;
    for (int k = 0; k < 30; ++k) {
      const auto& reply = replies[random() % replies.size()];
      auto frame = ib::test::bytes(reply.frame);
      if (random() % 2 == 0) frame[1 + random() % 14] = static_cast<std::byte>(random() & 0xFFU);
      append_step(steps, 1, frame);
      auto message = ib::test::bytes(messages[random() % messages.size()]);
      message[random() % message.size()] = static_cast<std::byte>(random() & 0xFFU);
      const auto cut = random() % message.size();
      append_step(steps, 3, ib::wire::Bytes(message).first(cut));
      append_step(steps, 3, ib::wire::Bytes(message).subspan(cut));
      append_step(steps, 4, ib::wire::Bytes(message).first(random() % 60 % message.size()));
    }
    ColmiHost host;
    host.play(steps);
    host.fall_silent();
    BOOST_TEST(host.broken() == "", "seed " << seed << ": " << host.broken());
  }
}

BOOST_AUTO_TEST_CASE(random_frames_are_sound_one_time_in_256) {
  std::size_t sound = 0, n = 0;
  for (const auto seed : ib::test::cases(20)) {
    std::mt19937 random(seed);
    for (int k = 0; k < 5000; ++k, ++n) {
      const auto decoded = ib::colmi::decode(random_bytes(random, ib::colmi::frame_size));
      const auto* refused = std::get_if<ib::colmi::Refused>(&decoded);
      using Reason = ib::colmi::Refused::Reason;
      sound += refused == nullptr || refused->reason != Reason::bad_checksum ? 1 : 0;
    }
  }
  // Six standard deviations of a binomial share of 1/256.
  const double expected = static_cast<double>(n) / 256;
  BOOST_TEST(std::abs(static_cast<double>(sound) - expected) < 6 * std::sqrt(expected),
             sound << " of " << n);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
