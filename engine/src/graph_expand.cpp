#include "graph_expand.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"
#include "graph_use.hpp"

#include <algorithm>
#include <utility>

namespace ib {
namespace {

constexpr std::size_t max_levels = 16;
constexpr std::size_t max_scopes = 1'000;
constexpr std::size_t max_nodes = 10'000;
constexpr std::size_t max_copied = 2'000'000;  // YAML values over all uses of all modules

std::size_t count_values(const Yaml& tree) {
  std::size_t n = 1;
  for (const auto& item : tree.items) n += count_values(item);
  for (const auto& entry : tree.entries) n += count_values(entry.value);
  return n;
}

class Expander {
 public:
  Expander(Library& library, const Registry& registry, OverrideList& overrides, bool placeholders,
           Diagnostics& out)
      : library_(library),
        registry_(registry),
        overrides_(overrides),
        placeholders_(placeholders),
        out_(out) {}

  Draft run(const SheetRef& top) {
    draft_.scopes.push_back({"", "", 0, top, {}, {}, {}, {}});
    const Voice voice(out_);
    if (!top->inputs.empty())
      voice.error(top->inputs.front().mark, "inputs",
                  "a graph with inputs is a module and cannot run by itself", {},
                  "use it from a graph, as in `nodes: {x: {use: " + top->name + "}}`");
    draft_.parameters = values_of_graph(*top, voice);
    fill_scope(0, draft_.parameters, {});
    return std::move(draft_);
  }

 private:
  // -- parameters -------------------------------------------------------------------------------

  FolderOf folder_of() const {
    return [this](const Mark& mark) { return library_.folder_of(mark); };
  }

  ParameterValues values_of_graph(const Sheet& sheet, const Voice& voice) {
    ParameterValues values;
    for (const auto& parameter : sheet.parameters) {
      overrides_.offer(parameter.name);
      const auto* set = overrides_.take(parameter.name);
      const auto path = "parameters." + parameter.name;
      const bool source = parameter.type == ParameterType::source;
      if (set == nullptr && !parameter.def && source && placeholders_) {
        values[parameter.name] = placeholder_of(parameter);
        continue;
      }
      if (set == nullptr && !parameter.def) {
        voice.error(parameter.mark, path,
                    "the parameter " + in_quotes(parameter.name) + " has no value",
                    describe_parameter(parameter),
                    "say --set " + parameter.name + "=" +
                        (source ? "FILE, or --set " + parameter.name + "=virtual:seed=1"
                                : std::string("VALUE, or give it a `default:`")));
      }
      values[parameter.name] = value_of(parameter, set, path, voice);
    }
    return values;
  }

  static Yaml placeholder_of(const Parameter& parameter) {
    Yaml value;
    value.kind = Yaml::Kind::scalar;
    value.quoted = true;
    value.text = "<" + parameter.name + ">";
    value.mark = parameter.mark;
    return value;
  }

  Yaml value_of(const Parameter& parameter, const Yaml* given, const std::string& path,
                const Voice& voice) const {
    Yaml value;
    value.broken = given == nullptr && !parameter.def;
    if (value.broken) return value;
    value = given != nullptr ? *given : *parameter.def;
    check_parameter_value(parameter, value, path, folder_of(), voice);
    return value;
  }

  /// Values for one use of a module: command line, then what the user gave, then the default.
  ParameterValues values_of_module(const Sheet& module, const std::map<std::string, Yaml>& given,
                                   const std::string& path, const Yaml::Entry& user,
                                   const std::string& yaml_path, const Voice& voice) {
    ParameterValues values;
    for (const auto& parameter : module.parameters) {
      const auto name = join_path(path, parameter.name);
      overrides_.offer(name);
      const auto* value = overrides_.take(name);
      const auto it = given.find(parameter.name);
      if (value == nullptr && it != given.end()) value = &it->second;
      if (value == nullptr && !parameter.def && !user.value.broken) {
        const bool by_use = user.value.find("use") != nullptr;
        voice.error(user.mark, yaml_path,
                    module.name + " needs a value for " + in_quotes(parameter.name),
                    describe_parameter(parameter),
                    by_use ? "write `with: {" + parameter.name + ": ...}`"
                           : "write `" + parameter.name + ": ...`");
      }
      values[parameter.name] =
          value_of(parameter, value, join_path(yaml_path, parameter.name), voice);
    }
    return values;
  }

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
      for (const auto& item : section.items) draft_.participants.push_back(item.text);
      return;
    }
    if (scope != 0) {
      voice.error(section, "participants", "only the graph itself has participants, not a module",
                  {}, "use the module once for each person");
      return;
    }
    for (const auto& entry : section.entries) draft_.participants.push_back(entry.key);
    add_members(scope, section, "participants", values, {});
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
    for (const auto& entry : section.entries) {
      const auto path = key + "." + entry.key;
      const bool named = check_name(entry, path, voice, draft_.scopes[scope].sheet->expanded);
      if (!is_free(scope, entry, path, voice)) continue;
      if (!named) {  // known all the same, so that its readers are not told that it is missing
        draft_.scopes[scope].members.emplace(entry.key,
                                             Member{Member::Kind::broken, 0, entry.mark});
        continue;
      }
      auto filled = fill(entry, values, path, voice);
      auto person = key == "participants" ? entry.key : owner;
      const auto member = add_member(scope, filled, path, std::move(person), voice);
      draft_.scopes[scope].members.emplace(entry.key, member);
    }
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
      voice.error(mark, path, "with its modules unfolded, this graph has more than " + bound);
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
    voice.error(entry.mark, path, "neither `type:` nor `use:` says what this is",
                "{type: ...} or {use: ...}");
    return broken;
  }

  Member add_typed(std::size_t scope, const Yaml::Entry& entry, const Yaml& type,
                   const std::string& path, std::string owner, const Voice& voice) {
    const Member broken{Member::Kind::broken, 0, entry.mark};
    const auto* text = read_scalar(type, path + ".type", voice, "a node type");
    if (text == nullptr) return broken;
    if (const auto* module = registry_.find_module(*text)) {
      const auto sheet = library_.read_text(module->yaml, *text, {}, voice);
      return add_module(scope, entry, sheet, type, path, std::move(owner), voice);
    }
    const auto* node_type = registry_.find(*text);
    if (node_type == nullptr) {
      const auto hint = did_you_mean(*text, registry_.names());
      voice.error(type, path + ".type", "unknown node type " + in_quotes(*text), {},
                  hint.empty() ? "`interbeat nodes` lists all types" : hint);
      return broken;
    }
    if (!within(draft_.nodes.size() < max_nodes, entry.mark, path, "10000 nodes", voice))
      return broken;
    if (const auto* written = entry.value.find("owner"))
      if (draft_.scopes[scope].sheet->expanded) owner = written->value.text;
    draft_.nodes.push_back({join_path(draft_.scopes[scope].path, entry.key), path, std::move(owner),
                            scope, node_type, entry.value, entry.mark});
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
                             std::move(chain)});
    auto use = read_use(entry, *sheet, path, voice);
    draft_.scopes[index].inputs = std::move(use.inputs);
    const auto values =
        values_of_module(*sheet, use.values, draft_.scopes[index].path, entry, path, voice);
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
    for (const auto& entry : section.entries) {
      const auto path = "outputs." + entry.key;
      if (!check_name(entry, path, voice)) continue;
      auto wire = read_wire(fill(entry, values, path, voice).value, path, voice);
      draft_.scopes[scope].outputs.emplace_back(entry.key, std::move(wire));
    }
  }

  Library& library_;
  const Registry& registry_;
  OverrideList& overrides_;
  bool placeholders_;
  Diagnostics& out_;
  Draft draft_;
  std::size_t copied_{};
  bool too_large_{};
};

}  // namespace

Draft expand_graph(const SheetRef& top, Library& library, const Registry& registry,
                   OverrideList& overrides, bool placeholders, Diagnostics& out) {
  return Expander(library, registry, overrides, placeholders, out).run(top);
}

}  // namespace ib
