// A table of texts: columns as wide as their widest cell, numbers to the right. Where there is less
// room, the widest columns break their cells between words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ib::tool {

class TextTable {
 public:
  static constexpr std::size_t endless = 1'000'000;

  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}

  /// As many cells as the head has.
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  /// Lines for a terminal with `room` columns, each with `indent` spaces in front.
  std::string text(std::size_t indent = 0, std::size_t room = endless) const;
  std::string markdown() const;

 private:
  std::size_t width(std::size_t column) const;
  std::size_t longest_word(std::size_t column) const;
  std::vector<std::size_t> widths_within(std::size_t room) const;
  bool is_number(std::size_t column) const;

  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ib::tool
