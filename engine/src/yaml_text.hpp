// What can be said about a YAML text before it is parsed: encoding, control bytes, tabs; and where
// a byte stands as people count (lines and characters from 1).
//
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// Lines of a text. yaml-cpp counts columns in bytes; an editor counts characters.
class LineTable {
 public:
  LineTable(std::string_view text, std::string file);
  /// From a line and a byte column that count from 0.
  Mark at(int line, int byte_column) const;
  /// From a byte offset into the text.
  Mark at_offset(std::size_t offset) const;

 private:
  std::size_t inner_bytes(std::size_t from, std::size_t to) const;

  SharedText file_;
  std::vector<std::size_t> starts_;
  std::vector<std::size_t> inner_;  ///< offsets of bytes inside a character (10xxxxxx)
};

/// Offset of the first byte that is not well-formed UTF-8 (RFC 3629), or npos.
std::size_t find_bad_utf8(std::string_view text);

/// False, and said in `out`, when the text cannot be parsed: encoding, control bytes.
bool check_yaml_text(std::string_view text, const LineTable& lines, Diagnostics& out);

/// A text with spaces for the tabs of its indentation, so that the rest can be read too. Tabs
/// inside of a block of text stay.
struct Untabbed {
  std::string text;
  std::vector<int> grown;         ///< by line: how many columns its indentation has gained
  std::vector<std::size_t> tabs;  ///< offset of the first in each line that is not empty
};
Untabbed expand_tabs(std::string_view text, std::size_t width);

void report_tabs(const Untabbed& untabbed, const LineTable& lines, Diagnostics& out);

}  // namespace ib
