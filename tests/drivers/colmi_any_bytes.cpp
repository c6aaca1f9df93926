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

BOOST_AUTO_TEST_CASE(answers_about_its_logs_with_changes_break_no_promise) {
  // Of 2024-08-10, which is today to the host, with rates, steps and what is none of them.
  const std::vector<std::string> frames{"1500023c",
                                        "150180adb666003e00000000410000",
                                        "1500033c",
                                        "150180adb666003e40000000410000",
                                        "1502004142",
                                        "15002e05",
                                        "15ff",
                                        "43f00201",
                                        "432408102000027900150010",
                                        "432408102400027900150010",
                                        "43ff",
                                        "95ee",
                                        "c3ee"};
  const std::vector<std::string> messages{
      ib::test::colmi_spo2_message, ib::test::colmi_sleep_message, ib::test::colmi_night_message};
  std::size_t told = 0;
  for (const auto seed : ib::test::cases(2000)) {
    std::mt19937 random(seed);
    const auto changed = [&](std::vector<std::byte> bytes) {
      if (random() % 6 == 0)
        bytes[random() % bytes.size()] = static_cast<std::byte>(random() & 0xFFU);
      return bytes;
    };
    const std::vector<std::byte> wait(25);  // 2.5 s
    std::vector<std::byte> steps;
    append_step(steps, 4, wait);
    for (int k = 0; k < 60; ++k) {
      const bool big = k >= 30;
      if (big) append_step(steps, 3, changed(ib::test::bytes(messages[random() % 3])));
      else append_step(steps, 1, changed(ib::test::bytes(frames[random() % frames.size()])));
      if (random() % 8 == 0) append_step(steps, 4, wait);
      if (random() % 40 == 0) append_step(steps, 5, {});
    }
    ColmiHost host;
    host.play(steps);
    host.fall_silent();
    told += host.logged();
    BOOST_TEST(host.broken() == "", "seed " << seed << ": " << host.broken());
  }
  BOOST_TEST(told > 0U);  // it gets that far
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
