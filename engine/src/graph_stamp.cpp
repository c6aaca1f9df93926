#include "graph_stamp.hpp"

#include "fold.hpp"

#include <algorithm>
#include <utility>

namespace ib {
namespace {

/// Whether the instances differ in nothing but values and in where their streams come from.
bool is_uniform(const Graph& graph, std::size_t first, std::size_t stride, std::size_t n) {
  const auto& one = graph.nodes[first].inputs;
  for (std::size_t k = 1; k < n; ++k) {
    const auto& other = graph.nodes[first + k * stride].inputs;
    const bool alike = std::equal(
        one.begin(), one.end(), other.begin(), other.end(), [](const Edge& a, const Edge& b) {
          return a.overflow == b.overflow && a.cut == b.cut && a.queue_s == b.queue_s;
        });
    if (!alike) return false;
  }
  return true;
}

SettingList settings_of(const Bound& bound, std::size_t k) {
  SettingList settings;
  std::size_t at = 0;
  for (const auto& varying : bound.settings) {
    for (; at < varying.at; ++at) settings.push_back(bound.node.settings[at]);
    if (varying.each[k]) settings.push_back(*varying.each[k]);
  }
  for (; at < bound.node.settings.size(); ++at) settings.push_back(bound.node.settings[at]);
  return settings;
}

}  // namespace

Layout::Layout(const Draft& draft) {
  std::vector<std::uint32_t> nodes_of(draft.for_each.size()), next(draft.for_each.size());
  for (const auto& node : draft.nodes)
    if (node.each != no_each) ++nodes_of[node.each];
  std::vector<bool> placed(draft.for_each.size());
  for (const auto& node : draft.nodes) {
    if (node.each == no_each) {
      first_.push_back(size_++);
      stride_.push_back(1);
      continue;
    }
    if (!placed[node.each]) {
      placed[node.each] = true;
      next[node.each] = size_;
      size_ += nodes_of[node.each] * static_cast<std::uint32_t>(draft.for_each[node.each].size());
    }
    first_.push_back(next[node.each]++);
    stride_.push_back(nodes_of[node.each]);
  }
}

Stamper::Stamper(const Draft& draft, const Layout& layout, Graph& graph)
    : draft_(draft), layout_(layout), graph_(graph) {
  graph_.nodes.resize(layout.size());
  for (const auto& elements : draft.for_each) {
    auto& owners = owners_.emplace_back();
    for (std::size_t k = 0; k < elements.size(); ++k) owners.emplace_back(elements.instance(k));
  }
}

/// Among those of the graph, from 1.
std::uint16_t Stamper::place_of(const Isolation& isolation) {
  if (!isolation.process) return 0;
  auto& all = graph_.isolations;
  auto at = std::find(all.begin(), all.end(), isolation);
  if (at == all.end()) at = all.insert(all.end(), isolation);
  return static_cast<std::uint16_t>(at - all.begin() + 1);
}

void Stamper::stamp(std::size_t index, const Bound& bound) {
  const auto& node = draft_.nodes[index];
  const bool source = count_inputs(*node.type->desc) == 0;
  const bool many = node.each != no_each;
  const auto n = many ? draft_.for_each[node.each].size() : 1;
  const auto isolation = place_of(bound.isolation);
  for (std::size_t k = 0; k < n; ++k) {
    auto& made = graph_.nodes[layout_.at(index, k)];
    made = bound.node;
    made.isolation = isolation;
    made.path = many ? fill_path(node.path, draft_.for_each[node.each].names[k]) : node.path;
    if (source && !node.owner.empty())
      made.owner = many ? owner_of(node, k) : SharedText(node.owner);
    for (std::size_t i = 0; i < made.inputs.size(); ++i) {
      const auto& targets = bound.targets[i];
      set_target(made.inputs[i], targets.size() > 1 ? targets[k] : targets.front(), k);
    }
    if (!bound.settings.empty()) made.settings = settings_of(bound, k);
  }
}

/// "p[]" of the draft is one text for all nodes of a person.
SharedText Stamper::owner_of(const DraftNode& node, std::size_t k) const {
  const auto& elements = draft_.for_each[node.each];
  if (node.owner == elements.name + "[]") return owners_[node.each][k];
  return fill_path(node.owner, elements.names[k]);
}

void Stamper::set_target(Edge& edge, const Target& target, std::size_t k) const {
  const bool many = draft_.nodes[target.node].each != no_each;
  const auto element = !many ? 0 : target.fixed || target.varies ? target.element : k;
  edge.from_node = layout_.at(target.node, element);
  edge.from_port = target.port;
  edge.overflow = target.overflow;
  edge.cut = target.queue_s.has_value();
  edge.queue_s = target.queue_s.value_or(0);
}

void form_groups(const Draft& draft, const Layout& layout, Graph& graph) {
  for (const auto& elements : draft.for_each) {
    const auto same = std::find_if(graph.for_each.begin(), graph.for_each.end(),
                                   [&](const ForEach& f) { return *f.elements == elements.names; });
    graph.for_each.push_back(
        {elements.name, same != graph.for_each.end() ? same->elements : Shared(elements.names),
         shown_elements(elements.names)});
  }
  for (std::size_t i = 0; i < draft.nodes.size(); ++i) {
    const auto& node = draft.nodes[i];
    const auto first = layout.at(i, 0), stride = layout.stride(i);
    const auto n = node.each == no_each ? 1 : draft.for_each[node.each].size();
    const bool one = n > 1 && is_uniform(graph, first, stride, n);
    for (std::size_t k = 0; k < n; ++k) {
      auto& made = graph.nodes[first + k * stride];
      if (k == 0 || !one) {
        NodeGroup group{made.path, static_cast<std::uint32_t>(first + k * stride), 1, 1,
                        NodeGroup::no_for_each};
        if (one)
          group = {fill_path(node.path, graph.for_each[node.each].shown), first,
                   static_cast<std::uint32_t>(n), stride, static_cast<std::uint32_t>(node.each)};
        graph.groups.push_back(std::move(group));
      }
      made.group = static_cast<std::uint32_t>(graph.groups.size() - 1);
    }
  }
}

}  // namespace ib
