#include "files/problem.hpp"

#include <algorithm>
#include <interbeat/nearest.hpp>

namespace ib::files {

std::string to_text(const Problem& problem) {
  auto text = problem.file.string();
  if (problem.line > 0) text += ":" + std::to_string(problem.line);
  text += ": " + problem.what;
  if (!problem.expected.empty()) text += "; expected " + problem.expected;
  if (!problem.hint.empty()) text += "; " + problem.hint;
  return text;
}

namespace {

constexpr std::size_t shown = 40;

/// Control characters, those of UTF-8 too (C1), as "?".
std::string printable(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < std::min(text.size(), shown); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    clean += byte < 0x20 || byte == 0x7f || c1 ? '?' : text[i];
    if (c1) ++i;
  }
  return text.size() > shown ? clean + "..." : clean;
}

}  // namespace

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

std::string listed(std::span<const std::string> names) {
  constexpr std::size_t most = 16;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i > 0 ? ", " : "") + printable(names[i]);
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = nearest(name, views);
  return near ? "did you mean " + in_quotes(*near) + "?" : std::string{};
}

std::vector<Problem> told_of(std::span<const Problem> list, std::size_t total, bool ended_early) {
  constexpr std::size_t few = 3;
  std::vector<Problem> told;
  for (const auto& problem : list)
    if (told.size() < few || (ended_early && &problem == &list.back())) told.push_back(problem);
  if (total > told.size())
    told.push_back(
        {list.front().file, 0, std::to_string(total) + " rows or cells like these in all", {}, {}});
  return told;
}

std::vector<Problem> told_of(const ProblemList& problems) {
  return told_of(problems.list(), problems.total(), problems.ended_early());
}

}  // namespace ib::files
