#include "vring/scenario.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <utility>

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "virtual_ring/options.hpp"
#include "yaml_document.hpp"

namespace ib::vring {
namespace {

namespace fs = std::filesystem;
using virtual_ring::option_table;
using Names = std::vector<std::string>;

constexpr std::size_t bytes_max = 64 * 1024;
constexpr std::size_t longest_name = 29;  // what an advertisement has room for
constexpr Range lengths{0.001, 86'400}, moments{0, 1e6};

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
Names fault_names() {
  Names names;
  for (const auto& f : fault_table()) names.emplace_back(f.name);
  return names;
}

std::string default_address(std::size_t place) {
  return fmt::format("AA:00:00:00:00:{:02X}", place + 1);
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

class ScenarioReader {
 public:
  ScenarioReader(const Yaml& root, Diagnostics& out) : root_(root), voice_(out) {}

  Scenario read(std::optional<std::uint64_t> seed) {
    check_keys(root_, {"seed", "rings", "faults"}, "", voice_);
    if (const auto* v = value(root_, "seed"))
      if (const auto n = whole(*v, "seed")) scenario_.seed = *n;
    if (seed) scenario_.seed = *seed;
    read_rings();
    read_faults();
    return std::move(scenario_);
  }

 private:
  static const Yaml* value(const Yaml& map, std::string_view key) {
    const auto* entry = map.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  std::optional<std::uint64_t> whole(const Yaml& v, const std::string& path) const {
    const auto n = read_integer(v, "1", path, voice_);
    if (!n) return std::nullopt;
    if (*n < 0) {
      voice_.error(v, path, in_quotes(v.text) + " is below 0", "a whole number from 0");
      return std::nullopt;
    }
    return static_cast<std::uint64_t>(*n);
  }
  std::optional<double> quantity(const Yaml& map, const std::string& key, const std::string& path,
                                 const char* unit, Range range) const {
    const auto* v = value(map, key);
    if (v == nullptr) return std::nullopt;
    const auto where = join_path(path, key);
    const auto n = read_quantity(*v, unit, where, voice_);
    if (!n || !check_range(*n, range, unit, *v, where, voice_)) return std::nullopt;
    return n;
  }
  std::optional<Duration> duration(const Yaml& map, const std::string& key, const std::string& path,
                                   Range range) const {
    const auto s = quantity(map, key, path, "s", range);
    return s ? std::optional{from_seconds(*s)} : std::nullopt;
  }
  /// A list of mappings; null where there is none, or it was said not to be one.
  const Yaml* list(const std::string& key, std::size_t most, const char* example) const {
    const auto* v = value(root_, key);
    if (v == nullptr) return nullptr;
    if (!v->is_sequence()) {
      voice_.error(*v, key, "this is " + describe(*v) + ", not a list", example);
      return nullptr;
    }
    if (v->items.size() <= most) return v;
    voice_.error(*v, key, fmt::format("{} are too many", v->items.size()),
                 fmt::format("at most {}", most));
    return nullptr;
  }
  bool is_mapping(const Yaml& v, const std::string& path, const char* example) const {
    if (v.is_mapping()) return true;
    voice_.error(v, path, "this is " + describe(v) + ", not a mapping", example);
    return false;
  }

  // -- rings ---------------------------------------------------------------------------------------------------

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
    return ring;
  }

  void check_ring_keys(const Yaml& v, const std::string& path) const {
    auto known = person_keys();
    known.insert(known.begin(), {"name", "kind", "address", "called", "radio"});
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

  /// For messages: each once.
  Names ring_names() const {
    Names names;
    for (const auto& ring : scenario_.rings)
      if (!ring.name.empty() && std::find(names.begin(), names.end(), ring.name) == names.end())
        names.push_back(ring.name);
    return names;
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

  // -- faults --------------------------------------------------------------------------------------------------

  void read_faults() {
    constexpr const char* example =
        "a list such as `- {ring: anna, kind: stall, at: 12 s, for: 3 s}`";
    const auto* all = list("faults", Scenario::most_faults, example);
    if (all == nullptr) return;
    for (std::size_t k = 0; k < all->items.size(); ++k) {
      const auto path = fmt::format("faults[{}]", k);
      if (is_mapping(all->items[k], path, "`{ring: anna, kind: loss, at: 12 s, for: 3 s}`"))
        read_fault(all->items[k], path);
    }
  }

  void read_fault(const Yaml& v, const std::string& path) {
    const auto* k = value(v, "kind");
    if (k == nullptr) {
      check_keys(v, fault_keys(nullptr), path, voice_);
      if (!v.broken) voice_.error(v, path + ".kind", "\"kind\" is missing", one_of(fault_names()));
      return;
    }
    const auto text = read_text(*k, path + ".kind", voice_, one_of(fault_names()));
    if (!text) return;
    const auto table = fault_table();
    const auto info = std::find_if(table.begin(), table.end(),
                                   [&](const FaultInfo& f) { return f.name == *text; });
    if (info == table.end()) {
      voice_.error(*k, path + ".kind", "there is no fault " + in_quotes(*text),
                   one_of(fault_names()), did_you_mean(*text, fault_names()));
      return;
    }
    check_keys(v, fault_keys(&*info), path, voice_);
    Fault fault;
    fault.kind = info->kind;
    read_when(v, path, *info, fault);
    read_how_much(v, path, *info, fault);
    if (info->reach != FaultReach::daemon) read_whose(v, path, *info, fault);
    scenario_.faults.push_back(fault);
  }

  /// Null: those of all kinds.
  static Names fault_keys(const FaultInfo* info) {
    Names keys{"kind", "at", "every", "until", "spread"};
    if (info == nullptr || info->reach != FaultReach::daemon) keys.emplace_back("ring");
    if (info == nullptr || info->length != FaultLength::none) keys.emplace_back("for");
    if (info == nullptr || info->reach == FaultReach::values) {
      keys.emplace_back("share");
      keys.emplace_back("values");
    }
    if (info == nullptr || info->kind == FaultKind::jitter) keys.emplace_back("up_to");
    if (info == nullptr || info->kind == FaultKind::drift) keys.emplace_back("ppm");
    if (info == nullptr || info->kind == FaultKind::hang) keys.emplace_back("call");
    return keys;
  }

  void read_when(const Yaml& v, const std::string& path, const FaultInfo& info, Fault& fault) {
    fault.at = duration(v, "at", path, moments).value_or(Duration{});
    fault.length = duration(v, "for", path, lengths);
    fault.every = duration(v, "every", path, lengths);
    fault.until = duration(v, "until", path, moments);
    fault.spread = duration(v, "spread", path, {0, lengths.max}).value_or(Duration{});
    if (info.length == FaultLength::needed && value(v, "for") == nullptr && !v.broken)
      voice_.error(v, path + ".for",
                   fmt::format("\"for\" is missing: how long a {} lasts", info.name),
                   "a duration such as 3 s");
    const auto* every = v.find("every");
    for (const char* key : {"until"})
      if (const auto* entry = v.find(key); entry != nullptr && every == nullptr)
        voice_.error(entry->mark, join_path(path, key),
                     fmt::format("{} needs `every`: it happens once", in_quotes(key)));
    if (!fault.every) return;
    const bool endless = info.length == FaultLength::open && value(v, "for") == nullptr &&
                         value(v, "values") == nullptr;
    if (endless)
      voice_.error(every->mark, path + ".every", "it has no end, so it can't come again",
                   "`for` or `values` beside `every`");
    else if (fault.spread + fault.length.value_or(Duration{}) > *fault.every)
      voice_.error(
          every->value, path + ".every",
          "it comes again before it is over: `every` is shorter than `for` and `spread`",
          fmt::format(
              "at least {}",
              format_quantity(seconds(fault.spread + fault.length.value_or(Duration{})), "s")));
  }

  void read_how_much(const Yaml& v, const std::string& path, const FaultInfo& info, Fault& fault) {
    fault.share = quantity(v, "share", path, "1", {0, 1}).value_or(1);
    if (const auto* n = value(v, "values"); n != nullptr && info.reach == FaultReach::values) {
      fault.values = whole(*n, path + ".values");
      if (fault.values && !check_range(static_cast<double>(*fault.values), {1, 1e6}, "1", *n,
                                       path + ".values", voice_))
        fault.values = 1;
    }
    const auto needed = [&](const char* key, const char* expected) {
      if (value(v, key) == nullptr && !v.broken)
        voice_.error(v, join_path(path, key), fmt::format("{} is missing", in_quotes(key)),
                     expected);
    };
    if (info.kind == FaultKind::jitter) {
      needed("up_to", "the longest delay, such as 200 ms");
      fault.up_to = duration(v, "up_to", path, {0.001, 60}).value_or(Duration{});
    }
    if (info.kind == FaultKind::hang) read_call(v, path, fault);
    if (info.kind == FaultKind::drift) {
      needed("ppm", "how wrong its clock goes, such as 50");
      fault.ppm = quantity(v, "ppm", path, "1", {-50'000, 50'000}).value_or(0);
    }
  }

  void read_call(const Yaml& v, const std::string& path, Fault& fault) {
    const Names names(call_names.begin(), call_names.end());
    const auto* c = value(v, "call");
    if (c == nullptr) {
      if (!v.broken)
        voice_.error(v, path + ".call", "\"call\" is missing: what gets no answer", one_of(names));
      return;
    }
    const auto text = read_text(*c, path + ".call", voice_, one_of(names));
    if (!text) return;
    const auto found = std::find(names.begin(), names.end(), *text);
    if (found != names.end()) fault.call = static_cast<Call>(found - names.begin());
    else
      voice_.error(*c, path + ".call", "no call " + in_quotes(*text) + " can hang", one_of(names),
                   did_you_mean(*text, names));
  }

  void read_whose(const Yaml& v, const std::string& path, const FaultInfo& info, Fault& fault) {
    const auto names = ring_names();
    const auto* r = value(v, "ring");
    if (r != nullptr) {
      const auto text = read_text(*r, path + ".ring", voice_, one_of(names));
      if (!text) return;
      const auto& rings = scenario_.rings;
      const auto found = std::find_if(rings.begin(), rings.end(),
                                      [&](const RingSpec& one) { return one.name == *text; });
      if (found == rings.end()) {
        voice_.error(*r, path + ".ring", "there is no ring " + in_quotes(*text), one_of(names),
                     did_you_mean(*text, names));
        return;
      }
      fault.ring = static_cast<std::size_t>(found - rings.begin());
    }
    for (std::size_t k = 0; k < scenario_.rings.size(); ++k) {
      if (fault.ring && *fault.ring != k) continue;
      const auto& ring = scenario_.rings[k];
      const auto why = why_not(*ring.kind, info.kind);
      if (why.empty()) continue;
      voice_.error(
          *value(v, "kind"), path + ".kind",
          fmt::format("{} does not happen to {}: {}", info.name, in_quotes(ring.name), why), {},
          fault.ring ? "" : "say `ring:`, for whom it is meant");
      return;
    }
  }

  static std::string why_not(const RingKind& kind, FaultKind fault) {
    const auto has_no = [&](const char* what) {
      return fmt::format("a device of the kind {} {}", kind.name, what);
    };
    if (fault == FaultKind::bad_checksum && !kind.has_checksum)
      return has_no("sends no checksum; `cut` is what it can have");
    if (fault == FaultKind::contact_loss && !kind.has_contact)
      return has_no("does not tell whether it is worn");
    if (fault == FaultKind::drift && !kind.has_clock) return has_no("has no clock of its own");
    if (fault == FaultKind::stop && !kind.can_stop) return has_no("measures whenever it is heard");
    return {};
  }

  const Yaml& root_;
  ib::Voice voice_;
  Scenario scenario_;
};

}  // namespace

std::optional<Scenario> read_scenario_text(const std::string& text, const std::string& name,
                                           Diagnostics& out, std::optional<std::uint64_t> seed) {
  const auto before = out.errors();
  const auto root = parse_yaml(text, name, out, "a scenario", "`rings:`");
  if (!root) return std::nullopt;
  auto scenario = ScenarioReader(*root, out).read(seed);
  if (out.errors() > before || root->broken) return std::nullopt;
  return scenario;
}

std::optional<Scenario> read_scenario(const fs::path& file, Diagnostics& out,
                                      std::optional<std::uint64_t> seed) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  const auto refuse = [&](const char* what) {
    out.error(Mark{file.string(), 0, 0}, {}, what,
              "a scenario as docs/virtual-rings.md describes it");
    return std::nullopt;
  };
  if (!fs::is_regular_file(file, ignored) || !stream)
    return refuse("this is no file, or one that can't be read");
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max) return refuse("this file has more than 64 KiB");
  return read_scenario_text(text, file.string(), out, seed);
}

std::string devices_text(const Scenario& scenario) {
  std::string text = "devices:\n";
  for (const auto& ring : scenario.rings) {
    text += fmt::format("  \"{}\": {{address: \"{}\"", ring.name, ring.device.address);
    if (ring.kind->counts_per_g > 0)
      text += fmt::format(", counts_per_g: {}", ring.kind->counts_per_g);
    text += "}\n";
  }
  return text;
}

Scenario scenario_of_rings(std::size_t n, std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  for (std::size_t k = 0; k < n; ++k) {
    RingSpec ring;
    ring.name = fmt::format("ring{}", k + 1);
    ring.kind = find_ring_kind("bcl");
    ring.device.name = ring.name;
    ring.device.address = default_address(k);
    ring.device.wearer.seed = seed + k;
    if (k > 0) ring.device.wearer.couple = seed;
    scenario.rings.push_back(std::move(ring));
  }
  return scenario;
}

}  // namespace ib::vring
