#include "graph_draft.hpp"
#include "nearest.hpp"

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
