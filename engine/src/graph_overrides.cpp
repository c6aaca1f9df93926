#include "graph_draft.hpp"
#include "graph_names.hpp"
#include "nearest.hpp"

#include <cstddef>
#include <utility>

namespace ib {
namespace {

/// Everything that could have been set, as the user would write it. Of the instances of a
/// `for_each:` only the one with that element, or else the first.
std::vector<std::string> settable_names(const Draft& draft, std::string_view element) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& path, std::size_t each, const std::string& name) {
    if (each == no_each) return names.push_back(join_path(path, name));
    const auto& elements = draft.for_each[each];
    const bool known = elements.places.count(element) != 0;
    names.push_back(join_path(
        fill_path(path, known ? element : std::string_view(elements.names.front())), name));
  };
  for (const auto& scope : draft.scopes)
    for (const auto& parameter : scope.sheet->parameters)
      add(scope.path, scope.each, parameter.name);
  for (const auto& node : draft.nodes)
    for (std::uint32_t i = 0; i < node.type->desc->n_params; ++i)
      add(node.path, node.each, node.type->desc->params[i].name);
  return names;
}

}  // namespace

OverrideList::OverrideList(const Overrides& set) {
  for (const auto& [name, text] : set) {
    Item item{name, {}};
    item.value.kind = Yaml::Kind::scalar;
    item.value.quoted = true;  // the command line has no booleans that YAML could misread
    item.value.text = text;
    item.value.mark.file = "--set " + name + "=" + text;
    const auto place = items_.size();
    items_.push_back(std::move(item));
    const auto [named, fresh] = by_name_.emplace(name, Named{place, place, false});
    named->second.last = place;
    if (const auto element = find_brackets(name).element; fresh && !element.empty())
      of_instances_[without_element(name)].emplace_back(element);
  }
}

const Yaml* OverrideList::take(const std::string& name) {
  const auto it = by_name_.find(name);
  if (it == by_name_.end()) return nullptr;
  it->second.used = true;
  return &items_[it->second.last].value;
}

std::map<std::size_t, const Yaml*> OverrideList::take_each(const std::string& name,
                                                           const Elements& elements) {
  std::map<std::size_t, const Yaml*> values;
  const auto it = of_instances_.find(name);
  if (it == of_instances_.end()) return values;
  for (const auto& element : it->second)
    if (const auto place = elements.places.find(element); place != elements.places.end())
      values[place->second] = take(fill_path(name, element));
  return values;
}

void OverrideList::report(const Draft& draft, const Voice& voice) const {
  report_unused(draft, voice);
  report_twice(voice);
}

void OverrideList::report_twice(const Voice& voice) const {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const auto& first = items_[by_name_.at(items_[i].name).first];
    if (&first == &items_[i]) continue;
    voice.error(items_[i].value.mark, {},
                in_quotes(items_[i].name) + " is set twice, to " + in_quotes(first.value.text) +
                    " and to " + in_quotes(items_[i].value.text),
                {}, "say --set " + items_[i].name + " once");
  }
}

void OverrideList::report_unused(const Draft& draft, const Voice& voice) const {
  constexpr int most_hints = 20;  // each looks through every param of the graph
  int hints = 0;
  for (const auto& item : items_) {
    if (by_name_.at(item.name).used) continue;
    const bool dotted = item.name.find('.') != std::string::npos;
    const auto plain = names_of(draft.scopes.front().sheet->parameters);
    const auto near =
        hints++ < most_hints
            ? did_you_mean(item.name, settable_names(draft, find_brackets(item.name).element))
            : "";
    const auto what =
        dotted ? "no node of this graph has a param " : "this graph has no parameter ";
    voice.error(item.value.mark, {}, what + in_quotes(item.name), dotted ? "" : one_of(plain),
                near);
  }
}

}  // namespace ib
