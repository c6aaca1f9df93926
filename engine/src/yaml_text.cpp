#include "yaml_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace ib {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

/// Bytes of the well-formed character at `i`, 0 if there is none (RFC 3629, section 4).
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const std::uint8_t lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const std::size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + n > text.size()) return 0;
  std::uint8_t low = 0x80, high = 0xBF;  // of the second byte: no overlong forms, no surrogates
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (byte_at(text, i + 1) < low || byte_at(text, i + 1) > high) return 0;
  for (std::size_t k = 2; k < n; ++k)
    if ((byte_at(text, i + k) & 0xC0U) != 0x80U) return 0;
  return n;
}

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

/// "key: |", "- >-  # so": the lines below, further in than this one, are text. The last word
/// before a comment decides, and the one in front of it: a key, a dash, a tag or an anchor.
bool opens_block_text(std::string_view line) {
  if (const auto comment = line.find(" #"); comment != std::string_view::npos)
    line = line.substr(0, comment);
  const auto end = line.find_last_not_of(" \t\r");
  if (end == std::string_view::npos) return false;
  line = line.substr(0, end + 1);
  const auto from = line.find_last_of(" \t");
  if (from == std::string_view::npos) return false;
  const auto word = line.substr(from + 1);
  if (word[0] != '|' && word[0] != '>') return false;
  if (word.find_first_not_of("+-123456789", 1) != std::string_view::npos) return false;
  const auto before_end = line.find_last_not_of(" \t", from);
  if (before_end == std::string_view::npos) return false;
  const auto before = line.substr(0, before_end + 1);
  const auto last = before.substr(before.find_last_of(" \t") + 1);  // npos + 1 == 0: all of it
  return last.back() == ':' || last == "-" || last[0] == '!' || last[0] == '&';
}

}  // namespace

LineTable::LineTable(std::string_view text, std::string file) : file_(std::move(file)), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
    if ((byte_at(text, i) & 0xC0U) == 0x80U) inner_.push_back(i);
  }
}

std::size_t LineTable::inner_bytes(std::size_t from, std::size_t to) const {
  const auto first = std::lower_bound(inner_.begin(), inner_.end(), from);
  return static_cast<std::size_t>(std::lower_bound(first, inner_.end(), to) - first);
}

Mark LineTable::at(int line, int byte_column) const {
  if (line < 0 || byte_column < 0) return {file_, 0, 0};
  const auto row = std::min(static_cast<std::size_t>(line), starts_.size() - 1);
  const auto column = static_cast<std::size_t>(byte_column);
  const auto characters = column - inner_bytes(starts_[row], starts_[row] + column);
  return {file_, static_cast<int>(row) + 1, static_cast<int>(characters) + 1};
}

Mark LineTable::at_offset(std::size_t offset) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto row = next - starts_.begin() - 1;
  return at(static_cast<int>(row), static_cast<int>(offset - *(next - 1)));
}

std::size_t find_bad_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto n = utf8_length(text, i);
    if (n == 0) return i;
    i += n;
  }
  return std::string_view::npos;
}

bool check_yaml_text(std::string_view text, const LineTable& lines, Diagnostics& out) {
  if (const auto bad = find_bad_utf8(text); bad != std::string_view::npos) {
    out.error(lines.at_offset(bad), {}, "this byte is not UTF-8 text", {},
              "save the file in the encoding UTF-8");
    return false;
  }
  const auto control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end()) {
    out.error(lines.at_offset(static_cast<std::size_t>(control - text.begin())), {},
              "a control character that no text should hold", {},
              "is this a graph in YAML, or another kind of file?");
    return false;
  }
  return true;
}

Untabbed expand_tabs(std::string_view text, std::size_t width) {
  constexpr std::size_t no_block = std::string::npos;
  Untabbed result;
  std::size_t block = no_block;  // indentation of the line that opened a block of text
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const auto line = text.substr(start, end - start);
    const auto spaces = std::min(line.find_first_not_of(' '), line.size());
    const auto content = std::min(line.find_first_not_of(" \t\r"), line.size());
    const bool empty = content == line.size();
    const bool in_block = !empty && block != no_block && spaces > block;  // a tab in it is a tab
    if (!empty && !in_block) block = opens_block_text(line) ? spaces : no_block;
    const auto indentation = line.substr(0, in_block ? 0 : content);
    const auto before = result.text.size();
    for (const char c : indentation) result.text.append(c == '\t' ? width : 1, c == '\t' ? ' ' : c);
    result.grown.push_back(static_cast<int>(result.text.size() - before - indentation.size()));
    const auto tab = indentation.find('\t');
    if (!empty && tab != std::string_view::npos) result.tabs.push_back(start + tab);
    result.text += text.substr(start + indentation.size(), end + 1 - start - indentation.size());
    start = end + 1;
  }
  return result;
}

void report_tabs(const Untabbed& untabbed, const LineTable& lines, Diagnostics& out) {
  constexpr std::size_t most = 20;  // whoever indents with tabs does so in every line
  for (std::size_t i = 0; i < std::min(most, untabbed.tabs.size()); ++i)
    out.error(lines.at_offset(untabbed.tabs[i]), {}, "a tab in the indentation", "spaces",
              "set the editor to write spaces for a tab");
}

}  // namespace ib
