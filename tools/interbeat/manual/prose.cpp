#include "manual/prose.hpp"

#include "page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace ib::manual {
namespace {

using page::escaped;
using std::size_t;

// In the C locale, whatever the user's is.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_lower(c) || is_upper(c); }
bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

/// How many brackets stand open before each character, and behind the last.
std::vector<int> depths(std::string_view text) {
  std::vector<int> out;
  int depth = 0;
  for (const char c : text) {
    if (c == ')' || c == ']' || c == '}') depth = std::max(depth - 1, 0);
    out.push_back(depth);
    if (c == '(' || c == '[' || c == '{') ++depth;
  }
  out.push_back(depth);
  return out;
}

/// The end of a DOI or address that begins at `from`: at white space, at a bracket that it did not open, before the
/// full stop of its sentence.
size_t end_of_address(std::string_view text, size_t from) {
  size_t end = from;
  int open = 0;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (c == ' ' || c == '\n' || c == '\t' || c == '"' || c == '<' || c == '>') break;
    if (c == '(') ++open;
    if (c == ')' && --open < 0) break;
  }
  while (end > from && std::string_view(".,;:").find(text[end - 1]) != std::string_view::npos)
    --end;
  return end;
}

/// "10.1234/…": where it ends; 0: there is none here.
size_t doi_at(std::string_view text, size_t i) {
  if (text.substr(i, 3) != "10." || (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.')))
    return 0;
  size_t at = i + 3;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at - i < 7 || at - i > 12 || at >= text.size() || text[at] != '/') return 0;
  const auto end = end_of_address(text, i);
  return end > at + 1 ? end : 0;
}

size_t address_at(std::string_view text, size_t i) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.substr(i, scheme.size()) != scheme) continue;
    const auto end = end_of_address(text, i);
    if (end > i + scheme.size()) return end;
  }
  return 0;
}

std::string link(const std::string& to, std::string_view text) {
  return fmt::format("<a href=\"{}\">{}</a>", escaped(to), escaped(text));
}

struct Sign {
  std::string_view plain, printed;
};

/// Signs that are typed with two keys, longest first.
constexpr std::array signs{
    Sign{"<->", "\u2194"}, Sign{"->", "\u2192"}, Sign{"<=", "\u2264"},
    Sign{">=", "\u2265"},  Sign{"+-", "\u00b1"}, Sign{" - ", " \u2212 "},
};

/// Takes a DOI that begins at `i`, as a link.
bool take_doi(std::string_view text, size_t& i, std::string& out) {
  const auto end = doi_at(text, i);
  if (end == 0) return false;
  const std::string doi(text.substr(i, end - i));
  out += link("https://doi.org/" + doi, "doi:" + doi);
  i = end;
  return true;
}

/// Takes the sign that stands at `i`, else the character.
void take_sign(std::string_view text, size_t& i, std::string& out) {
  const auto sign = std::find_if(signs.begin(), signs.end(), [&](const Sign& s) {
    return text.substr(i, s.plain.size()) == s.plain;
  });
  out += sign != signs.end() ? std::string(sign->printed) : escaped(text.substr(i, 1));
  i += sign != signs.end() ? sign->plain.size() : 1;
}

std::string code_html(std::string_view text) { return fmt::format("<code>{}</code>", escaped(text)); }

/// What ends no sentence, though a full stop and a space follow.
bool is_abbreviation(std::string_view word) {
  static constexpr std::array<std::string_view, 8> known{"ch",  "vs",  "e.g", "i.e",
                                                         "Fig", "fig", "no",  "eq"};
  return (word.size() == 1 && is_upper(word[0])) ||
         std::find(known.begin(), known.end(), word) != known.end();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// " = " outside brackets and code: where; npos: none.
size_t equals_in(std::string_view text) {
  const auto depth = depths(text);
  bool code_here = false;
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] == '`') code_here = !code_here;
    if (!code_here && depth[i] == 0 && text.substr(i, 3) == " = ") return i;
  }
  return std::string_view::npos;
}

bool begins_definition(std::string_view text) {
  const auto at = equals_in(text);
  if (at == std::string_view::npos || at == 0) return false;
  const auto left = text.substr(0, at);
  return left.find(',') == std::string_view::npos && std::count(left.begin(), left.end(), ' ') <= 1;
}

/// A sentence cut where one formula ends and the next begins: at "; ", and at ", x = ".
std::vector<std::string_view> clauses(std::string_view sentence) {
  const auto depth = depths(sentence);
  std::vector<std::string_view> out;
  size_t from = 0;
  for (size_t i = 0; i + 1 < sentence.size(); ++i) {
    if (depth[i] != 0 || sentence[i + 1] != ' ') continue;
    const bool cut = sentence[i] == ';' ||
                     (sentence[i] == ',' &&
                      equals_in(sentence.substr(from, i - from)) != std::string_view::npos &&
                      begins_definition(sentence.substr(i + 2)));
    if (!cut) continue;
    out.push_back(trimmed(sentence.substr(from, i - from)));
    from = i + 2;
  }
  auto last = trimmed(sentence.substr(from));
  if (!last.empty() && last.back() == '.') last.remove_suffix(1);
  if (!last.empty()) out.push_back(last);
  return out;
}

class Writer {
 public:
  explicit Writer(const PageOf& page_of) : page_of_(page_of) {}

  void paragraph(std::string_view text) {
    std::string running;
    const auto flush = [&] {
      if (!running.empty()) out.body += "<p>" + running + "</p>\n";
      running.clear();
    };
    for (const auto& sentence : sentences(text)) {
      if (set_apart(sentence)) continue;
      if (equals_in(sentence) == std::string_view::npos) {
        running += (running.empty() ? "" : " ") + inline_html(sentence, page_of_);
        continue;
      }
      flush();
      formulas(sentence);
    }
    flush();
  }

  Prose out;

 private:
  /// "Source: ..." belongs elsewhere on the page.
  bool set_apart(std::string_view sentence) {
    const auto behind = [&](std::string_view word) {
      return sentence.starts_with(word) ? trimmed(sentence.substr(word.size()))
                                        : std::string_view();
    };
    for (const auto* word : {"Source:", "Sources:"}) {
      if (const auto rest = behind(word); !rest.empty()) {
        sources(rest);
        return true;
      }
    }
    if (const auto rest = behind("Limits:"); !rest.empty()) {
      out.limits += (out.limits.empty() ? "" : " ") + inline_html(rest, page_of_);
      return true;
    }
    if (auto rest = behind("Example:"); !rest.empty() && rest.front() == '{') {
      if (rest.back() == '.') rest.remove_suffix(1);
      out.example = code_html(rest);
      return true;
    }
    return false;
  }

  /// "A 1999 (10.…), B 2004 (10.…); C": a work each. A comma inside a title ends none.
  void sources(std::string_view text) {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    const auto depth = depths(text);
    size_t from = 0;
    for (size_t i = 1; i + 2 < text.size(); ++i) {
      const bool behind_work = text[i - 1] == ')' || is_digit(text[i - 1]);
      const bool comma = text[i] == ',' && behind_work && is_upper(text[i + 2]);
      if (depth[i] != 0 || text[i + 1] != ' ' || (text[i] != ';' && !comma)) continue;
      out.sources.push_back(inline_html(trimmed(text.substr(from, i - from)), page_of_));
      from = i + 2;
    }
    out.sources.push_back(inline_html(trimmed(text.substr(from)), page_of_));
  }

  void formulas(std::string_view sentence) {
    out.body += "<ul class=\"formulas\">\n";
    for (const auto clause : clauses(sentence)) {
      if (equals_in(clause) == std::string_view::npos) {
        out.body += fmt::format("<li class=\"words\">{}</li>\n", inline_html(clause, page_of_));
        continue;
      }
      ++out.formulas;
      out.body += fmt::format("<li>{}</li>\n", formula_html(clause));
    }
    out.body += "</ul>\n";
  }

  const PageOf& page_of_;
};

/// A word of a formula: "s_eff" with an index, "pi" as a letter; a single letter leans.
std::string formula_word(std::string_view word) {
  if (std::count(word.begin(), word.end(), '_') > 1) return code_html(word);  // the name of a field
  static constexpr std::array greek{
      Sign{"pi", "\u03c0"},    Sign{"mu", "\u03bc"},    Sign{"alpha", "\u03b1"},
      Sign{"sigma", "\u03c3"}, Sign{"omega", "\u03c9"}, Sign{"tau", "\u03c4"},
  };
  const auto line = word.find('_');
  if (line != std::string_view::npos && line >= 1 && line <= 5 && line + 1 < word.size())
    return formula_word(word.substr(0, line)) +
           fmt::format("<sub>{}</sub>", escaped(word.substr(line + 1)));
  for (const auto& [plain, printed] : greek) {
    if (word == plain) return fmt::format("<i>{}</i>", printed);
  }
  if (word == "sqrt") return "\u221a";
  if (word == "sum") return "\u03a3";
  if (word.size() == 1 && is_letter(word[0])) return fmt::format("<i>{}</i>", word);
  return escaped(word);
}

}  // namespace

std::string inline_html(std::string_view text, const PageOf& page_of) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (take_doi(text, i, out)) continue;
    if (const auto end = address_at(text, i); end != 0) {
      out += link(std::string(text.substr(i, end - i)), text.substr(i, end - i));
      i = end;
      continue;
    }
    if (text[i] == '`') {
      const auto end = text.find('`', i + 1);
      if (end != std::string_view::npos && end > i + 1) {
        out += code_html(text.substr(i + 1, end - i - 1));
        i = end + 1;
        continue;
      }
    }
    if (text[i] == '{') {
      const auto end = text.find('}', i);
      if (end != std::string_view::npos) {
        out += code_html(text.substr(i, end + 1 - i));
        i = end + 1;
        continue;
      }
    }
    if (is_letter(text[i])) {
      size_t end = i;
      while (end < text.size() &&
             (is_word(text[end]) ||
              (text[end] == '.' && end + 1 < text.size() && is_word(text[end + 1]))))
        ++end;
      const auto word = text.substr(i, end - i);
      const auto page =
          page_of && word.find('.') != std::string_view::npos ? page_of(word) : std::string();
      out += page.empty()
                 ? escaped(word)
                 : fmt::format("<a href=\"{}\"><code>{}</code></a>", escaped(page), escaped(word));
      i = end;
      continue;
    }
    take_sign(text, i, out);
  }
  return out;
}

std::string formula_html(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '`') {
      ++i;
      continue;
    }
    if (take_doi(text, i, out)) continue;
    if (text[i] == '^' && i + 1 < text.size()) {
      size_t end = i + 1;
      if (text[end] == '(') {
        int open = 0;
        do {
          open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
          ++end;
        } while (end < text.size() && open > 0);
        const auto inside = text.substr(i + 2, end - i - 3);
        out += "<sup>" + formula_html(inside) + "</sup>";
      } else {
        if (text[end] == '-') ++end;
        while (end < text.size() && is_word(text[end])) ++end;
        out += "<sup>" + formula_html(text.substr(i + 1, end - i - 1)) + "</sup>";
      }
      i = end;
      continue;
    }
    if (is_letter(text[i])) {
      size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      const auto word = text.substr(i, end - i);
      const bool article =
          word == "a" && end + 1 < text.size() && text[end] == ' ' && is_letter(text[end + 1]);
      out += article ? "a" : formula_word(word);
      i = end;
      if (word == "sqrt" && text.substr(i, 1) == " ") ++i;
      continue;
    }
    if (text.substr(i, 3) == " * ") {
      out += " \u00b7 ";
      i += 3;
      continue;
    }
    take_sign(text, i, out);
  }
  return out;
}

std::string unit_html(std::string_view unit) {
  if (unit == "1") return "";
  if (unit == "us") return "\u00b5s";
  if (unit == "degC") return "\u00b0C";
  std::string out;
  for (size_t i = 0; i < unit.size(); ++i) {
    const bool power = i > 0 && is_letter(unit[i - 1]) && (unit[i] == '2' || unit[i] == '3');
    out += power ? fmt::format("<sup>{}</sup>", unit[i]) : escaped(unit.substr(i, 1));
  }
  return out;
}

std::vector<std::string> sentences(std::string_view paragraph) {
  std::vector<std::string> out;
  const auto depth = depths(paragraph);
  size_t from = 0;
  for (size_t i = 0; i + 2 < paragraph.size(); ++i) {
    if (paragraph[i] != '.' || paragraph[i + 1] != ' ' || depth[i] != 0) continue;
    const char next = paragraph[i + 2];
    size_t word = i;
    while (word > from && paragraph[word - 1] != ' ' && paragraph[word - 1] != '(') --word;
    if ((!is_letter(next) && next != '`') || is_abbreviation(paragraph.substr(word, i - word)))
      continue;
    out.emplace_back(trimmed(paragraph.substr(from, i + 1 - from)));
    from = i + 2;
  }
  const auto last = trimmed(paragraph.substr(from));
  if (!last.empty()) out.emplace_back(last);
  return out;
}

Prose prose_of(std::string_view doc, const PageOf& page_of) {
  Writer writer(page_of);
  for (size_t from = 0; from <= doc.size();) {
    const auto end = std::min(doc.find('\n', from), doc.size());
    if (const auto text = trimmed(doc.substr(from, end - from)); !text.empty())
      writer.paragraph(text);
    from = end + 1;
  }
  return std::move(writer.out);
}

}  // namespace ib::manual
