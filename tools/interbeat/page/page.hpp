// What all pages that the program writes share: their frame, their theme (light, dark, printed, on a phone), their tables, and
// words as text. No page needs a script, a font file or the network. Thread: any; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib::page {

struct Frame {
  std::string title;        ///< plain text
  std::string description;  ///< plain text, for search engines and previews
  std::string style_file;   ///< beside the page, holds style(); empty: the page holds it itself
  std::string before;       ///< HTML above the page's body: where it stands
  std::string body;         ///< HTML
};

/// A whole page.
std::string html(const Frame& frame);

/// CSS: the theme of pages and of the figures in them.
std::string style();

/// `& < > "` and `'` as HTML entities; control characters are left out.
std::string escaped(std::string_view text);

/// A table that scrolls within itself where the page is narrow. Cells are HTML; a cell of the first column heads its
/// row. Columns without any cell are left out.
class HtmlTable {
 public:
  enum class Of { words, numbers };  ///< numbers stand to the right, in narrow columns

  HtmlTable(std::string label, std::vector<std::string> head, Of of = Of::words)
      : label_(std::move(label)), head_(std::move(head)), of_(of) {}
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
  Of of_;
};

}  // namespace ib::page
