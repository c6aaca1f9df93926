#include "files/interval_feed.hpp"

#include <algorithm>
#include <cmath>

namespace ib::files {
namespace {

/// A compressed file that ends before its end.
bool breaks_off(const std::filesystem::path& path) {
  auto lines = LineReader::open(path);
  std::string_view line;
  while (lines && lines->next(line)) {}
  return lines && lines->problem();
}

}  // namespace

Result<std::unique_ptr<source::Feed>> IntervalFeed::open(const std::filesystem::path& path,
                                                         const std::string& column) {
  const IntervalOptions options{.column = column, .times = {}};
  auto scan = IntervalFile::open(path, options);
  if (!scan) return {std::nullopt, std::move(scan.problems)};
  auto file = IntervalFile::open(path, options);
  if (!file) return {std::nullopt, std::move(file.problems)};
  const auto extent = EventExtent::of(std::move(*scan));
  return {std::unique_ptr<source::Feed>(new IntervalFeed(std::move(*file), extent, breaks_off(path))),
          {}};
}

IntervalFeed::IntervalFeed(IntervalFile file, const EventExtent& extent, bool breaks_off)
    : extent_(extent), breaks_off_(breaks_off), t0_unix_(file.t0_unix()) {
  auto items = std::make_unique<BeatItems>(std::move(file));
  items_ = items.get();
  auto stream =
      std::make_unique<source::EventStream<Beat>>(source::Signal::beats, std::move(items));
  stream_ = stream.get();
  add(std::move(stream));
}

void IntervalFeed::describe(ib_source_info& info) const {
  if (t0_unix_) info.utc_start_ns = std::llround(*t0_unix_ * 1e9);
  info.duration_ns = std::max<std::int64_t>(0, extent_.last.ns);
}

source::Shape IntervalFeed::shape(source::Signal s) const {
  if (s != source::Signal::beats) return {};
  return {true, 0, 1, std::max(1.0, extent_.most_per_second)};
}

source::Losses IntervalFeed::losses() const {
  source::Losses losses;
  losses.refused_rows = items_->file().counts().refused + stream_->out_of_order();
  losses.cut_short = breaks_off_ ? 1 : 0;
  return losses;
}

}  // namespace ib::files
