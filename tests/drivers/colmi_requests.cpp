// Requests to a Colmi / Yawell ring, byte by byte as published clients send them; and which bytes there
// are that no request of ours begins with.
#include "colmi/requests.hpp"

#include "support/fenced_blocks.hpp"
#include "support/hex.hpp"
#include "support/places.hpp"
#include "support/shared_data.hpp"

#include <boost/test/unit_test.hpp>
#include <iterator>
#include <map>
#include <set>

namespace ib::colmi {

using ib::test::hex;
using ib::wire::Packet;
using namespace std::chrono_literals;

namespace {

constexpr CivilTime new_year{std::chrono::year{2024} / 1 / 1, 0, 0, 0};

struct ColmiRequest {
  std::string function;
  Packet packet;
};

/// Every function of requests.hpp, with every argument that makes another packet.
std::vector<ColmiRequest> all_requests() {
  std::vector<ColmiRequest> all{
      {"set_time", set_time(new_year)},
      {"set_time", set_time(new_year, Language::chinese)},
      {"name_phone", name_phone('I', 'B')},
      {"read_device_support", read_device_support()},
      {"read_battery", read_battery()},
      {"read_goals", read_goals()},
      {"read_totals", read_totals()},
      {"blink", blink()},
      {"find_device", find_device()},
      {"set_gestures", set_gestures(Gestures::watch)},
      {"set_gestures", set_gestures(Gestures::keep)},
      {"set_gestures", set_gestures(Gestures::ignore)},
      {"read_heart_rate_log_setting", read_heart_rate_log_setting()},
      {"read_temperature_log_setting", read_temperature_log_setting()},
      {"start_heart_rate_stream", start_heart_rate_stream()},
      {"continue_heart_rate_stream", continue_heart_rate_stream()},
      {"stop_heart_rate_stream", stop_heart_rate_stream()},
      {"start_raw", start_raw()},
      {"start_raw_long", start_raw_long()},
      {"stop_raw", stop_raw()},
      {"poll_raw", poll_raw()},
      {"switch_optics_on", switch_optics_on()},
      {"read_heart_rate_log", read_heart_rate_log(0xFFFFFFFF)},
      {"read_stress_log", read_stress_log(6)},
      {"read_hrv_log", read_hrv_log(6)},
      {"read_steps", read_steps(6)},
      {"read_sleep", read_sleep(SleepProtocol::with_naps)},
      {"read_sleep", read_sleep(SleepProtocol::plain)},
      {"read_sleep", read_sleep(SleepProtocol::bare)},
      {"read_spo2", read_spo2()},
      {"read_temperatures", read_temperatures(TemperatureDays::two)},
      {"read_temperatures", read_temperatures(TemperatureDays::six)},
      {"read_interval_temperatures", read_interval_temperatures(255, 255)},
  };
  for (unsigned minutes = 0; minutes < 256; ++minutes)
    if (is_log_interval(minutes))
      for (const bool on : {false, true})
        all.push_back(
            {"set_heart_rate_log", set_heart_rate_log(on, static_cast<std::uint8_t>(minutes))});
  for (const auto log : {DayLogged::spo2, DayLogged::stress, DayLogged::hrv}) {
    all.push_back({"read_log_setting", read_log_setting(log)});
    for (const bool on : {false, true}) all.push_back({"set_log", set_log(log, on)});
  }
  for (unsigned type = 1; type <= last_measurement; ++type) {
    const auto of = static_cast<Measurement>(type);
    all.push_back({"start_measurement", start_measurement(of)});
    all.push_back({"start_measurement_25_s", start_measurement_25_s(of)});
    all.push_back({"pause_measurement", pause_measurement(of)});
    all.push_back({"continue_measurement", continue_measurement(of)});
    all.push_back({"stop_measurement", stop_measurement(of, 255)});
  }
  for (const auto action :
       {SportAction::start, SportAction::pause, SportAction::resume, SportAction::end})
    for (const auto sport : {Sport::walk, Sport::run, Sport::hike, Sport::cycle, Sport::other})
      all.push_back({"control_sport", control_sport(action, sport)});
  return all;
}

const std::map<std::string, Packet>& published_requests() {
  constexpr auto y = [](int year) { return std::chrono::year{year}; };
  static const std::map<std::string, Packet> published{
      {"01240101000000010000000000000028", set_time(new_year)},
      {"0124010104000001000000000000002c", set_time({y(2024) / 1 / 1, 4, 0, 0})},
      {"012504091234560100000000000000d0", set_time({y(2025) / 4 / 9, 12, 34, 56})},
      {"03000000000000000000000000000003", read_battery()},
      {"6901010000000000000000000000006b", start_measurement(Measurement::heart_rate)},
      {"6903010000000000000000000000006d", start_measurement(Measurement::spo2)},
      {"69032500000000000000000000000091", start_measurement_25_s(Measurement::spo2)},
      {"69060100000000000000000000000070", start_measurement(Measurement::realtime_heart_rate)},
      {"69060300000000000000000000000072", continue_measurement(Measurement::realtime_heart_rate)},
      {"6a01000000000000000000000000006b", stop_measurement(Measurement::heart_rate)},
      {"6a0148000000000000000000000000b3", stop_measurement(Measurement::heart_rate, 72)},
      {"1e01000000000000000000000000001f", start_heart_rate_stream()},
      {"1e030000000000000000000000000021", continue_heart_rate_stream()},
      {"1e020000000000000000000000000020", stop_heart_rate_stream()},
      {"a10400000000000000000000000000a5", start_raw()},
      {"a10404000000000000000000000000a9", start_raw_long()},
      {"a10200000000000000000000000000a3", stop_raw()},
      {"16010000000000000000000000000017", read_heart_rate_log_setting()},
      {"1602010500000000000000000000001e", set_heart_rate_log(true, 5)},
      {"1602023c000000000000000000000056", set_heart_rate_log(false, 60)},
      {"2c020200000000000000000000000030", set_log(DayLogged::spo2, false)},
      {"3c00000000000000000000000000003c", read_device_support()},
      {"37020000000000000000000000000039", read_stress_log(2)},
      {"43000f005f01000000000000000000b2", read_steps(0)},
      {"5055aa0000000000000000000000004f", find_device()},
      {"7701040000000000000000000000007c", control_sport(SportAction::start, Sport::walk)},
      // Big data.
      {"bc2702008180ff01", read_sleep(SleepProtocol::with_naps)},
      {"bc270100ff00ff", read_sleep(SleepProtocol::plain)},
      {"bc270000ffff", read_sleep(SleepProtocol::bare)},
      {"bc2a0100ff00ff", read_spo2()},
      {"bc2501003e8102", read_temperatures(TemperatureDays::two)},
      {"bc2501003f4206", read_temperatures(TemperatureDays::six)},
  };
  return published;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_requests)

BOOST_AUTO_TEST_CASE(are_those_of_published_clients) {
  for (const auto& [bytes, packet] : published_requests()) BOOST_TEST(hex(packet) == bytes);
}

BOOST_AUTO_TEST_CASE(none_that_is_published_is_left_out) {
  const auto file = ib::test::shared("spec/drivers.md");
  if (!file) return ib::test::skip_absent("spec/drivers.md");
  std::size_t n = 0;
  for (const auto& line : ib::test::fenced_block(*file, "vec-colmi-req")) {
    BOOST_TEST(published_requests().contains(ib::test::first_word(line)), line);
    ++n;
  }
  BOOST_TEST(n == 26U);
  for (const auto& line : ib::test::fenced_block(*file, "vec-bigdata"))
    if (line.find("request") != std::string::npos) {
      BOOST_TEST(published_requests().contains(ib::test::first_word(line)), line);
      ++n;
    }
  BOOST_TEST(n == 32U);
}

BOOST_AUTO_TEST_CASE(of_the_command_service_are_frames_and_the_others_are_whole) {
  for (const auto& [function, packet] : all_requests()) {
    const auto bytes = packet.bytes();
    if (bytes[0] == std::byte{0xBC}) {
      const auto length = std::to_integer<std::size_t>(bytes[2]);
      BOOST_TEST(bytes.size() == 6 + length, function);
      continue;
    }
    unsigned sum = 0;
    for (const auto byte : bytes.first(15)) sum += std::to_integer<unsigned>(byte);
    BOOST_TEST(bytes.size() == 16U, function);
    BOOST_TEST(std::to_integer<unsigned>(bytes[15]) == sum % 256, function);
  }
}

BOOST_AUTO_TEST_CASE(never_reset_power_off_or_flash) {
  std::set<std::string> beginnings;  // the command; of big data, with its id
  for (const auto& [function, packet] : all_requests()) {
    const auto text = hex(packet);
    beginnings.insert(text.substr(0, text.starts_with("bc") ? 4 : 2));
  }
  const std::set<std::string> expected{
      "01", "02", "03", "04", "10", "15", "16", "1e", "21", "2c",   "36",   "37",   "38",  "39",
      "3a", "3c", "43", "48", "50", "69", "6a", "77", "a1", "bc25", "bc27", "bc2a", "bc77"};
  BOOST_TEST(beginnings == expected, boost::test_tools::per_element());
  BOOST_TEST(!beginnings.contains("ff"));    // ff 66 66: factory reset
  BOOST_TEST(!beginnings.contains("08"));    // 08 01: power off
  BOOST_TEST(!beginnings.contains("bc01"));  // firmware update
}

BOOST_AUTO_TEST_CASE(and_there_is_no_other_function) {
  std::ifstream file(std::filesystem::path(ib::test::source_folder) / "drivers/colmi/requests.hpp");
  const std::string header{std::istreambuf_iterator<char>(file), {}};
  const std::string type = "wire::Packet ";
  std::set<std::string> declared, listed;
  for (auto at = header.find(type); at != std::string::npos; at = header.find(type, at + 1)) {
    const auto name = at + type.size();
    declared.insert(header.substr(name, header.find('(', name) - name));
  }
  for (const auto& request : all_requests()) listed.insert(request.function);
  BOOST_TEST(declared.size() > 30U);
  BOOST_TEST(declared == listed, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_day_is_named_by_its_midnight_read_as_utc) {
  const auto day = day_epoch(std::chrono::year{2024} / 8 / 10);
  BOOST_TEST(day == 1723248000U);
  BOOST_TEST(hex(read_heart_rate_log(day)) == "1580adb666000000000000000000005e");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
