// The Heart Rate Service: every value that a sensor may send, and that nothing is made of the rest.
#include "heart_rate/advertisement.hpp"
#include "heart_rate/decode.hpp"
#include "heart_rate/requests.hpp"
#include "heart_rate/uuid.hpp"

#include "support/cases.hpp"
#include "support/heart_rate_values.hpp"
#include "support/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

using namespace ib;
using test::bytes;

namespace {

/// What must be a measurement; its bytes live as long as the test.
struct SentRate {
  std::vector<std::byte> value;
  heart_rate::Measurement m;

  explicit SentRate(std::string_view text) : value(bytes(text)) {
    const auto decoded = heart_rate::decode(value);
    BOOST_TEST_REQUIRE(std::holds_alternative<heart_rate::Measurement>(decoded), text);
    m = std::get<heart_rate::Measurement>(decoded);
  }
  /// Raw, 1/1024 s.
  std::vector<int> rr() const {
    std::vector<int> raw;
    for (std::size_t k = 0; k < m.rr.size(); ++k) raw.push_back(m.rr[k].rr_1024);
    return raw;
  }
};

bool heart_rate_refused(std::string_view text, heart_rate::Refused::Reason reason) {
  const auto value = bytes(text);
  const auto decoded = heart_rate::decode(value);
  const auto* refused = std::get_if<heart_rate::Refused>(&decoded);
  return refused != nullptr && refused->reason == reason;
}

/// Manufacturer data as it stands in the air: the company first.
std::optional<std::uint8_t> rate_in_the_air(std::string_view text) {
  const auto data = bytes(text);
  wire::Reader from(data);
  const auto company = from.u16();
  return heart_rate::advertised_rate(company, from.rest());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(heart_rate_codec)

// The vectors.

BOOST_AUTO_TEST_CASE(rates_of_one_and_two_bytes) {
  const SentRate a("007f"), b("00ff"), c("018080");
  BOOST_TEST(a.m.hr_sent == 127);
  BOOST_CHECK(a.m.contact == Contact::unknown);
  BOOST_TEST(b.m.hr_sent == 255);
  BOOST_TEST(c.m.hr_sent == 32896);
  for (const auto* one : {&a, &b, &c}) {
    BOOST_TEST(!one->m.energy_kj.has_value());
    BOOST_TEST(one->m.rr.empty());
    BOOST_TEST(one->m.tail_bytes == 0U);
  }
}

BOOST_AUTO_TEST_CASE(contact_is_told_only_where_it_is_supported) {
  const SentRate on("0600"), off("0400"), untold("0200");
  BOOST_CHECK(on.m.contact == Contact::on);
  BOOST_CHECK(off.m.contact == Contact::off);
  BOOST_CHECK(untold.m.contact == Contact::unknown);  // bit 1 without bit 2 means nothing
  for (const auto* one : {&on, &off, &untold}) {
    BOOST_TEST(one->m.hr_sent == 0);
    BOOST_TEST(!one->m.hr_bpm().has_value());  // no heart beats 0 times a minute
  }
  BOOST_TEST(SentRate("007f").m.hr_bpm().value() == 127);
}

BOOST_AUTO_TEST_CASE(energy_follows_the_rate) {
  const SentRate a("090000ffff"), b("08007f80");
  BOOST_TEST(a.m.hr_sent == 0);
  BOOST_TEST(a.m.energy_kj.value() == 65535);
  BOOST_TEST(b.m.hr_sent == 0);
  BOOST_TEST(b.m.energy_kj.value() == 32895);
}

BOOST_AUTO_TEST_CASE(intervals_follow_to_the_end) {
  const SentRate a("1000ffff");
  BOOST_TEST(a.m.hr_sent == 0);
  BOOST_TEST(a.rr() == std::vector<int>{65535}, boost::test_tools::per_element());
  BOOST_TEST(a.m.rr[0].rr_us().value() == 63'999'023);  // 63999.02 ms

  const SentRate b("110000ffff7f80");
  BOOST_TEST(b.m.hr_sent == 0);
  BOOST_TEST(b.rr() == (std::vector<int>{65535, 32895}), boost::test_tools::per_element());
  BOOST_TEST(b.m.rr[0].rr_us().value() == 63'999'023);
  BOOST_TEST(b.m.rr[1].rr_us().value() == 32'124'023);  // 32124.02 ms

  const SentRate c("1e48000058036c03");
  BOOST_TEST(c.m.hr_bpm().value() == 72);
  BOOST_CHECK(c.m.contact == Contact::on);
  BOOST_TEST(c.m.energy_kj.value() == 0);
  BOOST_TEST(c.rr() == (std::vector<int>{856, 876}), boost::test_tools::per_element());
  BOOST_TEST(c.m.rr[0].rr_us().value() == 835'938);  // 835.94 ms
  BOOST_TEST(c.m.rr[1].rr_us().value() == 855'469);  // 855.47 ms
}

BOOST_AUTO_TEST_CASE(an_interval_of_0_is_none_and_keeps_its_place) {
  const SentRate a("1100000000");
  BOOST_TEST_REQUIRE(a.m.rr.size() == 1U);
  BOOST_TEST(!a.m.rr[0].rr_us().has_value());
  BOOST_TEST(a.m.rr.zeros() == 1U);
  const SentRate b("1048 5803 0000 6c03");
  BOOST_TEST(b.rr() == (std::vector<int>{856, 0, 876}), boost::test_tools::per_element());
  BOOST_TEST(b.m.rr.zeros() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_shorter_than_its_flags_say_is_refused) {
  using Reason = heart_rate::Refused::Reason;
  for (const auto* text : {"", "10", "00", "0148", "0848", "084800", "09480000"})
    BOOST_TEST(heart_rate_refused(text, Reason::bad_length), text);
}

BOOST_AUTO_TEST_CASE(half_an_interval_is_counted_not_read) {
  const SentRate a("1048ff");
  BOOST_TEST(a.m.hr_sent == 72);
  BOOST_TEST(a.m.rr.empty());
  BOOST_TEST(a.m.tail_bytes == 1U);
  const SentRate b("1048 5803 6c");
  BOOST_TEST(b.rr() == std::vector<int>{856}, boost::test_tools::per_element());
  BOOST_TEST(b.m.tail_bytes == 1U);
  BOOST_TEST(SentRate("0048 5803").m.tail_bytes == 2U);  // no flag announces these
}

BOOST_AUTO_TEST_CASE(flags_without_a_meaning_change_nothing) {
  const SentRate a("fe48000058036c03");  // 1e, and bits 5 to 7
  BOOST_TEST(a.m.hr_sent == 72);
  BOOST_TEST(a.rr() == (std::vector<int>{856, 876}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_cut_short_gives_less_or_nothing) {
  for (const auto text : test::heart_rate_values) {
    const auto value = bytes(text);
    const auto whole = heart_rate::decode(value);
    for (std::size_t n = 0; n < value.size(); ++n) {
      const std::vector<std::byte> cut(value.begin(),
                                       value.begin() + static_cast<std::ptrdiff_t>(n));
      const auto decoded = heart_rate::decode(cut);
      test::read_all(decoded);
      const auto* less = std::get_if<heart_rate::Measurement>(&decoded);
      if (less == nullptr) continue;
      const auto& m = std::get<heart_rate::Measurement>(whole);
      BOOST_TEST(less->hr_sent == m.hr_sent);
      BOOST_TEST(less->rr.size() <= m.rr.size());
      BOOST_TEST(2 * less->rr.size() + less->tail_bytes < 2 * m.rr.size() + m.tail_bytes);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_are_refused_or_lie_inside) {
  for (const auto seed : test::cases(100'000)) {
    std::minstd_rand random(seed);
    const std::size_t size = random() % (seed % 50 == 0 ? 600 : 24);
    const std::unique_ptr<std::byte[]> room(new std::byte[size]);  // ends where it ends
    for (std::size_t k = 0; k < size; ++k) room[k] = static_cast<std::byte>(random() >> 8U);
    const auto decoded = heart_rate::decode({room.get(), size});
    test::read_all(decoded);
    if (const auto* m = std::get_if<heart_rate::Measurement>(&decoded)) {
      const std::size_t head =
          2U + (std::to_integer<unsigned>(room[0]) & 1U) + (m->energy_kj ? 2U : 0U);
      BOOST_TEST_REQUIRE(head + 2 * m->rr.size() + m->tail_bytes == size, "seed " << seed);
    } else {
      BOOST_TEST_REQUIRE(size < 5U, "seed " << seed);
    }
  }
}

// What stands beside it.

BOOST_AUTO_TEST_CASE(where_it_is_worn) {
  BOOST_CHECK(heart_rate::body_location(bytes("01")) == heart_rate::BodyLocation::chest);
  BOOST_CHECK(heart_rate::body_location(bytes("03")) == heart_rate::BodyLocation::finger);
  BOOST_CHECK(heart_rate::body_location(bytes("06")) == heart_rate::BodyLocation::foot);
  BOOST_TEST(labels(heart_rate::BodyLocation{})[3] == "finger");
  BOOST_TEST(!heart_rate::body_location(bytes("07")).has_value());
  BOOST_TEST(!heart_rate::body_location({}).has_value());
}

BOOST_AUTO_TEST_CASE(how_full_its_battery_is) {
  BOOST_TEST(int{heart_rate::battery_percent(bytes("64")).value()} == 100);
  BOOST_TEST(int{heart_rate::battery_percent(bytes("00")).value()} == 0);
  BOOST_TEST(!heart_rate::battery_percent(bytes("65")).has_value());
  BOOST_TEST(!heart_rate::battery_percent({}).has_value());
}

BOOST_AUTO_TEST_CASE(the_only_request) {
  BOOST_TEST(test::hex(heart_rate::reset_energy()) == "01");
}

BOOST_AUTO_TEST_CASE(uuids_are_written_as_bluez_does) {
  using namespace heart_rate;
  for (const auto id : {uuid::service, uuid::measurement, uuid::body_location, uuid::control_point,
                        uuid::battery_service, uuid::battery_level}) {
    BOOST_TEST(id.size() == 36U);
    BOOST_TEST(id.substr(8) == "-0000-1000-8000-00805f9b34fb");
  }
  BOOST_TEST(uuid::measurement.substr(4, 4) == "2a37");
}

BOOST_AUTO_TEST_CASE(rates_in_advertisements) {
  BOOST_TEST(int{rate_in_the_air("6b003b164446").value()} == 70);
  BOOST_TEST(int{rate_in_the_air("6b002f166b68").value()} == 104);
  BOOST_TEST(int{rate_in_the_air("04ff3b164446").value()} == 70);  // XOSS: the same place
  BOOST_TEST(!rate_in_the_air("4c003b164446").has_value());        // another company
  BOOST_TEST(!rate_in_the_air("6b003b164400").has_value());        // nothing measured
  BOOST_TEST(!rate_in_the_air("6b003b1644").has_value());
  BOOST_TEST(!rate_in_the_air("6b003b16444600").has_value());
  BOOST_TEST(!rate_in_the_air("6b00").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
