// A table of texts: columns as wide as their widest cell, numbers to the right.
#pragma once

#include <string>
#include <vector>

namespace ib::tool {

class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}

  /// As many cells as the head has.
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  /// Lines for a terminal, each with `indent` spaces in front.
  std::string text(std::size_t indent = 0) const;
  std::string markdown() const;

 private:
  std::size_t width(std::size_t column) const;
  bool is_number(std::size_t column) const;

  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ib::tool
