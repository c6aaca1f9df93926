#include "files/csv_feed.hpp"

#include <algorithm>
#include <cmath>

namespace ib::files {

using source::RegularStream;

namespace {

/// No pulse sensor samples faster; what seems to has its times in another unit.
constexpr double sensor_rate_max_hz = 2000;

/// What the scan tells against the recording, or beside it.
struct Judgement {
  const CsvFile& file;
  const CsvColumns& columns;
  const CsvScan& scan;
  std::vector<Problem> wrong{}, remarks{};

  void add(std::vector<Problem>& to, std::size_t line, std::string what, std::string expected,
           std::string hint) {
    to.push_back({file.path(), line, std::move(what), std::move(expected), std::move(hint)});
  }

  void judge_rate() {
    const double rate = scan.clock.rate_hz();
    if (rate > sensor_rate_max_hz)
      add(wrong, file.header_line(), "the rate is " + shown(rate) + " Hz", "at most 2 kHz",
          file.has_time() ? "is the unit of the time column another one (t_s, t_ms)?"
                          : "correct the line '# fs_hz:' or rate:");
    else if (!(scan.clock.end_s <= time_max_s))
      add(wrong, file.header_line(), "the recording would last " + shown(scan.clock.end_s) + " s",
          "at most 1e9 s", "correct the rate");
  }

  void judge_signals() {
    std::size_t column = 0;
    bool any = false;
    for (const auto& lane : columns.lanes) {
      const bool has = scan.samples[column] > 0;
      any = any || has;
      if (!has) tell_empty(lane.signal, column);
      else if (lane.signal == source::Signal::acceleration) judge_gravity(column);
      else if (lane.signal == source::Signal::ecg) judge_ecg(column);
      column += lane.channels;
    }
    if (!any && wrong.empty()) wrong = std::move(remarks);
  }

  /// Whatever the wearer does, gravity is there: about 1 g in the mean, or the unit is another one.
  void judge_gravity(std::size_t column) {
    double square = 0;
    for (std::size_t k = column; k < column + 3; ++k)
      square += scan.squares[k] / static_cast<double>(std::max<std::uint64_t>(1, scan.samples[k]));
    const double g = std::sqrt(square) * static_cast<double>(columns.g_per_unit);
    if (g > 0.3 && g < 4) return;
    add(remarks, file.header_line(), "the acceleration is " + shown(g) + " g on average",
        "about 1 g", "say its unit with a line such as '# acc_units: m/s^2'");
  }

  /// Of a skin electrode's ECG the mean square is some 0.1 to 1 mV; an offset may be larger.
  void judge_ecg(std::size_t column) {
    const double mean_square = scan.squares[column] / static_cast<double>(std::max<std::uint64_t>(
                                                          1, scan.samples[column]));
    const double mv = std::sqrt(mean_square) * static_cast<double>(columns.mv_per_unit);
    if (mv > 0.005 && mv < 500) return;
    add(remarks, file.header_line(), "the ECG is " + shown(mv) + " mV on average",
        "some 0.1 to 1 mV, and an offset of an electrode's 500 at most",
        "say its unit with a line such as '# ecg_units: uV'; for beats the unit does not matter");
  }

  void tell_empty(source::Signal signal, std::size_t column) {
    auto& to = signal == source::Signal::ppg ? wrong : remarks;
    const auto bad = scan.problems.list();
    if (!bad.empty()) to.push_back(bad.front());
    add(to, file.header_line(), "column " + in_quotes(columns.names[column]) + " holds no number",
        "a number in most rows", {});
  }

 private:
  static constexpr double time_max_s = 1e9;
};

}  // namespace

Result<std::unique_ptr<source::Feed>> CsvFeed::open(const std::filesystem::path& path,
                                                    const CsvFeedOptions& options) {
  CsvOptions reading;
  if (options.rate_hz > 0) reading.rate_hz = options.rate_hz;
  auto all = CsvFile::open(path, reading);
  if (!all) return {std::nullopt, std::move(all.problems)};
  auto columns = choose_columns(*all, options.channel, options.ecg_channel);
  if (!columns) return {std::nullopt, std::move(columns.problems)};
  reading.columns = columns->names;
  auto scan = scan_csv(path, reading);
  if (!scan) return {std::nullopt, std::move(scan.problems)};
  Judgement judgement{*all, *columns, *scan};
  judgement.judge_rate();
  judgement.judge_signals();
  if (!judgement.wrong.empty()) return {std::nullopt, std::move(judgement.wrong)};
  auto file = CsvFile::open(path, reading);
  if (!file) return {std::nullopt, std::move(file.problems)};

  std::vector<Problem> remarks = std::move(all.problems);
  for (auto* more : {&columns.problems, &judgement.remarks})
    remarks.insert(remarks.end(), more->begin(), more->end());
  const auto found = told_of(scan->problems);
  remarks.insert(remarks.end(), found.begin(), found.end());
  return {std::unique_ptr<source::Feed>(
              new CsvFeed(std::move(*file), *columns, scan->clock, options.invert)),
          std::move(remarks)};
}

CsvFeed::CsvFeed(CsvFile file, const CsvColumns& columns, const CsvClock& clock, bool invert)
    : clock_(clock), lanes_(columns.lanes), t0_unix_(file.t0_unix()) {
  auto rows = CsvRows::of(std::move(file), columns, clock, invert);
  rows_ = rows.get();
  add(std::make_unique<RegularStream>(
      Anchor::of_rate(clock.rate_hz(), Time{} + from_seconds(clock.first_s)), lanes_,
      std::move(rows)));
}

void CsvFeed::describe(ib_source_info& info) const {
  if (t0_unix_) info.utc_start_ns = std::llround(*t0_unix_ * 1e9);
  info.duration_ns = from_seconds(clock_.end_s).count();
}

source::Shape CsvFeed::shape(source::Signal s) const {
  for (const auto& lane : lanes_)
    if (lane.signal == s) return {true, clock_.rate_hz(), lane.channels, 0};
  return {};
}

}  // namespace ib::files
