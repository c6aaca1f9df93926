// What all pages of the manual share: their frame, their style, their tables. Thread: any; pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ib::manual {

struct Frame {
  std::string title;        ///< plain text
  std::string description;  ///< plain text, for search engines and previews
  std::string before;       ///< HTML above the page's body: where it stands
  std::string body;         ///< HTML
};

/// A whole page; its style is the file manual.css beside it.
std::string page_html(const Frame& frame);

/// The text of manual.css.
std::string style_text();

/// A table that scrolls within itself where the page is narrow. Cells are HTML; a cell of the first column heads its
/// row. Columns without any cell are left out.
class HtmlTable {
 public:
  HtmlTable(std::string label, std::vector<std::string> head)
      : label_(std::move(label)), head_(std::move(head)) {}
  /// As many cells as the head has. `id`: what a link may lead to; empty: none.
  void row(std::vector<std::string> cells, std::string id = {});
  bool empty() const { return rows_.empty(); }
  std::string html() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string id;
  };
  std::string label_;
  std::vector<std::string> head_;
  std::vector<Row> rows_;
};

}  // namespace ib::manual
