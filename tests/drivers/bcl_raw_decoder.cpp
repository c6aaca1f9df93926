// A BCL ring's full sensor stream without a radio: where samples stand, what was lost, whose temperature counts.
#include "bcl/raw_decoder.hpp"

#include "support/cases.hpp"
#include "support/hex.hpp"
#include "wire/packet.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <random>
#include <vector>

using namespace ib;
using source::Signal;

namespace {

constexpr std::size_t sensors_in_frame = 5;
constexpr std::uint64_t sensors_up_ms = 1'700'000'000'000;

using Thermometers = std::array<std::uint16_t, 3>;

/// A ring, its clock and what its frames came to. Host times in s; its own clock is 60 ppm fast.
struct SensorFrames {
  bcl::RawDecoder decoder;
  device::Findings found;
  Thermometers milli_degc{33'100, 30'000, 24'000};
  std::vector<std::pair<std::uint64_t, Time>> ppg;  ///< index, time
  std::vector<float> acc, degc;
  std::vector<DeviceEvent> events;
  ClockModel clock;
  unsigned number{};

  static std::uint64_t ring_ms(double t_s) {
    return sensors_up_ms + static_cast<std::uint64_t>(t_s * 1000 * (1 + 60e-6));
  }
  void value(wire::Bytes bytes, double arrival_s) {
    found.clear();
    const std::int64_t at = std::llround(arrival_s * 1e9);
    decoder.decode(device::Notification::of(0, bytes, Arrival{at}), Time{at}, found);
    for (const auto& run : found.samples()) {
      const auto values = found.values(run);
      if (run.signal == Signal::acceleration) acc.insert(acc.end(), values.begin(), values.end());
      if (run.signal == Signal::temperature) degc.insert(degc.end(), values.begin(), values.end());
      if (run.signal != Signal::ppg) continue;
      for (std::uint32_t k = 0; k < run.n; ++k)
        ppg.emplace_back(run.first_index + k, run.clock.at(run.first_index + k));
    }
    for (const auto& item : found.items()) {
      if (const auto* model = std::get_if<ClockModel>(&item.item)) clock = *model;
      if (const auto* status = std::get_if<DeviceStatus>(&item.item))
        events.push_back(status->event);
    }
  }
  std::vector<std::byte> frame_of(unsigned seq, double last_sample_s) const {
    std::vector<std::byte> out;
    const auto add = [&](const wire::Packet& part) {
      const auto bytes = part.bytes();
      out.insert(out.end(), bytes.begin(), bytes.end());
    };
    add(wire::Packet{0, 5, 0x3C, 2, static_cast<std::uint8_t>(seq), sensors_in_frame}.u64(
        ring_ms(last_sample_s)));
    for (std::size_t k = 0; k < sensors_in_frame; ++k) {
      wire::Packet sample;
      sample.u32(50'000).u32(40'000).u32(60'000).u16(0).u16(0).u16(1000).pad(24);
      for (const auto shown : milli_degc) sample.u16(shown);
      add(sample);
    }
    return out;
  }
  /// The next frame.
  void frame(double last_sample_s, double arrival_s) {
    value(frame_of(number++, last_sample_s), arrival_s);
  }
  /// Its clock was asked `there_s` before it heard, and its answer took `back_s`.
  void exchange(double heard_s, double there_s, double back_s) {
    const auto asked = static_cast<std::uint64_t>((heard_s - there_s) * 1000);
    value(wire::Packet{0, 9, 0x10, 2}.u64(asked).u64(ring_ms(heard_s)).u64(ring_ms(heard_s)),
          heard_s + back_s);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bcl_raw_decoder)

BOOST_AUTO_TEST_CASE(a_frame_is_light_acceleration_and_the_finger_s_temperature) {
  SensorFrames ring;
  ring.frame(100, 100.05);
  BOOST_TEST(ring.ppg.size() == sensors_in_frame);
  BOOST_TEST_REQUIRE(ring.acc.size() == 3 * sensors_in_frame);
  BOOST_TEST(ring.acc[2] == 1.0F);  // 1000 counts a g
  BOOST_TEST_REQUIRE(ring.degc.size() == sensors_in_frame);
  BOOST_TEST(std::abs(ring.degc[0] - 33.1F) < 1e-3F);
  BOOST_TEST(ring.decoder.counts().bad_packets == 0U);
}

BOOST_AUTO_TEST_CASE(the_first_thermometer_in_range_counts_and_none_is_a_gap) {
  SensorFrames ring;
  double t = 100;
  const auto read = [&](const Thermometers& shown) {
    ring.milli_degc = shown;
    ring.degc.clear();
    ring.frame(t, t + 0.05);
    t += 0.2;
    return ring.degc.empty() ? -1.0F : ring.degc[0];
  };
  BOOST_TEST(std::abs(read({0, 31'000, 24'000}) - 31) < 1e-3F);
  BOOST_TEST(std::abs(read({65'535, 0, 24'000}) - 24) < 1e-3F);
  BOOST_TEST(read({65'535, 0, 4'999}) == -1.0F);
  BOOST_TEST(std::abs(read({50'000, 0, 0}) - 50) < 1e-3F);
  BOOST_TEST(ring.ppg.size() == 4 * sensors_in_frame);  // light is none the worse for it
}

BOOST_AUTO_TEST_CASE(what_it_sends_beside_its_frames_is_status) {
  SensorFrames ring;
  ring.value(test::bytes("0005310000"), 1);  // not worn
  ring.value(test::bytes("0002120055"), 2);
  ring.value(test::bytes("00053cff64"), 3);  // it ended by itself
  BOOST_TEST((ring.events ==
              std::vector{DeviceEvent::not_worn, DeviceEvent::battery, DeviceEvent::gave_up}));
  ring.value(test::bytes("00053c0201"), 4);
  BOOST_TEST(ring.decoder.counts().bad_packets == 1U);
}

/// Over a radio that delays, keeps, doubles and loses: every loss is counted, and each sample stands where it was
/// measured but for the delay that the clock tells.
BOOST_AUTO_TEST_CASE(samples_stand_where_the_ring_s_clock_has_them) {
  for (const auto seed : test::cases(50)) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> chance(0, 1);
    SensorFrames ring;
    std::uint64_t lost = 0, lost_now = 0;
    double last_arrival = 0, exchanged = 0;
    bool began = false;
    for (int k = 0; k < 900; ++k) {
      const double taken = 100 + 0.2 * k;
      double delay = 0.01 + 0.03 * chance(random);
      while (chance(random) < 0.15) delay += 0.03;
      const bool is_lost = chance(random) < 0.05;
      if (is_lost) ++lost_now;
      if (taken - exchanged > 10 && began) {
        exchanged = taken;
        ring.exchange(taken - 0.1, 0.02 + 0.03 * chance(random), 0.02 + 0.03 * chance(random));
      }
      const double arrival = std::max(taken + delay, last_arrival + 1e-4);
      last_arrival = arrival;
      if (is_lost) {
        ++ring.number;
        continue;
      }
      if (began) lost += lost_now;
      lost_now = 0;
      began = true;
      const auto before = ring.ppg.size();
      ring.frame(taken, arrival);
      if (chance(random) < 0.05)
        ring.value(ring.frame_of(ring.number - 1, taken), arrival + 1e-5);  // twice
      BOOST_TEST_REQUIRE(ring.ppg.size() == before + sensors_in_frame,
                         "seed " << seed << ": " << k);
      if (k < 150) continue;  // while it settles
      const auto& m = ring.clock;
      for (std::size_t j = 0; j < sensors_in_frame; ++j) {
        const double truth = taken - 0.04 * static_cast<double>(sensors_in_frame - 1 - j);
        const double late_ms = 1000 * (seconds(ring.ppg[before + j].second - Time{}) - truth);
        BOOST_TEST(late_ms >= m.delay_least_ms - m.jitter_ms - 1.5,
                   "seed " << seed << ": " << k << ", " << late_ms << " ms");
        BOOST_TEST(late_ms <= m.delay_most_ms + m.jitter_ms + 1.5,
                   "seed " << seed << ": " << k << ", " << late_ms << " ms");
      }
    }
    BOOST_TEST(ring.decoder.counts().lost_packets == lost, "seed " << seed);
    BOOST_TEST(ring.decoder.counts().lost_samples == 5 * lost, "seed " << seed);
    BOOST_TEST(ring.clock.delay_most_ms < 100, "seed " << seed);  // 150 is what was declared
    for (std::size_t k = 1; k < ring.ppg.size(); ++k)
      BOOST_TEST_REQUIRE((ring.ppg[k].second > ring.ppg[k - 1].second), "seed " << seed);
  }
}

/// 40 ms by the ring's clock, whatever its radio does: what a beat's place may be wrong by.
BOOST_AUTO_TEST_CASE(samples_are_as_far_apart_as_they_were_measured) {
  SensorFrames ring;
  for (int k = 0; k < 600; ++k) ring.frame(100 + 0.2 * k, 100 + 0.2 * k + 0.02 + 0.03 * (k % 3));
  double worst = 0;
  for (std::size_t k = 1000; k < ring.ppg.size(); ++k)
    worst = std::max(worst, std::abs(seconds(ring.ppg[k].second - ring.ppg[k - 1].second) - 0.04));
  BOOST_TEST_MESSAGE("samples are apart by 40 ms to within " << 1e6 * worst << " us");
  BOOST_TEST(worst < 1e-3);  // whole ms over five samples, and the clock's own correction
}

BOOST_AUTO_TEST_CASE(a_measurement_that_begins_anew_loses_nothing_and_is_a_gap) {
  SensorFrames ring;
  double t = 100;
  for (int k = 0; k < 40; ++k, t += 0.2) ring.frame(t, t + 0.05);
  t += 3;
  ring.value(wire::Packet{0, 5, 0x3C, 1}.u64(SensorFrames::ring_ms(t)).u8(0), t + 0.02);
  ring.number = 1;  // its first frame got lost, which nobody can tell
  const auto before = ring.ppg.size();
  for (int k = 0; k < 40; ++k, t += 0.2) ring.frame(t, t + 0.05);
  BOOST_TEST(ring.decoder.counts().lost_samples == 0U);
  BOOST_TEST_REQUIRE(ring.ppg.size() == 2 * before);
  BOOST_TEST(ring.ppg[before].first > ring.ppg[before - 1].first + 1);
  BOOST_TEST(std::abs(seconds(ring.ppg.back().second - Time{}) - (t - 0.2)) < 0.1);
}

/// Off the finger it measures nothing and numbers nothing; its clock goes on.
BOOST_AUTO_TEST_CASE(time_off_the_finger_is_a_gap_and_no_loss) {
  SensorFrames ring;
  double t = 100;
  for (int k = 0; k < 40; ++k, t += 0.2) ring.frame(t, t + 0.05);
  ring.value(test::bytes("0005310000"), t);
  t += 5;
  ring.value(test::bytes("0005310001"), t - 0.3);
  for (int k = 0; k < 40; ++k, t += 0.2) ring.frame(t, t + 0.05);
  BOOST_TEST(ring.decoder.counts().lost_samples == 0U);
  BOOST_TEST(ring.ppg[200].first > ring.ppg[199].first + 1);
  BOOST_TEST(std::abs(seconds(ring.ppg[200].second - ring.ppg[199].second) - 5.04) < 0.05);
}

/// Each is placed for those who estimate the clock anew from a recording.
BOOST_AUTO_TEST_CASE(a_frame_tells_its_place_and_the_ring_s_time) {
  SensorFrames ring;
  ring.frame(100, 100.05);
  BOOST_TEST_REQUIRE(ring.found.place().has_value());
  BOOST_TEST(ring.found.place()->anew);
  ring.number += 2;
  ring.frame(100.6, 100.65);
  const auto& place = ring.found.place();
  BOOST_TEST_REQUIRE(place.has_value());
  BOOST_TEST(place->first_index == 15U);
  BOOST_TEST(place->n == sensors_in_frame);
  BOOST_TEST(place->counted);
  BOOST_TEST(*place->device_ns ==
             static_cast<std::int64_t>(SensorFrames::ring_ms(100.6)) * 1'000'000);
}

BOOST_AUTO_TEST_CASE(any_frames_are_taken) {
  for (const auto seed : test::cases(200)) {
    std::minstd_rand random(seed);
    SensorFrames ring;
    double t = 1;
    for (int k = 0; k < 200; ++k) {
      auto frame = ring.frame_of(random() % 256, 100 + static_cast<double>(random() % 1000));
      for (auto spoiled = random() % 4; spoiled > 0; --spoiled)
        frame[4 + random() % 10] = static_cast<std::byte>(random() % 256);
      t += 0.001 * static_cast<double>(random() % 400);
      ring.value(frame, t);
      if (random() % 10 == 0) ring.exchange(t, 0.001 * static_cast<double>(random() % 500), 0.01);
    }
    for (std::size_t k = 1; k < ring.ppg.size(); ++k)
      BOOST_TEST_REQUIRE((ring.ppg[k].second > ring.ppg[k - 1].second), "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
