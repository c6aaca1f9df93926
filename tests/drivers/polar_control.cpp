// The control point of a Polar sensor: features, replies, settings, streams that it stops itself.
#include "polar/control.hpp"
#include "polar/settings.hpp"

#include "support/cases.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

BOOST_AUTO_TEST_SUITE(polar_control)

using namespace ib::polar;
using ib::test::bytes;
using ib::test::hex;

namespace {

template <class T>
T control_of(std::string_view message) {
  static std::vector<std::byte> kept;  // what is decoded borrows it
  kept = bytes(message);
  const auto decoded = decode_control(kept);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<T>(decoded), message);
  return std::get<T>(decoded);
}

std::vector<std::uint32_t> all_of(const Values& values) {
  std::vector<std::uint32_t> all;
  for (std::size_t i = 0; i < values.size(); ++i) all.push_back(values[i]);
  return all;
}

using List = std::vector<std::uint32_t>;

/// Touches everything that a message says, so that a sanitizer sees each byte it is read from.
std::size_t touch_control(ib::wire::Bytes message) {
  const auto decoded = decode_control(message);
  std::size_t n = 0;
  if (const auto* stopped = std::get_if<Stopped>(&decoded))
    for (std::size_t i = 0; i < stopped->size(); ++i) n += static_cast<std::size_t>((*stopped)[i]);
  if (const auto* reply = std::get_if<Reply>(&decoded)) {
    const auto settings = settings_of(reply->parameters);
    for (const auto* values : {&settings.rate_hz, &settings.resolution_bits, &settings.range,
                               &settings.range_milli, &settings.channels})
      n += all_of(*values).size();
    BOOST_TEST(n <= message.size());
  }
  return n;
}

}  // namespace

BOOST_AUTO_TEST_CASE(features_are_bits) {
  const auto features = control_of<Features>("0f0e02");
  BOOST_TEST(features.has(Measurement::ppg));
  BOOST_TEST(features.has(Measurement::acceleration));
  BOOST_TEST(features.has(Measurement::pp_interval));
  BOOST_TEST(features.has(Measurement::sdk_mode));
  BOOST_TEST(!features.has(Measurement::ecg));
  BOOST_TEST(!features.has(Measurement::gyroscope));
  BOOST_TEST(control_of<Features>("0f2100 0000000000").has(Measurement::gyroscope));
}

BOOST_AUTO_TEST_CASE(a_reply_names_its_request) {
  const auto good = control_of<Reply>("f001020000ffffff");
  BOOST_TEST(int{good.operation} == 1);
  BOOST_TEST((good.type == Measurement::acceleration));
  BOOST_TEST((good.error == Error::none));
  BOOST_TEST(!good.more);
  BOOST_TEST(hex(good.parameters) == "ffffff");

  const auto bad = control_of<Reply>("f001060700");
  BOOST_TEST(int{bad.operation} == 1);
  BOOST_TEST((bad.type == Measurement::magnetometer));
  BOOST_TEST((bad.error == Error::bad_resolution));
  BOOST_TEST(bad.parameters.empty());

  BOOST_TEST((control_of<Reply>("f002010d").error == Error::charging));
  BOOST_TEST((control_of<Reply>("f002010e00").error == Error::disk_full));
  BOOST_TEST((control_of<Reply>("f002010f00").error == Error::unknown));
  BOOST_TEST((control_of<Reply>("f00201ff00").error == Error::unknown));
  BOOST_TEST(control_of<Reply>("f00101000100").more);
}

BOOST_AUTO_TEST_CASE(settings_are_lists) {
  const auto message = bytes("00013400010110000204f500f401e803d007040103");
  const auto settings = settings_of(message);
  BOOST_TEST(settings.whole);
  BOOST_TEST(all_of(settings.rate_hz) == List{52});
  BOOST_TEST(all_of(settings.resolution_bits) == List{16});
  BOOST_TEST(all_of(settings.range) == (List{245, 500, 1000, 2000}));
  BOOST_TEST(all_of(settings.channels) == List{3});
  BOOST_TEST(settings.range_milli.empty());
  BOOST_TEST(!settings.factor);
}

BOOST_AUTO_TEST_CASE(a_start_is_answered_with_a_factor) {
  const auto with = [](std::string_view parameters) { return settings_of(bytes(parameters)); };
  BOOST_TEST(with("05013f0080 39").factor.value() == 2.4414e-4F,
             boost::test_tools::tolerance(1e-3F));
  BOOST_TEST(!with("05010000c07f").factor);  // no number
  BOOST_TEST(!with("050100000000").factor);  // 0
  BOOST_TEST(!with("0500").factor);
  BOOST_TEST(with("0500").whole);
}

BOOST_AUTO_TEST_CASE(settings_stop_at_what_nobody_knows) {
  const auto known = bytes("0001340007010500 0401");
  const auto settings = settings_of(known);
  BOOST_TEST(!settings.whole);
  BOOST_TEST(all_of(settings.rate_hz) == List{52});
  BOOST_TEST(settings.channels.empty());
  BOOST_TEST(!settings_of(bytes("000234")).whole);
  BOOST_TEST(settings_of(bytes("06 01 000102030405060708090a0b0c0d0e0f 0401 03")).whole);
  BOOST_TEST(!settings_of(bytes("ffffff")).whole);
  BOOST_TEST(settings_of({}).whole);
}

BOOST_AUTO_TEST_CASE(a_sensor_may_stop_on_its_own) {
  const auto stopped = control_of<Stopped>("010203");
  BOOST_REQUIRE_EQUAL(stopped.size(), 2U);
  BOOST_TEST((stopped[0] == Measurement::acceleration));
  BOOST_TEST((stopped[1] == Measurement::pp_interval));
}

BOOST_AUTO_TEST_CASE(what_is_no_message_is_refused) {
  const auto refusal = [](std::string_view message) {
    return to_text(control_of<Refused>(message).reason);
  };
  BOOST_TEST(refusal("") == "bad_length");
  BOOST_TEST(refusal("01") == "bad_length");
  BOOST_TEST(refusal("0f0e") == "bad_length");
  BOOST_TEST(refusal("f00102") == "bad_length");
  BOOST_TEST(refusal("7f0102") == "unknown_message");
}

BOOST_AUTO_TEST_CASE(any_bytes_are_a_message_or_refused) {
  for (const auto* whole : {"0f0e02", "f001020000ffffff", "f001060700", "010203",
                            "f00102000000013400010110000204f500f401e803d007040103"}) {
    const auto message = bytes(whole);
    for (std::size_t n = 0; n <= message.size(); ++n) {
      const std::vector<std::byte> prefix(message.begin(), message.begin() + std::ptrdiff_t(n));
      touch_control(prefix);
    }
  }
  for (const auto seed : ib::test::cases(2000)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      std::vector<std::byte> message(random() % 600);
      for (auto& byte : message) byte = static_cast<std::byte>(random());
      constexpr std::array heads{0x01U, 0x0FU, 0xF0U};
      if (!message.empty() && seed % 4 != 0) message[0] = static_cast<std::byte>(heads[seed % 3]);
      for (std::size_t i = 5; i < message.size() && seed % 2 == 0; i += 1 + random() % 9)
        message[i] = static_cast<std::byte>(random() % 7);  // so that lists are found
      touch_control(message);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
