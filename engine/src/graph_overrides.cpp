#include "graph_draft.hpp"
#include "nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ib {

OverrideList::OverrideList(const Overrides& set) {
  for (const auto& [name, text] : set) {
    Override item{name, {}, false};
    item.value.kind = Yaml::Kind::scalar;
    item.value.quoted = true;  // the command line has no booleans that YAML could misread
    item.value.text = text;
    item.value.mark.file = "--set " + name + "=" + text;
    items_.push_back(std::move(item));
  }
}

const Yaml* OverrideList::take(std::string_view name) {
  const Yaml* last = nullptr;
  for (auto& item : items_) {
    if (item.name != name) continue;
    item.used = true;
    last = &item.value;
  }
  return last;
}

void OverrideList::report(const Voice& voice) const {
  report_unused(voice);
  report_twice(voice);
}

void OverrideList::report_twice(const Voice& voice) const {
  for (std::size_t i = 1; i < items_.size(); ++i) {
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(i);
    const auto first = std::find_if(
        items_.begin(), end, [&](const Override& other) { return other.name == items_[i].name; });
    if (first == end) continue;
    voice.error(items_[i].value.mark, {},
                in_quotes(items_[i].name) + " is set twice, to " + in_quotes(first->value.text) +
                    " and to " + in_quotes(items_[i].value.text),
                {}, "say --set " + items_[i].name + " once");
  }
}

void OverrideList::report_unused(const Voice& voice) const {
  for (const auto& item : items_) {
    if (item.used) continue;
    const bool dotted = item.name.find('.') != std::string::npos;
    const auto near = did_you_mean(item.name, offered_);
    std::vector<std::string> plain;
    for (const auto& name : offered_)
      if (name.find('.') == std::string::npos) plain.push_back(name);
    const auto what =
        dotted ? "no node of this graph has a param " : "this graph has no parameter ";
    voice.error(item.value.mark, {}, what + in_quotes(item.name), dotted ? "" : one_of(plain),
                near);
  }
}

}  // namespace ib
