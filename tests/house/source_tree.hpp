// The project's own files as text, and what they include: the eyes of the tests in this folder.
//
// `code_of` leaves comments out and keeps the line breaks, so that a comment may name what the code
// must not do and a finding still has its line.
#pragma once

#include "support/places.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test::house {

namespace fs = std::filesystem;

inline const fs::path root{source_folder};

inline bool starts_with_any(std::string_view text, const std::vector<std::string_view>& heads) {
  return std::any_of(heads.begin(), heads.end(), [&](auto head) { return text.starts_with(head); });
}

inline std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  BOOST_TEST_REQUIRE(in.good(), file.string() << " can't be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Files below `folders` (relative to the root, sorted), as relative paths with '/'.
inline std::vector<std::string> files_in(const std::vector<std::string_view>& folders) {
  std::vector<std::string> found;
  for (const auto folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.is_regular_file()) found.push_back(fs::relative(entry, root).generic_string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline bool is_source(std::string_view file) {
  return file.ends_with(".cpp") || file.ends_with(".hpp") || file.ends_with(".h") ||
         file.ends_with(".c") || file.ends_with(".hpp.in") || file.ends_with(".cpp.in");
}

inline std::vector<std::string> sources_in(const std::vector<std::string_view>& folders) {
  auto files = files_in(folders);
  files.erase(std::remove_if(files.begin(), files.end(), [](auto& f) { return !is_source(f); }),
              files.end());
  return files;
}

/// The text without its comments. Knows string and character literals, not raw strings.
inline std::string code_of(std::string_view text) {
  std::string code;
  enum { plain, string, character, line, block } in = plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool digit_mark = in == plain && c == '\'' && i > 0 && std::isxdigit(text[i - 1]) != 0;
    if (in == plain && c == '/' && next == '/') in = line;
    if (in == plain && c == '/' && next == '*') in = block;
    if (in == line && c == '\n') in = plain;
    const bool comment = in == line || in == block;
    if (!comment || c == '\n') code += c;
    if (in == block && c == '/' && i > 0 && text[i - 1] == '*') in = plain;
    else if ((in == string || in == character) && c == '\\' && next != '\0') code += text[++i];
    else if (in == string && c == '"') in = plain;
    else if (in == character && c == '\'') in = plain;
    else if (in == plain && c == '"') in = string;
    else if (in == plain && c == '\'' && !digit_mark) in = character;
  }
  return code;
}

struct Include {
  std::string name;
  bool quoted;
};

inline std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> found;
  const auto code = code_of(text);
  for (std::size_t at = 0; at < code.size();) {
    const auto end = std::min(code.find('\n', at), code.size());
    std::string_view rest = std::string_view(code).substr(at, end - at);
    at = end + 1;
    const auto skip = [&](std::string_view word) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
      if (!rest.starts_with(word)) return false;
      rest.remove_prefix(word.size());
      return true;
    };
    if (!skip("#") || !skip("include") || !skip("") || rest.empty()) continue;
    const auto close = rest.find(rest.front() == '<' ? '>' : '"', 1);
    if (close != std::string_view::npos)
      found.push_back({std::string(rest.substr(1, close - 1)), rest.front() == '"'});
  }
  return found;
}

/// Every place in `file` where the code (comments apart) has one of `words`, as "file:line: word".
inline std::vector<std::string> places(const std::string& file, std::string_view code,
                                       const std::vector<std::string_view>& words) {
  std::vector<std::string> found;
  for (const auto word : words)
    for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
      const auto line = 1 + std::count(code.begin(), code.begin() + std::ptrdiff_t(at), '\n');
      found.push_back(file + ":" + std::to_string(line) + ": " + std::string(word));
    }
  return found;
}

}  // namespace ib::test::house
