#include "files/csv_feed.hpp"

#include <algorithm>
#include <cmath>

namespace ib::files {

using source::RegularStream;

Result<std::unique_ptr<source::Feed>> CsvFeed::open(const std::filesystem::path& path,
                                                    const CsvFeedOptions& options) {
  CsvOptions reading;
  if (options.rate_hz > 0) reading.rate_hz = options.rate_hz;
  auto all = CsvFile::open(path, reading);
  if (!all) return {std::nullopt, std::move(all.problems)};
  auto columns = choose_columns(*all, options.channel);
  if (!columns) return {std::nullopt, std::move(columns.problems)};
  reading.columns = columns->names;
  auto clock = find_clock(path, reading);
  if (!clock) return {std::nullopt, std::move(clock.problems)};
  auto file = CsvFile::open(path, reading);
  if (!file) return {std::nullopt, std::move(file.problems)};
  return {std::unique_ptr<source::Feed>(new CsvFeed(std::move(*file), *columns, *clock)), {}};
}

CsvFeed::CsvFeed(CsvFile file, const CsvColumns& columns, const CsvClock& clock)
    : clock_(clock), lanes_(columns.lanes), t0_unix_(file.t0_unix()) {
  auto rows = CsvRows::of(std::move(file), columns, clock);
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
