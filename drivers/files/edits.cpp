#include "files/edits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "files/head.hpp"
#include "files/line_reader.hpp"
#include "files/time_column.hpp"

namespace ib::files {
namespace {

enum Column : std::size_t { time_s, action, to_s, until_s, by, why };
const std::vector<std::string> column_names{"time_s", "action", "to_s", "until_s", "by", "why"};
const std::vector<std::string> action_names{"add", "remove", "move", "exclude"};
constexpr std::array needed{time_s, action, by, why};

bool is_remark(std::string_view line) { return trimmed(line).empty() || line.starts_with('#'); }

/// ';' and tab before ',': a comma beside them is part of a text or a decimal mark.
char delimiter_of(std::string_view header) {
  for (const char c : {'\t', ';'})
    if (header.find(c) != std::string_view::npos) return c;
  return ',';
}

bool holds(const std::vector<std::string>& names, Column column) {
  return std::find(names.begin(), names.end(), column_names[column]) != names.end();
}

/// The whole of `text` is UTF-8 without control bytes: it goes into tables that others read.
bool is_plain_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t n = c < 0x80                ? 1
                          : c >= 0xC2 && c < 0xE0 ? 2
                          : c >= 0xE0 && c < 0xF0 ? 3
                          : c >= 0xF0 && c < 0xF5 ? 4
                                                  : 0;
    if (n == 0 || c < 0x20 || c == 0x7F || i + n > text.size()) return false;
    for (std::size_t k = 1; k < n; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    i += n;
  }
  return true;
}

class EditReader {
 public:
  explicit EditReader(LineReader lines) : lines_(std::move(lines)) {}

  Result<EditFile> read() {
    std::string_view line;
    bool ended = false;
    while (!ended && !has_header_) {
      ended = !lines_.next(line);
      if (ended) break;
      if (line.starts_with('#')) remark(line);
      else if (!trimmed(line).empty() && !header(line)) return refused();
    }
    if (!has_header_ && !lines_.problem()) {
      problems_.add({lines_.path(),
                     0,
                     "there is no header row",
                     "time_s,action,by,why and, if needed, to_s, until_s",
                     {}});
      return refused();
    }
    while (problems_.total() <= EditFile::edits_max && lines_.next(line))
      if (!is_remark(line) && !row(line)) return refused();
    if (lines_.problem()) problems_.add_last(*lines_.problem());
    sort_by_time();
    if (problems_.total() > 0) return refused();
    EditFile file;
    file.t0_unix = t0_unix_;
    file.edits.reserve(rows_.size());
    for (const auto& r : rows_) file.edits.push_back(r.edit);
    return {std::move(file), {}};
  }

 private:
  struct Row {
    TimedEdit edit;
    std::size_t line{};
  };

  void add(std::string what, std::string expected, std::string hint = {}) {
    if (!problems_.wants_more()) return problems_.count_only();
    problems_.add({lines_.path(), lines_.line_number(), std::move(what), std::move(expected),
                   std::move(hint)});
  }

  /// All that was kept: the owner mends them in one go.
  Result<EditFile> refused() const {
    Result<EditFile> result;
    for (const auto& p : problems_.list()) result.problems.push_back(p);
    if (problems_.total() > problems_.list().size())
      result.problems.push_back({lines_.path(),
                                 0,
                                 std::to_string(problems_.total()) + " mistakes like these in all",
                                 {},
                                 {}});
    return result;
  }

  void remark(std::string_view line) {
    line.remove_prefix(1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trimmed(line.substr(0, colon)) != "t0_unix") return;
    const auto value = number(line.substr(colon + 1));
    if (!value)
      return add("t0_unix is " + in_quotes(trimmed(line.substr(colon + 1))), "unix seconds");
    if (auto wrong = check_unix(*value, "t0_unix", lines_.path(), lines_.line_number()))
      return problems_.add(std::move(*wrong));
    t0_unix_ = value;
  }

  bool header(std::string_view line) {
    has_header_ = true;
    delimiter_ = delimiter_of(line);
    const auto names = split(line, delimiter_);
    width_ = names.size();
    place_.fill(absent);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto found = std::find(column_names.begin(), column_names.end(), names[i]);
      if (found == column_names.end()) {
        add("column " + in_quotes(names[i]) + " is none of an edits file", listed(column_names),
            did_you_mean(names[i], column_names));
        continue;
      }
      auto& at = place_[static_cast<std::size_t>(found - column_names.begin())];
      if (at != absent) add("column " + in_quotes(names[i]) + " is there twice", "once");
      at = i;
    }
    for (const auto column : needed)
      if (place_[column] == absent)
        add("there is no column '" + column_names[column] + "'", listed(column_names));
    return problems_.total() == 0;
  }

  /// False: there are too many to go on.
  bool row(std::string_view line) {
    if (rows_.size() == EditFile::edits_max) {
      add("more than 10000 edits", "at most 10000", "leave out what was not checked by hand");
      return false;
    }
    const auto cells = split(line, delimiter_);
    if (cells.size() != width_) {
      add("the row has " + std::to_string(cells.size()) + " cells, the header row has " +
              std::to_string(width_),
          std::to_string(width_) + " cells",
          cells.size() > width_ ? "put a text that holds the delimiter in double quotes" : "");
      return true;
    }
    const auto before = problems_.total();
    BeatEdit edit;
    const auto t = moment(cells, time_s);
    if (cell(cells, time_s).empty()) add("time_s is empty", "session seconds");
    const bool known = find_action(cell(cells, action), edit);
    const auto to = moment(cells, to_s), until = moment(cells, until_s);
    if (known) {
      check_move(cells, edit, t, to);
      check_stretch(cells, edit, t, until);
    }
    copy_text(cells, by, edit.by);
    copy_text(cells, why, edit.why);
    if (problems_.total() == before)
      rows_.push_back({{Time{} + from_seconds(*t), edit}, lines_.line_number()});
    return true;
  }

  std::string_view cell(const std::vector<std::string>& cells, Column column) const {
    const auto at = place_[column];
    return at == absent ? std::string_view{} : std::string_view(cells[at]);
  }

  /// Session seconds; none where the cell is empty, or wrong, which is said.
  std::optional<double> moment(const std::vector<std::string>& cells, Column column) {
    const auto text = cell(cells, column);
    if (text.empty()) return std::nullopt;
    auto value = number(text);
    if (!value && delimiter_ != ',') value = number(text, ',');
    const auto& name = column_names[column];
    if (!value) {
      add(name + " is " + in_quotes(text), "session seconds, a number");
    } else if (*value < 0) {
      add(name + " is " + in_quotes(text) + ", before the start of the session", "0 or more");
    } else if (*value > session_max_s) {
      add(name + " is " + in_quotes(text) + ", beyond a year", "session seconds",
          "is its unit another one?");
    } else {
      return value;
    }
    return std::nullopt;
  }

  bool find_action(std::string_view text, BeatEdit& edit) {
    const auto found = std::find(action_names.begin(), action_names.end(), text);
    if (found == action_names.end()) {
      add(text.empty() ? std::string("action is empty") : "action is " + in_quotes(text),
          "add, remove, move or exclude", did_you_mean(text, action_names));
      return false;
    }
    edit.action = static_cast<EditAction>(found - action_names.begin());
    return true;
  }

  void check_move(const std::vector<std::string>& cells, BeatEdit& edit, std::optional<double> t,
                  std::optional<double> to) {
    const auto text = cell(cells, to_s);
    if (edit.action != EditAction::move) {
      if (!text.empty()) add("to_s is " + in_quotes(text) + ", and nothing moves", "an empty cell");
      return;
    }
    if (text.empty()) return add("move without to_s", "where the beat is, in session seconds");
    if (!t || !to) return;  // said already
    if (*to == *t) return add("move to where it is", "another time in to_s");
    if (std::abs(*to - *t) > EditFile::move_max_s)
      return add("move by " + shown(std::abs(*to - *t)) + " s", "at most 0.5 s",
                 "further away it is another beat: remove this one and add that one");
    edit.shift_s = *to - *t;
  }

  void check_stretch(const std::vector<std::string>& cells, BeatEdit& edit, std::optional<double> t,
                     std::optional<double> until) {
    const auto text = cell(cells, until_s);
    if (text.empty()) return;
    if (edit.action != EditAction::exclude)
      return add("until_s is " + in_quotes(text) + ", and no stretch is excluded", "an empty cell");
    if (!t || !until) return;  // said already
    if (*until <= *t) return add("the stretch ends before it begins", "until_s above time_s");
    edit.length_s = *until - *t;
  }

  template <std::size_t N>
  void copy_text(const std::vector<std::string>& cells, Column column, char (&to)[N]) {
    const auto text = trimmed(cell(cells, column));
    const auto& name = column_names[column];
    if (text.empty())
      return add(name + " is empty",
                 column == by ? "who made the edit: initials will do" : "why: a word will do");
    if (text.size() >= N)
      return add(name + " has " + std::to_string(text.size()) + " bytes: " + in_quotes(text),
                 "at most " + std::to_string(N - 1));
    if (!is_plain_text(text))
      return add(name + " holds bytes that are no UTF-8 text", "UTF-8 text");
    std::copy(text.begin(), text.end(), to);
  }

  void sort_by_time() {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.edit.t < b.edit.t; });
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      if (rows_[i].edit.t != rows_[i - 1].edit.t) continue;
      const auto name = [](const Row& r) {
        return action_names[static_cast<std::size_t>(r.edit.edit.action)];
      };
      const bool same = rows_[i].edit.edit.action == rows_[i - 1].edit.edit.action;
      if (!problems_.wants_more()) {
        problems_.count_only();
        continue;
      }
      problems_.add({lines_.path(), rows_[i].line,
                     name(rows_[i]) + " at " + shown(seconds(rows_[i].edit.t)) + " s, and line " +
                         std::to_string(rows_[i - 1].line) + " says " + name(rows_[i - 1]) +
                         " at the same time",
                     "one edit of a beat",
                     same ? "leave one out" : "they contradict each other: leave one out"});
    }
  }

  static constexpr std::size_t absent = static_cast<std::size_t>(-1);

  LineReader lines_;
  ProblemList problems_;
  std::vector<Row> rows_;
  std::optional<double> t0_unix_;
  std::array<std::size_t, 6> place_{};  ///< of each column in a row
  std::size_t width_{};
  char delimiter_{','};
  bool has_header_{};
};

}  // namespace

bool is_edit_file(const std::filesystem::path& path) {
  auto lines = LineReader::open(path);
  std::string_view line;
  while (lines && lines->next(line)) {
    if (is_remark(line)) continue;
    const auto names = split(line, delimiter_of(line));
    return holds(names, time_s) && holds(names, action);
  }
  return false;
}

Result<EditFile> EditFile::read(const std::filesystem::path& path) {
  auto lines = LineReader::open(path);
  if (!lines) return {std::nullopt, std::move(lines.problems)};
  return EditReader(std::move(*lines)).read();
}

}  // namespace ib::files
