// Bursts of the raw stream: three channels, one instant; on a published recording, and torn apart.
#include "colmi/bursts.hpp"

#include "colmi/decode.hpp"

#include "support/fenced_blocks.hpp"
#include "support/hex.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <cmath>

namespace ib::colmi {

using ib::Arrival;
using namespace std::chrono_literals;

namespace {

constexpr auto red = RawChannel::spo2, green = RawChannel::ppg, motion = RawChannel::acceleration;

constexpr Arrival burst_ms(std::int64_t ms) { return {ms * 1'000'000}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_bursts)

BOOST_AUTO_TEST_CASE(a_published_recording_has_ten) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  const auto lines = ib::test::fenced_block(*file, "vec-colmi-a1-log");
  BOOST_TEST(lines.size() == 30U);
  Bursts bursts;
  std::vector<std::int64_t> instants;
  std::vector<int> pulse;
  unsigned holes = 0;
  for (const auto& line : lines) {
    double s{};
    std::from_chars(line.data(), line.data() + line.size(), s);
    const Arrival at{std::llround(s * 1e9)};
    const auto decoded = decode(ib::test::bytes(line.substr(line.find(' ') + 1)));
    auto channel = motion;
    if (const auto* sample = std::get_if<RawOptical>(&decoded)) {
      channel = sample->channel;
      if (channel == green) pulse.push_back(sample->value);
    } else if (const auto* hole = std::get_if<RawHole>(&decoded)) {
      channel = hole->channel;
      ++holes;
    } else {
      BOOST_TEST(std::holds_alternative<RawAcceleration>(decoded), line);
    }
    const bool begins = bursts.begins(channel, at);
    BOOST_TEST(begins == (channel == red), line);
    if (begins) instants.push_back(bursts.instant().ns);
  }
  BOOST_TEST(bursts.count() == 10U);
  BOOST_TEST(instants.front() == 22'087'859'000);
  BOOST_TEST(instants.back() == 24'246'474'000);
  const double apart_ms = static_cast<double>(instants.back() - instants.front()) / 9e6;
  BOOST_TEST(apart_ms == 239.85, boost::test_tools::tolerance(1e-4));
  const std::vector<int> expected{10625, 10644, 10643, 10646, 10647, 10646, 10644, 10645, 10643};
  BOOST_TEST(pulse == expected, boost::test_tools::per_element());
  BOOST_TEST(holes == 2U);
}

BOOST_AUTO_TEST_CASE(a_backlog_that_arrives_at_once_is_still_one_burst_after_the_other) {
  Bursts bursts;
  for (int k = 0; k < 5; ++k)
    for (const auto channel : {red, green, motion})
      BOOST_TEST(bursts.begins(channel, burst_ms(1000)) == (channel == red));
  BOOST_TEST(bursts.count() == 5U);
}

BOOST_AUTO_TEST_CASE(a_burst_torn_apart_by_a_connection_interval_is_one) {
  Bursts bursts;
  BOOST_TEST(bursts.begins(red, burst_ms(0)));
  BOOST_TEST(!bursts.begins(green, burst_ms(124)));
  BOOST_TEST(!bursts.begins(motion, burst_ms(124)));
  BOOST_TEST(bursts.instant().ns == 0);
}

BOOST_AUTO_TEST_CASE(what_is_lost_between_two_bursts_does_not_join_them) {
  Bursts bursts;
  BOOST_TEST(bursts.begins(red, burst_ms(0)));
  BOOST_TEST(bursts.begins(green, burst_ms(240)));  // green, motion and red were lost
  BOOST_TEST(!bursts.begins(motion, burst_ms(240)));
  BOOST_TEST(bursts.begins(green, burst_ms(480)));
  BOOST_TEST(bursts.begins(green, burst_ms(500)));  // a second of its channel is of another burst
  BOOST_TEST(bursts.count() == 4U);
}

BOOST_AUTO_TEST_CASE(a_ring_that_sends_motion_alone_begins_one_with_each) {
  Bursts bursts;
  for (int k = 0; k < 100; ++k) BOOST_TEST(bursts.begins(motion, burst_ms(20 * k)));
  bursts.reset();
  BOOST_TEST(bursts.count() == 0U);
  BOOST_TEST(bursts.begins(motion, burst_ms(0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
