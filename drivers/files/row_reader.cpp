#include "files/row_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "files/head.hpp"
#include "files/short_decimal.hpp"
#include "files/time_column.hpp"

namespace ib::files {
namespace {

const char* find(const char* at, const char* end, char c) {
  const auto* found = std::memchr(at, c, static_cast<std::size_t>(end - at));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

// Spaces only: a tab may be the delimiter.
const char* skip_spaces(const char* at, const char* end) {
  while (at < end && *at == ' ') ++at;
  return at;
}

// End of the cell that starts at `at`; a quoted cell may hold delimiters.
const char* cell_end(const char* at, const char* end, char delimiter) {
  if (at == end || *at != '"') return find(at, end, delimiter);
  at = find(at + 1, end, '"');
  while (end - at > 1 && at[1] == '"') at = find(at + 2, end, '"');  // "" is a quote, not the end
  return find(at, end, delimiter);
}

}  // namespace

RowReader::RowReader(LineReader lines, RowLayout layout)
    : lines_(std::move(lines)),
      layout_(std::move(layout)),
      has_time_(std::find(layout_.slots.begin(), layout_.slots.end(), RowLayout::time) !=
                layout_.slots.end()) {}

template <class T>
std::size_t RowReader::read(std::span<double> time_s, std::span<T> values) {
  const auto width = layout_.columns;
  std::size_t room = width > 0 ? values.size() / width : time_s.size();
  if (!time_s.empty()) room = std::min(room, time_s.size());
  std::size_t n = 0;
  std::string_view line;
  while (n < room && !ended_) {
    double t = 0, cell = 0;
    T* out = values.data() + n * width;
    bool usable = true;
    if (next_plain_row(cell, out)) {
      usable = !has_time_ || place(cell, t);
    } else if (!lines_.next(line)) {
      ended_ = true;
      if (lines_.problem()) problems_.add_last(*lines_.problem());
      break;
    } else {
      // A blank line is a missing sample where a row is one cell, and nothing elsewhere.
      if (line.empty() && layout_.slots.size() > 1) continue;
      if (!line.empty() && line.front() == '#') continue;
      usable = row(line, t, out);
    }
    if (!usable) {
      ++counts_.refused;
      if (has_time_) continue;
      std::fill_n(out, width, std::numeric_limits<T>::quiet_NaN());
    }
    if (has_time_) last_time_ = t;
    if (has_time_ && !time_s.empty()) time_s[n] = t;
    ++n;
  }
  counts_.rows += n;
  return n;
}

// Nearly every row is plain decimal numbers and lies in the buffer whole: it is read in one pass over
// its characters. All else is left to the others, who can say what is wrong.
template <class T>
bool RowReader::next_plain_row(double& time_cell, T* values) {
  if (layout_.decimal != '.') return false;
  const std::string_view ahead = lines_.ahead();
  const char* at = ahead.data();
  const char* const end = at + ahead.size();
  const std::size_t columns = layout_.slots.size();
  double skipped{};
  for (std::size_t column = 0; column < columns; ++column) {
    const int slot = layout_.slots[column];
    at = slot >= 0 ? read_short_decimal(at, end, values[slot])
                   : read_short_decimal(at, end, slot == RowLayout::time ? time_cell : skipped);
    if (at == nullptr || at == end) return false;
    if (column + 1 == columns) break;
    if (*at++ != layout_.delimiter) return false;
  }
  if (*at == '\r' && end - at > 1) ++at;
  if (*at != '\n') return false;
  lines_.pass(static_cast<std::size_t>(at + 1 - ahead.data()));
  return true;
}

template <class T>
bool RowReader::row(std::string_view line, double& time_s, T* values) {
  const char* at = line.data();
  const char* const end = at + line.size();
  const std::size_t columns = layout_.slots.size();
  std::uint64_t empty = 0;
  for (std::size_t column = 0; column < columns; ++column) {
    const int slot = layout_.slots[column];
    if (slot == RowLayout::skip) {
      at = cell_end(skip_spaces(at, end), end, layout_.delimiter);
    } else if (slot == RowLayout::time) {
      double cell{};
      if (fast_or_slow(at, end, cell) != Cell::good) return refuse("the row has no readable time");
      if (!place(cell, time_s)) return false;
    } else {
      T& value = values[slot];
      const char* const from = at;
      const auto kind = fast_or_slow(at, end, value);
      if (kind != Cell::good) value = std::numeric_limits<T>::quiet_NaN();
      if (kind == Cell::empty) ++empty;
      if (kind == Cell::bad) report_cell({from, static_cast<std::size_t>(at - from)}, column);
    }
    if (column + 1 == columns) break;
    if (at == end) return refuse("the row has fewer cells than the header row");
    ++at;
  }
  if (at != end && !extra_cells_empty(at, end))
    return refuse("the row has more cells than the header row");
  counts_.empty_cells += empty;
  return true;
}

// Most cells are a decimal number: one `from_chars`, and the rest is the other's work.
template <class T>
RowReader::Cell RowReader::fast_or_slow(const char*& at, const char* end, T& value) {
  if (layout_.decimal == '.') {
    const auto [stop, error] = std::from_chars(at, end, value);
    if (error == std::errc{} && (stop == end || *stop == layout_.delimiter) &&
        std::isfinite(value)) {
      at = stop;
      return Cell::good;
    }
  }
  double wide{};
  const auto kind = slow_cell(at, end, wide);
  if (kind == Cell::good && std::abs(wide) > static_cast<double>(std::numeric_limits<T>::max()))
    return Cell::bad;
  if (kind == Cell::good) value = static_cast<T>(wide);
  return kind;
}

RowReader::Cell RowReader::slow_cell(const char*& at, const char* end, double& value) {
  const char* const from = skip_spaces(at, end);
  at = cell_end(from, end, layout_.delimiter);
  auto text = trimmed({from, static_cast<std::size_t>(at - from)});
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = trimmed(text.substr(1, text.size() - 2));
  if (text.empty()) return Cell::empty;
  char mark = layout_.decimal;
  if (mark == 0) mark = text.find(',') != std::string_view::npos ? ',' : '.';
  const auto read = number(text, mark);
  if (!read) return Cell::bad;
  if (text.find(mark) != std::string_view::npos) layout_.decimal = mark;
  value = *read;
  return Cell::good;
}

bool RowReader::extra_cells_empty(const char* at, const char* end) const {
  return std::all_of(at, end,
                     [this](char c) { return c == layout_.delimiter || c == ' ' || c == '\t'; });
}

bool RowReader::place(double cell, double& time_s) {
  time_s = cell / layout_.time_divisor - layout_.time_zero;
  // One damaged digit must not make a session of years.
  if (std::abs(time_s - last_time_.value_or(0)) > recording_max_s)
    return refuse(last_time_ ? "time jumps by more than 7 days" : "the time is beyond 7 days");
  if (std::abs(time_s) > session_max_s) return refuse("the time is beyond a year");
  if (last_time_ && time_s <= *last_time_)
    return refuse(time_s < *last_time_ ? "time goes backwards" : "time does not advance");
  return true;
}

bool RowReader::refuse(std::string_view what) {
  if (problems_.wants_more())
    problems_.add({lines_.path(),
                   lines_.line_number(),
                   std::string(what),
                   {},
                   has_time_ ? "the row is left out" : "the row counts as 'no sample'"});
  else problems_.count_only();
  return false;
}

void RowReader::report_cell(std::string_view text, std::size_t column) {
  ++counts_.bad_cells;
  if (!problems_.wants_more()) return problems_.count_only();
  problems_.add({lines_.path(), lines_.line_number(),
                 in_quotes(trimmed(text)) + " in column " + in_quotes(layout_.names[column]) +
                     " is not a finite number",
                 "a decimal number, or an empty cell for 'no sample'",
                 "the cell counts as 'no sample'"});
}

template std::size_t RowReader::read<float>(std::span<double>, std::span<float>);
template std::size_t RowReader::read<double>(std::span<double>, std::span<double>);

}  // namespace ib::files
