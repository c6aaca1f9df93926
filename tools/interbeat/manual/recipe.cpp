#include "manual/recipe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <utility>

namespace ib::manual {
namespace {

[[noreturn]] void refuse(const Mark& mark, const std::string& what) {
  throw std::runtime_error(fmt::format("{}:{}: {}", mark.file.str(), mark.line, what));
}

void expect_mapping(const Yaml& y, std::initializer_list<std::string_view> known) {
  if (!y.is_mapping()) refuse(y.mark, "expected a mapping");
  for (const auto& e : y.entries) {
    if (std::find(known.begin(), known.end(), e.key) == known.end())
      refuse(e.mark, fmt::format("a recipe knows no key \"{}\" here; it knows {}", e.key,
                                 fmt::join(known, ", ")));
  }
}

const std::vector<Yaml>& list_in(const Yaml& mapping, std::string_view key) {
  static const std::vector<Yaml> none;
  const auto* entry = mapping.find(key);
  if (entry == nullptr) return none;
  if (!entry->value.is_sequence()) refuse(entry->mark, fmt::format("{} is a list", key));
  return entry->value.items;
}

double to_number(const Yaml& y) {
  double x = 0;
  const auto [end, error] = std::from_chars(y.text.data(), y.text.data() + y.text.size(), x);
  if (error != std::errc() || end != y.text.data() + y.text.size())
    refuse(y.mark, "expected a number without a unit, found " + describe(y));
  return x;
}

plot::Axis axis_of(const Yaml& panel, std::string_view key) {
  const auto* entry = panel.find(key);
  if (entry == nullptr) refuse(panel.mark, fmt::format("a panel has an axis {}", key));
  const auto& y = entry->value;
  expect_mapping(y, {"label", "unit", "from", "to", "log", "words"});
  plot::Axis axis;
  axis.label = text_in(y, "label");
  axis.unit = text_in(y, "unit", "");
  if (y.find("from") != nullptr) axis.from = number_in(y, "from");
  if (y.find("to") != nullptr) axis.to = number_in(y, "to");
  axis.logarithmic = text_in(y, "log", "false") == "true";
  for (const auto& word : list_in(y, "words")) axis.names.push_back(word.text);
  return axis;
}

Drawn::As as_of(const Yaml& y) {
  static const std::map<std::string, Drawn::As> known{
      {"line", Drawn::As::line},        {"steps", Drawn::As::steps},
      {"points", Drawn::As::points},    {"ticks", Drawn::As::ticks},
      {"bars", Drawn::As::bars},        {"stretch", Drawn::As::stretch},
      {"response", Drawn::As::response}};
  const auto at = known.find(text_in(y, "as", "line"));
  if (at == known.end())
    refuse(y.mark, "as: line, steps, points, ticks, bars, stretch or response");
  return at->second;
}

Drawn drawn_of(const Yaml& y) {
  expect_mapping(y, {"as", "file", "x", "y", "name", "where", "on", "plus_x", "times_y", "colour",
                     "width", "rate_hz"});
  Drawn d;
  d.as = as_of(y);
  d.file = text_in(y, "file");
  d.x = text_in(y, "x", d.x);
  d.y = text_in(y, "y", "");
  d.name = text_in(y, "name", "");
  d.plus_x = number_in(y, "plus_x", 0);
  d.times_y = number_in(y, "times_y", 1);
  d.colour = static_cast<unsigned>(number_in(y, "colour", 0));
  d.width = number_in(y, "width", 1);
  d.rate_hz = number_in(y, "rate_hz", 1);
  if (const auto* where = y.find("where"))
    for (const auto& e : where->value.entries) d.where[e.key] = e.value.text;
  if (const auto* on = y.find("on")) {
    expect_mapping(on->value, {"file", "y"});
    d.on_file = text_in(on->value, "file");
    d.on_y = text_in(on->value, "y");
  }
  return d;
}

PanelRecipe panel_of(const Yaml& y) {
  expect_mapping(y, {"title", "height", "x", "y", "draw", "levels"});
  PanelRecipe p;
  p.panel.title = text_in(y, "title", "");
  p.panel.height = number_in(y, "height", p.panel.height);
  p.panel.x = axis_of(y, "x");
  p.panel.y = axis_of(y, "y");
  for (const auto& d : list_in(y, "draw")) p.draw.push_back(drawn_of(d));
  if (p.draw.empty()) refuse(y.mark, "a panel draws something");
  for (const auto& l : list_in(y, "levels")) {
    expect_mapping(l, {"at", "name"});
    p.panel.levels.push_back({number_in(l, "at"), text_in(l, "name", "")});
  }
  return p;
}

}  // namespace

double number_in(const Yaml& mapping, std::string_view key, std::optional<double> otherwise) {
  const auto* entry = mapping.find(key);
  if (entry != nullptr) return to_number(entry->value);
  if (!otherwise) refuse(mapping.mark, fmt::format("{} is missing", key));
  return *otherwise;
}

std::string text_in(const Yaml& mapping, std::string_view key,
                    std::optional<std::string> otherwise) {
  const auto* entry = mapping.find(key);
  if (entry == nullptr) {
    if (!otherwise) refuse(mapping.mark, fmt::format("{} is missing", key));
    return *otherwise;
  }
  if (!entry->value.is_scalar()) refuse(entry->mark, fmt::format("{} is one word or text", key));
  return entry->value.text;
}

Recipe read_recipe(std::string_view text, const std::string& file) {
  Diagnostics problems;
  const auto root = parse_yaml(text, file, problems);
  if (!root || problems.has_errors()) throw std::runtime_error(problems.text());
  expect_mapping(*root, {"node", "title", "caption", "files", "graph", "panels", "sample", "as"});
  Recipe r;
  r.node = text_in(*root, "node");
  r.title = text_in(*root, "title");
  r.caption = text_in(*root, "caption");
  r.graph = text_in(*root, "graph");
  r.as_program = text_in(*root, "as", "replay") == "program";
  for (const auto& f : list_in(*root, "files"))
    r.files.push_back({text_in(f, "name"), text_in(f, "make"), f});
  for (const auto& p : list_in(*root, "panels")) r.panels.push_back(panel_of(p));
  if (const auto* sample = root->find("sample")) {
    expect_mapping(sample->value, {"file", "lines"});
    r.sample = Sample{text_in(sample->value, "file"),
                      static_cast<std::size_t>(number_in(sample->value, "lines", 8))};
  }
  if (r.panels.empty() && !r.sample) refuse(root->mark, "a recipe has panels or a sample");
  return r;
}

}  // namespace ib::manual
