// The page of one node, or of a module.
#include "manual/site.hpp"

#include "descriptor_words.hpp"
#include "graph_sheet.hpp"
#include "module_text.hpp"
#include "page/page.hpp"
#include "plot/plot.hpp"
#include "virtual_ring/options.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <iterator>
#include <set>

namespace ib::manual {
namespace {

using page::escaped;
using page::HtmlTable;
using tool::has;

std::string code(std::string_view text) { return fmt::format("<code>{}</code>", escaped(text)); }
std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : text; }

std::string words_in_code(const char* const* labels, std::uint32_t n) {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < n; ++i)
    out.push_back(*labels[i] == '\0' ? "none" : code(labels[i]));
  return fmt::format("{}", fmt::join(out, ", "));
}

std::string bytes_text(std::uint64_t n) {
  return n < 10'240       ? fmt::format("{} B", n)
         : n < 10'485'760 ? fmt::format("{} KiB", n / 1024)
                          : fmt::format("{} MiB", n / 1'048'576);
}

std::string_view detail_of(std::uint32_t grade) {
  static constexpr std::array<std::string_view, 6> names{"as its input", "raw",   "beats",
                                                         "metrics",      "state", "trend"};
  return grade < names.size() ? names[grade] : "";
}

class Page {
 public:
  Page(Site& site, const std::string& type)
      : site_(site),
        type_(type),
        links_(site.links()),
        node_(site.registry().find(type)),
        module_(site.registry().find_module(type)) {}

  std::string html(std::string& problem) {
    make_figure(problem);
    if (node_ != nullptr) prose_ = prose_of(text_or_empty(node_->desc->doc), links_);
    head();
    facts();
    figure();
    if (node_ != nullptr) node_body();
    else module_body();
    examples();
    sources();
    turn();
    const auto summary = summary_of(site_.registry(), type_);
    return page::html({type_ + " \u2013 interbeat reference manual", summary, "manual.css", where(),
                       std::move(body_)});
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), form, std::forward<Args>(args)...);
  }
  void section(std::string_view id, std::string_view title) {
    put("<h2 id=\"{}\">{}</h2>\n", id, title);
  }
  std::string inline_text(std::string_view text) const { return inline_html(text, links_); }

  void make_figure(std::string& problem) {
    try {
      recipe_ = site_.recipe_of(type_);
      if (recipe_ != nullptr) made_ = run_recipe(*recipe_, site_.registry());
    } catch (const std::exception& error) {
      problem = error.what();
      recipe_ = nullptr;
      made_ = {};
    }
  }

  std::string where() const {
    const auto f = family_of(type_);
    return fmt::format(
        "<nav class=\"where\" aria-label=\"Where this is\"><span><a href=\"index.html\">Reference manual</a> / <a href=\"index.html#{}\">{}</a></span></nav>\n",
        escaped("family-" + f.name), escaped(f.title));
  }

  void head() {
    const std::string version = node_ != nullptr ? text_or_empty(node_->desc->version) : "";
    put("<h1><span class=\"type\">{}</span>{}</h1>\n<p class=\"lead\">{}</p>\n", escaped(type_),
        version.empty()
            ? ""
            : fmt::format(" <span class=\"version\">version {}</span>", escaped(version)),
        inline_text(summary_of(site_.registry(), type_)));
  }

  // -- at a glance ----------------------------------------------------------------------------------
  void facts() {
    std::vector<std::pair<std::string, std::string>> all;
    const auto types = [&](bool outputs) {
      std::vector<std::string> out;
      for (std::uint32_t i = 0; node_ != nullptr && i < node_->desc->n_ports; ++i) {
        const auto& p = node_->desc->ports[i];
        if (has(p.flags, IB_PORT_OUT) == outputs) out.push_back(tool::type_text(p));
      }
      std::vector<std::string> once;
      for (const auto& t : out) {
        if (std::find(once.begin(), once.end(), t) == once.end()) once.push_back(t);
      }
      std::vector<std::string> shown;
      for (const auto& t : once)
        shown.push_back(t.find('/') != std::string::npos ? code(t) : escaped(t));
      return fmt::format("{}", fmt::join(shown, ", "));
    };
    if (const auto in = types(false); !in.empty()) all.emplace_back("Takes", in);
    if (const auto out = types(true); !out.empty()) all.emplace_back("Gives", out);
    if (module_ != nullptr) all.emplace_back("Kind", "module: a graph under one name");
    if (made_.facts && module_ == nullptr && !is_source())
      all.emplace_back("Latency that it adds", latency_text());
    if (const auto detail = detail_text(); !detail.empty()) all.emplace_back("Detail", detail);
    if (node_ != nullptr && node_->plugin) all.emplace_back("From", "a plugin");
    if (all.empty()) return;
    put("<dl class=\"facts\">\n");
    for (const auto& [term, said] : all) put("<div><dt>{}</dt><dd>{}</dd></div>\n", term, said);
    put("</dl>\n");
  }
  bool is_source() const { return node_ != nullptr && has(node_->desc->flags, IB_NODE_SOURCE); }
  bool is_sink() const { return node_ != nullptr && has(node_->desc->flags, IB_NODE_SINK); }
  std::string latency_text() const {
    const double s = made_.facts->latency_s;
    return s <= 0 ? "none" : fmt::format("{:.3f} s", s);
  }
  std::string detail_text() const {
    std::vector<std::string_view> out;
    for (std::uint32_t i = 0; node_ != nullptr && i < node_->desc->n_ports; ++i) {
      const auto& p = node_->desc->ports[i];
      const auto detail = detail_of(p.grade);
      if (has(p.flags, IB_PORT_OUT) && std::find(out.begin(), out.end(), detail) == out.end())
        out.push_back(detail);
    }
    return fmt::format("{}", fmt::join(out, ", "));
  }

  // -- the figure ------------------------------------------------------------------------------------
  void figure() {
    if (recipe_ == nullptr) {
      put("<p class=\"note\">This page has no figure. Nodes that come with interbeat have one, drawn from a run.</p>\n");
      return;
    }
    const bool drawn = !made_.figure.panels.empty();
    put("<figure>\n");
    if (drawn) put("<div class=\"picture\">{}</div>\n", plot::svg(made_.figure));
    if (!made_.sample.empty())
      put("<pre tabindex=\"0\" aria-label=\"The beginning of {0}\">{1}</pre>\n",
          escaped(made_.sample_file), escaped(made_.sample));
    put("<figcaption><b>{}.</b> {}</figcaption>\n</figure>\n", escaped(recipe_->title),
        inline_text(recipe_->caption));
    put("<details>\n<summary>The graph that made it</summary>\n<pre tabindex=\"0\">{}</pre>\n",
        escaped(recipe_->graph));
    for (const auto& f : recipe_->files)
      put("<p class=\"note\">{}: {}</p>\n", code(f.name), made_of(f.make));
    put("</details>\n");
  }
  static std::string made_of(const std::string& make) {
    if (make == "impulse") return "one sample of 1 among zeros";
    if (make == "step") return "zeros, then ones";
    if (make == "intervals") return "intervals that swing around a mean, with some scatter";
    if (make == "ecg")
      return "an ECG made of Gaussian bumps (McSharry 2003, " +
             inline_html("10.1109/TBME.2003.808805", {}) + ")";
    if (make == "pulse") return "a pulse wave made of Gaussian bumps";
    return "a few rows";
  }

  // -- a node ----------------------------------------------------------------------------------------
  void node_body() {
    if (!prose_.body.empty()) {
      section("what", "What it does");
      body_ += prose_.body;
    }
    if (!prose_.example.empty()) put("<p>Example: {}</p>\n", prose_.example);
    ports("Inputs", "inputs", false);
    ports("Outputs", "outputs", true);
    params();
    fields();
    if (type_ == "source" || type_ == "source.virtual") virtual_options();
    counters();
    limits();
  }

  void ports(std::string_view title, std::string_view id, bool outputs) {
    HtmlTable table(std::string(title), {"Name", "Type", "Unit", "Rules", "Meaning"});
    for (std::uint32_t i = 0; i < node_->desc->n_ports; ++i) {
      const auto& p = node_->desc->ports[i];
      if (has(p.flags, IB_PORT_OUT) != outputs) continue;
      const auto type = tool::type_text(p);
      table.row({code(p.name), type.find('/') != std::string::npos ? code(type) : escaped(type),
                 unit_html(text_or_empty(p.unit)), escaped(tool::port_notes(p)),
                 inline_text(text_or_empty(p.doc))});
    }
    if (table.empty()) return;
    section(id, title);
    body_ += table.html();
  }

  void params() {
    HtmlTable table("Params", {"Name", "Default", "Range", "Live", "Meaning"});
    for (std::uint32_t i = 0; i < node_->desc->n_params; ++i) {
      const auto& p = node_->desc->params[i];
      const auto range =
          p.kind == IB_CHOICE ? words_in_code(p.labels, p.n_labels) : escaped(tool::range_text(p));
      table.row({code(p.name), escaped(tool::default_text(p)), range,
                 has(p.flags, IB_PARAM_LIVE) ? "yes" : "", inline_text(text_or_empty(p.doc))},
                std::string("param-") + p.name);
    }
    if (table.empty()) return;
    section("params", "Params");
    body_ += table.html();
  }

  /// The columns of each output, as files have them.
  void fields() {
    std::set<const ib_type*> shown;
    for (std::uint32_t i = 0; i < node_->desc->n_ports; ++i) {
      const auto& p = node_->desc->ports[i];
      if (!has(p.flags, IB_PORT_OUT) || p.type == nullptr || !shown.insert(p.type).second) continue;
      if (shown.size() == 1) section("fields", "Fields of what it gives");
      put("<h3>{}</h3>\n<p>{}</p>\n", code(p.type->urn), inline_text(text_or_empty(p.type->doc)));
      HtmlTable table(p.type->urn, {"Field", "Unit", "Holds", "Meaning"});
      for (std::uint32_t k = 0; k < p.type->n_fields; ++k) {
        const auto& f = p.type->fields[k];
        const auto kind =
            f.kind == IB_ENUM ? words_in_code(f.labels, f.n_labels) : tool::field_kind(f);
        table.row({code(f.name), unit_html(text_or_empty(f.unit)), kind,
                   inline_text(text_or_empty(f.doc))});
      }
      body_ += table.html();
    }
  }

  void virtual_options() {
    section("options", "Options of a virtual: source");
    put("<p>As in {}.</p>\n", code("virtual:seed=2,rate=25?lead_in=300s"));
    HtmlTable table("Options of virtual:", {"Option", "Default", "Range", "Meaning"});
    for (const auto& o : virtual_ring::option_table())
      table.row({code(o.name), escaped(o.default_text()),
                 o.min < o.max ? escaped(o.bounds_text()) : "", inline_text(o.doc)});
    body_ += table.html();
  }

  void counters() {
    if (!made_.facts || made_.facts->counters.empty()) return;
    std::vector<std::string> names;
    for (const auto& c : made_.facts->counters) names.push_back(code(c));
    section("counters", "What it counts");
    put("<p>{}: in <code>run.json</code>, in <code>interbeat top</code> and in the table at the end of a run.</p>\n",
        fmt::join(names, ", "));
  }

  void limits() {
    std::vector<std::string> out;
    if (!prose_.limits.empty()) out.push_back(prose_.limits);
    const auto& d = *node_->desc;
    for (std::uint32_t i = 0; i < d.n_ports; ++i) {
      const auto& p = d.ports[i];
      if (!has(p.flags, IB_PORT_OUT) && p.rate_min_hz > 0)
        out.push_back(fmt::format("{} needs at least {}; a graph with a slower stream is refused.",
                                  code(p.name), escaped(format_quantity(p.rate_min_hz, "Hz"))));
      if (!has(p.flags, IB_PORT_OUT) && p.refuses != nullptr)
        out.push_back(fmt::format("{} refuses streams that are {}{}.", code(p.name),
                                  escaped(p.refuses), lifted_by()));
      if (has(p.flags, IB_PORT_OUT) && !is_source()) out.push_back(most_of(p));
    }
    if (made_.facts) {
      if (!is_source() && !is_sink())
        out.push_back(
            made_.facts->latency_s > 0
                ? fmt::format(
                      "Adds {} of latency in the graph of the figure; it depends on rate and params.",
                      latency_text())
                : "Adds no latency.");
      if (made_.facts->state_bytes)
        out.push_back(fmt::format(
            "Remembers at most {} between two calls{}; all of it is allocated before the run.",
            bytes_text(*made_.facts->state_bytes),
            made_.facts->scratch_bytes > 0
                ? fmt::format(", and needs {} while one lasts (shared with its neighbours)",
                              bytes_text(made_.facts->scratch_bytes))
                : ""));
    }
    if (has(d.flags, IB_NODE_BLOCKING) && !is_source())
      out.push_back(
          "Touches disk, network or a terminal, and so runs on a thread of its own when live.");
    if (has(d.flags, IB_NODE_BYPASS_OK))
      out.push_back("May be bypassed when it fails (<code>on_error: bypass</code>).");
    if (out.empty()) return;
    section("limits", "Limits");
    put("<ul class=\"plain\">\n");
    for (const auto& line : out) put("<li>{}</li>\n", line);
    put("</ul>\n");
  }
  std::string lifted_by() const {
    for (std::uint32_t i = 0; i < node_->desc->n_params; ++i) {
      const auto& p = node_->desc->params[i];
      if (has(p.flags, IB_PARAM_OVERRIDE))
        return ", unless " + code(std::string(p.name) + ": true");
    }
    return {};
  }
  static std::string most_of(const ib_port& p) {
    std::vector<std::string> parts;
    if (p.items_per_item > 0)
      parts.push_back(fmt::format("{} per item that comes in", format_number(p.items_per_item)));
    if (p.items_per_second > 0)
      parts.push_back(fmt::format("{} per second", format_number(p.items_per_second)));
    if (p.items_per_call > 0) parts.push_back(fmt::format("{} more in one call", p.items_per_call));
    return fmt::format("{} gives at most {}.", code(p.name),
                       parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", ")));
  }

  // -- a module --------------------------------------------------------------------------------------
  void module_body() {
    const auto sheet = read_interface(module_->yaml, module_->type);
    section("what", "What it does");
    put("<p>It is a graph in itself: several nodes under one name, each with a page of its own.</p>\n<ul class=\"plain\">\n");
    if (const auto* nodes = sheet.section("nodes")) {
      for (const auto& node : nodes->entries) {
        const auto* type = node.value.find("type");
        const auto name = type != nullptr ? type->value.text : node.key;
        put("<li>{} {}</li>\n", place_of({name, {}, {}}),
            inline_text(summary_of(site_.registry(), name)));
      }
    }
    put("</ul>\n");
    HtmlTable inputs("Inputs", {"Name", "Rules", "Meaning"});
    for (const auto& in : sheet.inputs)
      inputs.row({code(in.name), in.optional ? "optional" : "", inline_text(in.doc)});
    module_section("inputs", "Inputs", inputs);
    HtmlTable outputs("Outputs", {"Name", "Comes from"});
    if (const auto* out = sheet.section("outputs")) {
      for (const auto& e : out->entries) outputs.row({code(e.key), code(e.value.text)});
    }
    module_section("outputs", "Outputs", outputs);
    HtmlTable params("Params", {"Name", "Default", "Range", "Meaning"});
    for (const auto& p : sheet.parameters) {
      const auto unit = unit_of(p.type);
      const bool bounded = std::isfinite(p.min) && std::isfinite(p.max);
      const auto range = bounded
                             ? format_quantity(p.min, unit) + " to " + format_quantity(p.max, unit)
                             : std::string(name_of(p.type));
      params.row({code(p.name), p.def ? escaped(p.def->text) : "(required)", escaped(range),
                  inline_text(p.doc)},
                 "param-" + p.name);
    }
    module_section("params", "Params", params);
    section("text", "Its text");
    put("<p>From which it can be copied and changed.</p>\n<pre tabindex=\"0\">{}</pre>\n",
        escaped(module_->yaml));
  }
  void module_section(std::string_view id, std::string_view title, const HtmlTable& table) {
    if (table.empty()) return;
    section(id, title);
    body_ += table.html();
  }

  void examples() {
    const auto uses = site_.uses().of(type_);
    if (uses.empty()) return;
    section("example", "In a graph");
    const auto& first = uses.front();
    put("<p>{}{}</p>\n<pre tabindex=\"0\">", place_of(first), ", the line marked:");
    for (std::size_t i = 0; i < first.lines.size(); ++i)
      put("{}\n", first.names_it[i] ? "<mark>" + escaped(first.lines[i]) + "</mark>"
                                    : escaped(first.lines[i]));
    put("</pre>\n");
    if (uses.size() == 1) return;
    std::vector<std::string> others;
    for (std::size_t i = 1; i < uses.size(); ++i) others.push_back(place_of(uses[i]));
    put("<p class=\"note\">Also in {}.</p>\n", fmt::join(others, ", "));
  }
  std::string place_of(const GraphUse& use) const {
    const auto page = site_.page_of(use.graph);
    return page.empty() ? code(use.graph)
                        : fmt::format("<a href=\"{}\">{}</a>", escaped(page), code(use.graph));
  }

  void sources() {
    if (prose_.sources.empty()) return;
    section("sources", prose_.sources.size() == 1 ? "Source" : "Sources");
    put("<ul class=\"plain\">\n");
    for (const auto& s : prose_.sources) put("<li>{}</li>\n", s);
    put("</ul>\n");
  }

  void turn() {
    const auto& all = site_.types();
    const auto at = std::find(all.begin(), all.end(), type_);
    const auto to = [&](const std::string& type, const char* rel, const char* before,
                        const char* behind) {
      return fmt::format("<a rel=\"{}\" href=\"{}\">{}{}{}</a>", rel, escaped(site_.page_of(type)),
                         before, code(type), behind);
    };
    put("<nav class=\"turn\" aria-label=\"Neighbouring pages\">{}<a href=\"index.html\">All nodes</a>{}</nav>\n",
        at != all.begin() ? to(*(at - 1), "prev", "\u2190 ", "") : "<span></span>",
        at != all.end() && at + 1 != all.end() ? to(*(at + 1), "next", "", " \u2192")
                                               : "<span></span>");
  }

  Site& site_;
  const std::string& type_;
  PageOf links_;
  const NodeType* node_;
  const ModuleType* module_;
  const Recipe* recipe_{};
  MadeFigure made_;
  Prose prose_;
  std::string body_;
};

}  // namespace

std::string node_page(Site& site, const std::string& type, std::string& problem) {
  return Page(site, type).html(problem);
}

}  // namespace ib::manual
