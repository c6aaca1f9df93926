#include "files/embrace_feed.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "files/beat_items.hpp"
#include "files/csv_clock.hpp"
#include "files/head.hpp"
#include "files/interval_chain.hpp"
#include "files/stamp_file.hpp"
#include "files/tag_items.hpp"
#include "files/time_column.hpp"
#include "source/event_stream.hpp"
#include "source/regular_stream.hpp"

namespace ib::files {

using source::Signal;
namespace fs = std::filesystem;

/// A file of samples.
struct EmbraceWaveform {
  std::string_view file;
  Signal signal{};
  std::vector<std::string> columns;
};

/// A waveform that can be played.
struct EmbraceStream {
  const EmbraceWaveform* of{};
  CsvFile file;
  CsvClock clock;

  std::int64_t start_unix_ns() const { return std::llround(file.t0_unix().value_or(0) * 1e9); }
};

namespace {

constexpr double microseconds_per_s = 1e6;
constexpr double embrace_rate_max_hz = 2000;

const std::array<EmbraceWaveform, 4>& embrace_waveforms() {
  static const std::array<EmbraceWaveform, 4> all{
      EmbraceWaveform{"bvp.csv", Signal::ppg, {"bvp"}},
      EmbraceWaveform{"accelerometer.csv", Signal::acceleration, {"x", "y", "z"}},
      EmbraceWaveform{"eda.csv", Signal::skin_conductance, {"eda"}},
      EmbraceWaveform{"temperature.csv", Signal::temperature, {"temperature"}}};
  return all;
}

/// Lower-case name to the file's own.
std::map<std::string, fs::path, std::less<>> embrace_files(const fs::path& folder) {
  constexpr std::size_t entries_max = 10'000;
  std::map<std::string, fs::path, std::less<>> files;
  std::error_code error;
  fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
  for (std::size_t n = 0; !error && n < entries_max && entry != fs::directory_iterator{}; ++n) {
    auto name = entry->path().filename().string();
    for (auto& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    files.try_emplace(std::move(name), entry->path());
    entry.increment(error);
  }
  return files;
}

bool first_line_names(const fs::path& path, std::string_view column) {
  auto lines = LineReader::open(path);
  std::string_view line;
  if (!lines || !lines->next(line)) return false;
  const auto names = split(line, ',');
  return std::find(names.begin(), names.end(), column) != names.end();
}

/// The peaks as beats: each closes the interval since the one before.
class PeakItems final : public source::Items<Beat> {
 public:
  PeakItems(std::vector<std::int64_t> unix_ns, std::int64_t start_unix_ns)
      : unix_ns_(std::move(unix_ns)), start_unix_ns_(start_unix_ns) {}

  std::optional<source::Timed<Beat>> next() override {
    if (at_ == unix_ns_.size()) return std::nullopt;
    const Time t{unix_ns_[at_++] - start_unix_ns_};
    const auto interval = chain_.beat(t, true);
    if (!interval) return source::Timed<Beat>{t, {.valid = true, .reason = Reason::gap}};
    return source::Timed<Beat>{
        t, {.ibi_us = interval->ibi_us, .contiguous = interval->contiguous, .valid = true}};
  }

 private:
  std::vector<std::int64_t> unix_ns_;
  std::int64_t start_unix_ns_;
  std::size_t at_{};
  IntervalChain chain_;
};

}  // namespace

bool is_embrace_folder(const fs::path& path) {
  const auto files = embrace_files(path);
  const auto has = [&](std::string_view name, std::string_view column) {
    const auto file = files.find(name);
    return file != files.end() && first_line_names(file->second, column);
  };
  return has("systolic_peaks.csv", "systolic_peak_timestamp") || has("bvp.csv", "unix_timestamp");
}

/// Collects what the folder has; every file that fails leaves its problem, and the others go on.
struct EmbraceOpening {
  const fs::path& folder;
  std::map<std::string, fs::path, std::less<>> files;
  std::vector<Problem> problems{};
  std::vector<EmbraceStream> streams{};
  std::optional<StampFile> peaks{}, tags{};

  template <class T>
  std::optional<T> kept(Result<T> part) {
    problems.insert(problems.end(), part.problems.begin(), part.problems.end());
    return std::move(part.value);
  }

  void leave_out(const fs::path& path, std::string what, std::string expected) {
    problems.push_back({path, 1, std::move(what), std::move(expected), "the file is left out"});
  }

  /// A sum of three axes at rest is 1 g; the recording's own counts, unconverted, are hundreds.
  static double gravity(const CsvScan& scan) {
    double square = 0;
    for (std::size_t k = 0; k < scan.squares.size(); ++k)
      square += scan.squares[k] / static_cast<double>(std::max<std::uint64_t>(1, scan.samples[k]));
    return std::sqrt(square);
  }

  void add_waveform(const EmbraceWaveform& waveform) {
    const auto named = files.find(waveform.file);
    if (named == files.end()) return;
    const auto& path = named->second;
    CsvOptions options;
    options.columns = waveform.columns;
    options.unix_timestamp_per_s = microseconds_per_s;
    auto file = kept(CsvFile::open(path, options));
    if (!file) return;
    if (!file->t0_unix())
      return leave_out(path, "there is no column unix_timestamp", "microseconds since 1970");
    auto scan = kept(scan_csv(path, options));
    if (!scan) return;
    const auto told = told_of(scan->problems);
    problems.insert(problems.end(), told.begin(), told.end());
    if (std::all_of(scan->samples.begin(), scan->samples.end(), [](auto n) { return n == 0; }))
      return leave_out(path, "there is no sample in the file", "a number in most rows");
    if (scan->clock.rate_hz() > embrace_rate_max_hz)
      return leave_out(path, "the rate is " + shown(scan->clock.rate_hz()) + " Hz",
                       "at most 2 kHz");
    const double g = waveform.signal == Signal::acceleration ? gravity(*scan) : 1;
    if (!(g > 0.3 && g < 4))
      return leave_out(path, "the acceleration is " + shown(g) + " g on average",
                       "about 1 g: counts have to be converted to g");
    streams.push_back({&waveform, std::move(*file), scan->clock});
  }

  std::optional<StampFile> stamps(std::string_view name, std::string_view column,
                                  std::int64_t ns_per_unit) {
    const auto named = files.find(name);
    if (named == files.end()) return std::nullopt;
    return kept(StampFile::read(named->second, column, ns_per_unit));
  }

  /// Of the waveform or the peaks: what the others are laid beside.
  std::optional<std::int64_t> main_start() const {
    for (const auto& stream : streams)
      if (stream.of->signal == Signal::ppg) return stream.start_unix_ns();
    if (peaks && !peaks->unix_ns.empty()) return peaks->unix_ns.front();
    return std::nullopt;
  }

  /// A file of another week was copied in by mistake.
  bool far(std::int64_t start_ns, std::int64_t main_ns) const {
    return std::abs(static_cast<double>(start_ns - main_ns)) > recording_max_s * 1e9;
  }

  void drop_what_is_far(std::int64_t main_ns) {
    std::erase_if(streams, [&](const EmbraceStream& stream) {
      const bool drop = far(stream.start_unix_ns(), main_ns);
      if (drop)
        leave_out(stream.file.path(), "the start is more than 7 days from that of the others",
                  "files of one session");
      return drop;
    });
    if (peaks && !peaks->unix_ns.empty() && far(peaks->unix_ns.front(), main_ns)) {
      leave_out(files.find("systolic_peaks.csv")->second,
                "the start is more than 7 days from that of the others", "files of one session");
      peaks.reset();
    }
    if (tags) std::erase_if(tags->unix_ns, [&](auto ns) { return far(ns, main_ns); });
  }

  std::int64_t earliest(std::int64_t main_ns) const {
    auto start = main_ns;
    for (const auto& stream : streams) start = std::min(start, stream.start_unix_ns());
    if (peaks && !peaks->unix_ns.empty()) start = std::min(start, peaks->unix_ns.front());
    return start;
  }

  std::unique_ptr<EmbraceFeed> feed(std::int64_t start_ns, bool invert) {
    std::unique_ptr<EmbraceFeed> feed(new EmbraceFeed);
    feed->start_unix_ns_ = start_ns;
    for (auto& stream : streams) play(*feed, std::move(stream), invert);
    if (peaks) {
      EventExtent extent;
      for (const auto ns : peaks->unix_ns) extent.add(Time{ns - start_ns});
      feed->shapes_[index_of(Signal::beats)] = {true, 0, 1, std::max(1.0, extent.most_per_second)};
      feed->refused_stamps_ += peaks->refused;
      if (extent.last > never) feed->duration_ = std::max(feed->duration_, extent.last - Time{});
      feed->add(std::make_unique<source::EventStream<Beat>>(
          Signal::beats, std::make_unique<PeakItems>(std::move(peaks->unix_ns), start_ns)));
    }
    if (tags) {
      std::vector<Time> times;
      for (const auto ns : tags->unix_ns) times.push_back(Time{ns - start_ns});
      feed->refused_stamps_ += tags->refused;
      auto items = std::make_unique<TagItems>(std::move(times));
      feed->shapes_[index_of(Signal::markers)] = {true, 0, 1, items->most_per_second()};
      feed->add(std::make_unique<source::EventStream<Marker>>(Signal::markers, std::move(items)));
    }
    return feed;
  }

 private:
  static void play(EmbraceFeed& feed, EmbraceStream stream, bool invert) {
    const auto signal = stream.of->signal;
    const auto channels = static_cast<std::uint32_t>(stream.of->columns.size());
    const auto& clock = stream.clock;
    const Duration start{stream.start_unix_ns() - feed.start_unix_ns_};
    feed.shapes_[index_of(signal)] = {true, clock.rate_hz(), channels, 0};
    if (signal == Signal::ppg) feed.duration_ = start + from_seconds(clock.end_s);
    CsvColumns columns;
    columns.names = stream.of->columns;
    columns.lanes = {{signal, channels}};
    auto rows = CsvRows::of(std::move(stream.file), columns, clock, invert);
    feed.rows_.push_back(rows.get());
    feed.add(std::make_unique<source::RegularStream>(
        Anchor::of_rate(clock.rate_hz(), Time{} + start + from_seconds(clock.first_s)),
        columns.lanes, std::move(rows)));
  }
};

Result<std::unique_ptr<source::Feed>> EmbraceFeed::open(const fs::path& path, bool invert) {
  EmbraceOpening opening{path, embrace_files(path)};
  for (const auto& waveform : embrace_waveforms()) opening.add_waveform(waveform);
  opening.peaks = opening.stamps("systolic_peaks.csv", "systolic_peak_timestamp", 1);
  opening.tags = opening.stamps("tags.csv", "tags_timestamp", 1000);
  auto& problems = opening.problems;
  const auto main_ns = opening.main_start();
  if (!main_ns) {
    problems.push_back({path, 0, "there is neither a pulse waveform nor a systolic peak",
                        "a folder of an EmbracePlus with bvp.csv or systolic_peaks.csv",
                        "convert its Avro files with the maker's script"});
    return {std::nullopt, std::move(problems)};
  }
  opening.drop_what_is_far(*main_ns);
  auto feed = opening.feed(opening.earliest(*main_ns), invert);
  return {std::unique_ptr<source::Feed>(std::move(feed)), std::move(problems)};
}

void EmbraceFeed::describe(ib_source_info& info) const {
  info.utc_start_ns = start_unix_ns_;
  info.duration_ns = duration_.count();
}

source::Losses EmbraceFeed::losses() const {
  source::Losses sum;
  for (const auto* rows : rows_) {
    const auto of_file = rows->losses();
    sum.bad_cells += of_file.bad_cells;
    sum.refused_rows += of_file.refused_rows;
    sum.cut_short += of_file.cut_short;
  }
  sum.refused_rows += refused_stamps_;
  return sum;
}

}  // namespace ib::files
