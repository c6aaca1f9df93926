// A Viatom ring live, without a radio: what its source sees of each reply, and what the ring is asked.
#include "viatom/live_decoder.hpp"
#include "viatom/live_protocol.hpp"
#include "viatom/waveform.hpp"

#include "drivers/viatom_frames.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace ib;
using source::Signal;
using viatom::Generation;

namespace {

using ViatomBytes = std::vector<std::byte>;

constexpr std::int64_t viatom_second = 1'000'000'000;

ViatomBytes viatom_constant_wave(std::size_t n, unsigned value) {
  return ViatomBytes(n, static_cast<std::byte>(value));
}

/// Of an O2Ring-S.
ViatomBytes o2ring_s_live_payload(unsigned counter, unsigned spo2, unsigned hr,
                                  const ViatomBytes& wave, unsigned battery = 80) {
  ViatomBytes p(26);
  p[0] = static_cast<std::byte>(counter & 0xFFU);
  p[1] = static_cast<std::byte>(counter >> 8U);
  p[6] = static_cast<std::byte>(spo2);
  p[8] = static_cast<std::byte>(hr);
  p[13] = static_cast<std::byte>(battery);
  p[24] = static_cast<std::byte>(wave.size() & 0xFFU);
  p[25] = static_cast<std::byte>(wave.size() >> 8U);
  p.insert(p.end(), wave.begin(), wave.end());
  return p;
}

/// Of an O2Ring.
ViatomBytes o2ring_real_time_payload(unsigned spo2, unsigned hr, bool finger,
                                     const ViatomBytes& wave) {
  ViatomBytes p(12);
  p[0] = static_cast<std::byte>(spo2);
  p[1] = static_cast<std::byte>(hr);
  p[3] = std::byte{55};
  p[6] = static_cast<std::byte>(finger ? 1 : 0);
  p[10] = static_cast<std::byte>(wave.size() & 0xFFU);
  p[11] = static_cast<std::byte>(wave.size() >> 8U);
  p.insert(p.end(), wave.begin(), wave.end());
  return p;
}

/// A decoder and all that it found so far; arrivals in ms of the session.
struct ViatomHeard {
  explicit ViatomHeard(Generation generation, double wave_hz = 0) : decoder(generation, wave_hz) {}

  void value(const ViatomBytes& bytes, std::int64_t at_ms) {
    found.clear();
    const std::int64_t at = at_ms * 1'000'000;
    decoder.decode(device::Notification::of(0, bytes, Arrival{7 * viatom_second + at}), Time{at},
                   found);
    for (const auto& run : found.samples()) {
      const auto values = found.values(run);
      samples.insert(samples.end(), values.begin(), values.end());
      runs.push_back(run);
    }
    for (const auto& item : found.items()) items.push_back(item);
  }
  template <class Item>
  std::vector<Item> all(Signal signal) const {
    std::vector<Item> of_it;
    for (const auto& item : items)
      if (item.signal == signal) of_it.push_back(std::get<Item>(item.item));
    return of_it;
  }

  viatom::LiveDecoder decoder;
  device::Findings found;
  std::vector<float> samples;
  std::vector<device::FoundSamples> runs;
  std::vector<device::FoundItem> items;
};

viatom::WallTime viatom_noon() { return {1'700'000'000, {2026, 11, 26, 12, 0, 0}}; }

std::vector<std::string> viatom_asked(const device::Outbox& out) {
  std::vector<std::string> codes;
  for (const auto& r : out.requests()) codes.push_back(test::hex(r.value.bytes().subspan(1, 1)));
  return codes;
}

using ViatomCodes = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(viatom_live)

BOOST_AUTO_TEST_CASE(a_reply_is_samples_the_right_way_up_and_values) {
  ViatomHeard ring(Generation::o2ring_s);
  ring.value(
      test::o2ring_s_reply(4, o2ring_s_live_payload(0, 97, 61, viatom_constant_wave(31, 100))),
      1000);
  BOOST_TEST_REQUIRE(ring.samples.size() == 31U);
  BOOST_TEST(ring.samples.front() == 155.0F);
  BOOST_TEST(*ring.all<HeartRate>(Signal::heart_rate).at(0).heart_rate_bpm == 61);
  BOOST_TEST(*ring.all<OxygenSaturation>(Signal::spo2).at(0).spo2_pct == 97);
  const auto status = ring.all<DeviceStatus>(Signal::status);
  BOOST_TEST_REQUIRE(status.size() == 1U);
  BOOST_TEST(*status[0].battery_pct == 80);
}

BOOST_AUTO_TEST_CASE(a_reply_in_pieces_is_one_reply) {
  ViatomHeard ring(Generation::o2ring);
  const auto whole =
      test::o2ring_reply(o2ring_real_time_payload(98, 70, true, viatom_constant_wave(125, 90)));
  for (std::size_t at = 0; at < whole.size(); at += 20)
    ring.value({whole.begin() + static_cast<std::ptrdiff_t>(at),
                whole.begin() + static_cast<std::ptrdiff_t>(std::min(at + 20, whole.size()))},
               1000 + static_cast<std::int64_t>(at));
  BOOST_TEST(ring.samples.size() == 125U);
  BOOST_TEST(ring.decoder.counts().bad_packets == 0U);
}

BOOST_AUTO_TEST_CASE(values_that_are_none_are_absent_with_a_reason) {
  ViatomHeard ring(Generation::o2ring_s);
  ring.value(
      test::o2ring_s_reply(4, o2ring_s_live_payload(0, 0, 255, viatom_constant_wave(31, 100))),
      1000);
  ring.value(
      test::o2ring_s_reply(4, o2ring_s_live_payload(1, 20, 5, viatom_constant_wave(31, 100))),
      2000);
  const auto rates = ring.all<HeartRate>(Signal::heart_rate);
  const auto oxygen = ring.all<OxygenSaturation>(Signal::spo2);
  BOOST_TEST_REQUIRE(rates.size() == 2U);
  BOOST_TEST(!rates[0].heart_rate_bpm);
  BOOST_TEST((rates[0].reason == Reason::low_quality));
  BOOST_TEST((rates[1].reason == Reason::out_of_range));
  BOOST_TEST((oxygen[0].reason == Reason::low_quality));
  BOOST_TEST((oxygen[1].reason == Reason::out_of_range));
}

BOOST_AUTO_TEST_CASE(a_ring_that_is_taken_off_says_so_and_gives_no_rate) {
  ViatomHeard ring(Generation::o2ring);
  ring.value(
      test::o2ring_reply(o2ring_real_time_payload(98, 70, true, viatom_constant_wave(125, 90))),
      1000);
  ring.value(test::o2ring_reply(o2ring_real_time_payload(98, 70, false, {})), 2000);
  const auto rates = ring.all<HeartRate>(Signal::heart_rate);
  BOOST_TEST_REQUIRE(rates.size() == 2U);
  BOOST_TEST(!rates[1].heart_rate_bpm);
  BOOST_TEST((rates[1].contact == Contact::off));
  BOOST_TEST((ring.all<DeviceStatus>(Signal::status).back().event == DeviceEvent::not_worn));
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_missing_is_known_by_its_number) {
  ViatomHeard ring(Generation::o2ring_s);
  for (unsigned k = 0; k < 40; ++k)
    if (k != 20)
      ring.value(
          test::o2ring_s_reply(4, o2ring_s_live_payload(k, 97, 61, viatom_constant_wave(31, 100))),
          1000 + 248 * k);
  BOOST_TEST(ring.decoder.counts().lost_packets == 1U);
  BOOST_TEST(ring.decoder.counts().lost_samples == 31U);
  BOOST_TEST(ring.samples.size() == 39U * 31);
  // The same number again is the same reply.
  ring.value(
      test::o2ring_s_reply(4, o2ring_s_live_payload(39, 97, 61, viatom_constant_wave(31, 100))),
      10'800);
  BOOST_TEST(ring.samples.size() == 39U * 31);
}

BOOST_AUTO_TEST_CASE(a_hundred_samples_a_second_are_found_to_be_so) {
  ViatomHeard ring(Generation::o2ring_s, 125);  // as its owner says
  for (unsigned k = 0; k < 240; ++k)
    ring.value(
        test::o2ring_s_reply(4, o2ring_s_live_payload(k, 97, 61, viatom_constant_wave(25, 100))),
        1000 + 250 * k);
  const auto models = ring.all<ClockModel>(Signal::clock);
  BOOST_TEST_REQUIRE(!models.empty());
  BOOST_TEST(std::abs(models.back().rate_hz - 100) < 0.1);
  for (const auto& run : ring.runs) BOOST_TEST(run.clock.rate_hz() > 0);
  BOOST_TEST(ring.decoder.counts().lost_samples == 0U);
}

BOOST_AUTO_TEST_CASE(spikes_are_mended_and_a_long_run_of_them_is_a_gap) {
  auto wave = viatom_constant_wave(20, 100);
  wave[3] = std::byte{viatom::spike};
  wave[4] = std::byte{110};
  for (std::size_t k = 8; k < 14; ++k) wave[k] = std::byte{viatom::spike};
  ViatomHeard ring(Generation::o2ring_s);
  ring.value(test::o2ring_s_reply(4, o2ring_s_live_payload(0, 97, 61, wave)), 1000);
  BOOST_TEST_REQUIRE(ring.runs.size() == 2U);
  BOOST_TEST(ring.runs[0].n == 8U);
  BOOST_TEST(ring.runs[1].first_index - ring.runs[0].first_index == 14U);
  BOOST_TEST(ring.samples[3] == 255 - 105.0F);
  BOOST_TEST(ring.samples.size() == 14U);
}

BOOST_AUTO_TEST_CASE(a_reply_of_nothing_but_spikes_and_one_that_begins_and_ends_in_one) {
  float values[3]{};
  auto wave = viatom_constant_wave(3, viatom::spike);
  BOOST_TEST(viatom::stretch_from(wave, 0).n == 0U);  // no neighbour to mend it by
  wave[1] = std::byte{90};
  viatom::read_stretch(wave, {0, 3}, false, values);
  BOOST_TEST(values[0] == 90.0F);
  BOOST_TEST(values[2] == 90.0F);
  BOOST_TEST(viatom::stretch_from(viatom_constant_wave(9, viatom::spike), 0).n == 0U);
}

BOOST_AUTO_TEST_CASE(a_short_reply_of_nothing_but_spikes_is_a_gap) {
  ViatomHeard ring(Generation::o2ring_s);
  const auto reply = [&](unsigned k, const ViatomBytes& wave) {
    ring.value(test::o2ring_s_reply(4, o2ring_s_live_payload(k, 97, 61, wave)), 1000 + 250 * k);
  };
  reply(0, viatom_constant_wave(25, 100));
  reply(1, viatom_constant_wave(4, viatom::spike));
  reply(2, viatom_constant_wave(25, 100));
  BOOST_TEST(ring.samples.size() == 50U);
  for (const auto v : ring.samples) BOOST_TEST(v == 155.0F);
  BOOST_TEST_REQUIRE(ring.runs.size() == 2U);
  BOOST_TEST(ring.runs[1].first_index - ring.runs[0].first_index == 29U);
}

/// Where the first sample after a loss is a spike, the loss stands in front of what is given.
BOOST_AUTO_TEST_CASE(what_was_lost_in_front_of_spikes_is_told_with_the_next_sample) {
  ViatomHeard ring(Generation::o2ring_s);
  const auto reply = [&](unsigned k, const ViatomBytes& wave) {
    ring.value(test::o2ring_s_reply(4, o2ring_s_live_payload(k, 97, 61, wave)), 1000 + 250 * k);
  };
  reply(0, viatom_constant_wave(25, 100));
  reply(2, viatom_constant_wave(25, viatom::spike));
  reply(3, viatom_constant_wave(25, 100));
  BOOST_TEST_REQUIRE(ring.runs.size() == 2U);
  BOOST_TEST(ring.runs[1].lost == 25U);
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_is_counted_and_the_next_reply_is_read) {
  ViatomHeard ring(Generation::o2ring_s);
  auto bad =
      test::o2ring_s_reply(4, o2ring_s_live_payload(0, 97, 61, viatom_constant_wave(31, 100)));
  bad.back() ^= std::byte{1};
  ring.value(bad, 1000);
  BOOST_TEST(ring.samples.empty());
  BOOST_TEST(ring.decoder.counts().bad_packets == 1U);
  ring.value(
      test::o2ring_s_reply(4, o2ring_s_live_payload(1, 97, 61, viatom_constant_wave(31, 100))),
      1250);
  BOOST_TEST(ring.samples.size() == 31U);
}

BOOST_AUTO_TEST_CASE(intervals_are_nothing_it_has) {
  const viatom::LiveDecoder decoder(Generation::o2ring);
  BOOST_TEST(!decoder.shape(Signal::rr).present);
  BOOST_TEST(!decoder.shape(Signal::beats).present);
}

BOOST_AUTO_TEST_CASE(each_generation_has_its_own_rate_unless_somebody_says_another) {
  BOOST_TEST(viatom::LiveDecoder(Generation::o2ring).shape(Signal::ppg).rate_hz == 125);
  BOOST_TEST(viatom::LiveDecoder(Generation::o2ring_s).shape(Signal::ppg).rate_hz == 100);
  BOOST_TEST(viatom::LiveDecoder(Generation::o2ring_s, 125).shape(Signal::ppg).rate_hz == 125);
}

/// 40 or 200 Hz of a ring that is said to have 100: its clock can't follow, for that is what lost replies look like.
BOOST_AUTO_TEST_CASE(a_rate_beyond_what_the_clock_follows_is_said_and_the_clock_set_to_it) {
  for (const unsigned true_hz : {40U, 200U}) {
    ViatomHeard ring(Generation::o2ring_s);
    const std::size_t each = true_hz / 4;
    std::size_t settled = 0;
    for (unsigned k = 0; k < 240; ++k) {
      ring.value(test::o2ring_s_reply(
                     4, o2ring_s_live_payload(k, 97, 61, viatom_constant_wave(each, 100))),
                 1000 + 250 * k);
      if (k == 60) settled = ring.runs.size();
    }
    BOOST_TEST(ring.decoder.counts().off_rate == 1U);
    BOOST_TEST(std::abs(ring.decoder.counts().rate_hz / true_hz - 1) < 0.05);
    BOOST_TEST(std::abs(ring.all<ClockModel>(Signal::clock).back().rate_hz / true_hz - 1) < 1e-3);
    for (std::size_t k = settled; k < ring.runs.size(); ++k) BOOST_TEST(!ring.runs[k].breaks);
    BOOST_TEST(ring.samples.size() == 240 * each);
    for (std::size_t k = 1; k < ring.runs.size(); ++k)
      BOOST_TEST((ring.runs[k].clock.at(ring.runs[k].first_index) >
                  ring.runs[k - 1].clock.at(ring.runs[k - 1].first_index + each - 1)));
    BOOST_TEST(ring.decoder.counts().lost_samples == 0U);
  }
}

BOOST_AUTO_TEST_CASE(no_link_however_restless_is_taken_for_another_rate) {
  for (const auto seed : test::cases(40)) {
    std::mt19937 random(seed);
    const auto up_to = [&](int ms) { return std::uniform_int_distribution<>(0, ms)(random); };
    ViatomHeard ring(Generation::o2ring_s);
    std::int64_t at_ms = 1000, taken = 0;
    for (unsigned k = 0; at_ms < 300'000; ++k) {
      at_ms += 250 + up_to(up_to(20) == 0 ? 1500 : 60);  // a poll waits for the reply before it
      if (up_to(200) == 0) at_ms += up_to(20'000);       // taken off, or out of reach
      const auto n = static_cast<std::size_t>(std::min<std::int64_t>(at_ms / 10 - taken, 400));
      taken = at_ms / 10;
      if (up_to(50) == 0) continue;  // lost
      ring.value(
          test::o2ring_s_reply(4, o2ring_s_live_payload(k, 97, 61, viatom_constant_wave(n, 100))),
          at_ms + up_to(100));
    }
    BOOST_TEST(ring.decoder.counts().off_rate == 0U, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(an_o2ring_s_is_greeted_and_then_asked_four_times_a_second) {
  viatom::LiveProtocol protocol(Generation::o2ring_s, &viatom_noon);
  device::Outbox greeted, timed, asked, again;
  Arrival now{viatom_second};
  protocol.begin(now, greeted);
  BOOST_TEST(viatom_asked(greeted) == (ViatomCodes{"ff", "10"}), boost::test_tools::per_element());
  protocol.received(0, test::o2ring_s_reply(0x10, {}), now, timed);
  BOOST_TEST(viatom_asked(timed) == (ViatomCodes{"c0"}), boost::test_tools::per_element());
  protocol.received(0, test::o2ring_s_reply(0xC0, {}), now, asked);
  BOOST_TEST(viatom_asked(asked) == (ViatomCodes{"04"}), boost::test_tools::per_element());
  protocol.received(0, test::o2ring_s_reply(4, o2ring_s_live_payload(0, 97, 61, {})),
                    now + Duration{50'000'000}, again);
  BOOST_TEST(viatom_asked(again).empty());
  BOOST_TEST((protocol.deadline() == now + Duration{250'000'000}));
  protocol.due(protocol.deadline(), again);
  BOOST_TEST(viatom_asked(again) == (ViatomCodes{"04"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_ring_that_does_not_answer_is_asked_four_times_and_given_up) {
  for (const auto generation : {Generation::o2ring, Generation::o2ring_s}) {
    viatom::LiveProtocol protocol(generation, &viatom_noon);
    device::Outbox first;
    protocol.begin(Arrival{viatom_second}, first);
    unsigned more = 0;
    while (protocol.failure().empty()) {
      device::Outbox out;
      BOOST_TEST_REQUIRE((protocol.deadline() < device::Protocol::never_due));
      protocol.due(protocol.deadline(), out);
      more += static_cast<unsigned>(out.requests().size());
    }
    BOOST_TEST(more == viatom::LiveProtocol::most_in_vain - 1);
    BOOST_TEST(protocol.failure() == "it does not answer");
    device::Outbox anew;  // the link connects again
    protocol.begin(Arrival{60 * viatom_second}, anew);
    BOOST_TEST(protocol.failure() == "");
  }
}

/// Sound frames, but no answers: of other commands, refusals, without what was asked for.
BOOST_AUTO_TEST_CASE(replies_that_answer_nothing_do_not_keep_a_link) {
  viatom::LiveProtocol protocol(Generation::o2ring_s, &viatom_noon);
  device::Outbox out;
  Arrival now{viatom_second};
  protocol.begin(now, out);
  const Arrival most = now + Duration{30 * viatom_second};
  unsigned k = 0;
  while (protocol.failure().empty() && now < most) {
    device::Outbox more;
    now = now + Duration{100'000'000};
    const auto stray = ++k % 2 == 0 ? test::o2ring_s_reply(0xE1, {}) : test::o2ring_s_reply(4, {});
    protocol.received(0, stray, now, more);
    if (protocol.deadline() <= now) protocol.due(now, more);
  }
  BOOST_TEST(protocol.failure() == "it does not answer");
}

/// A ring that is worn and sends values, but no waveform for half a minute, hangs; one that is not worn rests.
BOOST_AUTO_TEST_CASE(a_worn_ring_without_a_waveform_is_given_up_and_one_that_rests_is_kept) {
  for (const bool worn : {true, false})
    for (const auto generation : {Generation::o2ring, Generation::o2ring_s}) {
      viatom::LiveProtocol protocol(generation, &viatom_noon);
      device::Outbox out;
      Arrival now{viatom_second};
      protocol.begin(now, out);
      const auto answer = [&](unsigned command, const ViatomBytes& payload) {
        device::Outbox more;
        protocol.received(0,
                          generation == Generation::o2ring ? test::o2ring_reply(payload)
                                                           : test::o2ring_s_reply(command, payload),
                          now, more);
      };
      const auto values = generation == Generation::o2ring
                              ? o2ring_real_time_payload(worn ? 97 : 0, worn ? 61 : 0, worn, {})
                              : o2ring_s_live_payload(0, worn ? 97 : 0, worn ? 61 : 0, {});
      if (generation == Generation::o2ring_s) answer(0x10, {}), answer(0xC0, {});
      const Arrival last = now + Duration{60 * viatom_second};
      for (answer(4, values); now < last && protocol.failure().empty(); answer(4, values)) {
        device::Outbox more;
        now = protocol.deadline();
        protocol.due(now, more);
      }
      BOOST_TEST(protocol.failure() == (worn ? "it has sent no waveform for 30 s" : ""));
      if (worn) BOOST_TEST(seconds(now - Arrival{viatom_second}) >= 30);
      if (worn) BOOST_TEST(seconds(now - Arrival{viatom_second}) < 33);
    }
}

BOOST_AUTO_TEST_CASE(any_bytes_do_no_harm) {
  std::uint64_t state = 12345;
  BOOST_TEST_MESSAGE("seed " << state);
  for (const auto generation : {Generation::o2ring, Generation::o2ring_s}) {
    ViatomHeard ring(generation);
    viatom::LiveProtocol protocol(generation, &viatom_noon);
    device::Outbox ignored;
    protocol.begin(Arrival{}, ignored);
    for (int k = 0; k < 2000; ++k) {
      ViatomBytes bytes;
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto n = (state >> 33U) % 300;
      for (std::uint64_t i = 0; i < n; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        bytes.push_back(static_cast<std::byte>(state >> 56U));
      }
      if (k % 2 == 0)  // as a payload, so that the checksum is right
        bytes = generation == Generation::o2ring ? test::o2ring_reply(bytes)
                                                 : test::o2ring_s_reply(4, bytes);
      ring.value(bytes, 1000 + k);
      device::Outbox out;
      protocol.received(0, bytes, Arrival{k * 1'000'000}, out);
      BOOST_TEST(out.requests().size() <= 1U);
    }
    for (const float v : ring.samples) BOOST_TEST((v >= 0 && v <= 255));
  }
}

BOOST_AUTO_TEST_SUITE_END()
