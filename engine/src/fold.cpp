#include "fold.hpp"

#include "graph_names.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

namespace ib {
namespace {

std::optional<std::uint32_t> number_of(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_run(const std::vector<std::string>& elements) {
  const auto first = number_of(elements.front());
  for (std::uint32_t i = 0; i < elements.size(); ++i)
    if (!first || number_of(elements[i]) != *first + i) return false;
  return true;
}

}  // namespace

std::string shown_elements(const std::vector<std::string>& elements) {
  if (elements.size() > 1 && is_run(elements)) {
    const auto& first = elements.front();
    const auto& last = elements.back();
    return std::string(last.size() - std::min(last.size(), first.size()), '0') + first + "–" + last;
  }
  constexpr std::size_t most = 4;
  const auto shown = elements.size() > most ? most - 1 : elements.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + elements[i];
  if (shown < elements.size()) text += ", … " + std::to_string(elements.size() - shown) + " more";
  return text;
}

std::string some_of(std::string first, std::size_t n) {
  if (n < 2) return first;
  return first + " and " + std::to_string(n - 1) + (n == 2 ? " other" : " others");
}

Folding::Folding(const Graph& graph)
    : graph_(graph),
      size_(static_cast<std::uint32_t>(graph.groups.empty() ? graph.nodes.size()
                                                            : graph.groups.size())) {
  for (std::uint32_t i = 0; i < graph.for_each.size(); ++i)
    for_each_.emplace(graph.for_each[i].name, i);
  for (const auto& group : graph.groups) {
    if (group.count < 2) continue;
    auto pattern = without_element(graph.nodes[group.first].path);
    patterns_.insert(pattern.substr(0, pattern.find(']') + 1));
    patterns_.insert(std::move(pattern));
  }
}

const std::string& Folding::name(std::uint32_t group) const {
  return graph_.groups.empty() ? graph_.nodes[group].path : graph_.groups[group].name;
}

std::uint32_t Folding::count(std::uint32_t group) const {
  return graph_.groups.empty() ? 1 : graph_.groups[group].count;
}

std::uint32_t Folding::first(std::uint32_t group) const {
  return graph_.groups.empty() ? group : graph_.groups[group].first;
}

std::string Folding::folded(std::string_view path) const {
  const auto brackets = find_brackets(path);
  if (patterns_.empty() || brackets.element.empty()) return std::string(path);
  const auto it = for_each_.find(path.substr(0, brackets.open));
  auto pattern = without_element(path);
  if (it == for_each_.end() || (patterns_.count(pattern) == 0 &&
                                patterns_.count(pattern.substr(0, pattern.rfind('.'))) == 0))
    return std::string(path);
  return fill_path(pattern, graph_.for_each[it->second].shown);
}

}  // namespace ib
