// Replies of Viatom rings: values, waveforms, and what is no reply.
#include "viatom/decode.hpp"

#include "drivers/viatom_frames.hpp"
#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

BOOST_AUTO_TEST_SUITE(viatom_decode)

using namespace ib::viatom;
using ib::test::bytes;
using ib::test::hex;
using ib::test::o2ring_reply;
using ib::test::o2ring_s_reply;

namespace {

std::vector<std::byte> live_payload() {
  return bytes("3412 000000 03 61 0c 48 00000000 50 00000000000000000000 0400 7f80009c");
}

template <class Variant>
std::string_view refusal_in(const Variant& decoded) {
  const auto* refused = std::get_if<Refused>(&decoded);
  return refused == nullptr ? "decoded" : to_text(refused->reason);
}

template <class T, class Variant>
const T& held_in(const Variant& decoded) {
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<T>(decoded), refusal_in(decoded));
  return std::get<T>(decoded);
}

/// Decodes as everything, and touches every sample.
void touch_reply(ib::wire::Bytes frame) {
  unsigned sum = 0;
  const auto add = [&](ib::wire::Bytes samples) {
    BOOST_TEST(samples.size() <= frame.size());
    for (const auto sample : samples) sum += std::to_integer<unsigned>(sample);
  };
  const auto decoded = decode(frame);
  if (const auto* live = std::get_if<Live>(&decoded)) add(live->waveform);
  if (const auto* waveform = std::get_if<Waveform>(&decoded)) add(waveform->samples);
  if (const auto* answer = std::get_if<Answer>(&decoded)) add(answer->payload);
  const auto real_time = decode_real_time(frame);
  if (const auto* values = std::get_if<RealTime>(&real_time)) add(values->waveform);
  decode_sensors(frame);
  BOOST_TEST(sum <= 255 * frame.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_poll_brings_values_and_the_waveform_since) {
  const auto frame = o2ring_s_reply(0x04, live_payload());
  const auto decoded = decode(frame);
  const auto& live = held_in<Live>(decoded);
  BOOST_TEST(live.counter == 0x1234);
  BOOST_TEST(int{live.state} == 3);
  BOOST_TEST(int{live.spo2_percent.value()} == 97);
  BOOST_TEST(int{live.motion} == 12);
  BOOST_TEST(int{live.hr_bpm.value()} == 72);
  BOOST_TEST(int{live.battery_percent} == 80);
  BOOST_TEST(hex(live.waveform) == "7f80009c");
  BOOST_TEST(std::to_integer<int>(live.waveform[3]) == spike);
}

BOOST_AUTO_TEST_CASE(zero_and_all_ones_are_absent) {
  for (const auto absent : {std::byte{0}, std::byte{0xFF}}) {
    auto payload = live_payload();
    payload[6] = payload[8] = absent;
    const auto frame = o2ring_s_reply(0x04, payload);
    const auto decoded = decode(frame);
    BOOST_TEST(!held_in<Live>(decoded).spo2_percent);
    BOOST_TEST(!held_in<Live>(decoded).hr_bpm);
  }
}

BOOST_AUTO_TEST_CASE(the_waveform_alone_has_a_head_of_six_bytes) {
  const auto frame = o2ring_s_reply(0x03, bytes("00000000 0300 010203"));
  const auto decoded = decode(frame);
  BOOST_TEST(hex(held_in<Waveform>(decoded).samples) == "010203");
  const auto none = o2ring_s_reply(0x03, bytes("00000000 0000"));
  const auto empty = decode(none);
  BOOST_TEST(held_in<Waveform>(empty).samples.empty());
}

BOOST_AUTO_TEST_CASE(a_request_that_was_done_is_answered) {
  const auto frame = o2ring_s_reply(0xC0, {}, 1);
  const auto decoded = decode(frame);
  BOOST_TEST(int{held_in<Answer>(decoded).command} == 0xC0);
  BOOST_TEST(held_in<Answer>(decoded).payload.empty());
  const auto opened = open_frame(Generation::o2ring_s, frame);
  BOOST_TEST(int{std::get<Frame>(opened).sequence} == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_of_an_o2ring_s_is_refused) {
  const auto refusal = [](const std::vector<std::byte>& frame) {
    return refusal_in(decode(frame));
  };
  BOOST_TEST(refusal({}) == "bad_length");
  BOOST_TEST(refusal(bytes("a5e11e00020000bf")) == "not_a_reply");  // the request itself
  BOOST_TEST(refusal(bytes("a5e11e00020000be")) == "bad_checksum");
  BOOST_TEST(refusal(bytes("a5e11f00020000bf")) == "bad_head");
  BOOST_TEST(refusal(bytes("55e11e00020000bf")) == "bad_head");
  BOOST_TEST(refusal(bytes("a5e11e00020100bf")) == "bad_length");
  BOOST_TEST(refusal(bytes("a5e11e00020000")) == "bad_length");
  BOOST_TEST(refusal(bytes("a5e01f0100000034")) == "unknown_command");  // of a real ring, over USB
  BOOST_TEST(refusal(o2ring_s_reply(0xEE, {})) == "unknown_command");
  BOOST_TEST(refusal(o2ring_s_reply(0xE3, {})) == "unknown_command");
  auto cut = live_payload();
  cut.pop_back();
  BOOST_TEST(refusal(o2ring_s_reply(0x04, cut)) == "bad_length");
  BOOST_TEST(refusal(o2ring_s_reply(0x04, bytes("3412"))) == "bad_length");
  BOOST_TEST(refusal(o2ring_s_reply(0x03, bytes("0000000001"))) == "bad_length");
  auto more = live_payload();  // what newer firmware may append
  more.push_back(std::byte{7});
  BOOST_TEST(refusal(o2ring_s_reply(0x04, more)) == "decoded");
}

BOOST_AUTO_TEST_CASE(an_o2ring_tells_its_sensors) {
  const auto frame = o2ring_reply(bytes("61 4800 00000000 50 01 0c 36 01 00"));
  BOOST_TEST(frame.size() == 21U);
  const auto decoded = decode_sensors(frame);
  const auto& sensors = held_in<Sensors>(decoded);
  BOOST_TEST(int{sensors.spo2_percent.value()} == 97);
  BOOST_TEST(int{sensors.hr_bpm.value()} == 72);
  BOOST_TEST(int{sensors.battery_percent} == 80);
  BOOST_TEST((sensors.charging == Charging::yes));
  BOOST_TEST(int{sensors.motion} == 12);
  BOOST_TEST(int{sensors.perfusion_permille} == 54);
  BOOST_TEST(sensors.finger);
  const auto off = o2ring_reply(bytes("00 0000 00000000 50 07 00 00 00 00"));
  const auto none = decode_sensors(off);
  BOOST_TEST(!held_in<Sensors>(none).finger);
  BOOST_TEST(!held_in<Sensors>(none).hr_bpm);
  BOOST_TEST(!held_in<Sensors>(none).spo2_percent);
  BOOST_TEST((held_in<Sensors>(none).charging == Charging::unknown));
}

BOOST_AUTO_TEST_CASE(an_o2ring_in_real_time_brings_a_second_of_waveform) {
  auto payload = bytes("60 4b00 63 00 2a 01 000000 7d00");
  for (unsigned i = 0; i < 125; ++i) payload.push_back(static_cast<std::byte>(i));
  const auto frame = o2ring_reply(payload);
  const auto decoded = decode_real_time(frame);
  const auto& values = held_in<RealTime>(decoded);
  BOOST_TEST(int{values.spo2_percent.value()} == 96);
  BOOST_TEST(int{values.hr_bpm.value()} == 75);
  BOOST_TEST(int{values.battery_percent} == 99);
  BOOST_TEST((values.charging == Charging::no));
  BOOST_TEST(int{values.perfusion_permille} == 42);
  BOOST_TEST(values.finger);
  BOOST_REQUIRE_EQUAL(values.waveform.size(), 125U);
  BOOST_TEST(std::to_integer<int>(values.waveform[124]) == 124);
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_of_an_o2ring_is_refused) {
  BOOST_TEST(refusal_in(decode_sensors({})) == "bad_length");
  BOOST_TEST(refusal_in(decode_sensors(bytes("aa17e8000000001b"))) == "bad_head");
  BOOST_TEST(refusal_in(decode_sensors(bytes("5509f60000000018"))) == "failed");  // of a real ring
  BOOST_TEST(refusal_in(decode_sensors(o2ring_reply({}))) == "bad_length");
  BOOST_TEST(refusal_in(decode_real_time(o2ring_reply(bytes("604b00")))) == "bad_length");
  BOOST_TEST(refusal_in(decode_real_time(
                 o2ring_reply(bytes("60 4b00 63 00 2a 01 000000 7d00 01")))) == "bad_length");
}

BOOST_AUTO_TEST_CASE(any_bytes_are_a_reply_or_refused) {
  const auto real_time = bytes("60 4b00 63 00 2a 01 000000 0200 0102");
  for (const auto& whole : {o2ring_s_reply(0x04, live_payload()), o2ring_reply(real_time),
                            bytes("a5e11e00020000bf"), bytes("aa17e8000000001b")})
    for (std::size_t n = 0; n <= whole.size(); ++n)
      touch_reply(std::vector<std::byte>(whole.begin(), whole.begin() + std::ptrdiff_t(n)));
  for (const auto seed : ib::test::cases(4000)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<std::byte> payload(random() % 600);
      for (auto& byte : payload) byte = static_cast<std::byte>(random());
      constexpr std::array<unsigned, 4> commands{0x03, 0x04, 0x10, 0xE1};
      switch (seed % 3) {
        case 0: touch_reply(payload); break;
        case 1: touch_reply(o2ring_s_reply(commands[random() % 4], payload)); break;
        default: touch_reply(o2ring_reply(payload)); break;
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
