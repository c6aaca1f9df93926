// Which kind of device it is, by its services alone, and what each kind can feed.
#include "bluetooth/family.hpp"

#include "builtin.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <vector>

BOOST_AUTO_TEST_SUITE(family)

using namespace ib::bluetooth;
using ib::bluetooth::Counter;

namespace {

struct Device {
  std::vector<std::string> services;
  std::vector<FoundCharacteristic> characteristics{};
  std::optional<std::uint16_t> company{};
  operator Found() const {
    return {services, characteristics, company};
  }  // NOLINT: it is what was found
};

std::string id_of(const Device& device) {
  const auto probed = probe(device);
  return probed.family == nullptr ? "unknown" : std::string(probed.family->id);
}

std::string driver_of(const Device& device) { return std::string(probe(device).driver()); }

const std::string polar = "fb005c80-02e7-f387-1cad-8acd2d8df0c8";
const std::string bcl = "bae80001-4f05-4503-8e65-3af1f7329d1f";
const std::string colmi = "6e40fff0-b5a3-f393-e0a9-e50e24dcca9e";
const std::string heart_rate = "0000180d-0000-1000-8000-00805f9b34fb";
const std::string battery = "0000180f-0000-1000-8000-00805f9b34fb";

}  // namespace

BOOST_AUTO_TEST_CASE(each_family_has_its_service) {
  BOOST_TEST(id_of({{battery, polar}}) == "polar");
  BOOST_TEST(id_of({{bcl}}) == "bcl");
  BOOST_TEST(id_of({{"98ed0001-a541-11e4-b6a0-0002a5d5c51b"}}) == "oura");
  BOOST_TEST(id_of({{"e8fb0001-a14b-98f9-831b-4e2941d01248"}}) == "viatom_s");
  BOOST_TEST(id_of({{"14839ac4-7d7e-415c-9a42-167340cf2339"}}) == "viatom");
  BOOST_TEST(id_of({{colmi}}) == "colmi");
  BOOST_TEST(id_of({{"de5bf728-d711-4e47-af26-65e3012a5dc7"}}) == "colmi");
  BOOST_TEST(id_of({{"be940000-7333-be46-b7ae-689e71722bd5"}}) == "ycbt");
  BOOST_TEST(id_of({{"fdda"}}) == "crp");
  BOOST_TEST(id_of({{"56ff"}}) == "jring");
  BOOST_TEST(id_of({{"a00a"}}) == "rwfit");
  BOOST_TEST(id_of({{"f618"}}) == "luckring");
  BOOST_TEST(id_of({{battery}, {}, 0xFF64}) == "luckring");
  BOOST_TEST(id_of({{battery, heart_rate}}) == "heart_rate");
  BOOST_TEST(id_of({{"fee7", battery}}) == "wechat");
  BOOST_TEST(id_of({{battery}}) == "unknown");
  BOOST_TEST(id_of({{}}) == "unknown");
}

BOOST_AUTO_TEST_CASE(fff0_alone_says_nothing) {
  BOOST_TEST(id_of({{"fff0"}}) == "unknown");
  BOOST_TEST(id_of({{"fff0"}, {{"fff6", "write"}}}) == "unknown");
  BOOST_TEST(id_of({{"fff0"}, {{"fff6", "write"}, {"fff7", "notify"}}}) == "jstyle");
}

BOOST_AUTO_TEST_CASE(the_first_of_the_table_wins) {
  BOOST_TEST(id_of({{heart_rate, polar}}) == "polar");
  BOOST_TEST(id_of({{colmi, bcl}}) == "bcl");
  BOOST_TEST(id_of({{"fee7", colmi}}) == "colmi");
  BOOST_TEST(id_of({{heart_rate, "fdda"}}) == "crp");
}

BOOST_AUTO_TEST_CASE(uuids_are_written_in_many_ways) {
  BOOST_TEST(id_of({{"FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8"}}) == "polar");
  BOOST_TEST(id_of({{"0000180D-0000-1000-8000-00805F9B34FB"}}) == "heart_rate");
  BOOST_TEST(id_of({{"180D"}}) == "heart_rate");
  BOOST_TEST(id_of({{"180"}}) == "unknown");
  BOOST_TEST(id_of({{"5c80"}}) == "unknown");  // 16 bits are of the standard only
  BOOST_TEST(id_of({{polar + "0"}}) == "unknown");
  BOOST_TEST(id_of({{""}}) == "unknown");
}

BOOST_AUTO_TEST_CASE(a_driver_is_named_where_there_is_one) {
  BOOST_TEST(driver_of({{polar}}) == "polar.pmd");
  BOOST_TEST(driver_of({{colmi}}) == "ring.colmi");
  BOOST_TEST(driver_of({{"e8fb0001-a14b-98f9-831b-4e2941d01248"}}) == "ring.viatom");
  BOOST_TEST(driver_of({{"14839ac4-7d7e-415c-9a42-167340cf2339"}}) == "ring.viatom");
  BOOST_TEST(driver_of({{"fdda"}}) == "");
  BOOST_TEST(driver_of({{"fdda", heart_rate}}) ==
             "ble.heart_rate");  // what it can feed by the standard
  BOOST_TEST(driver_of({{battery}}) == "");
}

BOOST_AUTO_TEST_CASE(what_can_be_fed_is_data) {
  const auto* ring = probe(Device{{colmi}}).family;
  BOOST_REQUIRE(ring != nullptr);
  BOOST_TEST(ring->find(Kind::rr) == nullptr);  // and so no variability from it
  BOOST_TEST((ring->find(Kind::hrv)->quality == Quality::score));
  BOOST_TEST((ring->find(Kind::heart_rate)->counter == Counter::none));
  const auto* strap = probe(Device{{polar}}).family;
  BOOST_TEST(strap->find(Kind::ecg)->rate_hz == 130);
  BOOST_TEST(strap->find(Kind::ecg)->device_time);
  BOOST_TEST(int{strap->find(Kind::ppg)->channels} == 4);
  BOOST_TEST(strap->find(Kind::rr)->late_s == 5);
  const auto* research = probe(Device{{bcl}}).family;
  BOOST_TEST((research->find(Kind::rr)->counter == Counter::u8));
  BOOST_TEST(research->find(Kind::ppg)->rate_hz == 25);
}

BOOST_AUTO_TEST_CASE(the_table_keeps_its_rules) {
  std::set<std::string_view> ids;
  for (const auto& f : families()) {
    BOOST_TEST_CONTEXT(f.id) {
      BOOST_TEST(ids.insert(f.id).second);
      BOOST_TEST(!f.name.empty());
      BOOST_TEST((f.driver.empty() || !f.feeds.empty()));
      for (const auto uuid : f.services) BOOST_TEST((uuid.empty() || uuid.size() == 36));
      std::set<Kind> kinds;
      for (const auto& c : f.feeds) {
        BOOST_TEST(kinds.insert(c.kind).second);  // find() gives the only one
        BOOST_TEST((c.kind != Kind::rr || c.quality != Quality::score));
        BOOST_TEST((c.quality != Quality::score || c.unit.empty()));
        BOOST_TEST((c.kind != Kind::ppg || c.rate_hz > 0));
        BOOST_TEST(!to_text(c.kind).empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_known_device_is_described_as_what_it_is) {
  const auto begins = [](const Device& device, std::string_view text) {
    const auto said = support_text(device, {});
    BOOST_TEST(said.starts_with(text), said);
  };
  begins(
      {{bcl}},
      "interbeat knows this device as BCL, OpenRing, and reads it with ring.bcl. What it has:\n");
  begins({{"56ff"}},
         "interbeat knows this device as JRING, which it does not read. What it has:\n");
  begins({{"56ff", heart_rate}},
         "interbeat knows this device as JRING, and reads it with ble.heart_rate. What it has:\n");
}

/// What is said to be read live is a port of the driver that is named.
BOOST_AUTO_TEST_CASE(everything_that_feeds_live_is_a_port_of_its_driver) {
  ib::Registry registry;
  ib::add_builtin_drivers(registry);
  const auto port_of = [](Kind kind) -> std::string_view {
    switch (kind) {
      case Kind::heart_rate: return "heart_rate";
      case Kind::rr: return "rr";
      case Kind::ppg: return "ppg";
      case Kind::ecg: return "ecg";
      case Kind::acceleration: return "acc";
      case Kind::spo2: return "spo2";
      case Kind::temperature: return "temperature";
      case Kind::contact:
      case Kind::battery: return "status";
      default: return "no port";
    }
  };
  std::size_t compared = 0;
  for (const auto& f : families()) {
    if (f.driver.empty()) continue;
    const auto* driver = registry.find(f.driver);
    BOOST_TEST_REQUIRE(driver != nullptr, f.driver);
    for (const auto& c : f.feeds) {
      if (c.reading != Reading::live) continue;
      BOOST_TEST((ib::find_output(*driver->desc, port_of(c.kind)).port != nullptr),
                 f.driver << " has no port for " << to_text(c.kind));
      ++compared;
    }
  }
  BOOST_TEST(compared > 20U);
}

BOOST_AUTO_TEST_CASE(an_unknown_device_is_described_without_its_owner) {
  const Device device{
      {"12345678-0000-0000-0000-000000000000", battery}, {{"2a19", "read, notify"}}, 0x0A6B};
  const auto text = support_text(device, {"Maker\x01", "R1", "", "1.0", ""});
  BOOST_TEST(text ==
             "interbeat does not know this kind of device. What it has:\n"
             "  service 12345678-0000-0000-0000-000000000000\n"
             "  service 0000180f-0000-1000-8000-00805f9b34fb\n"
             "  characteristic 2a19 (read, notify)\n"
             "  company 0a6b\n"
             "  manufacturer Maker?\n"
             "  model R1\n"
             "  firmware 1.0\n"
             "Please send us these lines; they hold no address, name or serial number.\n");
}

BOOST_AUTO_TEST_SUITE_END()
