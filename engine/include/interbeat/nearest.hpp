// The nearest right name: what an error message suggests when a name was mistyped.
//
// Distance: optimal string alignment (Damerau-Levenshtein with adjacent swaps, each place edited at
// most once), letters compared without case. A suggestion may differ by max(2, length / 3) edits
// and must share something with the name. Ties go to the earlier candidate.
// Thread: any; no allocation, names longer than 64 bytes get no suggestion.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ib {

inline constexpr std::size_t nearest_name_max = 64;

namespace detail {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace detail

/// Edits that turn `a` into `b`: insert, delete, replace, swap neighbours.
/// Precondition: both at most `nearest_name_max` bytes.
constexpr std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, nearest_name_max + 1>;
  Row two_up{}, up{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) up[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = detail::lower(a[i - 1]), y = detail::lower(b[j - 1]);
      row[j] = std::min({up[j] + 1, row[j - 1] + 1, up[j - 1] + (x == y ? 0U : 1U)});
      if (i > 1 && j > 1 && x == detail::lower(b[j - 2]) && y == detail::lower(a[i - 2]))
        row[j] = std::min(row[j], two_up[j - 2] + 1);
    }
    two_up = up;
    up = row;
  }
  return up[b.size()];
}

/// The candidate most like `name`, or none that is near enough. The view is the candidate's own.
constexpr std::optional<std::string_view> nearest(std::string_view name,
                                                  std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > nearest_name_max) return std::nullopt;
  std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
  std::optional<std::string_view> found;
  for (const auto candidate : candidates) {
    if (candidate.empty() || candidate.size() > nearest_name_max) continue;
    const auto distance = edit_distance(name, candidate);
    if (distance >= best || distance >= std::max(name.size(), candidate.size())) continue;
    best = distance;
    found = candidate;
  }
  return found;
}

}  // namespace ib
