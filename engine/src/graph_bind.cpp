#include "graph_bind.hpp"

#include "graph_isolation.hpp"
#include "graph_names.hpp"
#include "graph_resolve.hpp"
#include "graph_scalars.hpp"
#include "graph_settings.hpp"
#include "graph_stamp.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace ib {
namespace {

const std::vector<std::string> reserved_keys{"type", "on_error", "isolation", "label"};
const std::vector<std::string> on_error_names{"stop", "restart", "bypass"};

bool is_output(const ib_port& port) { return (port.flags & IB_PORT_OUT) != 0; }

/// A relative path in the name of a source starts at the folder of the file in which it is written,
/// if something lies there. A name may have a kind in front and wishes behind: csv:a.csv?start=5s.
std::string beside_its_file(const std::string& uri,
                            const std::optional<std::filesystem::path>& folder) {
  if (!folder || folder->empty()) return uri;
  const auto colon = uri.find(':');
  const auto from = colon == std::string::npos ? 0 : colon + 1;
  const auto wishes = std::min(uri.find('?', from), uri.size());
  const auto person = std::min(uri.rfind('#', wishes), wishes);  // evening.ibr#anna
  std::error_code ignored;
  for (const auto& [begin, end] :
       {std::pair{std::size_t{0}, uri.size()}, std::pair{from, wishes}, std::pair{from, person}}) {
    if (end <= begin) continue;
    const std::filesystem::path path(uri.substr(begin, end - begin));
    if (path.empty() || path.is_absolute()) continue;
    const auto beside = (*folder / path).lexically_normal();
    if (std::filesystem::exists(beside, ignored))
      return uri.substr(0, begin) + beside.string() + uri.substr(end);
  }
  return uri;
}

/// A value as one text; a list with commas.
std::string text_of(const Yaml& value) {
  std::string text = value.text;
  for (const auto& item : value.items) text += (text.empty() ? "" : ", ") + item.text;
  return text;
}

std::string article(const std::string& type) {
  return (type.find_first_of("aeiou") == 0 ? "an " : "a ") + type;
}

/// Binds one node of the draft.
class Binder {
 public:
  Binder(const Draft& draft, const DraftNode& node, OverrideList& overrides,
         const FolderOf& folder_of, Diagnostics& out)
      : draft_(draft),
        node_(node),
        desc_(*node.type->desc),
        elements_(node.each == no_each ? nullptr : &draft.for_each[node.each]),
        overrides_(overrides),
        folder_of_(folder_of),
        voice_(voice_of(draft, node, out)) {}

  Bound bind() {
    auto chain = voice_.chain();
    if (elements_ != nullptr) chain.pop_back();  // which of them it was is said with each message
    node().type = node_.type;
    node().origin = Origin{node_.mark, node_.yaml_path, std::move(chain)};
    bind_inputs();
    bind_params();
    bind_reserved();
    check_unknown_keys();
    return std::move(bound_);
  }

 private:
  GraphNode& node() { return bound_.node; }
  std::string path_of(const std::string& key) const { return node_.yaml_path + "." + key; }

  void bind_inputs() {
    std::uint32_t index = 0;
    for (std::uint32_t i = 0; i < desc_.n_ports; ++i) {
      const auto& port = desc_.ports[i];
      if (is_output(port)) continue;
      bind_input(port, index++);
    }
  }

  void bind_input(const ib_port& port, std::uint32_t index) {
    const auto* entry = node_.entry.find(port.name);
    const bool optional = (port.flags & IB_PORT_OPTIONAL) != 0;
    if (entry == nullptr) {
      if (!optional && !node_.entry.broken)
        voice_.error(node_.mark, node_.yaml_path,
                     article(desc_.type) + " needs a stream for " + in_quotes(port.name),
                     as_phrase(port.doc), "write `" + std::string(port.name) + ": NODE`");
      return;
    }
    const auto path = path_of(port.name);
    const auto wire = read_wire(entry->value, path, voice_);
    const auto targets = targets_of(wire, path);
    const auto& target = targets.front();
    if (target.kind == Target::Kind::absent && !optional)
      voice_.error(wire.value, path,
                   "the user of this module left its input " + in_quotes(wire.from) +
                       " open, but " + in_quotes(port.name) + " needs a stream",
                   {}, "make the input of the module required, or this node's input optional");
    for (const auto& one : targets)
      if (one.kind != Target::Kind::found) return;
    Edge edge;
    edge.to_port = index;
    edge.mark = wire.value.mark;
    node().inputs.push_back(edge);
    bound_.targets.push_back(targets);
  }

  /// One target that holds for all elements, or one for each of them.
  std::vector<Target> targets_of(const Wire& wire, const std::string& path) {
    Diagnostics heard;
    std::vector<Target> targets{
        resolve(draft_, node_.scope, wire, 0, path, Voice(heard, voice_.chain()))};
    if (elements_ == nullptr || !targets.front().varies) {
      for (const auto& d : heard.items()) voice_.out().add(d);
      return targets;
    }
    ElementVoices voices(*elements_, voice_);
    targets.resize(elements_->size());
    for (std::size_t k = 0; k < targets.size(); ++k)
      targets[k] = resolve(draft_, node_.scope, wire, k, path, voices.of(k));
    return targets;
  }

  void bind_params() {
    for (std::uint32_t i = 0; i < desc_.n_params; ++i) {
      const auto& param = desc_.params[i];
      const auto* entry = node_.entry.find(param.name);
      const auto* value = entry == nullptr ? nullptr : &entry->value;
      const auto name = join_path(node_.path, param.name);
      if (elements_ == nullptr) {
        if (const auto* set = overrides_.take(name)) value = set;
        if (value != nullptr) bind_param(i, *value);
      } else {
        const auto instances = overrides_.take_each(name, *elements_);
        if (!instances.empty() || (value != nullptr && value->each)) {
          bind_instances(i, value, instances);
          if (value == nullptr && instances.size() < elements_->size()) check_required(param);
          continue;
        }
        if (value != nullptr) bind_param(i, *value);
      }
      if (value == nullptr) check_required(param);
    }
  }

  void check_required(const ib_param& param) {
    if ((param.flags & IB_PARAM_REQUIRED) != 0) report_missing(param);
  }

  /// Null, and said, when the value does not fit.
  std::optional<Setting> setting_of(std::uint32_t index, const Yaml& value, const Voice& voice) {
    const auto& param = desc_.params[index];
    auto setting = read_setting(desc_, index, value, path_of(param.name), voice);
    if (!setting) node().sound = false;
    else if ((param.flags & IB_PARAM_SOURCE) != 0)
      setting->text = beside_its_file(setting->text, folder_of_(setting->mark));
    return setting;
  }

  void bind_param(std::uint32_t index, const Yaml& value) {
    if (auto setting = setting_of(index, value, voice_))
      node().settings.push_back(std::move(*setting));
  }

  void bind_instances(std::uint32_t index, const Yaml* value,
                      const std::map<std::size_t, const Yaml*>& instances) {
    Bound::VaryingSetting varying{node().settings.size(), {}};
    varying.each.resize(elements_->size());
    ElementVoices voices(*elements_, voice_);
    for (std::size_t k = 0; k < elements_->size(); ++k) {
      const auto set = instances.find(k);
      if (set == instances.end() && value == nullptr) continue;
      const auto one = set != instances.end() ? *set->second : element_of(*value, k);
      if (!one.is_null()) varying.each[k] = setting_of(index, one, voices.of(k));
    }
    bound_.settings.push_back(std::move(varying));
  }

  void report_missing(const ib_param& param) {
    node().sound = false;
    if (node_.entry.broken) return;  // it may stand in what could not be read
    const auto phrase = as_phrase(param.doc);
    voice_.error(node_.mark, node_.yaml_path,
                 article(desc_.type) + " needs " + in_quotes(param.name) +
                     (phrase.empty() ? "" : ", " + phrase),
                 describe_param(param), "write `" + std::string(param.name) + ": ...`");
  }

  void bind_reserved() {
    bound_.isolation = isolation_of(draft_, node_, voice_);
    if (const auto* label = node_.entry.find("label"); label != nullptr && !label->value.each)
      read_text(label->value, path_of("label"), voice_);
    if (const auto* entry = node_.entry.find("on_error")) bind_on_error(entry->value);
  }

  void bind_on_error(const Yaml& value) {
    const auto path = path_of("on_error");
    const auto* text = read_scalar(value, path, voice_, one_of(on_error_names));
    if (text == nullptr) return;
    const auto it = std::find(on_error_names.begin(), on_error_names.end(), *text);
    if (it == on_error_names.end())
      voice_.error(value, path, "on_error cannot be " + in_quotes(*text), one_of(on_error_names),
                   did_you_mean(*text, on_error_names));
    else if (*text == "bypass" && (desc_.flags & IB_NODE_BYPASS_OK) == 0)
      voice_.error(value, path,
                   article(desc_.type) + " cannot be bypassed: what goes in is not what comes out",
                   "stop or restart");
    else node().on_error = static_cast<OnError>(it - on_error_names.begin());
  }

  void check_unknown_keys() {
    const bool expanded = draft_.scopes[node_.scope].sheet->expanded;
    std::vector<std::string> known;
    for (std::uint32_t i = 0; i < desc_.n_ports; ++i)
      if (!is_output(desc_.ports[i])) known.emplace_back(desc_.ports[i].name);
    for (std::uint32_t i = 0; i < desc_.n_params; ++i) known.emplace_back(desc_.params[i].name);
    known.insert(known.end(), reserved_keys.begin(), reserved_keys.end());
    for (const auto& entry : node_.entry.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      if (expanded && entry.key == "owner") continue;
      report_unknown(entry, known);
    }
  }

  void report_unknown(const Yaml::Entry& entry, const std::vector<std::string>& known) const {
    const auto path = path_of(entry.key);
    if (find_output(desc_, entry.key).port != nullptr)
      voice_.error(entry.mark, path, in_quotes(entry.key) + " is an output of " + desc_.type, {},
                   "an edge is written once, at the node that reads it");
    else if (entry.key == "with")
      voice_.error(entry.mark, path, "`with:` belongs to `use:`", {},
                   "write the params beside `type:`");
    else if (const auto meant = meant_key(entry); !meant.empty())
      voice_.error(entry.mark, path, "unknown key " + in_quotes(entry.key), {}, meant);
    else
      voice_.error(entry.mark, path, "unknown key " + in_quotes(entry.key), one_of(known),
                   did_you_mean(entry.key, known));
  }

  const Draft& draft_;
  const DraftNode& node_;
  const ib_node_desc& desc_;
  const Elements* elements_;  ///< null: this node stands for itself
  OverrideList& overrides_;
  const FolderOf& folder_of_;
  Voice voice_;
  Bound bound_;
};

}  // namespace

Graph bind_graph(const Draft& draft, OverrideList& overrides, const FolderOf& folder_of,
                 Diagnostics& out) {
  Graph graph;
  check_wires(draft, out);
  const Layout layout(draft);
  Stamper stamper(draft, layout, graph);
  for (std::size_t i = 0; i < draft.nodes.size(); ++i)
    stamper.stamp(i, Binder(draft, draft.nodes[i], overrides, folder_of, out).bind());
  form_groups(draft, layout, graph);
  graph.participants = draft.participants;
  for (const auto& [name, value] : draft.parameters) graph.parameters[name] = text_of(value);
  return graph;
}

}  // namespace ib
