#include "export/safe_name.hpp"

#include <algorithm>

namespace ib::tool {
namespace {

// Not std::isalnum: what a letter is must not depend on the user's language.
bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t most) {
  auto size = std::min(text.size(), most);
  while (size > 0 && size < text.size() && continues_character(text[size])) --size;
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 = c == 0xc2 && i + 1 < size && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    out += c < 0x20 || c == 0x7f || c1 ? '?' : text[i];
    if (c1) ++i;
  }
  return size < text.size() ? out + "…" : out;
}

std::string safe_name(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 100)) {
    const bool inner_dot = c == '.' && !out.empty() && out.back() != '.';
    out += is_letter_or_digit(c) || c == '-' || c == '_' || inner_dot ? c : '_';
  }
  while (!out.empty() && out.back() == '.') out.pop_back();
  if (!out.empty() && out.front() == '-') out.front() = '_';  // no option of a program
  return out.empty() ? "unnamed" : out;
}

std::string bids_label(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_letter_or_digit(c) && out.size() < 60) out += c;
  return out.empty() ? "unnamed" : out;
}

std::string column_name(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 60)) out += is_letter_or_digit(c) ? c : '_';
  return out.empty() ? "value" : out;
}

std::string UniqueNames::operator()(const std::string& name) {
  auto unique = name;
  for (std::size_t n = 2; !taken_.insert(lower(unique)).second; ++n)
    unique = name + between_ + std::to_string(n);
  return unique;
}

}  // namespace ib::tool
