#include "evaluate/recording.hpp"

#include "files/column_name.hpp"
#include "files/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

namespace ib::evaluate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t records_max = 10'000;
constexpr std::size_t samples_max = std::size_t{1} << 26;
constexpr std::size_t chunk = 4096;

void report(const std::vector<files::Problem>& problems, Diagnostics& out) {
  for (const auto& p : problems)
    out.error(Mark{p.file.string(), static_cast<int>(p.line), p.line > 0 ? 1 : 0}, {}, p.what,
              p.expected, p.hint);
}

/// A file name around its *.
struct Around {
  explicit Around(const std::string& text)
      : star(text.find('*')),
        before(text.substr(0, star)),
        behind(star == std::string::npos ? "" : text.substr(star + 1)) {}

  std::optional<std::string> match(const std::string& name) const {
    if (name.size() < before.size() + behind.size() + 1) return std::nullopt;
    if (!name.starts_with(before) || !name.ends_with(behind)) return std::nullopt;
    return name.substr(before.size(), name.size() - before.size() - behind.size());
  }
  std::string with(const std::string& record) const {
    return star == std::string::npos ? before : before + record + behind;
  }

  std::size_t star;
  std::string before, behind;
};

/// The rate of rows of which each lies within a tenth of a period of its place; none of others. The whole file is asked: a
/// camera that drops its frames late looks even at the start.
std::optional<double> even_rate_hz(const std::vector<double>& times_s) {
  if (times_s.size() < 3) return std::nullopt;
  const auto steps = static_cast<double>(times_s.size() - 1);
  const double period = (times_s.back() - times_s.front()) / steps;
  for (std::size_t i = 0; i < times_s.size(); ++i)
    if (!(std::abs(times_s[i] - times_s.front() - static_cast<double>(i) * period) <= 0.1 * period))
      return std::nullopt;
  return 1 / period;
}

/// One column of a file, with its times.
struct Column {
  std::optional<double> rate_hz;
  std::vector<double> times_s, values;
};

std::optional<Column> read_column(const fs::path& path, const std::string& name, bool events,
                                  Diagnostics& out) {
  files::CsvOptions options;
  if (!name.empty()) options.columns = {name};
  options.events = events;
  auto file = files::CsvFile::open(path, options);
  if (!file) {
    report(file.problems, out);
    return std::nullopt;
  }
  const auto width = file->columns().size();
  Column column;
  if (!events && !file->has_time()) column.rate_hz = file->timing().rate_hz;
  std::vector<double> times(chunk), values(chunk * std::max<std::size_t>(width, 1));
  while (const auto n = file->read<double>(times, values)) {
    for (std::size_t i = 0; i < n; ++i) {
      column.times_s.push_back(times[i]);
      column.values.push_back(width > 0 ? values[i * width] : 0);
    }
    if (column.values.size() > samples_max) {
      out.error(Mark{path.string(), 0, 0}, {}, "this file has more than 67108864 rows", {},
                "cut it into several recordings");
      return std::nullopt;
    }
  }
  if (file->problems().ended_early() || (events && file->problems().total() > 0)) {
    report(files::told_of(file->problems()), out);  // a reference has no use for half of itself
    return std::nullopt;
  }
  if (!events && !column.rate_hz) column.rate_hz = even_rate_hz(column.times_s);
  return column;
}

void read_signal(const DataSet& set, const fs::path& path, Signal& signal, Diagnostics& out) {
  auto column = read_column(path, set.signal.column, false, out);
  if (!column) return;
  signal.values = std::move(column->values);
  signal.rate_hz = column->rate_hz;
  if (column->times_s.empty()) return;
  signal.first_s = column->times_s.front();
  if (!signal.rate_hz) signal.times_s = std::move(column->times_s);
  if (set.signal.polarity == Polarity::down) turn_over(signal);
}

bool are_ascending(const std::vector<KnownBeat>& beats) {
  return std::adjacent_find(beats.begin(), beats.end(), [](const auto& a, const auto& b) {
           return b.at_s <= a.at_s;
         }) == beats.end();
}

/// A row of time for each beat, and perhaps a column that says whether it is sure.
void read_beats(const ReferenceSpec& spec, const fs::path& path, Recording& to, Diagnostics& out) {
  const auto column = read_column(path, spec.ok, true, out);
  if (!column) return;
  for (std::size_t i = 0; i < column->times_s.size(); ++i)
    to.beats.push_back({column->times_s[i], spec.ok.empty() || column->values[i] > 0});
  if (!are_ascending(to.beats))
    out.error(Mark{path.string(), 0, 0}, {}, "the times of beats do not rise",
              "a time column (t_s, t_ms), each row later than the one before");
}

/// The first beat at 0, each later by its interval.
void read_intervals(const ReferenceSpec& spec, const fs::path& path, Recording& to,
                    Diagnostics& out) {
  const double per_second = files::read_name(spec.column).per_second();
  if (per_second == 0) {
    out.error(spec.file.mark, "reference.column",
              "the name " + spec.column + " does not tell its unit",
              "a name that ends in _s, _ms or _us");
    return;
  }
  const auto column = read_column(path, spec.column, true, out);
  if (!column) return;
  double at_s = 0;
  to.beats.push_back({at_s, true});
  for (std::size_t i = 0; i < column->values.size(); ++i) {
    const double length_s = column->values[i] / per_second;
    if (!(length_s > 0 && length_s <= 60)) {
      out.error(Mark{path.string(), 0, 0}, {},
                fmt::format("interval {} is {:g} s long", i + 1, length_s),
                "above 0 s, at most 60 s");
      return;
    }
    at_s += length_s;
    to.beats.push_back({at_s, true});
  }
}

}  // namespace

std::vector<Place> find_recordings(const DataSet& set, const fs::path& data, Diagnostics& out) {
  const fs::path pattern(set.recordings.text);
  const auto folder = data / pattern.parent_path();
  const Around around(pattern.filename().string());
  std::vector<Place> places;
  const auto add = [&](const std::string& record) {
    Place place{record, folder / around.with(record), {}};
    if (set.reference) {
      const fs::path reference(set.reference->file.text);
      place.reference =
          data / reference.parent_path() / Around(reference.filename().string()).with(record);
    }
    places.push_back(std::move(place));
  };
  std::error_code error;
  if (around.star == std::string::npos) {
    if (fs::is_regular_file(folder / pattern.filename(), error))
      add(pattern.filename().stem().string());
  } else {
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (const auto record = around.match(entry.path().filename().string())) add(*record);
  }
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return a.name < b.name; });
  if (places.empty())
    out.error(set.recordings.mark, "recordings", "there is no " + (data / pattern).string(),
              "the recordings below the data folder", "--data names that folder");
  if (places.size() > records_max)
    out.error(set.recordings.mark, "recordings",
              fmt::format("these are {} recordings", places.size()), "at most 10000");
  return places;
}

Recording read_recording(const DataSet& set, const Place& place, Diagnostics& out) {
  Recording recording;
  recording.name = place.name;
  const auto before = out.errors();
  read_signal(set, place.signal, recording.signal, out);
  if (set.reference) {
    if (set.reference->kind == ReferenceSpec::Kind::beats)
      read_beats(*set.reference, place.reference, recording, out);
    else read_intervals(*set.reference, place.reference, recording, out);
  }
  if (out.errors() > before) return recording;
  if (recording.signal.values.empty())
    out.error(Mark{place.signal.string(), 0, 0}, {}, "there is no sample in it");
  const auto& rates = set.signal.rates_hz;
  if (rates.empty() && !recording.signal.rate_hz)
    out.error(Mark{place.signal.string(), 0, 0}, {}, "its samples are not evenly spaced",
              "a rate to score it at", "write `signal: {rates: [30 Hz]}` in the data set");
  for (const double rate : rates)
    if (const auto why = rate_error(recording.signal, rate))
      out.error(Mark{place.signal.string(), 0, 0}, {}, *why, "a rate at or below the recorded one");
  return recording;
}

}  // namespace ib::evaluate
