#include "files/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace ib::files {
namespace {

bool is_binary(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
  });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool keep_meta(Head& head, std::string_view line, std::size_t at, const LineReader& lines,
               std::vector<Problem>& problems) {
  if (head.meta.size() >= Head::meta_max) {
    problems.push_back({lines.path(), at, "more than 256 '# key: value' lines", {}, {}});
    return false;
  }
  line.remove_prefix(1);
  const auto colon = std::min(line.find(':'), line.find('='));
  if (colon == std::string_view::npos) return true;  // a remark without a key
  // `key = value` is kept as "key =", which no reader asks for, so that near_key can name it.
  const std::string key{trimmed(line.substr(0, colon + (line[colon] == '=' ? 1 : 0)))};
  const std::string text{trimmed(line.substr(colon + 1))};
  const auto [found, fresh] = head.meta.try_emplace(key, MetaValue{text, at});
  if (fresh || found->second.text == text || key.ends_with('=')) return true;
  problems.push_back({lines.path(),
                      at,
                      in_quotes(key) + " is stated twice, first in line " +
                          std::to_string(found->second.line) + " as " +
                          in_quotes(found->second.text),
                      "one value",
                      {}});
  return false;
}

std::size_t cells(std::string_view line, char delimiter) {
  bool inside = false;
  std::size_t n = 1;
  for (const char c : line) {
    if (c == '"') inside = !inside;
    n += !inside && c == delimiter ? 1U : 0U;
  }
  return n;
}

// Tab and ';' before ',': a comma beside them is a decimal mark or part of a name. The first
// delimiter that cuts the header row and the first row alike wins.
char find_delimiter(std::string_view header, std::string_view first_row) {
  constexpr std::string_view candidates = "\t;,";
  for (const char c : candidates)
    if (cells(header, c) > 1 && cells(header, c) == cells(first_row, c)) return c;
  for (const char c : candidates)
    if (cells(header, c) > 1) return c;
  return ',';
}

bool has_mark(std::string_view cell, char mark) {
  const auto at = cell.find(mark);
  return at != std::string_view::npos && number(cell, mark).has_value();
}

// Where cells are cut by ',' the mark is a point. Elsewhere the cells tell; both is a
// contradiction.
bool find_decimal(Head& head, const LineReader& lines, std::vector<Problem>& problems) {
  if (head.delimiter == ',') return true;
  head.decimal = 0;
  for (const auto& row : head.rows)
    for (const auto& cell : split(row.text, head.delimiter)) {
      const char mark = has_mark(cell, '.') ? '.' : has_mark(cell, ',') ? ',' : '\0';
      if (mark == 0 || mark == head.decimal) continue;
      if (head.decimal != 0) {
        problems.push_back({lines.path(), row.line,
                            in_quotes(cell) + " has another decimal mark than the rows before it",
                            "one decimal mark in the whole file", "export the file again"});
        return false;
      }
      head.decimal = mark;
    }
  return true;
}

// `1,5` under one column, or 2n cells under n columns: cut by comma, or a decimal comma?
bool check_widths(const Head& head, const LineReader& lines, std::vector<Problem>& problems) {
  for (const auto& row : head.rows) {
    auto found = split(row.text, head.delimiter);
    while (found.size() > head.names.size() && found.back().empty()) found.pop_back();
    if (found.size() <= head.names.size()) continue;
    const bool comma = head.delimiter == ',';
    problems.push_back(
        {lines.path(), row.line,
         "the row has " + std::to_string(found.size()) + " cells, the header row has " +
             std::to_string(head.names.size()) + (comma ? "; a comma may be a decimal mark" : ""),
         std::to_string(head.names.size()) + " cells",
         comma ? "write numbers with a decimal point, or separate the cells by ';'" : ""});
    return false;
  }
  return true;
}

bool all_numbers(const std::vector<std::string>& row) {
  return !row.empty() && std::all_of(row.begin(), row.end(), [](const std::string& cell) {
    return number(cell).has_value() || number(cell, ',').has_value();
  });
}

bool read_lines(LineReader& lines, Head& head, std::string& header,
                std::vector<Problem>& problems) {
  std::string_view line;
  std::size_t bytes = 0;
  while (head.rows.size() < Head::rows_max && bytes < Head::bytes_max && lines.next(line)) {
    const auto at = lines.line_number();
    if (at == 1 && (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF"))) {
      problems.push_back({lines.path(), 1, "the text is UTF-16", "UTF-8", "save it as UTF-8"});
      return false;
    }
    if (line.find('\r') != std::string_view::npos) {
      problems.push_back({lines.path(), at, "the lines end in CR alone, as on old Macs",
                          "lines that end in LF or CR LF", "save it with Unix line ends"});
      return false;
    }
    if (is_binary(line)) {
      problems.push_back({lines.path(),
                          at,
                          "the line has bytes that are not text",
                          "a text file: '# key: value' lines, a header row, rows of numbers",
                          {}});
      return false;
    }
    if (line.starts_with('#')) {
      if (header.empty() && !keep_meta(head, line, at, lines, problems)) return false;
      continue;
    }
    if (header.empty()) {
      if (trimmed(line).empty()) continue;
      header = line;
      head.header_line = at;
      continue;
    }
    head.rows.push_back({std::string(line), at});
    bytes += line.size();
  }
  return true;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::vector<std::string> split(std::string_view line, char delimiter) {
  std::vector<std::string> found;
  std::string cell;
  bool inside = false, was_quoted = false;
  const auto finish = [&] {
    found.emplace_back(was_quoted ? cell : std::string(trimmed(cell)));
    cell.clear();
    was_quoted = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (inside && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (c == '"' && (inside || trimmed(cell).empty())) {
      if (!inside) cell.clear();
      inside = !inside;
      was_quoted = true;
    } else if (!inside && c == delimiter) {
      finish();
    } else if (inside || !was_quoted) {
      cell += c;
    }
  }
  finish();
  return found;
}

std::optional<double> number(std::string_view text, char decimal) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  char digits[64];
  if (text.empty() || text.size() > sizeof digits) return std::nullopt;
  if (!is_digit(text[0]) && text[0] != '-' && text[0] != decimal) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (decimal == ',' && text[i] == '.') return std::nullopt;
    digits[i] = text[i] == decimal ? '.' : text[i];
  }
  double value{};
  const auto [stop, error] = std::from_chars(digits, digits + text.size(), value);
  if (error != std::errc{} || stop != digits + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<double> meta_number(const Meta& meta, std::string_view key,
                                  const std::filesystem::path& file,
                                  std::vector<Problem>& problems) {
  const auto found = meta.find(key);
  if (found == meta.end()) return std::nullopt;
  const auto value = number(found->second.text);
  if (!value)
    problems.push_back({file,
                        found->second.line,
                        "'" + std::string(key) + "' is " + in_quotes(found->second.text),
                        "a number with a decimal point and nothing behind it",
                        {}});
  return value;
}

std::optional<Problem> near_key(const Meta& meta, std::string_view key,
                                const std::filesystem::path& file) {
  constexpr std::array rates{"fs",
                             "fshz",
                             "rate",
                             "ratehz",
                             "hz",
                             "samplerate",
                             "samplingrate",
                             "samplefrequency",
                             "samplingfrequency",
                             "frequency"};
  const auto letters = [](std::string_view text) {
    std::string plain;
    for (const char c : text)
      if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c + 32);
      else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    return plain;
  };
  const auto wanted = letters(key);
  if (meta.find(key) != meta.end()) return std::nullopt;
  for (const auto& [written, value] : meta) {
    const auto name = letters(written);
    const bool rate = key == "fs_hz" && std::find(rates.begin(), rates.end(), name) != rates.end();
    if (name != wanted && !rate) continue;
    return Problem{file,
                   value.line,
                   in_quotes("# " + written + (written.ends_with('=') ? " " : ": ") + value.text) +
                       " is not read",
                   "'# " + std::string(key) + ": VALUE'",
                   {}};
  }
  return std::nullopt;
}

Result<Head> read_head(LineReader& lines) {
  Result<Head> result;
  auto& problems = result.problems;
  Head head;
  std::string header;
  if (!read_lines(lines, head, header, problems)) return result;
  if (header.empty()) {
    if (lines.problem()) problems.push_back(*lines.problem());
    problems.push_back({lines.path(),
                        0,
                        lines.line_number() == 0 ? "the file is empty" : "there is no header row",
                        "a header row that names the columns, then rows of numbers",
                        {}});
    return result;
  }
  head.delimiter = find_delimiter(header, head.rows.empty() ? "" : head.rows.front().text);
  head.names = split(header, head.delimiter);
  if (head.names.size() > Head::columns_max) {
    problems.push_back({lines.path(),
                        head.header_line,
                        "the header row has " + std::to_string(head.names.size()) + " columns",
                        "at most 1024",
                        {}});
    return result;
  }
  if (all_numbers(head.names)) {
    head.rows.insert(head.rows.begin(), {header, head.header_line});
    head.names.clear();
    result.value = std::move(head);
    return result;
  }
  if (head.names.size() > 1)
    std::erase_if(head.rows, [](const HeadRow& row) { return trimmed(row.text).empty(); });
  if (find_decimal(head, lines, problems) && check_widths(head, lines, problems))
    result.value = std::move(head);
  return result;
}

}  // namespace ib::files
