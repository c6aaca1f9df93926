#include "bluetooth/family.hpp"

#include <algorithm>
#include <cstddef>

namespace ib::bluetooth {
namespace {

constexpr std::string_view heart_rate_service = "0000180d-0000-1000-8000-00805f9b34fb";
constexpr std::string_view heart_rate_driver = "ble.heart_rate";
constexpr std::uint16_t luckring_company = 0xFF64;

using enum Quality;
using K = Kind;
using C = Counter;
using R = Reading;

// The interval list of the standard service holds what a strap has; most optical devices leave it out.
constexpr Capability heart_rate_feeds[] = {
    {K::heart_rate, derived, "bpm", 1},
    {K::rr, derived, "us", 0},
    {K::contact, derived, "", 1},
    {K::battery, derived, "%", 0},
};

// Verity Sense answers 135 Hz and samples at 55; its acceleration is at 52, that of a chest strap at up
// to 200. The rate of all of them is in the standard heart rate service, for ble.heart_rate.
constexpr std::string_view strap = "chest straps", armband = "armbands";
constexpr Capability polar_feeds[] = {
    {K::ecg, raw, "mV", 130, 1, C::time, true, 0, R::live, strap},
    {K::ppg, raw, "1", 55, 4, C::time, true, 0, R::live, armband},
    {K::acceleration, raw, "g", 52, 3, C::time, true},
    {K::rr, derived, "us", 0, 1, C::none, false, 5, R::live, armband},
    {K::heart_rate, derived, "bpm", 1, 1, C::none, false, 0, R::unread},
    {K::contact, derived, "", 0},
    {K::battery, derived, "%", 0},
};

// The waveform that is asked for is the green one, whose frames bear a number and no time.
constexpr Capability bcl_feeds[] = {
    {K::rr, derived, "us", 0, 1, C::u8},
    {K::ppg, raw, "1", 25, 1, C::u8},
    {K::acceleration, raw, "g", 25, 3, C::u8},
    {K::gyroscope, raw, "rad/s", 25, 3, C::u8, true, 0, R::unread},
    {K::temperature, raw, "degC", 25, 3, C::u8, true, 0, R::on_demand},
    {K::heart_rate, derived, "bpm", 0},
    {K::spo2, derived, "%", 0, 1, C::none, false, 0, R::unread},
    {K::hrv, score, "", 0, 1, C::none, false, 0, R::unread},
    {K::stress, score, "", 0, 1, C::none, false, 0, R::unread},
    {K::contact, derived, "", 0},
    {K::battery, derived, "%", 0},
};

constexpr Capability oura_feeds[] = {
    {K::rr, derived, "us", 0, 1, C::u16, true, 0, R::unread},
};

constexpr Capability viatom_s_feeds[] = {
    {K::ppg, raw, "1", 100, 1, C::u16},
    {K::heart_rate, derived, "bpm", 0},
    {K::spo2, derived, "%", 0},
    {K::battery, derived, "%", 0},
};
constexpr Capability viatom_feeds[] = {
    {K::ppg, raw, "1", 125},      {K::heart_rate, derived, "bpm", 0}, {K::spo2, derived, "%", 0},
    {K::contact, derived, "", 0}, {K::battery, derived, "%", 0},
};

// Optical samples come once a second: no beat can be found in them.
constexpr Capability colmi_feeds[] = {
    {K::heart_rate, derived, "bpm", 1},
    {K::ppg, raw, "1", 1},
    {K::acceleration, raw, "g", 1, 3},
    {K::spo2, derived, "%", 0, 1, C::none, false, 0, R::on_demand},
    {K::temperature, derived, "degC", 0, 1, C::none, false, 0, R::on_demand},
    {K::hrv, score, "", 0, 1, C::none, false, 0, R::on_demand},
    {K::stress, score, "", 0, 1, C::none, false, 0, R::on_demand},
    {K::steps, derived, "1", 0, 1, C::none, false, 0, R::logged},
    {K::contact, derived, "", 1},
    {K::battery, derived, "%", 0},
};

constexpr Family table[] = {
    {"polar",
     "Polar (H10, Verity Sense, OH1)",
     "polar.pmd",
     {"fb005c80-02e7-f387-1cad-8acd2d8df0c8"},
     {},
     polar_feeds},
    {"bcl", "BCL, OpenRing", "ring.bcl", {"bae80001-4f05-4503-8e65-3af1f7329d1f"}, {}, bcl_feeds},
    {"oura", "Oura", "", {"98ed0001-a541-11e4-b6a0-0002a5d5c51b"}, {}, oura_feeds},
    {"viatom_s",
     "Viatom or Wellue O2Ring-S",
     "ring.viatom",
     {"e8fb0001-a14b-98f9-831b-4e2941d01248"},
     {},
     viatom_s_feeds},
    {"viatom",
     "Viatom or Wellue O2Ring",
     "ring.viatom",
     {"14839ac4-7d7e-415c-9a42-167340cf2339"},
     {},
     viatom_feeds},
    {"colmi",
     "Colmi, Yawell and others of the QRing application",
     "ring.colmi",
     {"6e40fff0-b5a3-f393-e0a9-e50e24dcca9e", "de5bf728-d711-4e47-af26-65e3012a5dc7"},
     {},
     colmi_feeds},
    {"ycbt",
     "rings of the SmartHealth application (YCBT)",
     "",
     {"be940000-7333-be46-b7ae-689e71722bd5"},
     {},
     {}},
    {"crp",
     "rings of the Da Rings application (CRP, Moyoung)",
     "",
     {"0000fdda-0000-1000-8000-00805f9b34fb"},
     {},
     {}},
    {"jring", "JRING", "", {"000056ff-0000-1000-8000-00805f9b34fb"}, {}, {}},
    {"jstyle",
     "J-Style, Jointcorp, Lumie",
     "",
     {"0000fff0-0000-1000-8000-00805f9b34fb"},
     {"0000fff6-0000-1000-8000-00805f9b34fb", "0000fff7-0000-1000-8000-00805f9b34fb"},
     {}},
    {"rwfit", "RWfit", "", {"0000a00a-0000-1000-8000-00805f9b34fb"}, {}, {}},
    {"luckring", "LuckRing, K6", "", {"0000f618-0000-1000-8000-00805f9b34fb"}, {}, {}},
    {"heart_rate",
     "a strap or watch with the standard heart rate service",
     heart_rate_driver,
     {heart_rate_service},
     {},
     heart_rate_feeds},
    {"wechat",
     "a device of the WeChat application",
     "",
     {"0000fee7-0000-1000-8000-00805f9b34fb"},
     {},
     {}},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// `known` is of 128 bits and in lower case; 16 of them name the others where they are of the standard.
bool same(std::string_view uuid, std::string_view known) {
  if (uuid.size() == 4 && known.starts_with("0000") &&
      known.ends_with(heart_rate_service.substr(8)))
    known = known.substr(4, 4);
  return std::equal(uuid.begin(), uuid.end(), known.begin(), known.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool has_service(const Found& found, std::string_view known) {
  return std::any_of(found.services.begin(), found.services.end(),
                     [&](const std::string& uuid) { return same(uuid, known); });
}

bool has_characteristic(const Found& found, std::string_view known) {
  return std::any_of(found.characteristics.begin(), found.characteristics.end(),
                     [&](const FoundCharacteristic& c) { return same(c.uuid, known); });
}

bool fits(const Family& family, const Found& found) {
  const auto service = [&](std::string_view uuid) {
    return !uuid.empty() && has_service(found, uuid);
  };
  const auto characteristic = [&](std::string_view uuid) {
    return uuid.empty() || has_characteristic(found, uuid);
  };
  if (family.id == "luckring" && found.company == luckring_company) return true;
  return std::any_of(family.services.begin(), family.services.end(), service) &&
         std::all_of(family.characteristics.begin(), family.characteristics.end(), characteristic);
}

std::string printable(std::string_view text) {
  constexpr std::size_t shown = 80;
  std::string clean(text.substr(0, shown));
  for (auto& c : clean)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return clean;
}

}  // namespace

const Capability* Family::find(Kind kind) const {
  const auto at =
      std::find_if(feeds.begin(), feeds.end(), [&](const Capability& c) { return c.kind == kind; });
  return at == feeds.end() ? nullptr : &*at;
}

std::span<const Family> families() { return table; }

std::string_view Probed::driver() const {
  if (family != nullptr && !family->driver.empty()) return family->driver;
  return heart_rate ? heart_rate_driver : std::string_view{};
}

Probed probe(const Found& found) {
  Probed probed;
  probed.heart_rate = has_service(found, heart_rate_service);
  const auto* at = std::find_if(std::begin(table), std::end(table),
                                [&](const Family& family) { return fits(family, found); });
  if (at != std::end(table)) probed.family = at;
  return probed;
}

std::string support_text(const Found& found, const DeviceInformation& information) {
  constexpr std::size_t listed_max = 256;  // no device has as many
  const auto probed = probe(found);
  std::string text = "interbeat does not know this kind of device. What it has:\n";
  if (probed.family != nullptr) {
    text = "interbeat knows this device as " + std::string(probed.family->name);
    const auto driver = probed.driver();
    text +=
        driver.empty() ? ", which it does not read" : ", and reads it with " + std::string(driver);
    text += ". What it has:\n";
  }
  const auto line = [&](std::string_view what, std::string_view value) {
    if (!value.empty()) text += "  " + std::string(what) + " " + printable(value) + "\n";
  };
  for (const auto& uuid : found.services.first(std::min(found.services.size(), listed_max)))
    line("service", uuid);
  for (const auto& c :
       found.characteristics.first(std::min(found.characteristics.size(), listed_max)))
    line("characteristic", printable(c.uuid) + " (" + printable(c.flags) + ")");
  if (found.company) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string number;
    for (unsigned shift = 16; shift > 0; shift -= 4)
      number += digits[unsigned{*found.company} >> (shift - 4) & 15U];
    line("company", number);
  }
  line("manufacturer", information.manufacturer);
  line("model", information.model);
  line("hardware", information.hardware);
  line("firmware", information.firmware);
  line("software", information.software);
  return text + "Please send us these lines; they hold no address, name or serial number.\n";
}

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::heart_rate: return "heart rate";
    case Kind::rr: return "intervals between beats";
    case Kind::ppg: return "pulse waveform";
    case Kind::ecg: return "electrocardiogram";
    case Kind::acceleration: return "acceleration";
    case Kind::gyroscope: return "rotation";
    case Kind::spo2: return "SpO2";
    case Kind::temperature: return "temperature";
    case Kind::stress: return "stress score";
    case Kind::hrv: return "HRV score";
    case Kind::steps: return "steps";
    case Kind::contact: return "skin contact";
    case Kind::battery: break;
  }
  return "battery";
}

std::string_view to_text(Reading reading) {
  switch (reading) {
    case Reading::live: return "live";
    case Reading::on_demand: return "when it is asked for";
    case Reading::logged: return "from its memory";
    case Reading::unread: break;
  }
  return "not by this version";
}

std::string_view to_text(Counter counter) {
  switch (counter) {
    case Counter::none: return "";
    case Counter::u8: return "a number of 8 bits";
    case Counter::u16: return "a number of 16 bits";
    case Counter::time: break;
  }
  return "its time";
}

}  // namespace ib::bluetooth
