#include "graph_bind.hpp"

#include "graph_names.hpp"
#include "graph_resolve.hpp"
#include "graph_scalars.hpp"
#include "graph_settings.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace ib {
namespace {

const std::vector<std::string> reserved_keys{"type", "on_error", "label"};
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
  std::error_code ignored;
  for (const auto& [begin, end] :
       {std::pair{std::size_t{0}, uri.size()}, std::pair{from, wishes}}) {
    const std::filesystem::path path(uri.substr(begin, end - begin));
    if (path.empty() || path.is_absolute()) continue;
    const auto beside = (*folder / path).lexically_normal();
    if (std::filesystem::exists(beside, ignored))
      return uri.substr(0, begin) + beside.string() + uri.substr(end);
  }
  return uri;
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
        overrides_(overrides),
        folder_of_(folder_of),
        voice_(out, draft.scopes[node.scope].chain) {}

  GraphNode bind() {
    bound_.path = node_.path;
    bound_.yaml_path = node_.yaml_path;
    bound_.type = node_.type;
    bound_.mark = node_.mark;
    bound_.chain = voice_.chain();
    if (count_inputs(desc_) == 0) bound_.owner = node_.owner;
    bind_inputs();
    bind_params();
    bind_reserved();
    check_unknown_keys();
    return std::move(bound_);
  }

 private:
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
    const auto target = resolve(draft_, node_.scope, wire, path, voice_);
    if (target.kind == Target::Kind::absent && !optional)
      voice_.error(wire.value, path,
                   "the user of this module left its input " + in_quotes(wire.from) +
                       " open, but " + in_quotes(port.name) + " needs a stream",
                   {}, "make the input of the module required, or this node's input optional");
    if (target.kind != Target::Kind::found) return;
    Edge edge;
    edge.to_port = index;
    edge.from_node = static_cast<std::uint32_t>(target.node);
    edge.from_port = target.port;
    edge.overflow = target.overflow;
    edge.cut = target.queue_s.has_value();
    edge.queue_s = target.queue_s.value_or(0);
    edge.mark = wire.value.mark;
    bound_.inputs.push_back(edge);
  }

  void bind_params() {
    for (std::uint32_t i = 0; i < desc_.n_params; ++i) {
      const auto& param = desc_.params[i];
      const auto name = join_path(node_.path, param.name);
      overrides_.offer(name);
      const auto* entry = node_.entry.find(param.name);
      const auto* value = overrides_.take(name);
      if (value == nullptr && entry != nullptr) value = &entry->value;
      if (value != nullptr) bind_param(i, *value);
      else if ((param.flags & IB_PARAM_REQUIRED) != 0) report_missing(param);
    }
  }

  void bind_param(std::uint32_t index, const Yaml& value) {
    const auto& param = desc_.params[index];
    auto setting = read_setting(desc_, index, value, path_of(param.name), voice_);
    if (!setting) {
      bound_.sound = false;
      return;
    }
    if ((param.flags & IB_PARAM_SOURCE) != 0)
      setting->text = beside_its_file(setting->text, folder_of_(setting->mark));
    bound_.settings.push_back(std::move(*setting));
  }

  void report_missing(const ib_param& param) {
    bound_.sound = false;
    if (node_.entry.broken) return;  // it may stand in what could not be read
    const auto phrase = as_phrase(param.doc);
    voice_.error(node_.mark, node_.yaml_path,
                 article(desc_.type) + " needs " + in_quotes(param.name) +
                     (phrase.empty() ? "" : ", " + phrase),
                 describe_param(param), "write `" + std::string(param.name) + ": ...`");
  }

  void bind_reserved() {
    if (const auto* entry = node_.entry.find("isolation")) check_isolation(entry->value);
    if (const auto* label = node_.entry.find("label"))
      read_text(label->value, path_of("label"), voice_);
    if (const auto* entry = node_.entry.find("on_error")) bind_on_error(entry->value);
  }

  /// The language has `isolation: process`; this program does not, and says so.
  void check_isolation(const Yaml& value) {
    const auto path = path_of("isolation");
    const auto* text = read_scalar(value, path, voice_, "none");
    if (text == nullptr || *text == "none") return;
    voice_.error(value, path,
                 "isolation cannot be " + in_quotes(*text) +
                     ": this version of interbeat runs every node in one process",
                 "none", "leave `isolation:` out");
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
    else bound_.on_error = static_cast<OnError>(it - on_error_names.begin());
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
      if (entry.key == "isolation" || (expanded && entry.key == "owner")) continue;
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
    else
      voice_.error(entry.mark, path, "unknown key " + in_quotes(entry.key), one_of(known),
                   did_you_mean(entry.key, known));
  }

  const Draft& draft_;
  const DraftNode& node_;
  const ib_node_desc& desc_;
  OverrideList& overrides_;
  const FolderOf& folder_of_;
  Voice voice_;
  GraphNode bound_;
};

}  // namespace

Graph bind_graph(const Draft& draft, OverrideList& overrides, const FolderOf& folder_of,
                 Diagnostics& out) {
  Graph graph;
  check_wires(draft, out);
  for (const auto& node : draft.nodes)
    graph.nodes.push_back(Binder(draft, node, overrides, folder_of, out).bind());
  graph.participants = draft.participants;
  for (const auto& [name, value] : draft.parameters) graph.parameters[name] = value.text;
  return graph;
}

}  // namespace ib
