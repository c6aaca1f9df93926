#include "graph_expand.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "graph_use.hpp"
#include "graph_values.hpp"

#include <algorithm>
#include <utility>

namespace ib {
namespace {

constexpr std::size_t max_levels = 16;
constexpr std::size_t max_scopes = 1'000;
constexpr std::size_t max_written = 10'000;  // nodes, those of a `for_each:` once
constexpr std::size_t max_nodes = 200'000;
constexpr std::size_t max_copied = 2'000'000;  // YAML values over all uses of all modules

std::size_t count_values(const Yaml& tree) {
  std::size_t n = 1;
  for (const auto& item : tree.items) n += count_values(item);
  for (const auto& entry : tree.entries) n += count_values(entry.value);
  return n;
}

/// Values with one variant per element.
std::size_t count_varying(const Yaml& tree, const ParameterValues& values) {
  std::size_t n = 0;
  if (tree.is_scalar() && tree.text.find('$') != std::string::npos)
    for (const auto& name : names_used(tree))
      if (const auto it = values.find(name); it != values.end() && it->second.each) n = 1;
  for (const auto& item : tree.items) n += count_varying(item, values);
  for (const auto& entry : tree.entries) n += count_varying(entry.value, values);
  return n;
}

/// `{each: [1 s, 2 s]}`, as the engine writes values that follow no pattern.
void read_written_variants(Yaml& value, std::size_t n) {
  for (auto& entry : value.entries) read_written_variants(entry.value, n);
  const auto* list = value.entries.size() == 1 ? value.find("each") : nullptr;
  if (list == nullptr || !list->value.is_sequence() || list->value.items.size() != n) return;
  value = varying(list->value.items, value.mark);
}

class Expander {
 public:
  Expander(Library& library, const Registry& registry, OverrideList& overrides, bool placeholders,
           Diagnostics& out)
      : library_(library),
        registry_(registry),
        values_(library, overrides, placeholders),
        out_(out) {}

  Draft run(const SheetRef& top) {
    draft_.scopes.push_back({"", "", 0, top, {}, {}, {}, {}, no_each});
    const Voice voice(out_);
    if (!top->inputs.empty())
      voice.error(top->inputs.front().mark, "inputs",
                  "a graph with inputs is a module and cannot run by itself", {},
                  "use it from a graph, as in `nodes: {x: {use: " + top->name + "}}`");
    draft_.parameters = values_.of_graph(*top, voice);
    if (top->expanded) add_written_lists(*top, voice);
    fill_scope(0, draft_.parameters, {});
    return std::move(draft_);
  }

 private:
  // -- scopes -----------------------------------------------------------------------------------

  /// Unfolds the sheet of a scope that has its place, chain and inputs already.
  void fill_scope(std::size_t index, const ParameterValues& values, const std::string& owner) {
    const SheetRef sheet = draft_.scopes[index].sheet;
    const Voice voice(out_, draft_.scopes[index].chain);
    if (const auto* people = sheet->section("participants")) add_people(index, *people, values);
    if (const auto* nodes = sheet->section("nodes"))
      add_members(index, *nodes, "nodes", values, owner);
    else if (sheet->section("participants") == nullptr)
      voice.error(Mark{sheet->name, 1, 1}, "nodes", "this graph has no nodes", "`nodes:`");
    if (const auto* outputs = sheet->section("outputs")) add_outputs(index, *outputs, values);
  }

  void add_people(std::size_t scope, const Yaml& section, const ParameterValues& values) {
    const Voice voice(out_, draft_.scopes[scope].chain);
    if (draft_.scopes[scope].sheet->expanded) {
      for (const auto& item : section.items) add_person(item.text);
      return;
    }
    if (scope != 0) {
      voice.error(section, "participants", "only the graph itself has participants, not a module",
                  {}, "use the module once for each person");
      return;
    }
    add_members(scope, section, "participants", values, {});
  }

  /// "anna", or "p[]" for all elements of p.
  void add_person(const std::string& name) {
    const auto each = each_of(name);
    if (each == no_each) return draft_.participants.push_back(name);
    const auto& elements = draft_.for_each[each];
    for (const auto& element : elements.names)
      draft_.participants.push_back(fill_path(name, element));
  }

  /// The `for_each:` that unfolds "p[]" or "p[].beats".
  std::size_t each_of(std::string_view name) const {
    const auto open = name.find("[]");
    if (open == std::string_view::npos) return no_each;
    for (std::size_t i = 0; i < draft_.for_each.size(); ++i)
      if (draft_.for_each[i].name == name.substr(0, open)) return i;
    return no_each;
  }

  void add_members(std::size_t scope, const Yaml& section, const std::string& key,
                   const ParameterValues& values, const std::string& owner) {
    const Voice voice(out_, draft_.scopes[scope].chain);
    if (!section.is_mapping()) {
      voice.error(section, key, "this is " + describe(section) + ", not a mapping",
                  key == "nodes" ? "names with their types, as in `log: {type: sink.csv, in: ring}`"
                                 : "names with what they use, as in `anna: {use: person.yaml}`");
      return;
    }
    const bool people = key == "participants";
    for (const auto& entry : section.entries) {
      const auto path = key + "." + entry.key;
      const bool expanded = draft_.scopes[scope].sheet->expanded;
      const bool named = check_name(entry, path, voice, expanded);
      if (people && named && entry.value.find("for_each") == nullptr) add_person(entry.key);
      if (!is_free(scope, entry, path, voice)) continue;
      if (!named) {  // known all the same, so that its readers are not told that it is missing
        draft_.scopes[scope].members.emplace(entry.key,
                                             Member{Member::Kind::broken, 0, entry.mark});
        continue;
      }
      const auto member = expanded || entry.value.find("for_each") == nullptr
                              ? add_one(scope, entry, path, people ? entry.key : owner, values)
                              : add_each(scope, entry, path, people, owner, values);
      draft_.scopes[scope].members.emplace(entry.key, member);
    }
  }

  Member add_one(std::size_t scope, const Yaml::Entry& entry, const std::string& path,
                 std::string owner, const ParameterValues& values) {
    const Voice voice(out_, draft_.scopes[scope].chain);
    const auto each = draft_.scopes[scope].sheet->expanded ? each_of(entry.key) : no_each;
    if (each == no_each)
      return add_member(scope, fill(entry, values, path, voice), path, std::move(owner), voice);
    each_ = each;
    const auto member = add_instances(scope, entry, path, std::move(owner), values, voice);
    each_ = no_each;
    return member;
  }

  /// `for_each: {p: 0..9999}` of a graph that the engine wrote: what "p[]" unfolds to.
  void add_written_lists(const Sheet& sheet, const Voice& voice) {
    const auto* lists = sheet.section("for_each");
    if (lists == nullptr) return;
    for (const auto& entry : lists->entries)
      draft_.for_each.push_back(
          read_elements(entry.key, entry.value, "for_each." + entry.key, voice));
  }

  // -- for_each -----------------------------------------------------------------------------------

  /// The entry without its `for_each:`, unfolded once with all its elements.
  Member add_each(std::size_t scope, const Yaml::Entry& entry, const std::string& path, bool people,
                  std::string owner, const ParameterValues& values) {
    const Voice voice(out_, draft_.scopes[scope].chain);
    const auto* list = entry.value.find("for_each");
    if (scope != 0) {
      voice.error(list->mark, path + ".for_each",
                  "only the graph itself unfolds with `for_each:`, not a module", {},
                  "write `for_each:` where the module is used");
      return {Member::Kind::broken, 0, entry.mark};
    }
    if (too_large_) return {Member::Kind::broken, 0, entry.mark};
    for (const char* name : {"each", "index"})
      if (values.count(name) != 0)
        voice.error(
            list->mark, path + ".for_each",
            "the parameter " + in_quotes(name) + " hides what $" + name + " stands for here", {},
            "give the parameter another name");
    const auto place = path + ".for_each";
    draft_.for_each.push_back(
        read_elements(entry.key, substitute(list->value, values, place, voice), place, voice));
    const auto each = draft_.for_each.size() - 1;
    const auto& elements = draft_.for_each[each];
    auto rest = entry;
    std::erase_if(rest.value.entries, [](const auto& e) { return e.key == "for_each"; });
    rest.key += "[]";
    each_ = each;
    if (people) add_person(rest.key);
    auto chain = voice.chain();
    chain.push_back(elements.some(0, elements.size()));
    auto member = add_instances(scope, rest, path, people ? rest.key : std::move(owner), values,
                                Voice(out_, std::move(chain)));
    if (elements.broken) member.kind = Member::Kind::broken;
    each_ = no_each;
    return member;
  }

  Member add_instances(std::size_t scope, const Yaml::Entry& entry, const std::string& path,
                       std::string owner, ParameterValues values, const Voice& voice) {
    const auto& elements = draft_.for_each[each_];
    values["each"] = each_value(elements, entry.mark, true);
    values["index"] = each_value(elements, entry.mark, false);
    const auto before = draft_.nodes.size();
    auto filled = fill(entry, values, path, voice);
    if (draft_.scopes[scope].sheet->expanded) read_written_variants(filled.value, elements.size());
    auto member = add_member(scope, filled, path, std::move(owner), voice);
    member.each = each_;
    instances_ += (draft_.nodes.size() - before) * (elements.size() - 1);
    if (!within(draft_.nodes.size() + instances_ <= max_nodes, entry.mark, path, "200000 nodes",
                voice)) {
      draft_.for_each[each_].keep_first();
      member.kind = Member::Kind::broken;
    }
    return member;
  }

  /// What `$each`, or `$index`, stands for.
  static Yaml each_value(const Elements& elements, const Mark& mark, bool name) {
    Yaml one;
    one.kind = Yaml::Kind::scalar;
    one.mark = mark;
    std::vector<Yaml> variants(elements.size(), one);
    for (std::size_t k = 0; k < variants.size(); ++k)
      variants[k].text = name ? elements.names[k] : std::to_string(k);
    return varying(std::move(variants), mark);
  }

  bool is_free(std::size_t scope, const Yaml::Entry& entry, const std::string& path,
               const Voice& voice) const {
    const auto& sheet = *draft_.scopes[scope].sheet;
    for (const auto& input : sheet.inputs)
      if (input.name == entry.key) {
        voice.error(entry.mark, path,
                    "the name " + in_quotes(entry.key) + " belongs to an input of this module", {},
                    "choose another name");
        return false;
      }
    const auto it = draft_.scopes[scope].members.find(entry.key);
    if (it == draft_.scopes[scope].members.end()) return true;
    voice.error(entry.mark, path, "the name " + in_quotes(entry.key) + " is taken", {},
                "it stands at " + location_of(it->second.mark) + " already");
    return false;
  }

  Yaml::Entry fill(const Yaml::Entry& entry, const ParameterValues& values, const std::string& path,
                   const Voice& voice) {
    copied_ += count_values(entry.value);
    if (each_ != no_each)
      copied_ += count_varying(entry.value, values) * draft_.for_each[each_].size();
    Yaml::Entry filled{entry.key, entry.quoted, entry.mark, {}};
    if (within(copied_ <= max_copied, entry.mark, path, "2000000 values", voice))
      filled.value = substitute(entry.value, values, path, voice);
    else filled.value.broken = true;
    return filled;
  }

  /// Says once that the graph is too large.
  bool within(bool fits, const Mark& mark, const std::string& path, const std::string& bound,
              const Voice& voice) {
    if (!fits && !too_large_)
      voice.error(mark, path, "unfolded, this graph has more than " + bound, {},
                  bound == "10000 nodes" ? "`for_each:` writes many equal ones once" : "");
    too_large_ = too_large_ || !fits;
    return !too_large_;
  }

  // -- members ----------------------------------------------------------------------------------

  Member add_member(std::size_t scope, const Yaml::Entry& entry, const std::string& path,
                    std::string owner, const Voice& voice) {
    const Member broken{Member::Kind::broken, 0, entry.mark};
    const auto* type = entry.value.find("type");
    const auto* use = entry.value.find("use");
    if (entry.value.broken && type == nullptr && use == nullptr) return broken;
    if (!entry.value.is_mapping()) {
      voice.error(entry.value, path, "this is " + describe(entry.value) + ", not a mapping",
                  "{type: ...} or {use: ...}");
      return broken;
    }
    if (type != nullptr && use != nullptr) {
      voice.error(use->mark, path + ".use", "both `type:` and `use:` stand here",
                  "`type:` for a node type, `use:` for a file");
      return broken;
    }
    if (type != nullptr) return add_typed(scope, entry, type->value, path, std::move(owner), voice);
    if (use != nullptr) return add_used(scope, entry, use->value, path, std::move(owner), voice);
    std::string meant;
    for (const auto& item : entry.value.entries)
      if (meant.empty() && (item.key.starts_with("type:") || item.key.starts_with("use:")))
        meant = meant_key(item);
    voice.error(entry.mark, path, "neither `type:` nor `use:` says what this is",
                "{type: ...} or {use: ...}", std::move(meant));
    return broken;
  }

  Member add_typed(std::size_t scope, const Yaml::Entry& entry, const Yaml& type,
                   const std::string& path, std::string owner, const Voice& voice) {
    const Member broken{Member::Kind::broken, 0, entry.mark};
    const auto* text = read_scalar(type, path + ".type", voice, "a node type");
    if (text == nullptr) return broken;
    if (const auto* module = registry_.find_module(*text)) {
      const auto sheet = library_.read_built_in(module->yaml, *text, voice);
      return add_module(scope, entry, sheet, type, path, std::move(owner), voice);
    }
    const auto* node_type = registry_.find(*text);
    if (node_type == nullptr) {
      auto hint = did_you_mean(*text, registry_.names());
      if (hint.empty()) hint = registry_.absent();
      if (hint.empty()) hint = "`interbeat nodes` lists all types";
      voice.error(type, path + ".type", "unknown node type " + in_quotes(*text), {}, hint);
      return broken;
    }
    if (!within(draft_.nodes.size() < max_written, entry.mark, path, "10000 nodes", voice))
      return broken;
    if (const auto* written = entry.value.find("owner"))
      if (draft_.scopes[scope].sheet->expanded) owner = written->value.text;
    draft_.nodes.push_back({join_path(draft_.scopes[scope].path, entry.key), path, std::move(owner),
                            scope, each_, node_type, entry.value, entry.mark});
    return {Member::Kind::node, draft_.nodes.size() - 1, entry.mark};
  }

  Member add_used(std::size_t scope, const Yaml::Entry& entry, const Yaml& use,
                  const std::string& path, std::string owner, const Voice& voice) {
    const auto sheet = library_.find(use, *draft_.scopes[scope].sheet, path + ".use", voice);
    return add_module(scope, entry, sheet, use, path, std::move(owner), voice);
  }

  /// One use of a module: its own scope below `scope`.
  Member add_module(std::size_t scope, const Yaml::Entry& entry, const SheetRef& sheet,
                    const Yaml& named, const std::string& path, std::string owner,
                    const Voice& voice) {
    const Member broken{Member::Kind::broken, 0, entry.mark};
    if (sheet == nullptr || uses_itself(scope, sheet, named, path, voice)) return broken;
    if (!within(draft_.scopes.size() < max_scopes, entry.mark, path, "1000 modules", voice))
      return broken;
    auto chain = voice.chain();
    chain.insert(chain.begin(), sheet->name + " used at " + location_of(named.mark));
    const auto index = draft_.scopes.size();
    draft_.scopes.push_back({join_path(draft_.scopes[scope].path, entry.key),
                             path,
                             scope,
                             sheet,
                             {},
                             {},
                             {},
                             std::move(chain),
                             each_});
    auto use = read_use(entry, *sheet, path, voice);
    draft_.scopes[index].inputs = std::move(use.inputs);
    draft_.scopes[index].isolation = use.isolation;
    const auto* elements = each_ == no_each ? nullptr : &draft_.for_each[each_];
    const auto values = values_.of_module(
        {*sheet, draft_.scopes[index].path, path, entry, elements}, use.values, voice);
    fill_scope(index, values, owner);
    return {Member::Kind::module, index, entry.mark};
  }

  bool uses_itself(std::size_t scope, const SheetRef& sheet, const Yaml& named,
                   const std::string& path, const Voice& voice) const {
    std::string circle = sheet->name;
    std::size_t levels = 1;
    for (auto i = scope;; i = draft_.scopes[i].parent, ++levels) {
      circle = draft_.scopes[i].sheet->name + " -> " + circle;
      if (draft_.scopes[i].sheet == sheet) {
        voice.error(named, path, "this module uses itself: " + circle);
        return true;
      }
      if (i == 0) break;
    }
    if (levels <= max_levels) return false;
    voice.error(named, path, "more than 16 levels of modules: " + circle);
    return true;
  }

  void add_outputs(std::size_t scope, const Yaml& section, const ParameterValues& values) {
    const Voice voice(out_, draft_.scopes[scope].chain);
    if (!section.is_mapping()) {
      voice.error(section, "outputs", "this is " + describe(section) + ", not a mapping",
                  "names with the streams behind them, as in `outputs: {intervals: clean.out}`");
      return;
    }
    if (!check_count(section.entries.size(), "outputs", section.mark, "outputs", voice)) return;
    for (const auto& entry : section.entries) {
      const auto path = "outputs." + entry.key;
      if (!check_name(entry, path, voice)) continue;
      auto wire = read_wire(fill(entry, values, path, voice).value, path, voice);
      draft_.scopes[scope].outputs.emplace_back(entry.key, std::move(wire));
    }
  }

  Library& library_;
  const Registry& registry_;
  ValueReader values_;
  Diagnostics& out_;
  Draft draft_;
  std::size_t copied_{};
  std::size_t each_{no_each};  ///< the `for_each:` that is being unfolded
  std::size_t instances_{};    ///< nodes beyond those in the draft
  bool too_large_{};
};

}  // namespace

Draft expand_graph(const SheetRef& top, Library& library, const Registry& registry,
                   OverrideList& overrides, bool placeholders, Diagnostics& out) {
  return Expander(library, registry, overrides, placeholders, out).run(top);
}

}  // namespace ib
