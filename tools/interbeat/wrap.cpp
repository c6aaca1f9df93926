#include "wrap.hpp"

#include <algorithm>

namespace ib::tool {
namespace {

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& out) {
  if (line.starts_with(" ") || shown_width(line) <= width) {
    out.emplace_back(line);
    return;
  }
  std::string now;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    if (!now.empty() && shown_width(now) + 1 + shown_width(word) > width) {
      out.push_back(now);
      now.clear();
    }
    if (!now.empty()) now += ' ';
    now += word;
  }
  out.push_back(now);
}

}  // namespace

std::size_t shown_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    wrap_line(text.substr(at, end - at), width, lines);
    at = end + 1;
  }
  return lines;
}

std::string wrapped_text(std::string_view text, std::size_t width) {
  std::string out;
  for (const auto& line : wrapped(text, width)) out += line + "\n";
  return out;
}

}  // namespace ib::tool
