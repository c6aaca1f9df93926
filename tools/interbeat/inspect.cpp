// interbeat inspect: a node type, from the same descriptor that checks the graphs that use it.
#include "catalogue.hpp"
#include "command.hpp"
#include "descriptor_words.hpp"
#include "graph_sheet.hpp"
#include "message.hpp"
#include "module_text.hpp"
#include "nearest.hpp"
#include "terminal.hpp"
#include "text_table.hpp"
#include "wrap.hpp"

#include "virtual_ring/options.hpp"

#include <interbeat/units.hpp>

#include <unistd.h>

#include <cmath>
#include <memory>
#include <set>

namespace ib::tool {
namespace {

constexpr const char* inspect_examples = R"(
Examples:
  interbeat inspect beat.ppg
  interbeat inspect source          with the options of virtual: sources)";

/// Where pages are shown: lines end where the terminal does.
struct Paper {
  std::size_t width = terminal_width(STDOUT_FILENO);

  void section(const std::string& title, const TextTable& table) const {
    if (table.empty()) return;
    auto lines = wrapped(title, width);
    const Paint paint(STDOUT_FILENO);
    for (auto& line : lines) line = paint.bold(line);
    show(fmt::format("\n{}\n{}", fmt::join(lines, "\n"), table.text(2, width)));
  }
};

class Page {
 public:
  explicit Page(const ib_node_desc& desc) : d_(desc) {}

  void print() {
    show(fmt::format("{} {}\n{}", paint_.bold(d_.type), d_.version,
                     wrapped_text(d_.summary, paper_.width)));
    if (d_.doc != nullptr && *d_.doc != '\0') show("\n" + wrapped_text(d_.doc, paper_.width));
    ports("Inputs", false);
    ports("Outputs", true);
    params();
    fields();
    if (has(d_.flags, IB_NODE_SOURCE)) virtual_options();
  }

 private:
  void section(const std::string& title, const TextTable& table) const {
    paper_.section(title, table);
  }
  void ports(const char* title, bool outputs) const {
    TextTable table({"name", "type", "unit", "notes", ""});
    for (std::uint32_t i = 0; i < d_.n_ports; ++i) {
      const auto& p = d_.ports[i];
      if (has(p.flags, IB_PORT_OUT) != outputs) continue;
      table.row({p.name, type_text(p), p.unit != nullptr ? p.unit : "", port_notes(p), p.doc});
    }
    section(title, table);
  }
  void params() const {
    TextTable table({"name", "default", "range", "live", ""});
    for (std::uint32_t i = 0; i < d_.n_params; ++i) {
      const auto& p = d_.params[i];
      table.row({p.name, default_text(p), range_text(p), has(p.flags, IB_PARAM_LIVE) ? "yes" : "",
                 p.doc});
    }
    section("Params", table);
  }
  /// The columns of each output, as sink.csv writes them.
  void fields() const {
    std::set<const ib_type*> shown;
    for (std::uint32_t i = 0; i < d_.n_ports; ++i) {
      const auto& p = d_.ports[i];
      if (!has(p.flags, IB_PORT_OUT) || p.type == nullptr || !shown.insert(p.type).second) continue;
      TextTable table({"field", "unit", "holds", ""});
      for (std::uint32_t k = 0; k < p.type->n_fields; ++k) {
        const auto& f = p.type->fields[k];
        table.row({f.name, f.unit, field_kind(f), f.doc});
      }
      section(fmt::format("{}: {}", p.type->urn, p.type->doc), table);
    }
  }
  void virtual_options() const {
    const std::string_view type = d_.type;
    if (type != "source" && type != "source.virtual") return;
    TextTable table({"option", "default", "range", ""});
    for (const auto& o : virtual_ring::option_table()) {
      table.row({std::string(o.name), o.default_text(), o.min < o.max ? o.bounds_text() : "",
                 std::string(o.doc)});
    }
    section("Options of virtual:, as in virtual:seed=2,rate=25?lead_in=300s", table);
  }

  const ib_node_desc& d_;
  Paint paint_{STDOUT_FILENO};
  Paper paper_;
};

/// A module, documented as a node is; then its text, from which it can be copied and changed.
class ModulePage {
 public:
  explicit ModulePage(const ModuleType& module)
      : module_(module), sheet_(read_interface(module.yaml, module.type)) {}

  void print() const {
    show(Paint(STDOUT_FILENO).bold(module_.type) + "\n" +
         wrapped_text(description_of(module_), paper_.width) +
         "A graph in itself: several nodes under one name.\n");
    TextTable inputs({"name", "notes", ""});
    for (const auto& in : sheet_.inputs)
      inputs.row({in.name, in.optional ? "optional" : "", in.doc});
    paper_.section("Inputs", inputs);
    outputs();
    parameters();
    show("\n" + Paint(STDOUT_FILENO).bold("Its text") + "\n" + module_.yaml);
  }

 private:
  void outputs() const {
    TextTable table({"name", "comes from"});
    if (const auto* out = sheet_.section("outputs")) {
      for (const auto& entry : out->entries) table.row({entry.key, entry.value.text});
    }
    paper_.section("Outputs", table);
  }
  void parameters() const {
    TextTable table({"name", "default", "range", ""});
    for (const auto& p : sheet_.parameters) {
      const bool bounded = std::isfinite(p.min) && std::isfinite(p.max);
      const auto unit = unit_of(p.type);
      table.row({p.name, p.def ? p.def->text : "(required)",
                 bounded ? format_quantity(p.min, unit) + " to " + format_quantity(p.max, unit)
                         : std::string(name_of(p.type)),
                 p.doc});
    }
    paper_.section("Params", table);
  }

  const ModuleType& module_;
  Sheet sheet_;
  Paper paper_;
};

/// Names that begin or end with the word: "beat" for beat.ppg.
std::string hint_for(const std::string& name, const std::vector<std::string>& names) {
  std::vector<std::string> family;
  for (const auto& n : names) {
    if (n.starts_with(name + ".") || n.ends_with("." + name)) family.push_back(n);
  }
  if (family.size() == 1) return "did you mean " + in_quotes(family.front()) + "?";
  if (!family.empty()) return one_of(family);
  const auto near = did_you_mean(name, names);
  return near.empty() ? "`interbeat nodes` lists them all" : near;
}

int inspect(const std::string& name, const PluginArguments& plugins) {
  const Catalogue catalogue(plugins);
  if (!catalogue.complete_or_complain()) return wrong;
  const auto& registry = catalogue.registry();
  if (const auto* node = registry.find(name)) {
    Page(*node->desc).print();
    return done;
  }
  if (const auto* module = registry.find_module(name)) {
    ModulePage(*module).print();
    return done;
  }
  complain("there is no node type " + in_quotes(name), hint_for(name, registry.names()));
  return wrong;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto name = std::make_shared<std::string>();
  auto plugins = std::make_shared<PluginArguments>();
  auto* command = app.add_subcommand("inspect", "Documents a node type");
  command->add_option("NODE", *name, "A node type, such as beat.ppg")->required();
  add_plugin_path(*command, *plugins);
  command->footer(inspect_examples);
  command->callback(
      [name, plugins, &action] { action = [name, plugins] { return inspect(*name, *plugins); }; });
}

}  // namespace ib::tool
