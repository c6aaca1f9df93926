#include "files/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "files/column_name.hpp"
#include "files/time_column.hpp"
#include "source/rr_1024.hpp"

namespace ib::files {
namespace {

constexpr std::string_view interval_words[] = {
    "rr", "nn", "ibi", "rri", "rr_interval", "rr_intervals", "nn_interval", "nn_intervals", "ibis"};
constexpr std::string_view written_names[] = {"rr_ms", "nn_ms", "ibi_ms", "rr_s",    "nn_s",
                                              "ibi_s", "rr_us", "ibi_us", "rr_1024", "t_s"};

/// What bounds one interval: the E4 gives only what it trusted; where rows have times a pause is
/// shown by these, while in a plain list even a long one must pass. Artefacts stay in.
constexpr double human_min_s = 0.2, human_max_s = 5;
constexpr double least_s = 1e-6, most_s = 2000;

/// ns per unit of a column of intervals; 0: its name tells no unit; none: it is no such column.
std::optional<double> known_interval(std::string_view name) {
  const auto read = read_name(name);
  if (std::find(std::begin(interval_words), std::end(interval_words), read.base) ==
      std::end(interval_words))
    return std::nullopt;
  return read.unit.empty() ? 0 : 1e9 / read.per_second();
}

std::size_t index_of(const std::vector<std::string>& names, std::string_view name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}
bool has(const std::vector<std::string>& names, std::string_view name) {
  return index_of(names, name) < names.size();
}

bool is_e4(const std::vector<std::string>& names) {
  return names.size() == 2 && number(names[0]) && names[1] == "IBI";
}

/// All rows of a file without a header row, if they are one number each.
std::optional<std::vector<double>> plain_list(const Head& head) {
  std::vector<double> values;
  if (!head.names.empty()) return std::nullopt;
  for (const auto& row : head.rows) {
    if (trimmed(row.text).empty()) continue;
    const auto value = number(row.text);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

bool only_beats(const std::vector<std::string>& names) {
  const auto time = find_time_column(names);
  return time && !time->unix_time &&
         std::all_of(names.begin(), names.end(), [&](const std::string& name) {
           return name == names[time->index] || name == "ok" || name == "type";
         });
}

/// "did you mean 'rr_ms'? " for the first column that is nearly one.
std::string nearest_name(const std::vector<std::string>& names) {
  const std::vector<std::string> known(std::begin(written_names), std::end(written_names));
  for (const auto& name : names)
    if (auto near = did_you_mean(name, known); !near.empty()) return near + " ";
  return {};
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> head_cells(const Head& head, std::size_t column) {
  std::vector<double> cells;
  for (const auto& row : head.rows) {
    const auto found = split(row.text, head.delimiter);
    if (column >= found.size()) continue;
    if (const auto value = number(found[column], head.decimal == 0 ? '.' : head.decimal))
      cells.push_back(*value);
  }
  return cells;
}

// Do the rows come when the strap told of them, in bursts, and not at their beats? Then hardly any
// step of the time column is its interval, and yet both add up to the same time.
bool looks_like_arrival(const Head& head, std::size_t time_column, double s_per_time,
                        std::size_t column, double s_per_unit) {
  const char decimal = head.decimal == 0 ? '.' : head.decimal;
  std::optional<double> last;
  double first = 0, sum = 0, steps = 0, matches = 0;
  for (const auto& row : head.rows) {
    const auto cells = split(row.text, head.delimiter);
    if (std::max(time_column, column) >= cells.size()) continue;
    const auto at = number(cells[time_column], decimal), ibi = number(cells[column], decimal);
    if (!at || !ibi) continue;
    const double t = *at * s_per_time, length = *ibi * s_per_unit;
    if (!last) first = t;
    else steps += 1, sum += length, matches += std::abs(t - *last - length) <= 0.01 ? 1.0 : 0.0;
    last = t;
  }
  return steps >= 8 && matches < 0.2 * steps && std::abs(sum / (*last - first) - 1) < 0.1;
}

}  // namespace

struct IntervalFile::Source {
  std::filesystem::path path{};
  IntervalForm form{};
  IntervalTimes times{IntervalTimes::none};
  double ns_per_unit{1e9};
  bool has_ok{}, unnamed{};
  std::optional<double> t0_unix{};
  double first_beat_s{};
  Head head{};
  RowLayout layout{};
  std::optional<LineReader> lines{};
  std::vector<Problem> problems{};
  std::vector<Problem> remarks{};

  void add(std::size_t line, std::string what, std::string expected, std::string hint = {}) {
    problems.push_back({path, line, std::move(what), std::move(expected), std::move(hint)});
  }

  /// Numbers under no header row: intervals, in the unit that fits a heart.
  void name_a_plain_list() {
    if (const auto values = plain_list(head); !values || values->empty()) return;
    head.names = {"rr"};
    head.header_line = head.rows.front().line - 1;
    unnamed = true;
  }

  void tell_unit_of_list() {
    if (!unnamed || !problems.empty()) return;
    const std::string unit = ns_per_unit == 1e9 ? "s" : ns_per_unit == 1e6 ? "ms" : "us";
    remarks.push_back({path,
                       head.rows.front().line,
                       "there is no header row: the numbers are read as intervals in " + unit,
                       {},
                       {}});
  }

  void find_column(const IntervalOptions& options) {
    std::string name = options.column;
    if (name.empty())
      for (const auto& candidate : head.names)
        if (name.empty() && known_interval(candidate)) name = candidate;
    if (!has(head.names, name))
      return add(head.header_line, "there is no column " + in_quotes(name),
                 "one of: " + listed(head.names), did_you_mean(name, head.names));
    const auto column = index_of(head.names, name);
    layout.slots[column] = 0;
    layout.columns = 1;
    find_unit(name, column, known_interval(name).value_or(0));
  }

  // A human heart makes 0.2 .. 5 s; a median outside is another unit than the name says.
  void find_unit(const std::string& name, std::size_t column, double stated) {
    const auto cells = head_cells(head, column);
    if (cells.empty())
      return add(head.header_line, "column " + in_quotes(name) + " holds no number", "intervals");
    const double middle = median(cells);
    for (const double candidate : {1e9, 1e6, 1e3}) {
      const double s = middle * candidate / 1e9;
      if (s < 0.2 || s > 5) continue;
      ns_per_unit = candidate;
      if (stated == 0 || stated == candidate) return;
    }
    add(head.rows.front().line,
        "the values of " + in_quotes(name) + " do not fit a heart in its unit",
        "intervals between 0.2 and 5 s", "name the column with its unit: rr_s, rr_ms or rr_us");
  }

  /// Time 0: the first row, where the column counts from 1970.
  void find_zero(const TimeColumn& time) {
    const auto cells = head_cells(head, time.index);
    if (cells.empty()) return;
    auto zero = find_time_zero(time, head.names[time.index], cells.front() / time.divisor, path,
                               head.rows.front().line);
    if (zero.wrong) problems.push_back(std::move(*zero.wrong));
    if (zero.remark) remarks.push_back(std::move(*zero.remark));
    t0_unix = zero.t0_unix;
    layout.time_zero = zero.zero_s;
  }

  void find_times(const IntervalOptions& options) {
    auto time = find_time_column(head.names);
    const bool arrival =
        (!time || form == IntervalForm::notifications) && has(head.names, "arrival_s");
    if (arrival) time = TimeColumn{index_of(head.names, "arrival_s"), 1, false};
    const auto unclear = find_unclear_time(head.names);
    if (unclear && !time && form != IntervalForm::notifications)
      problems.push_back(unclear_time(path, head.header_line, head.names[*unclear]));
    if (!time) return;
    const auto column = time->index;
    layout.slots[column] = RowLayout::time;
    layout.time_divisor = time->divisor;
    find_zero(*time);
    times = arrival ? IntervalTimes::arrival : IntervalTimes::closes;
    if (form == IntervalForm::beats) return;
    if (const auto stated = head.meta.find("interval_time"); stated != head.meta.end())
      find_stated_times(stated->second);
    else if (!arrival &&
             looks_like_arrival(
                 head, column, 1 / layout.time_divisor,
                 static_cast<std::size_t>(std::find(layout.slots.begin(), layout.slots.end(), 0) -
                                          layout.slots.begin()),
                 ns_per_unit / 1e9))
      times = IntervalTimes::arrival;
    if (options.times) times = *options.times;
  }

  void find_stated_times(const MetaValue& stated) {
    if (stated.text == "closes") times = IntervalTimes::closes;
    else if (stated.text == "opens") times = IntervalTimes::opens;
    else if (stated.text == "arrival") times = IntervalTimes::arrival;
    else add(stated.line, "interval_time is " + in_quotes(stated.text), "closes, opens or arrival");
  }

  void find_ok() {
    if (!has(head.names, "ok")) return;
    has_ok = true;
    layout.slots[index_of(head.names, "ok")] = static_cast<int>(layout.columns++);
  }

  void find_start() {
    if (const auto t0 = meta_number(head.meta, "t0_unix", path, problems)) {
      if (auto wrong = check_unix(*t0, "t0_unix", path, head.meta.find("t0_unix")->second.line))
        problems.push_back(std::move(*wrong));
      else if (!t0_unix) t0_unix = t0;  // a column that counts from 1970 knows better
    }
    for (const auto* key : {"t0_unix", "first_beat_s", "interval_time"})
      if (auto near = near_key(head.meta, key, path)) remarks.push_back(std::move(*near));
    first_beat_s = meta_number(head.meta, "first_beat_s", path, problems).value_or(0);
    if (std::abs(first_beat_s) <= recording_max_s) return;
    add(head.meta.find("first_beat_s")->second.line, "first_beat_s is beyond 7 days",
        "seconds from time 0");
    first_beat_s = 0;
  }
};

bool is_interval_list(const Head& head) {
  const auto values = plain_list(head);
  if (!values || values->size() < 2) return false;
  const auto within = [&](double least, double most) {
    return std::all_of(values->begin(), values->end(),
                       [&](double value) { return value >= least && value <= most; });
  };
  return within(0.2, 3) || within(200, 3000);
}

std::optional<IntervalForm> interval_form(const Head& head) {
  if (is_e4(head.names)) return IntervalForm::e4_ibi;
  if (has(head.names, "rr_1024")) return IntervalForm::notifications;
  if (std::any_of(head.names.begin(), head.names.end(),
                  [](const std::string& name) { return known_interval(name).has_value(); }))
    return IntervalForm::intervals;
  if (only_beats(head.names)) return IntervalForm::beats;
  return std::nullopt;
}

Result<IntervalFile> IntervalFile::open(const std::filesystem::path& path,
                                        const IntervalOptions& options) {
  auto lines = LineReader::open(path);
  if (!lines) return {std::nullopt, std::move(lines.problems)};
  auto head = read_head(*lines);
  if (!head) return {std::nullopt, std::move(head.problems)};
  auto again = LineReader::open(path);
  if (!again) return {std::nullopt, std::move(again.problems)};

  Source source;
  source.path = path;
  source.head = std::move(*head);
  source.name_a_plain_list();
  auto form = interval_form(source.head);
  if (!form && !options.column.empty()) form = IntervalForm::intervals;
  if (form == IntervalForm::e4_ibi) return open_e4(std::move(*again));
  if (!form) {
    source.add(source.head.header_line, "no column holds intervals",
               "one of rr_ms, nn_ms, ibi_ms, rr_s, ibi_s, rr_1024, or beats as t_s[,ok]",
               nearest_name(source.head.names) + "the columns are: " + listed(source.head.names));
    return {std::nullopt, std::move(source.problems)};
  }
  source.form = *form;
  source.layout.names = source.head.names;
  source.layout.slots.assign(source.head.names.size(), RowLayout::skip);
  if (source.head.rows.empty()) {
    source.add(source.head.header_line, "there is no row below the header row", "rows of numbers");
  } else {
    if (*form == IntervalForm::intervals) source.find_column(options);
    source.find_times(options);
    if (*form != IntervalForm::notifications) source.find_ok();
    if (*form == IntervalForm::notifications && !has(source.head.names, "arrival_s"))
      source.add(source.head.header_line, "there is no column 'arrival_s'",
                 "when each notification arrived", did_you_mean("arrival_s", source.head.names));
  }
  source.find_start();
  source.tell_unit_of_list();
  if (!source.problems.empty()) return {std::nullopt, std::move(source.problems)};

  std::string_view passed;
  while (again->line_number() < source.head.header_line && again->next(passed)) {}
  source.layout.delimiter = source.head.delimiter;
  source.layout.decimal = source.head.decimal;
  source.lines = std::move(*again);
  auto remarks = std::move(source.remarks);
  return {IntervalFile(std::move(source)), std::move(remarks)};
}

Result<IntervalFile> IntervalFile::open_e4(LineReader lines) {
  Source source;
  source.path = lines.path();
  source.form = IntervalForm::e4_ibi;
  source.times = IntervalTimes::closes;
  std::string_view first;
  const bool any = lines.next(first);
  const auto names = split(any ? first : std::string_view{}, ',');
  if (!is_e4(names)) {
    source.add(1, any ? "the first line is " + in_quotes(first) : std::string("the file is empty"),
               "the start in unix seconds and the word IBI: '1644829925.000000, IBI'");
    return {std::nullopt, std::move(source.problems)};
  }
  source.t0_unix = number(names[0]);
  if (auto wrong = check_unix(*source.t0_unix, "the start", source.path, 1))
    return {std::nullopt, {std::move(*wrong)}};
  source.layout.names = {"t_s", "ibi_s"};
  source.layout.slots = {RowLayout::time, 0};
  source.layout.columns = 1;
  source.lines = std::move(lines);
  return {IntervalFile(std::move(source)), {}};
}

IntervalFile::IntervalFile(Source source)
    : path_(std::move(source.path)),
      form_(source.form),
      times_(source.times),
      ns_per_unit_(source.ns_per_unit),
      has_ok_(source.has_ok),
      t0_unix_(source.t0_unix),
      meta_(std::move(source.head.meta)),
      chain_(Time{} + from_seconds(source.first_beat_s)) {
  if (form_ != IntervalForm::notifications) {
    rows_.emplace(std::move(*source.lines), std::move(source.layout));
    return;
  }
  auto layout = NotificationLayout::of(source.layout.names);
  layout.delimiter = source.layout.delimiter;
  layout.decimal = source.layout.decimal == 0 ? '.' : source.layout.decimal;
  layout.zero_s = source.layout.time_zero;
  notifications_.emplace(std::move(*source.lines), layout);
}

std::size_t IntervalFile::read(std::span<Interval> rows) {
  std::size_t n = 0;
  while (n < rows.size() && !ended_) {
    if (!next(rows[n])) {
      ended_ = true;
      break;
    }
    ++counts_.intervals;
    counts_.cuts += rows[n].contiguous ? 0U : 1U;
    ++n;
  }
  return n;
}

bool IntervalFile::next(Interval& row) {
  switch (form_) {
    case IntervalForm::notifications: return next_notified(row);
    case IntervalForm::beats: return next_beat(row);
    case IntervalForm::intervals:
    case IntervalForm::e4_ibi: break;
  }
  return next_timed(row);
}

bool IntervalFile::next_timed(Interval& row) {
  std::array<double, 2> cells{};
  double t = 0;
  const std::size_t width = has_ok_ ? 2 : 1;
  while (rows_->read(std::span<double>(&t, 1), std::span<double>(cells.data(), width)) == 1) {
    if (count_refused_rows()) chain_.cut();
    const auto ibi = interval(cells[0]);
    if (!ibi) {
      // Without times a row without an interval is a hole of unknown length; with times an empty
      // cell only says that no beat was reported in this row.
      if (times_ == IntervalTimes::none) chain_.cut();
      continue;
    }
    const bool ok = !has_ok_ || cells[1] == 1;
    const Time at = Time{} + from_seconds(t);
    if (times_ == IntervalTimes::closes) row = chain_.close(at, *ibi, ok);
    else if (times_ == IntervalTimes::opens) row = chain_.close(at + *ibi, *ibi, ok);
    else {
      if (times_ == IntervalTimes::arrival) chain_.arrive(at, *ibi);
      row = chain_.follow(*ibi, ok);
    }
    return true;
  }
  count_refused_rows();
  return false;
}

/// True if the reader has refused rows since the last call.
bool IntervalFile::count_refused_rows() {
  const auto refused = rows_->counts().refused;
  const bool any = refused != refused_rows_seen_;
  counts_.refused += refused - refused_rows_seen_;
  refused_rows_seen_ = refused;
  return any;
}

// None for an empty cell (silently) and for a value that is no interval (counted, chain cut).
std::optional<Duration> IntervalFile::interval(double cell) {
  const bool bad_cell = rows_->counts().bad_cells != bad_cells_seen_;
  bad_cells_seen_ = rows_->counts().bad_cells;
  if (std::isnan(cell)) {
    if (bad_cell) ++counts_.refused, chain_.cut();
    return std::nullopt;
  }
  const double least = form_ == IntervalForm::e4_ibi ? human_min_s : least_s;
  const double most = times_ == IntervalTimes::none ? most_s : human_max_s;
  const double s = cell * (ns_per_unit_ / 1e9);
  if (s >= least && s <= most) return Duration{std::llround(cell * ns_per_unit_)};
  refuse(rows_->line_number(), "the interval is " + shown(s) + " s",
         (least < human_min_s ? "above 0" : "at least " + shown(least)) + ", at most " +
             shown(most) + " s");
  chain_.cut();
  return std::nullopt;
}

bool IntervalFile::next_beat(Interval& row) {
  double t = 0, ok = 1;
  const std::span<double> cells(&ok, has_ok_ ? 1U : 0U);
  while (rows_->read(std::span<double>(&t, 1), cells) == 1) {
    if (count_refused_rows()) chain_.unreadable_beat();
    const Time at = Time{} + from_seconds(t);
    if (!first_beat_) first_beat_ = at;
    if (const auto found = chain_.beat(at, ok == 1)) {
      row = *found;
      return true;
    }
  }
  count_refused_rows();
  return false;
}

bool IntervalFile::next_notified(Interval& row) {
  while (list_at_ == notifications_->rr_1024().size())
    if (!read_notification()) return false;
  row = chain_.follow(source::rr_1024_ns(notifications_->rr_1024()[list_at_++]));
  return true;
}

// One row: where it can't be read, the chain is cut and the row counted.
bool IntervalFile::read_notification() {
  list_at_ = 0;
  switch (notifications_->next()) {
    case NotificationReader::Got::end: return false;
    case NotificationReader::Got::refused:
      chain_.cut();
      ++counts_.refused;
      return true;
    case NotificationReader::Got::row: break;
  }
  Duration total{};
  for (const auto raw : notifications_->rr_1024()) total += source::rr_1024_ns(raw);
  if (total > Duration{}) chain_.arrive(notifications_->at(), total);
  return true;
}

void IntervalFile::refuse(std::size_t line, std::string what, std::string expected) {
  ++counts_.refused;
  problems_.add({path_, line, std::move(what), std::move(expected), "the row is left out"});
}

std::vector<Problem> IntervalFile::problems() const {
  std::vector<Problem> all(problems_.list().begin(), problems_.list().end());
  const auto add = [&](const ProblemList& more) {
    all.insert(all.end(), more.list().begin(), more.list().end());
  };
  if (rows_) add(rows_->problems());
  if (notifications_) add(notifications_->problems());
  std::stable_sort(all.begin(), all.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return all;
}

std::vector<Problem> IntervalFile::told() const {
  const auto& of_reader = notifications_ ? notifications_->problems() : rows_->problems();
  return told_of(problems(), problems_.total() + of_reader.total(), of_reader.ended_early());
}

}  // namespace ib::files
