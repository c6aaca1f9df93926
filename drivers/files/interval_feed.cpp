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

/// Why a file that reads well is none all the same.
std::optional<Problem> unusable(const IntervalFile& file, const EventExtent& extent) {
  const auto& counts = file.counts();
  if (extent.last == never)
    return Problem{file.path(), 0, "there is no interval that can be used", "at least one", {}};
  if (counts.refused <= counts.intervals) return std::nullopt;
  return Problem{file.path(),
                 0,
                 std::to_string(counts.refused) + " rows can't be used, " +
                     std::to_string(counts.intervals) + " can",
                 "intervals in most rows",
                 {}};
}

}  // namespace

Result<std::unique_ptr<source::Feed>> IntervalFeed::open(const std::filesystem::path& path,
                                                         const std::string& column) {
  const IntervalOptions options{.column = column, .times = {}};
  auto scan = IntervalFile::open(path, options);
  if (!scan) return {std::nullopt, std::move(scan.problems)};
  auto file = IntervalFile::open(path, options);
  if (!file) return {std::nullopt, std::move(file.problems)};
  BeatItems beats(std::move(*scan));
  const auto extent = EventExtent::of(beats);
  auto found = beats.file().told();
  if (auto wrong = unusable(beats.file(), extent)) {
    found.push_back(std::move(*wrong));
    return {std::nullopt, std::move(found)};
  }
  auto remarks = std::move(scan.problems);
  remarks.insert(remarks.end(), found.begin(), found.end());
  const bool notified = file->notifications() != nullptr;
  std::unique_ptr<IntervalFeed> feed(new IntervalFeed(std::move(*file), extent, breaks_off(path)));
  if (notified) {
    auto once = IntervalFile::open(path, options), again = IntervalFile::open(path, options);
    if (!once) return {std::nullopt, std::move(once.problems)};
    if (!again) return {std::nullopt, std::move(again.problems)};
    NotificationItems counted(std::move(*once));
    feed->add_notifications(std::move(*again), densest_second(counted));
  }
  return {std::unique_ptr<source::Feed>(std::move(feed)), std::move(remarks)};
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

void IntervalFeed::add_notifications(IntervalFile file, double most_per_second) {
  auto items = std::make_unique<NotificationItems>(std::move(file));
  notifications_ = items.get();
  notifications_per_second_ = most_per_second;
  add(std::make_unique<source::EventStream<RrNotification>>(source::Signal::rr, std::move(items)));
}

void IntervalFeed::describe(ib_source_info& info) const {
  if (t0_unix_) info.utc_start_ns = std::llround(*t0_unix_ * 1e9);
  info.duration_ns = std::max<std::int64_t>(0, extent_.last.ns);
}

source::Shape IntervalFeed::shape(source::Signal s) const {
  if (s == source::Signal::rr && notifications_ != nullptr)
    return {true, 0, 1, std::max(1.0, notifications_per_second_)};
  if (s != source::Signal::beats) return {};
  return {true, 0, 1, std::max(1.0, extent_.most_per_second)};
}

source::Losses IntervalFeed::losses() const {
  source::Losses losses;
  // Both read the same rows; the one that nobody hears stands still.
  const auto of_beats = items_->file().counts().refused + stream_->out_of_order();
  losses.refused_rows =
      notifications_ != nullptr ? std::max(of_beats, notifications_->refused()) : of_beats;
  losses.cut_short = breaks_off_ ? 1 : 0;
  return losses;
}

}  // namespace ib::files
