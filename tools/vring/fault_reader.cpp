#include "vring/fault_reader.hpp"

#include <interbeat/units.hpp>

#include <utility>
#include "vring/scenario_text.hpp"

namespace ib::vring {
namespace {

constexpr Range lengths{0.001, 86'400}, moments{0, 1e6};

Names fault_names() {
  Names names;
  for (const auto& f : fault_table()) names.emplace_back(f.name);
  return names;
}

class FaultReader final : private ScenarioText {
 public:
  using ScenarioText::ScenarioText;

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

 private:
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
};

}  // namespace

void read_faults(const Yaml& root, Diagnostics& out, Scenario& scenario) {
  FaultReader(root, out, scenario).read_faults();
}

}  // namespace ib::vring
