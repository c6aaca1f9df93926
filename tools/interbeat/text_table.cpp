#include "text_table.hpp"

#include "wrap.hpp"

#include <algorithm>

namespace ib::tool {
namespace {

constexpr std::size_t between = 2;  // spaces between two columns

std::string in_markdown(const std::string& cell) {
  std::string out;
  for (const char c : cell) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::size_t TextTable::width(std::size_t column) const {
  std::size_t w = shown_width(head_[column]);
  for (const auto& row : rows_) w = std::max(w, shown_width(row[column]));
  return w;
}

std::size_t TextTable::longest_word(std::size_t column) const {
  std::size_t longest = shown_width(head_[column]);
  for (const auto& row : rows_) {
    for (const auto& word : wrapped(row[column], 1)) longest = std::max(longest, shown_width(word));
  }
  return longest;
}

/// Takes from the widest column until all fit; none gets narrower than its longest word.
std::vector<std::size_t> TextTable::widths_within(std::size_t room) const {
  std::vector<std::size_t> widths, least;
  std::size_t sum = between * (head_.size() - 1);
  for (std::size_t k = 0; k < head_.size(); ++k) {
    widths.push_back(width(k));
    least.push_back(longest_word(k));
    sum += widths[k];
  }
  while (sum > room) {
    std::size_t widest = head_.size();
    for (std::size_t k = 0; k < head_.size(); ++k) {
      if (widths[k] > least[k] && (widest == head_.size() || widths[k] > widths[widest]))
        widest = k;
    }
    if (widest == head_.size()) break;
    --widths[widest];
    --sum;
  }
  return widths;
}

bool TextTable::is_number(std::size_t column) const {
  bool any = false;
  for (const auto& row : rows_) {
    const auto& cell = row[column];
    if (cell.empty() || cell == "-") continue;
    if (cell[0] < '0' || cell[0] > '9') return false;
    any = true;
  }
  return any;
}

std::string TextTable::text(std::size_t indent, std::size_t room) const {
  const auto widths = widths_within(room > indent ? room - indent : 0);
  std::vector<bool> right;
  for (std::size_t k = 0; k < head_.size(); ++k) right.push_back(is_number(k));
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string s(indent, ' ');
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const auto shown = shown_width(cells[k]);
      const std::string pad(widths[k] > shown ? widths[k] - shown : 0, ' ');
      s += (k > 0 ? std::string(between, ' ') : "") + (right[k] ? pad + cells[k] : cells[k] + pad);
    }
    s.erase(s.find_last_not_of(' ') + 1);
    out += s + "\n";
  };
  const auto lines = [&](const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> broken;
    std::size_t high = 1;
    for (std::size_t k = 0; k < cells.size(); ++k) {
      broken.push_back(wrapped(cells[k], widths[k]));
      high = std::max(high, broken[k].size());
    }
    for (std::size_t i = 0; i < high; ++i) {
      std::vector<std::string> one;
      for (const auto& cell : broken) one.push_back(i < cell.size() ? cell[i] : std::string());
      line(one);
    }
  };
  lines(head_);
  for (const auto& row : rows_) lines(row);
  return out;
}

std::string TextTable::markdown() const {
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    for (const auto& cell : cells) out += "| " + in_markdown(cell) + " ";
    out += "|\n";
  };
  line(head_);
  for (std::size_t k = 0; k < head_.size(); ++k) out += is_number(k) ? "|--:" : "|---";
  out += "|\n";
  for (const auto& row : rows_) line(row);
  return out;
}

}  // namespace ib::tool
