// interbeat inspect: a node type, from the same descriptor that checks the graphs that use it; and of a live run, how
// long its nodes really took to decide.
#include "catalogue.hpp"
#include "command.hpp"
#include "control_client.hpp"
#include "decision_histogram.hpp"
#include "descriptor_words.hpp"
#include "graph_sheet.hpp"
#include "message.hpp"
#include "module_text.hpp"
#include "nearest.hpp"
#include "places.hpp"
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
  interbeat inspect source          with the options of virtual: sources
  interbeat inspect me.detected     of a live run: how old its beats were when it gave them
  interbeat inspect beat.ppg --name evening    the type, and its nodes in that run)";

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

/// The nodes of a live run that are, or have the type, `name`. Of a type there need be none; `hint`: at another name.
int inspect_live(const std::string& name, const std::string& run, bool is_type,
                 const std::string& hint) {
  ControlClient client;
  if (const auto why = client.connect(run); !why.empty()) {
    complain(why, "`interbeat run … --name` names a run");
    return failed;
  }
  const auto answer = client.ask({{"do", "decisions"}});
  if (!answer || answer->contains("error")) {
    complain(answer ? answer->value("error", "") : "the run called \"" + run + "\" did not answer");
    return failed;
  }
  const auto text = decision_histograms(*answer, name, Paper().width);
  if (!text.empty()) {
    show(fmt::format("{}In the live run {}, since its start:\n{}", is_type ? "\n" : "",
                     in_quotes(run), text));
    return done;
  }
  if (is_type) {
    show(fmt::format("\nThe live run {} has no such node.\n", in_quotes(run)));
    return done;
  }
  const auto near = did_you_mean(name, paths_in(*answer));
  complain("there is no node type " + in_quotes(name) + ", nor such a node in the live run " +
               in_quotes(run),
           near.empty() ? hint : near);
  return wrong;
}

int inspect(const std::string& name, const std::string& run, const PluginArguments& plugins) {
  const Catalogue catalogue(plugins);
  if (!catalogue.complete_or_complain()) return wrong;
  const auto& registry = catalogue.registry();
  const auto* node = registry.find(name);
  const auto* module = registry.find_module(name);
  if (node != nullptr) Page(*node->desc).print();
  else if (module != nullptr) ModulePage(*module).print();
  const bool is_type = node != nullptr || module != nullptr;
  const auto hint = is_type ? std::string() : hint_for(name, registry.names());
  if (!run.empty()) return inspect_live(name, run, is_type, hint);
  if (is_type) return done;
  const auto runs = running_names();
  if (runs.size() == 1) return inspect_live(name, runs.front(), false, hint);
  complain(
      "there is no node type " + in_quotes(name),
      runs.empty() ? hint : hint + "; for a node of a live run say which: --name, " + one_of(runs));
  return wrong;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  auto name = std::make_shared<std::string>();
  auto run = std::make_shared<std::string>();
  auto plugins = std::make_shared<PluginArguments>();
  auto* command = app.add_subcommand(
      "inspect", "Documents a node type; of a live run, how old a node's items are");
  command
      ->add_option("NODE", *name,
                   "A node type, such as beat.ppg, or a node of a live run, such as me.detected")
      ->required();
  command
      ->add_option("--name", *run,
                   "Of this live run, what was measured; default for a node: the only one")
      ->type_name("NAME");
  add_plugin_path(*command, *plugins);
  command->footer(inspect_examples);
  command->callback([name, run, plugins, &action] {
    action = [name, run, plugins] { return inspect(*name, *run, *plugins); };
  });
}

}  // namespace ib::tool
