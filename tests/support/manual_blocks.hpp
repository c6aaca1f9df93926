// The code blocks of a Markdown page with the comment in front of each, which says what it is:
//
//   <!-- plugins/cookbook/rises.cpp -->   these lines stand in that file
//   <!-- file: calm.yaml -->              the reader is told to write this file
//   <!-- runs -->                         the reader is told to type this
#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace ib::test {

struct ManualBlock {
  std::string mark, language, text;
  std::size_t line{};  ///< of its fence
};

inline std::vector<ManualBlock> blocks_of(const std::string& page) {
  std::vector<ManualBlock> blocks;
  std::istringstream lines(page);
  std::string mark, line;
  bool inside = false;
  for (std::size_t n = 1; std::getline(lines, line); ++n) {
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({mark, line.substr(3), "", n});
      inside = !inside;
      mark.clear();
    } else if (inside) {
      blocks.back().text += line + '\n';
    } else if (line.starts_with("<!-- ") && line.ends_with(" -->")) {
      mark = line.substr(5, line.size() - 9);
    } else if (!line.empty()) {
      mark.clear();
    }
  }
  return blocks;
}

}  // namespace ib::test
