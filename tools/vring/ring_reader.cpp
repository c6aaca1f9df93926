#include "vring/ring_reader.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "virtual_ring/options.hpp"
#include "vring/scenario_text.hpp"

namespace ib::vring {
namespace {

using virtual_ring::option_table;

constexpr std::size_t longest_name = 29;  // what an advertisement has room for

/// Options of `virtual:` that a device with a radio and a protocol of its own has no use for.
constexpr std::array<std::string_view, 11> not_of_a_device{
    "rate",      "packet",       "latency",    "jitter",   "loss",   "stall",
    "stall_for", "silent_after", "silent_for", "duration", "lead_in"};

Names person_keys() {
  Names keys;
  for (const auto& o : option_table())
    if (std::find(not_of_a_device.begin(), not_of_a_device.end(), o.name) == not_of_a_device.end())
      keys.emplace_back(o.name);
  return keys;
}

Names kind_names() {
  Names names;
  for (const auto& k : ring_kinds()) names.emplace_back(k.name);
  return names;
}
bool is_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    if (k % 3 == 2 ? c != ':' : !hex) return false;
  }
  return true;
}

/// What is in its way: a byte that moves the cursor, or too many.
bool is_advertised_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// As the names of people's devices are (`ble:anna`).
bool is_ring_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && text.size() <= longest_name && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

class RingReader final : private ScenarioText {
 public:
  using ScenarioText::ScenarioText;

  void read_rings() {
    constexpr const char* example = "a list such as `- {name: anna, kind: bcl}`";
    const auto* all = list("rings", Scenario::most_rings, example);
    if (all == nullptr || all->items.empty()) {
      if (value(root_, "rings") == nullptr && !root_.broken)
        voice_.error(root_.mark, "rings", "\"rings\" is missing", example);
      else if (all != nullptr) voice_.error(*all, "rings", "there is no ring", example);
      return;
    }
    std::vector<const Yaml*> found;
    for (std::size_t k = 0; k < all->items.size(); ++k) {
      const auto path = fmt::format("rings[{}]", k);
      if (!is_mapping(all->items[k], path, "`{name: anna, kind: bcl}`")) continue;
      scenario_.rings.push_back(read_ring(all->items[k], path, k));
      found.push_back(&all->items[k]);
    }
    for (std::size_t k = 0; k < found.size(); ++k)
      finish_ring(*found[k], fmt::format("rings[{}]", k), k);
  }

 private:
  RingSpec read_ring(const Yaml& v, const std::string& path, std::size_t place) {
    RingSpec ring;
    check_ring_keys(v, path);
    read_name(v, path, ring);
    ring.kind = &ring_kinds().front();
    if (const auto* k = value(v, "kind")) {
      const auto text = read_text(*k, path + ".kind", voice_, one_of(kind_names()));
      const auto* kind = text ? find_ring_kind(*text) : ring.kind;
      if (kind != nullptr) ring.kind = kind;
      else
        voice_.error(*k, path + ".kind", "there is no kind of ring " + in_quotes(*text),
                     one_of(kind_names()), did_you_mean(*text, kind_names()));
    }
    ring.device.address = default_address(place);
    if (const auto* a = value(v, "address")) {
      const auto text = read_text(*a, path + ".address", voice_, "an address");
      if (text && is_address(*text)) ring.device.address = *text;
      else if (text)
        voice_.error(*a, path + ".address", in_quotes(*text) + " is no Bluetooth address",
                     "six pairs of 0-9 and A-F such as AA:00:00:00:00:01");
    }
    if (const auto* r = value(v, "radio"))
      if (is_mapping(*r, path + ".radio", "`{interval: 30 ms, retry: 10 %}`"))
        read_radio(*r, path + ".radio", ring);
    if (const auto* f = value(v, "firmware")) read_firmware(*f, path + ".firmware", ring);
    return ring;
  }

  void check_ring_keys(const Yaml& v, const std::string& path) const {
    auto known = person_keys();
    known.insert(known.begin(), {"name", "kind", "address", "called", "radio", "firmware"});
    Yaml rest;
    rest.kind = Yaml::Kind::mapping;
    for (const auto& entry : v.entries) {
      const auto own =
          std::find(not_of_a_device.begin(), not_of_a_device.end(), std::string_view(entry.key));
      if (own == not_of_a_device.end()) rest.entries.push_back(entry);
      else
        voice_.error(entry.mark, join_path(path, entry.key),
                     in_quotes(entry.key) +
                         " is no property of a device: its protocol and its radio decide that",
                     {}, "say it as a fault, such as `{ring: …, kind: loss, share: 2 %}`");
    }
    check_keys(rest, known, path, voice_);
  }

  void read_name(const Yaml& v, const std::string& path, RingSpec& ring) {
    const std::string expected = "a letter, then letters, digits, _ or -; at most 29, such as anna";
    const auto* n = value(v, "name");
    if (n == nullptr) {
      if (!v.broken) voice_.error(v, path + ".name", "\"name\" is missing", expected);
    } else if (const auto text = read_text(*n, path + ".name", voice_, expected)) {
      if (is_ring_name(*text)) ring.name = *text;
      else voice_.error(*n, path + ".name", in_quotes(*text) + " can't be a name", expected);
    }
    ring.device.name = ring.name;
    if (const auto* c = value(v, "called")) {
      const auto text = read_text(*c, path + ".called", voice_, expected);
      if (text && is_advertised_name(*text)) ring.device.name = *text;
      else if (text)
        voice_.error(*c, path + ".called", in_quotes(*text) + " can't be advertised",
                     "1 to 29 bytes of text");
    }
  }

  void read_firmware(const Yaml& v, const std::string& path, RingSpec& ring) const {
    if (ring.kind->name == "bcl") return read_bcl_firmware(v, path, ring);
    if (ring.kind->name == "colmi") return read_colmi_firmware(v, path, ring);
    voice_.error(v, path, fmt::format("the firmware of a {} is always the same", ring.kind->name),
                 {}, "leave it out, or say `kind: bcl` or `kind: colmi`");
  }

  void read_bcl_firmware(const Yaml& v, const std::string& path, RingSpec& ring) const {
    const Names versions{"current", "old"};
    const auto text = read_text(v, path, voice_, one_of(versions));
    if (!text) return;
    if (std::find(versions.begin(), versions.end(), *text) == versions.end())
      voice_.error(v, path, "there is no firmware " + in_quotes(*text), one_of(versions),
                   did_you_mean(*text, versions));
    ring.device.old_firmware = *text == "old";
  }

  /// What one of them can differ in (ColmiFirmware).
  void read_colmi_firmware(const Yaml& v, const std::string& path, RingSpec& ring) const {
    if (!is_mapping(v, path, "`{stream: false, warms_up: 30 s}`")) return;
    auto& f = ring.device.firmware;
    const struct {
      const char* key;
      bool& to;
    } flags[] = {{"realtime", f.realtime},
                 {"stream", f.stream},
                 {"raw", f.raw},
                 {"raw_on_other", f.raw_on_other},
                 {"spots_by_25", f.spots_by_25},
                 {"wrong_crc", f.wrong_crc},
                 {"clock_in_2106", f.clock_in_2106},
                 {"stale_logs", f.stale_logs}};
    const struct {
      const char* key;
      std::uint8_t type;
    } spots[] = {{"spo2", 3}, {"stress", 8}, {"hrv", 10}};
    const struct {
      const char* key;
      std::chrono::milliseconds& to;
      Range range;
    } lengths[] = {{"warms_up", f.warms_up, {0, 120}},
                   {"realtime_for", f.realtime_for, {1, 3600}},
                   {"stream_for", f.stream_for, {1, 3600}},
                   {"single_for", f.single_for, {1, 3600}}};
    Names keys{"raw_rate"};
    for (const auto& flag : flags) keys.emplace_back(flag.key);
    for (const auto& spot : spots) keys.emplace_back(spot.key);
    for (const auto& length : lengths) keys.emplace_back(length.key);
    check_keys(v, keys, path, voice_);
    const auto on = [&](const char* key) -> std::optional<bool> {
      const auto* one = value(v, key);
      return one == nullptr ? std::nullopt : read_boolean(*one, join_path(path, key), voice_);
    };
    for (const auto& flag : flags) flag.to = on(flag.key).value_or(flag.to);
    for (const auto& spot : spots)
      if (!on(spot.key).value_or(true)) f.spots.erase(spot.type);
    for (const auto& length : lengths)
      if (const auto d = duration(v, length.key, path, length.range))
        length.to = std::chrono::duration_cast<std::chrono::milliseconds>(*d);
    if (const auto hz = quantity(v, "raw_rate", path, "Hz", {0.5, 50})) f.raw_hz = *hz;
  }

  void read_radio(const Yaml& v, const std::string& path, RingSpec& ring) const {
    const Names keys{"interval",       "retry",          "appears_after",
                     "connects_after", "resolves_after", "resolves_first",
                     "never_resolves", "refusals",       "wants_pairing"};
    check_keys(v, keys, path, voice_);
    for (const char* key : {"interval", "retry"}) {
      const auto* entry = v.find(key);
      if (entry != nullptr && !ring.kind->has_radio)
        voice_.error(
            entry->mark, join_path(path, key),
            fmt::format("a {} sends at once: {} means nothing to it", ring.kind->name, key));
    }
    if (const auto s = quantity(v, "interval", path, "ms", {7.5, 4000}))
      ring.device.radio.interval_ms = *s;
    if (const auto r = quantity(v, "retry", path, "1", {0, 0.9})) ring.device.radio.retry = *r;
    const auto wait = [&](const char* key, std::chrono::milliseconds& to) {
      if (const auto d = duration(v, key, path, {0, 600}))
        to = std::chrono::duration_cast<std::chrono::milliseconds>(*d);
    };
    wait("appears_after", ring.manners.appears_after);
    wait("connects_after", ring.manners.connects_after);
    wait("resolves_after", ring.manners.resolves_after);
    const auto flag = [&](const char* key, bool& to) {
      if (const auto* f = value(v, key))
        if (const auto on = read_boolean(*f, join_path(path, key), voice_)) to = *on;
    };
    flag("resolves_first", ring.manners.resolves_first);
    flag("never_resolves", ring.manners.never_resolves);
    flag("wants_pairing", ring.manners.wants_pairing);
    if (const auto* r = value(v, "refusals")) {
      const auto n = whole(*r, path + ".refusals");
      if (n && check_range(static_cast<double>(*n), {0, 1000}, "1", *r, path + ".refusals", voice_))
        ring.manners.refusals = static_cast<unsigned>(*n);
    }
  }

  /// What needs the other rings: seeds, whom it follows, whether name and address are its own.
  void finish_ring(const Yaml& v, const std::string& path, std::size_t place) {
    auto& ring = scenario_.rings[place];
    for (std::size_t k = 0; k < place; ++k) {
      const auto& other = scenario_.rings[k];
      if (!ring.name.empty() && other.name == ring.name)
        voice_.error(*value(v, "name"), path + ".name",
                     "two rings are named " + in_quotes(ring.name), "names that differ",
                     "two devices that advertise one name: give both the same `called:`");
      if (other.device.address == ring.device.address)
        voice_.error(
            v, path + ".address",
            fmt::format("{} is the address of {} too", ring.device.address, in_quotes(other.name)),
            "addresses that differ");
    }
    read_wearer(v, path, place);
  }

  std::uint64_t seed_of(std::size_t place) const {
    const auto* all = value(root_, "rings");
    const auto* own = place < all->items.size() ? value(all->items[place], "seed") : nullptr;
    std::uint64_t n = scenario_.seed + place;
    if (own != nullptr && own->is_scalar())
      std::from_chars(own->text.data(), own->text.data() + own->text.size(), n);
    return n;
  }

  /// Its person's options, as `virtual:` has them; problems stand where the option is written.
  void read_wearer(const Yaml& v, const std::string& path, std::size_t place) {
    const auto keys = person_keys();
    std::string text;
    const auto add = [&text](const std::string& key, const std::string& what) {
      text += (text.empty() ? "" : ",") + key + "=" + what;
    };
    if (value(v, "seed") == nullptr) add("seed", fmt::format("{}", seed_of(place)));
    for (const auto& entry : v.entries) {
      if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) continue;
      const auto* scalar = read_scalar(entry.value, join_path(path, entry.key), voice_,
                                       "one value, as `virtual:` takes it");
      if (scalar == nullptr) continue;
      if (scalar->find_first_of(",&?=") != std::string::npos) {
        voice_.error(entry.value, join_path(path, entry.key),
                     in_quotes(*scalar) + " is more than one value", "one value");
        continue;
      }
      add(entry.key, entry.key == "couple" ? partner(entry, path, *scalar) : *scalar);
    }
    const auto parsed = virtual_ring::parse_options(text);
    for (const auto& problem : parsed.problems) {
      const auto name = problem.substr(0, problem.find('='));
      const auto* entry = v.find(name);
      if (entry != nullptr) voice_.error(entry->value, join_path(path, name), problem);
      else voice_.error(v, path, problem);
    }
    scenario_.rings[place].device.wearer = parsed.options;
  }

  /// The seed of another ring, or a seed.
  std::string partner(const Yaml::Entry& entry, const std::string& path,
                      const std::string& text) const {
    const auto names = ring_names();
    for (std::size_t k = 0; k < scenario_.rings.size(); ++k) {
      if (scenario_.rings[k].name == text) return fmt::format("{}", seed_of(k));
    }
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) return text;
    voice_.error(entry.value, join_path(path, "couple"), "there is no ring " + in_quotes(text),
                 one_of(names) + ", or a seed", did_you_mean(text, names));
    return fmt::format("{}", scenario_.seed + Scenario::most_rings);
  }
};

}  // namespace

void read_rings(const Yaml& root, Diagnostics& out, Scenario& scenario) {
  RingReader(root, out, scenario).read_rings();
}

}  // namespace ib::vring
