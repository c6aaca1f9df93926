// The fenced blocks of a Markdown file that carry a name, as lists of lines: ```name ... ```.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test {

inline std::vector<std::vector<std::string>> fenced_blocks(const std::filesystem::path& file,
                                                           std::string_view name) {
  const std::string opening = "```" + std::string(name);
  std::vector<std::vector<std::string>> found;
  std::ifstream in(file);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (inside && line.starts_with("```")) inside = false;
    else if (inside) found.back().push_back(line);
    else if (line == opening) {
      inside = true;
      found.emplace_back();
    }
  }
  return found;
}

/// The k-th of them, from 0. Throws std::out_of_range if there is none.
inline std::vector<std::string> fenced_block(const std::filesystem::path& file,
                                             std::string_view name, std::size_t k = 0) {
  return fenced_blocks(file, name).at(k);
}

/// What stands before the first blank of a line.
inline std::string first_word(const std::string& line) { return line.substr(0, line.find(' ')); }

}  // namespace ib::test
