#include "text_table.hpp"

#include <algorithm>
#include <string_view>

namespace ib::tool {
namespace {

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t shown_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

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

std::string TextTable::text(std::size_t indent) const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t k = 0; k < head_.size(); ++k) {
    widths.push_back(width(k));
    right.push_back(is_number(k));
  }
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string s(indent, ' ');
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const std::string pad(widths[k] - shown_width(cells[k]), ' ');
      s += (k > 0 ? "  " : "") + (right[k] ? pad + cells[k] : cells[k] + pad);
    }
    s.erase(s.find_last_not_of(' ') + 1);
    out += s + "\n";
  };
  line(head_);
  for (const auto& row : rows_) line(row);
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
