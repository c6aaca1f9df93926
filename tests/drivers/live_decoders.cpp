// What a device sends as its source sees it: hostile lengths, impossible rates, a ring that was taken off.
#include "bcl/live_decoder.hpp"
#include "heart_rate/live.hpp"

#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace ib;
using device::Notification;
using source::Signal;

namespace {

device::Findings found_in(device::Decoder& decoder, const std::vector<std::byte>& value) {
  device::Findings found;
  decoder.decode(device::Notification::of(0, value, Arrival{1'000'000'000}), Time{1'000'000'000},
                 found);
  return found;
}

/// Of all rr items, in order; their times have to rise.
std::vector<double> intervals(const device::Findings& found) {
  std::vector<double> all;
  Time last = never;
  for (const auto& item : found.items()) {
    if (item.signal != Signal::rr) continue;
    BOOST_TEST((item.t > last));
    last = item.t;
    for (const auto& us : std::get<RrNotification>(item.item).rr_us)
      if (us) all.push_back(*us);
  }
  return all;
}

const HeartRate* rate(const device::Findings& found) {
  for (const auto& item : found.items())
    if (item.signal == Signal::heart_rate) return std::get_if<HeartRate>(&item.item);
  return nullptr;
}

/// A BCL ring's frames of five samples, each at its time.
struct RingFrames {
  bcl::LiveDecoder decoder;
  std::int64_t now_ms = 1000;
  Time last = never;  ///< of the last sample given

  /// How many samples it gave. They come after those before.
  std::size_t frame(unsigned number) {
    static constexpr char hex[] = "0123456789abcdef";
    std::string text = "00053101";
    text += {hex[number / 16 % 16], hex[number % 16], '0', '5'};
    for (int k = 0; k < 5; ++k) text += "50c30000000000000000";  // 50,000 counts
    return value(text);
  }
  std::size_t value(const std::string& text) {
    device::Findings found;
    const Arrival at{now_ms * 1'000'000};
    decoder.decode(device::Notification::of(0, test::bytes(text), at), Time{at.ns}, found);
    std::size_t n = 0;
    for (const auto& run : found.samples()) {
      if (run.signal != Signal::ppg) continue;
      for (std::uint32_t k = 0; k < run.n; ++k) {
        const Time t = run.clock.at(run.first_index + k);
        BOOST_TEST((t > last));
        last = t;
        ++n;
      }
    }
    return n;
  }
  double behind_s() const { return static_cast<double>(now_ms) * 1e-3 - seconds(last - Time{}); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(live_decoders)

BOOST_AUTO_TEST_CASE(a_value_full_of_intervals_loses_none) {
  std::string strap = "1048", ring =
                                  "000531020"
                                  "1fd";          // 253 of the ring's
  for (int k = 0; k < 255; ++k) strap += "0004";  // 1024 / 1024 s
  for (int k = 0; k < 253; ++k) ring += "2003";   // 800 ms
  heart_rate::SensorDecoder of_strap;
  BOOST_TEST(intervals(found_in(of_strap, test::bytes(strap))).size() == 255U);
  bcl::LiveDecoder of_ring;
  const auto told = found_in(of_ring, test::bytes(ring));
  // 64 equal ones stand within one step of the grid: nothing is known of them, and they are given.
  BOOST_TEST(intervals(told).size() == 253U);
}

BOOST_AUTO_TEST_CASE(a_rate_that_no_heart_has_is_absent_with_its_reason) {
  heart_rate::SensorDecoder decoder;
  const auto fast = found_in(decoder, test::bytes("018080"));  // 32896 a minute
  BOOST_TEST_REQUIRE((rate(fast) != nullptr));
  BOOST_TEST(!rate(fast)->heart_rate_bpm);
  BOOST_TEST((rate(fast)->reason == Reason::out_of_range));
  const auto usual = found_in(decoder, test::bytes("0048"));
  BOOST_TEST(*rate(usual)->heart_rate_bpm == 72);
}

/// 1024 / 1024 s, and half of another.
BOOST_AUTO_TEST_CASE(half_an_interval_at_the_end_is_passed_over_and_counted) {
  heart_rate::SensorDecoder decoder;
  const auto found = found_in(decoder, test::bytes("1048000400"));
  BOOST_TEST(intervals(found) == (std::vector<double>{1'000'000}),
             boost::test_tools::per_element());
  BOOST_TEST(*rate(found)->heart_rate_bpm == 72);
  BOOST_TEST(decoder.counts().bad_packets == 1U);
  BOOST_TEST(intervals(found_in(decoder, test::bytes("1048ff"))).empty());
  BOOST_TEST(decoder.counts().bad_packets == 2U);
  found_in(decoder, test::bytes("10480004"));
  BOOST_TEST(decoder.counts().bad_packets == 2U);
}

/// An item at the time of the one before would be dropped as late.
BOOST_AUTO_TEST_CASE(a_strap_that_is_worn_when_it_is_connected_tells_both) {
  heart_rate::SensorDecoder decoder;
  device::Findings found;
  const Time t{1'000'000'000};
  decoder.decode(Notification::of(Notification::Kind::connected, Arrival{t.ns}), t, found);
  decoder.decode(Notification::of(0, test::bytes("0648"), Arrival{t.ns}), t, found);
  std::vector<Time> times;
  for (const auto& item : found.items())
    if (item.signal == Signal::status) times.push_back(item.t);
  BOOST_TEST_REQUIRE(times.size() == 2U);
  BOOST_TEST((times[1] > times[0]));
}

BOOST_AUTO_TEST_CASE(intervals_of_a_ring_that_was_taken_off_say_so) {
  bcl::LiveDecoder decoder;
  found_in(decoder, test::bytes("0005310000"));  // not worn
  const auto found = found_in(decoder, test::bytes("0005310207012003"));
  BOOST_TEST_REQUIRE(found.items().size() == 1U);
  BOOST_TEST((std::get<RrNotification>(found.items()[0].item).contact == Contact::off));
}

/// 72, 29, 221 and no beats a minute at the end of a measurement, 35.56 degC.
BOOST_AUTO_TEST_CASE(a_ring_s_rate_is_one_that_a_heart_has_or_absent) {
  bcl::LiveDecoder decoder;
  found_in(decoder, test::bytes("0005310001"));  // worn
  const auto found_rate = [&](const char* hex) {
    const auto found = found_in(decoder, test::bytes(hex));
    BOOST_TEST_REQUIRE((rate(found) != nullptr));
    return *rate(found);
  };
  const auto usual = found_rate("0005310003482d1ee40d");
  BOOST_TEST(*usual.heart_rate_bpm == 72);
  BOOST_TEST((usual.contact == Contact::on));
  for (const char* hex : {"00053100031d2d1ee40d", "0005310003dd2d1ee40d"}) {
    BOOST_TEST(!found_rate(hex).heart_rate_bpm, hex);
    BOOST_TEST((found_rate(hex).reason == Reason::out_of_range), hex);
  }
  BOOST_TEST((found_rate("0005310003002d1ee40d").reason == Reason::low_quality));
  BOOST_TEST(*found_rate("00053100031e2d1ee40d").heart_rate_bpm == 30);
  BOOST_TEST(*found_rate("0005310003dc2d1ee40d").heart_rate_bpm == 220);
}

BOOST_AUTO_TEST_CASE(a_ring_s_temperature_stands_behind_its_last_sample) {
  RingFrames ring;
  const auto temperature = [&](const char* hex) {
    device::Findings found;
    const Arrival at{ring.now_ms * 1'000'000};
    ring.decoder.decode(device::Notification::of(0, test::bytes(hex), at), Time{at.ns}, found);
    std::vector<std::pair<float, Time>> all;
    for (const auto& run : found.samples())
      if (run.signal == Signal::temperature)
        all.emplace_back(found.values(run)[0], run.clock.at(run.first_index));
    return all;
  };
  constexpr const char* warm = "0005310003482d1ee40d";  // 35.56 degC
  BOOST_TEST(temperature(warm).empty());                // no sample has told where it would stand
  for (unsigned k = 0; k < 10; ++k, ring.now_ms += 200) ring.frame(k);
  const auto told = temperature(warm);
  BOOST_TEST_REQUIRE(told.size() == 1U);
  BOOST_TEST(std::abs(told[0].first - 35.56F) < 1e-4F);
  BOOST_TEST((told[0].second > ring.last));
  BOOST_TEST((told[0].second > ring.decoder.settled(Signal::temperature, told[0].second)));
  BOOST_TEST(temperature(warm).empty());  // no time has passed
  for (unsigned k = 10; k < 20; ++k, ring.now_ms += 200) ring.frame(k);
  BOOST_TEST(temperature("0005310003482d1ef301").empty());       // 4.99 degC
  BOOST_TEST(temperature("0005310003482d1ef401").size() == 1U);  // 5 degC
}

BOOST_AUTO_TEST_CASE(bytes_behind_what_a_frame_announces_are_counted_and_not_read) {
  RingFrames ring;
  BOOST_TEST(ring.value("0005310101011027000000000000000420") == 1U);
  BOOST_TEST(ring.decoder.counts().bad_packets == 1U);
  const auto list = found_in(ring.decoder, test::bytes("00053102070120030a"));
  BOOST_TEST(intervals(list).size() == 1U);
  BOOST_TEST(ring.decoder.counts().bad_packets == 2U);
}

BOOST_AUTO_TEST_CASE(a_list_of_intervals_that_was_lost_breaks_the_chain_and_is_counted) {
  bcl::LiveDecoder decoder;
  using All = std::vector<double>;
  const auto list = [&](const char* hex) { return intervals(found_in(decoder, test::bytes(hex))); };
  BOOST_TEST(list("000531020702"
                  "20033003") == (All{800'000, 816'000}));
  BOOST_TEST(list("000531020802"
                  "40035003") == (All{832'000, 848'000}));
  BOOST_TEST(list("000531020802"
                  "40035003") == All{});  // it came twice
  BOOST_TEST(list("000531020702"
                  "20033003") == All{});  // and was overtaken
  BOOST_TEST(decoder.counts().lost_packets == 0U);
  BOOST_TEST(list("000531020b01"
                  "2003") == (All{0, 800'000}));  // two are missing
  BOOST_TEST(decoder.counts().lost_packets == 2U);
  // A ring that gives all the same number: none is dropped, none invented.
  BOOST_TEST(list("000531020b01"
                  "3003") == All{816'000});
  BOOST_TEST(list("000531020b01"
                  "4003") == All{832'000});
  BOOST_TEST(decoder.counts().lost_packets == 2U);
}

BOOST_AUTO_TEST_CASE(a_measurement_that_begins_anew_numbers_from_nought_and_loses_nothing) {
  for (const unsigned reached : {3U, 9U, 40U, 127U, 200U}) {
    for (const unsigned first : {0U, 1U}) {  // its first frame may be lost
      RingFrames ring;
      for (unsigned k = 0; k <= reached; ++k, ring.now_ms += 200) ring.frame(k);
      ring.now_ms += 3200;  // it stopped by itself, and was asked again
      for (unsigned k = first; k < 30; ++k, ring.now_ms += 200)
        BOOST_TEST(ring.frame(k) == 5U, reached << " then " << first << ": " << k);
      ring.now_ms -= 200;
      BOOST_TEST(std::abs(ring.behind_s()) < 0.2, reached << " then " << first);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_frame_that_was_overtaken_begins_nothing) {
  RingFrames ring;
  for (unsigned k = 0; k < 40; ++k, ring.now_ms += 200) ring.frame(k);
  BOOST_TEST(ring.frame(39) == 0U);
  BOOST_TEST(ring.frame(33) == 0U);
  ring.now_ms += 200;
  BOOST_TEST(ring.frame(41) == 5U);
  BOOST_TEST(ring.decoder.counts().lost_packets == 1U);
  BOOST_TEST(ring.frame(40) == 0U);
}

BOOST_AUTO_TEST_CASE(time_off_the_finger_is_no_delay_of_what_follows) {
  RingFrames ring;
  for (unsigned k = 0; k < 40; ++k, ring.now_ms += 200) ring.frame(k);
  ring.value("0005310000");  // not worn: it measures on, and numbers nothing
  ring.now_ms += 3000;
  ring.value("0005310001");
  for (unsigned k = 40; k < 50; ++k, ring.now_ms += 200) {
    BOOST_TEST(ring.frame(k) == 5U);
    BOOST_TEST(std::abs(ring.behind_s()) < 0.2, k);
  }
  BOOST_TEST(ring.decoder.counts().lost_packets == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
