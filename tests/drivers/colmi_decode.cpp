// One frame of a Colmi / Yawell ring: what published captures say, and what says nothing.
#include "colmi/decode.hpp"

#include "drivers/colmi_replies.hpp"
#include "support/fenced_blocks.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

namespace ib::colmi {

using ib::test::bytes;
using ib::test::colmi_frame;
using ib::test::colmi_replies;

namespace {

Decoded colmi_says(std::string_view first_bytes) { return decode(colmi_frame(first_bytes)); }

template <class Message>
Message colmi_expect(std::string_view first_bytes) {
  const auto decoded = colmi_says(first_bytes);
  const auto* message = std::get_if<Message>(&decoded);
  BOOST_TEST_REQUIRE(message != nullptr, first_bytes);
  return *message;
}

bool colmi_refused(std::string_view first_bytes, Refused::Reason why) {
  return colmi_says(first_bytes) == Decoded{Refused{why}};
}

double colmi_norm_g(const RawAcceleration& a) {
  const double x = a.x, y = a.y, z = a.z;
  return std::sqrt(x * x + y * y + z * z) / RawAcceleration::counts_per_g;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_decode)

BOOST_AUTO_TEST_CASE(published_frames_say_what_their_publishers_read) {
  for (const auto& reply : colmi_replies())
    BOOST_TEST((decode(bytes(reply.frame)) == reply.says), reply.frame);
}

BOOST_AUTO_TEST_CASE(no_published_frame_is_left_out) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  std::set<std::string> published, tested;
  for (const auto& line : ib::test::fenced_block(*file, "vec-colmi"))
    published.insert(ib::test::first_word(line));
  for (const auto& reply : colmi_replies()) tested.insert(reply.frame);
  BOOST_TEST(published.size() == 47U);
  BOOST_TEST(published == tested, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_frame_with_a_wrong_sum_is_refused) {
  const Decoded wrong{Refused{Refused::Reason::bad_checksum}};
  BOOST_TEST((decode(bytes("69010100000000000000000000000000")) == wrong));
  for (const auto& reply : colmi_replies()) {
    auto frame = bytes(reply.frame);
    for (const int by : {1, -1, 128}) {
      frame[15] = static_cast<std::byte>(std::to_integer<int>(frame[15]) + by);
      BOOST_TEST((decode(frame) == wrong), reply.frame);
      frame[15] = static_cast<std::byte>(std::to_integer<int>(frame[15]) - by);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_frame_has_16_bytes) {
  const Decoded wrong{Refused{Refused::Reason::bad_length}};
  BOOST_TEST((decode(bytes("0340000000000000000000000000")) == wrong));
  BOOST_TEST((decode({}) == wrong));
  BOOST_TEST((decode(bytes("0340000000000000000000000000000043")) == wrong));
  for (const auto& reply : colmi_replies()) {
    const auto frame = bytes(reply.frame);
    for (std::size_t size = 0; size < frame.size(); ++size)
      BOOST_TEST((decode(ib::wire::Bytes(frame).first(size)) == wrong), reply.frame);
  }
}

BOOST_AUTO_TEST_CASE(the_published_accelerations_are_of_a_ring_at_rest) {
  const auto norm = [](std::string_view first_bytes) {
    return colmi_norm_g(colmi_expect<RawAcceleration>(first_bytes));
  };
  BOOST_TEST(norm("a10312030b0d1704") == 0.994, boost::test_tools::tolerance(0.001));
  BOOST_TEST(norm("a103deb4fdc8fb3e") == 1.065, boost::test_tools::tolerance(0.001));
  BOOST_TEST(norm("a103000c1f06fb03") == 0.992, boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(accelerations_are_twelve_bits_in_twos_complement) {
  const auto least = colmi_expect<RawAcceleration>("a103 8000 7f0f ff0f");
  BOOST_TEST(least.y == -2048);
  BOOST_TEST(least.z == 2047);
  BOOST_TEST(least.x == -1);
}

BOOST_AUTO_TEST_CASE(a_reading_tells_why_it_has_no_value) {
  const auto reading = [](std::string_view first_bytes) {
    return colmi_expect<Measured>(first_bytes).reading;
  };
  BOOST_TEST((reading("6906 00 00") == Reading::warming_up));
  BOOST_TEST((reading("6906 01 00") == Reading::not_worn));
  BOOST_TEST((reading("6906 02 00") == Reading::no_data));
  BOOST_TEST((reading("6906 07 48") == Reading::unknown));
  BOOST_TEST((reading("6906 00 1d") == Reading::implausible));  // 29
  BOOST_TEST((reading("6906 00 1e") == Reading::value));        // 30
  BOOST_TEST((reading("6901 00 dc") == Reading::value));        // 220
  BOOST_TEST((reading("6901 00 dd") == Reading::implausible));
  BOOST_TEST((reading("6903 00 45") == Reading::implausible));  // 69 %
  BOOST_TEST((reading("6903 00 46") == Reading::value));
  BOOST_TEST((reading("6903 00 64") == Reading::value));
  BOOST_TEST((reading("6903 00 65") == Reading::implausible));  // 101 %
  BOOST_TEST((reading("690a 00 05") == Reading::value));        // a score has no range
  BOOST_TEST(!colmi_expect<Measured>("6906 01 48").value());
  BOOST_TEST((colmi_expect<Measured>("6906 00 48").value() == std::uint8_t{72}));
  BOOST_TEST(colmi_refused("6900 00 48", Refused::Reason::unknown_kind));
  BOOST_TEST(colmi_refused("690b 00 48", Refused::Reason::unknown_kind));
}

BOOST_AUTO_TEST_CASE(the_heart_rate_stream_is_understood_in_both_layouts) {
  const auto says = [](std::string_view first_bytes) {
    return colmi_expect<StreamedHeartRate>(first_bytes);
  };
  BOOST_TEST((says("1e 48") == StreamedHeartRate{Reading::value, 72}));
  BOOST_TEST((says("1e 00 48") == StreamedHeartRate{Reading::value, 72}));
  BOOST_TEST((says("1e 00 00") == StreamedHeartRate{Reading::warming_up, 0}));
  BOOST_TEST((says("1e 01 48").reading == Reading::not_worn));
  BOOST_TEST((says("1e 02 48").reading == Reading::no_data));
  BOOST_TEST((says("1e 05 48").reading == Reading::unknown));
  BOOST_TEST((says("1e 00 ff").reading == Reading::implausible));
  BOOST_TEST(!says("1e 01 48").value());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
  BOOST_TEST(colmi_refused("0365", Refused::Reason::bad_value));  // 101 %
  BOOST_TEST(colmi_refused("730c65", Refused::Reason::bad_value));
  BOOST_TEST(colmi_refused("7312030d41", Refused::Reason::bad_value));  // 200 001 steps
  BOOST_TEST(colmi_expect<LiveActivity>("7312030d40").steps == 200'000U);
  BOOST_TEST(colmi_refused("73ff", Refused::Reason::unknown_kind));
  BOOST_TEST(colmi_refused("a108", Refused::Reason::unknown_kind));
  BOOST_TEST(colmi_refused("780402", Refused::Reason::unknown_kind));
  BOOST_TEST(colmi_refused("08", Refused::Reason::unknown_command));
  BOOST_TEST(colmi_refused("ff6666", Refused::Reason::unknown_command));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_of_a_command_below_80_that_we_send) {
  BOOST_TEST(colmi_expect<RefusedCommand>("e9ee").command == 0x69);
  BOOST_TEST(colmi_expect<RefusedCommand>("bcee").command == 0x3C);
  BOOST_TEST(colmi_expect<RefusedCommand>("a1ee").command == 0x21);
  BOOST_TEST(colmi_expect<RefusedCommand>("a1ff").command == 0xA1);
  BOOST_TEST(colmi_refused("88ee", Refused::Reason::unknown_command));  // of a command never sent
  BOOST_TEST(colmi_refused("bc27", Refused::Reason::unknown_command));  // big data, wrong service
}

BOOST_AUTO_TEST_CASE(settings_and_supports) {
  BOOST_TEST((colmi_says("2c0101") == Decoded{LogSetting{0x2C, true}}));
  BOOST_TEST((colmi_says("2c0102") == Decoded{LogSetting{0x2C, false}}));
  BOOST_TEST((colmi_says("360100") == Decoded{LogSetting{0x36, false}}));
  BOOST_TEST((colmi_says("380201") == Decoded{Acknowledged{0x38}}));
  BOOST_TEST((colmi_says("3a030101") == Decoded{LogSetting{0x3A, true}}));
  BOOST_TEST((colmi_says("3a0302") == Decoded{Acknowledged{0x3A}}));
  BOOST_TEST((colmi_says("0202") == Decoded{Shaken{}}));
  BOOST_TEST((colmi_says("0204") == Decoded{Acknowledged{0x02}}));
  const auto support = colmi_expect<DeviceSupport>("3c 00 08 00 00 00 00 00 00 80");
  BOOST_TEST(support.pairing);
  BOOST_TEST(support.interval_temperatures);
  BOOST_TEST(!colmi_expect<DeviceSupport>("3c 00 f7").pairing);
  BOOST_TEST((colmi_says("21 01 102700 f40100 401f00 1e00 e001") ==
              Decoded{Goals{10000, 500, 8000, 30, 480}}));
  BOOST_TEST((colmi_says("21 02") == Decoded{Acknowledged{0x21}}));
}

BOOST_AUTO_TEST_CASE(pushes) {
  BOOST_TEST((colmi_says("7301") == Decoded{NewLog{NewLog::Of::heart_rate}}));
  BOOST_TEST((colmi_says("7303") == Decoded{NewLog{NewLog::Of::spo2}}));
  BOOST_TEST((colmi_says("7304") == Decoded{NewLog{NewLog::Of::steps}}));
  BOOST_TEST((colmi_says("7305 420e") == Decoded{PushedTemperature{3650}}));  // 36.50 degrees
}

BOOST_AUTO_TEST_CASE(a_sport_s_progress) {
  const auto s = colmi_expect<SportProgress>("78 04 01 00 3c 5f 000064 0000c8 001388");
  BOOST_TEST((s == SportProgress{.sport = 4,
                                 .status = SportProgress::Status::active,
                                 .elapsed_s = 60,
                                 .reading = Reading::value,
                                 .heart_rate = 95,
                                 .distance = 100,
                                 .steps = 200,
                                 .calories = 5000}));
  BOOST_TEST((colmi_expect<SportProgress>("78 04 03").status == SportProgress::Status::ended));
  BOOST_TEST((colmi_expect<SportProgress>("78 04 03").reading == Reading::warming_up));
  BOOST_TEST((colmi_says("7701") == Decoded{Acknowledged{0x77}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
