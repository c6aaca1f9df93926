#include "mark.hpp"

#include "nearest.hpp"
#include "yaml_text.hpp"

#include <fmt/format.h>

namespace ib::detail {
namespace {

const std::string& path_of(const PlanImpl& plan, std::uint32_t source) {
  return plan.graph.nodes[plan.sources[source].node].path;
}

/// C0, DEL and, as UTF-8 writes them, C1: terminals obey U+009B as they do ESC [.
bool has_control(std::string_view utf8) {
  unsigned char before = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0)) return true;
    before = byte;
  }
  return false;
}

}  // namespace

std::vector<std::uint32_t> mark_takers(const PlanImpl& plan) {
  std::vector<std::uint32_t> takers;
  for (std::uint32_t i = 0; i < plan.sources.size(); ++i) {
    if (plan.sources[i].marks != nullptr) takers.push_back(i);
  }
  return takers;
}

std::optional<std::uint32_t> find_mark_taker(const PlanImpl& plan, const std::string& node,
                                             std::string& why) {
  const auto takers = mark_takers(plan);
  if (takers.empty()) {
    why = fmt::format(
        "no source of the graph {} takes marks; add `marks: {{type: source.markers}}` to its "
        "nodes, and a sink that keeps them",
        plan.graph.name);
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const auto i : takers) {
    if (path_of(plan, i) == node) return i;
    names.push_back(path_of(plan, i));
  }
  if (node.empty() && takers.size() == 1) return takers.front();
  if (node.empty()) {
    why = "several sources take marks; say which with --to: " + one_of(names);
    return std::nullopt;
  }
  const auto near = did_you_mean(node, names);
  why = fmt::format("no source that takes marks is called {}; {}", in_quotes(node),
                    near.empty() ? one_of(names) : near);
  return std::nullopt;
}

std::string problem_of_mark(std::string_view text, std::size_t max_bytes) {
  if (text.find_first_not_of(' ') == std::string_view::npos)
    return "a mark needs a text, such as \"hard talk\"";
  if (const auto bad = find_bad_utf8(text); bad != std::string_view::npos)
    return fmt::format("byte {} of the mark is not UTF-8 text", bad + 1);
  if (has_control(text))
    return "a mark is one line of text, without tabs and other control characters";
  if (text.size() > max_bytes)
    return fmt::format("the mark has {} bytes of UTF-8; at most {} fit: say it shorter",
                       text.size(), max_bytes);
  return {};
}

std::string_view cut_to_bytes(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  auto end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string mark_refused(const PlanImpl& plan, std::uint32_t source) {
  return fmt::format(
      "{} took no more marks: it has ended, or too many came at once (at most 100 in a second)",
      path_of(plan, source));
}

}  // namespace ib::detail
