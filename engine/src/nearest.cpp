#include "nearest.hpp"

#include "without_controls.hpp"

#include <algorithm>
#include <cstddef>

namespace ib {
namespace {

/// Optimal string alignment distance: edits plus swaps of neighbours; `bound` stands for any
/// distance from there on.
std::size_t slips(std::string_view a, std::string_view b, std::size_t bound) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) >= bound) return bound;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    if (*std::min_element(row.begin(), row.end()) >= bound + 1) return bound;  // + 1: swaps
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // names are short; a long text has no near name
  if (word.empty() || word.size() > longest) return {};
  std::string best;
  std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t n = slips(word, candidate, fewest);
    if (n < fewest && n < candidate.size()) {
      fewest = n;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto name = nearest(word, candidates);
  return name.empty() ? name : "did you mean " + in_quotes(name) + "?";
}

std::string one_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 12;
  if (names.empty()) return {};
  std::string text = names.size() == 1 ? "" : "one of: ";
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    out += byte < 0x20 || byte == 0x7F || c1 ? '?' : text[i];
    if (c1) ++i;
  }
  return out;
}

std::vector<std::string> shortened(std::vector<std::string> way) {
  constexpr std::ptrdiff_t ends = 10;
  const auto left_out = static_cast<std::ptrdiff_t>(way.size()) - 2 * ends;
  if (left_out < 2) return way;
  way.erase(way.begin() + ends, way.end() - ends);
  way.insert(way.begin() + ends, "(" + std::to_string(left_out) + " more)");
  return way;
}

namespace {

std::string in_quotes(std::string_view text, std::size_t longest) {
  std::size_t n = text.size();
  if (n > longest)
    for (n = longest; n > 0 && is_continuation(text[n]); --n) {}
  return '"' + without_controls(text.substr(0, n)) + (n < text.size() ? "...\"" : "\"");
}

}  // namespace

std::string in_quotes(std::string_view text) { return in_quotes(text, 60); }

std::string path_in_quotes(const std::filesystem::path& path) {
  return in_quotes(path.native(), 4096);
}

std::string as_phrase(const char* sentence) {
  std::string text = sentence == nullptr ? "" : sentence;
  if (!text.empty() && text.back() == '.') text.pop_back();
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const bool acronym = text.size() < 2 || is_upper(text[1]) || !is_upper(text[0]);
  if (!acronym) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

}  // namespace ib
