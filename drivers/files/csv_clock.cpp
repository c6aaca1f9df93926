#include "files/csv_clock.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <vector>

namespace ib::files {
namespace {

constexpr std::size_t chunk = 1024;
constexpr double hole = 8;  // periods; longer steps say little of the spacing

struct FirstPass {
  const std::filesystem::path& path;
  const CsvOptions& options;
  std::vector<Problem> problems{};
  CsvScan scan{};

  /// Every row's time, where there is a time column.
  template <class Each>
  bool each_row(Each each) {
    auto file = CsvFile::open(path, options);
    if (!file) {
      problems = std::move(file.problems);
      return false;
    }
    const auto width = file->columns().size();
    const bool timed = file->has_time();
    std::vector<double> times(timed ? chunk : 0), values(chunk * width);
    scan.samples.assign(width, 0);
    scan.squares.assign(width, 0);
    while (const auto n = file->read<double>(times, values))
      for (std::size_t i = 0; i < n; ++i) {
        if (timed) each(times[i]);
        for (std::size_t k = 0; k < width; ++k) {
          const double value = values[i * width + k];
          if (!std::isfinite(value)) continue;
          ++scan.samples[k];
          scan.squares[k] += value * value;
        }
      }
    scan.counts = file->counts();
    scan.problems = file->problems();
    return true;
  }

  /// More rows that can't be used than rows that can: it is not the file that it seems.
  bool mostly_refused(bool timed) {
    const auto& counts = scan.counts;
    const auto good = timed ? counts.rows : counts.rows - counts.refused;
    if (counts.refused <= good || scan.problems.list().empty()) return false;
    problems.push_back(scan.problems.list().front());
    problems.push_back({path,
                        0,
                        std::to_string(counts.refused) + " of " +
                            std::to_string(counts.refused + good) + " rows can't be used",
                        "at most half",
                        {}});
    return true;
  }
};

/// Mean spacing over the whole file, holes left out.
struct Spacing {
  double guess_s;
  std::uint64_t rows{};
  double first_s{}, last_s{}, sum_s{}, periods{};
  std::uint64_t near{};  ///< steps within the reach of interpolation

  void add(double t) {
    if (rows++ == 0) first_s = t;
    else step(t - last_s);
    last_s = t;
  }
  void step(double dt) {
    const double n = std::max(1.0, std::round(dt / guess_s));
    if (dt < CsvClock::reach * guess_s) ++near;
    if (n > hole) return;
    sum_s += dt;
    periods += n;
  }
  double period_s() const { return periods > 0 ? sum_s / periods : guess_s; }
};

/// Whether each row lies at a tick of its own, and steps over no tick that it did not miss.
struct TickCheck {
  double first_s, period_s;
  bool fits{true}, any{};
  double last_s{};
  std::int64_t last{};

  void add(double t) {
    const auto tick = std::llround((t - first_s) / period_s);
    if (any) {
      const auto steps = std::llround((t - last_s) / period_s), ticks = tick - last;
      fits = fits && ticks > 0 && (ticks == steps || ticks > 2);
    }
    any = true;
    last = tick;
    last_s = t;
  }
};

}  // namespace

Result<CsvScan> scan_csv(const std::filesystem::path& path, const CsvOptions& options) {
  FirstPass opening{path, options};
  auto file = CsvFile::open(path, options);
  if (!file) return {std::nullopt, std::move(file.problems)};
  const auto timing = file->timing();
  if (!timing.rate_hz)
    return {std::nullopt,
            {{path, 0, "there are too few rows to tell their rate",
              "at least 3 rows, or a line "
              "'# fs_hz: RATE'",
              "name the rate with rate:"}}};
  const bool stated = options.rate_hz || file->meta().contains("fs_hz");
  const bool timed = file->has_time();
  Spacing spacing{timing.spacing_s.value_or(1 / *timing.rate_hz)};
  if (!opening.each_row([&](double t) { spacing.add(t); }))
    return {std::nullopt, std::move(opening.problems)};
  if (opening.mostly_refused(timed)) return {std::nullopt, std::move(opening.problems)};

  auto& clock = opening.scan.clock;
  clock.period_s = 1 / *timing.rate_hz;
  clock.end_s = static_cast<double>(opening.scan.counts.rows) * clock.period_s;
  if (!timed) return {std::move(opening.scan), {}};

  clock.first_s = spacing.first_s;
  const auto fits = [&](double period_s) {
    TickCheck check{spacing.first_s, period_s};
    return opening.each_row([&](double t) { check.add(t); }) && check.fits;
  };
  clock.kind = CsvClock::Kind::stamped;
  if (!(stated && fits(clock.period_s))) {
    clock.period_s = spacing.period_s();
    if (!fits(clock.period_s)) {
      clock.kind = CsvClock::Kind::resampled;
      clock.period_s = spacing.guess_s;
    }
  }
  clock.end_s = spacing.last_s + clock.period_s;
  if (clock.kind == CsvClock::Kind::resampled && 2 * spacing.near < spacing.rows)
    return {std::nullopt,
            {{path, 0, "the times of the rows are too uneven for a waveform",
              "most rows within 2.5 mean periods of the next", "is this a list of events?"}}};
  return {std::move(opening.scan), {}};
}

}  // namespace ib::files
