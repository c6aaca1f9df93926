// A Polar sensor as its protocol and its source see it, without a radio: what is agreed, what is asked,
// where samples stand, what lost frames leave, which intervals are doubted.
#include "polar/live_decoder.hpp"
#include "polar/live_protocol.hpp"
#include "polar_vectors.hpp"

#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <utility>

using namespace ib;
using namespace ib::polar;
using source::Signal;

namespace {

constexpr std::uint64_t polar_second = 1'000'000'000;

Terms strap_terms() {
  Terms t;
  t.of(Measurement::ecg) = {true, 130, {}};
  t.of(Measurement::acceleration) = {true, 50, {}};
  return t;
}

std::shared_ptr<Agreement> agreed(const Terms& terms) {
  auto agreement = std::make_shared<Agreement>();
  agreement->settle(terms);
  return agreement;
}

/// A frame of an electrocardiogram; sample k is k uV.
std::vector<std::byte> ecg_frame(std::uint64_t stamp, std::size_t n) {
  std::vector<std::byte> frame{std::byte{0}};
  for (unsigned k = 0; k < 8; ++k) frame.push_back(static_cast<std::byte>(stamp >> (8 * k)));
  frame.push_back(std::byte{0});
  for (std::size_t k = 0; k < n; ++k) {
    frame.push_back(static_cast<std::byte>(k));
    frame.push_back(std::byte{0});
    frame.push_back(std::byte{0});
  }
  return frame;
}

/// A decoder and how long after its last sample each frame arrives.
struct StrapHeard {
  device::Findings heard(std::uint64_t stamp, std::size_t n,
                         Duration delay = Duration{20'000'000}) {
    const Time t{static_cast<std::int64_t>(stamp) + delay.count()};
    return told(from_data, ecg_frame(stamp, n), t);
  }
  device::Findings told(std::uint8_t from, const std::vector<std::byte>& value, Time t) {
    device::Findings found;
    decoder.decode(device::Notification::of(from, value, Arrival{t.ns + 7 * 1'000'000'000LL}), t,
                   found);
    return found;
  }
  LiveDecoder decoder{agreed(strap_terms()), {}};
};

/// A protocol and what it wrote; the sensor behind it is the test.
struct PolarTalk {
  explicit PolarTalk(const Wishes& wishes = {}) : agreement(std::make_shared<Agreement>(wishes)) {
    device::Outbox out;
    protocol.begin(now, out);
    keep(out);
  }
  void keep(const device::Outbox& out) {
    written.clear();
    for (const auto& r : out.requests())
      written += (written.empty() ? "" : " ") + (r.read ? "read" : test::hex(r.value));
  }
  void hears(std::string_view control) { hears(from_control, test::bytes(control)); }
  void hears(std::uint8_t from, const std::vector<std::byte>& value) {
    device::Outbox out;
    protocol.received(from, value, now, out);
    keep(out);
  }
  void wants(std::initializer_list<Signal> signals) {
    source::PerSignal<bool> listened{};
    for (const auto s : signals) listened[source::index_of(s)] = true;
    device::Outbox out;
    protocol.want(listened, now, out);
    keep(out);
  }
  /// The next thing that it wants to be called for.
  void waits() {
    now = std::max(now, protocol.deadline());
    device::Outbox out;
    protocol.due(now, out);
    keep(out);
  }

  Arrival now{1'000'000'000};
  std::shared_ptr<Agreement> agreement;
  LiveProtocol protocol{agreement};
  std::string written;
};

constexpr const char* strap_features = "0f0500";
constexpr const char* strap_ecg = "f0010000000001820001010e00";

}  // namespace

BOOST_AUTO_TEST_SUITE(polar_live)

BOOST_AUTO_TEST_CASE(without_a_wish_it_is_as_the_table_says) {
  const auto acc = test::bytes("0004190032006400c800010110000203020004000800");
  const auto chosen = choose(Measurement::acceleration, settings_of(acc), {});
  BOOST_TEST(chosen.problem == "");
  BOOST_TEST(chosen.term.rate_hz == 50);
  BOOST_TEST(test::hex(start(Measurement::acceleration, chosen.term.choice)) ==
             "0202000132000101100002010800");
  const auto asked = choose(Measurement::acceleration, settings_of(acc), {0, 0, 200, 2});
  BOOST_TEST(test::hex(start(Measurement::acceleration, asked.term.choice)) ==
             "02020001c8000101100002010200");  // the spec's own
}

BOOST_AUTO_TEST_CASE(settings_that_nobody_understands_offer_nothing) {
  BOOST_TEST(!choose(Measurement::ecg, settings_of({}), {}).term.offered);
  const auto zero = test::bytes("00010000");
  BOOST_TEST(!choose(Measurement::ecg, settings_of(zero), {}).term.offered);
  const auto six = test::bytes("00013700010116000401 06");  // six channels of light
  BOOST_TEST(!choose(Measurement::ppg, settings_of(six), {}).term.offered);
}

BOOST_AUTO_TEST_CASE(one_thing_is_asked_at_a_time_and_only_what_is_wanted_started) {
  PolarTalk talk;
  BOOST_TEST(talk.written == "read read");  // charge and features
  talk.hears(strap_features);
  BOOST_TEST(talk.written == "0100");
  talk.hears(strap_features);  // the daemon tells of what was read, too
  BOOST_TEST(talk.written == "");
  talk.hears("f001000000000182000101 0e00");
  BOOST_TEST(talk.written == "0102");
  BOOST_TEST(!talk.agreement->terms());
  talk.hears("f0010200000004190032006400c800010110000203020004000800");
  BOOST_TEST_REQUIRE(talk.agreement->terms().has_value());
  BOOST_TEST(talk.agreement->terms()->of(Measurement::ecg).rate_hz == 130);
  BOOST_TEST(talk.written == "");
  talk.wants({Signal::ecg, Signal::status});
  BOOST_TEST(talk.written == "02000001820001010e00");
  talk.hears("f0020000 00");
  BOOST_TEST(talk.written == "");
  talk.wants({});
  BOOST_TEST(talk.written == "0300");
}

BOOST_AUTO_TEST_CASE(a_reply_in_two_parts_is_one) {
  PolarTalk talk;
  talk.hears("0f0100");
  talk.hears("f00100000100");  // and more
  BOOST_TEST(!talk.agreement->terms());
  talk.hears("0001820001010e00");
  BOOST_TEST_REQUIRE(talk.agreement->terms().has_value());
  BOOST_TEST(talk.agreement->terms()->of(Measurement::ecg).rate_hz == 130);
}

BOOST_AUTO_TEST_CASE(a_sensor_that_does_not_answer_is_asked_three_times) {
  PolarTalk talk;
  talk.waits();
  BOOST_TEST(talk.written == "read");
  talk.waits();
  BOOST_TEST(talk.written == "read");
  BOOST_TEST(talk.protocol.failure() == "");
  talk.waits();
  BOOST_TEST(talk.protocol.failure().find("does not answer requests") != std::string::npos);
  BOOST_TEST(talk.agreement->wait(Duration{1}) == talk.protocol.failure());
}

BOOST_AUTO_TEST_CASE(what_runs_already_is_stopped_and_started_once) {
  PolarTalk talk;
  talk.hears("0f0100");
  talk.hears("f001000000000182000101 0e00");
  talk.wants({Signal::ecg});
  talk.hears("f00200060 0");
  BOOST_TEST(talk.written == "0300");
  talk.hears("f003000000");
  BOOST_TEST(talk.written == "02000001820001010e00");
  talk.hears("f002000600");
  BOOST_TEST(talk.protocol.failure().find("another program has started it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_stops_sending_is_started_again_and_what_charges_waits) {
  PolarTalk talk;
  talk.hears("0f0100");
  talk.hears("f001000000000182000101 0e00");
  talk.wants({Signal::ecg});
  talk.hears("f002000000");
  talk.waits();  // 5 s without a frame
  BOOST_TEST(talk.written == "0300");
  talk.hears("f003000600");  // it had stopped
  BOOST_TEST(talk.written == "02000001820001010e00");
  talk.hears("f002000d00");  // on its charger
  BOOST_TEST(talk.written == "");
  talk.waits();
  BOOST_TEST(talk.written == "02000001820001010e00");
  BOOST_TEST(talk.protocol.failure() == "");
}

BOOST_AUTO_TEST_CASE(where_nothing_is_wanted_it_is_asked_how_it_is) {
  PolarTalk talk;
  talk.hears("0f0100");
  talk.hears("f001000000000182000101 0e00");
  for (int k = 0; k < 5; ++k) {
    talk.waits();
    BOOST_TEST(talk.written == "05");
    talk.hears("f005000100");  // an old one does not know the request: an answer all the same
  }
  BOOST_TEST(talk.protocol.failure() == "");
}

BOOST_AUTO_TEST_CASE(samples_stand_a_period_apart_across_frames) {
  StrapHeard strap;
  constexpr std::uint64_t period = 7'698'229, frame = 73 * period;  // 129.9 Hz
  Time last = never;
  std::uint64_t next = 0;
  for (std::uint64_t k = 1; k <= 40; ++k) {
    const auto found = strap.heard(k * frame, 73);
    BOOST_TEST_REQUIRE(found.samples().size() == 1U);
    const auto& run = found.samples()[0];
    BOOST_TEST((run.signal == Signal::ecg));
    BOOST_TEST(run.first_index == next);
    BOOST_TEST(run.lost == 0U);
    next += 73;
    if (last != never)
      BOOST_TEST(std::abs((run.clock.at(run.first_index) - last).count() -
                          static_cast<std::int64_t>(period)) < 20'000);
    last = run.clock.at(run.first_index + 72);
    BOOST_TEST(std::abs(static_cast<double>(found.values(run)[50]) - 0.050) < 1e-6);  // mV
  }
  BOOST_TEST(std::abs(last.ns - static_cast<std::int64_t>(40 * frame)) < 30'000'000);
  BOOST_TEST((strap.decoder.settled(Signal::ecg, Time{}) == last));
}

BOOST_AUTO_TEST_CASE(lost_frames_are_counted_and_their_samples_left_out) {
  for (const auto seed : test::cases(50)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(static_cast<std::uint32_t>(seed));
      StrapHeard strap;
      const double period = 1e9 / (129.5 + 0.01 * static_cast<double>(random() % 100));
      std::uint64_t taken = 0, lost = 0, counted = 0, next = 0;
      for (int k = 0; k < 60; ++k) {
        const auto n = 60 + random() % 20;
        taken += n;
        if (k > 3 && random() % 5 == 0) {
          lost += n;
          continue;
        }
        const auto stamp =
            polar_second + static_cast<std::uint64_t>(static_cast<double>(taken) * period);
        const auto found = strap.heard(stamp, n, Duration{20'000'000 + random() % 30'000'000});
        BOOST_TEST_REQUIRE(found.samples().size() == 1U);
        next += found.samples()[0].lost;
        BOOST_TEST(found.samples()[0].first_index == next);
        next += n;
        BOOST_TEST(found.samples()[0].lost == lost);  // of the frames just before
        counted += std::exchange(lost, 0);
      }
      BOOST_TEST(strap.decoder.counts().lost_samples == counted);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_no_loss_but_a_gap) {
  StrapHeard strap;
  strap.heard(1 * polar_second, 130);
  strap.heard(2 * polar_second, 130);
  strap.told(from_control, test::bytes("f002000000"), Time{5'000'000'000});  // begun again
  const auto found = strap.heard(6 * polar_second, 130);
  BOOST_TEST_REQUIRE(found.samples().size() == 1U);
  BOOST_TEST(found.samples()[0].lost == 0U);
  BOOST_TEST(found.samples()[0].first_index > 260U);  // so it does not join
  BOOST_TEST(strap.decoder.counts().lost_samples == 0U);
}

BOOST_AUTO_TEST_CASE(a_frame_that_comes_twice_is_given_once) {
  StrapHeard strap;
  strap.heard(1 * polar_second, 130);
  strap.heard(2 * polar_second, 130);
  BOOST_TEST(strap.heard(2 * polar_second, 130, Duration{40'000'000}).samples().empty());
  BOOST_TEST(strap.heard(3 * polar_second, 130).samples()[0].first_index == 260U);
}

BOOST_AUTO_TEST_CASE(a_connection_made_anew_begins_anew_behind_what_was_given) {
  StrapHeard strap;
  strap.heard(1 * polar_second, 130);
  const auto before = strap.heard(2 * polar_second, 130).samples()[0];
  device::Findings found;
  strap.decoder.decode(
      device::Notification::of(device::Notification::Kind::disconnected, Arrival{9'500'000'000}),
      Time{2'500'000'000}, found);
  // Its battery was changed: the clock begins anew, and the frame says that it is older.
  const Time t{2'600'000'000};
  const auto after = strap.told(from_data, ecg_frame(polar_second / 2, 130), t);
  BOOST_TEST_REQUIRE(after.samples().size() == 1U);
  const auto& run = after.samples()[0];
  BOOST_TEST((run.clock.at(run.first_index) > before.clock.at(before.first_index + 129)));
}

BOOST_AUTO_TEST_CASE(light_is_upright_and_without_the_ambient) {
  Terms arm;
  arm.of(Measurement::ppg) = {true, 55, {}};
  LiveDecoder upright(agreed(arm), {}), as_it_comes(agreed(arm), {.inverted = false});
  // 10, 20, 30 and 5 of ambient light.
  const auto frame = test::bytes("01 00ca9a3b00000000 00 0a0000 140000 1e0000 050000");
  const auto got = device::Notification::of(from_data, frame, Arrival{1'000'000'000});
  device::Findings found;
  upright.decode(got, Time{1'000'000'000}, found);
  BOOST_TEST(found.values(found.samples()[0])[0] == -15.0F);
  found.clear();
  as_it_comes.decode(got, Time{1'000'000'000}, found);
  BOOST_TEST(found.values(found.samples()[0])[0] == 15.0F);
}

BOOST_AUTO_TEST_CASE(a_real_armband_frame_is_read_whole) {
  Terms arm;
  arm.of(Measurement::ppg) = {true, 55, {}};
  LiveDecoder decoder(agreed(arm), {});
  device::Findings found;
  decoder.decode(device::Notification::of(from_data, test::bytes(test::verity_ppg_frame),
                                          Arrival{1'000'000'000}),
                 Time{1'000'000'000}, found);
  BOOST_TEST_REQUIRE(found.samples().size() == 1U);
  BOOST_TEST(found.samples()[0].n > 30U);
  BOOST_TEST(decoder.counts().bad_packets == 0U);
}

BOOST_AUTO_TEST_CASE(the_factor_of_the_start_reply_scales_acceleration) {
  StrapHeard arm;
  auto reply = test::bytes("f002020000 0501");
  const auto bits = std::bit_cast<std::uint32_t>(0.244F);
  for (unsigned k = 0; k < 4; ++k) reply.push_back(static_cast<std::byte>(bits >> (8 * k)));
  arm.told(from_control, reply, Time{900'000'000});
  auto frame = test::bytes("02 00ca9a3b00000000 81");
  for (const auto b : test::bytes(test::polar_acc_content)) frame.push_back(b);
  const auto found = arm.told(from_data, frame, Time{1'000'000'000});
  BOOST_TEST_REQUIRE(found.samples().size() == 1U);
  BOOST_TEST(std::abs(found.values(found.samples()[0])[0] - 0.4648F) < 1e-4F);  // g
}

BOOST_AUTO_TEST_CASE(intervals_that_the_sensor_doubts_say_so) {
  StrapHeard arm;
  // 1068 ms good; 1033 ms moved; 930 ms with an error of 40 ms; then off the skin.
  const auto found = arm.told(
      from_data,
      test::bytes("03 0000000000000000 00 3c2c04040006 3c0904040007 3ca203280006 3c8203040004"),
      Time{1'000'000'000});
  std::vector<RrNotification> rr;
  std::vector<DeviceEvent> events;
  for (const auto& item : found.items()) {
    if (const auto* r = std::get_if<RrNotification>(&item.item)) rr.push_back(*r);
    if (const auto* s = std::get_if<DeviceStatus>(&item.item)) events.push_back(s->event);
  }
  BOOST_TEST_REQUIRE(rr.size() == 3U);
  BOOST_TEST(*rr[0].rr_us[0] == 1'068'000.0);
  BOOST_TEST(!rr[0].rr_us[1]);
  BOOST_TEST(!rr[0].doubted);
  BOOST_TEST(*rr[0].hr_bpm == 60.0);
  BOOST_TEST((rr[0].contact == ib::Contact::on));
  BOOST_TEST(*rr[1].rr_us[0] == 1'033'000.0);
  BOOST_TEST(*rr[1].rr_us[1] == 930'000.0);
  BOOST_TEST(!rr[1].rr_us[2]);
  BOOST_TEST(rr[1].doubted);
  BOOST_TEST(!rr[2].doubted);
  BOOST_TEST((rr[2].contact == ib::Contact::off));
  BOOST_TEST((events == std::vector{DeviceEvent::worn, DeviceEvent::not_worn}));
}

BOOST_AUTO_TEST_CASE(whatever_comes_is_read_or_counted) {
  for (const auto seed : test::cases(200)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random(seed);
      Terms all = strap_terms();
      all.of(Measurement::ppg) = {true, 55, {}};
      all.intervals = true;
      LiveDecoder decoder(agreed(all), {});
      PolarTalk talk;
      Time t{};
      for (int k = 0; k < 60; ++k) {
        std::vector<std::byte> value(random() % 513);
        for (auto& b : value) b = static_cast<std::byte>(random());
        if (!value.empty())
          value[0] = static_cast<std::byte>(random() % 2 == 0 ? random() % 5 : 0xF0);
        if (value.size() > 9)
          value[9] = static_cast<std::byte>(random() % 2 == 0 ? 0x80 : random() % 3);
        const auto from = static_cast<std::uint8_t>(random() % 3);
        t = t + Duration{static_cast<std::int64_t>(random() % 2'000'000'000)};
        device::Findings found;
        decoder.decode(device::Notification::of(from, value, Arrival{t.ns}), t, found);
        for (const auto& run : found.samples())
          BOOST_TEST((run.clock.at(run.first_index + run.n - 1) >= run.clock.at(run.first_index)));
        talk.now = Arrival{1'000'000'000 + t.ns};
        talk.hears(from, value);
        if (talk.protocol.deadline() <= talk.now) talk.waits();
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
