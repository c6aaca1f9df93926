#include "files/e4_feed.hpp"

#include <interbeat/physio.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace ib::files {

using source::Shape;
using source::Signal;

/// One evenly sampled file of the export, row by row.
class E4Rows final : public source::Rows {
 public:
  explicit E4Rows(E4Stream stream)
      : stream_(std::move(stream)), values_(chunk * stream_.columns()) {}

  State next(source::Run& run, Time) override {
    const auto n = stream_.read(values_);
    run.first = index_;
    run.n = static_cast<std::uint32_t>(n);
    run.values[0] = values_.data();
    run.stride[0] = static_cast<std::uint32_t>(stream_.columns());
    index_ += n;
    return n > 0 ? State::ready : State::ended;
  }
  const E4Stream& stream() const { return stream_; }

 private:
  static constexpr std::size_t chunk = 512;
  E4Stream stream_;
  std::vector<float> values_;
  std::uint64_t index_{};
};

namespace {

/// The button presses, numbered as the wearer made them.
class Tags final : public source::Items<Marker> {
 public:
  explicit Tags(std::vector<Time> times) : times_(std::move(times)) {}

  std::optional<source::Timed<Marker>> next() override {
    if (at_ == times_.size()) return std::nullopt;
    Marker tag;
    constexpr std::string_view name = "tag ";
    char* const end = std::copy(name.begin(), name.end(), tag.text);
    std::to_chars(end, std::end(tag.text) - 1, at_ + 1);
    return source::Timed<Marker>{times_[at_++], tag};
  }

 private:
  std::vector<Time> times_;
  std::size_t at_{};
};

Duration length_of(E4Stream stream) {
  std::vector<float> values(1024 * stream.columns());
  std::size_t rows = 0;
  while (const auto n = stream.read(values)) rows += n;
  return from_seconds(static_cast<double>(rows) / stream.rate_hz());
}

}  // namespace

Result<std::unique_ptr<source::Feed>> E4Feed::open(const std::filesystem::path& path) {
  auto files = find_e4_files(path);
  if (!files) return {std::nullopt, std::move(files.problems)};
  auto scan = E4Export::open(path);
  if (!scan) return {std::nullopt, std::move(scan.problems)};
  auto found = E4Export::open(path);
  if (!found) return {std::nullopt, std::move(found.problems)};
  std::unique_ptr<E4Feed> feed(new E4Feed(std::move(*found), files->contains("tags.csv")));
  feed->find_extent(std::move(*scan));
  return {std::unique_ptr<source::Feed>(std::move(feed)), std::move(found.problems)};
}

E4Feed::E4Feed(E4Export found, bool has_tags) : start_unix_(found.start_unix) {
  const auto start = [&](const auto& stream) {
    return stream ? found.since_start(stream->start_unix()) : Duration{};
  };
  const Duration bvp = start(found.bvp), acc = start(found.acc), temp = start(found.temp),
                 eda = start(found.eda);
  add_regular(std::move(found.bvp), Signal::ppg, bvp);
  add_regular(std::move(found.acc), Signal::acceleration, acc);
  add_regular(std::move(found.temp), Signal::temperature, temp);
  add_regular(std::move(found.eda), Signal::skin_conductance, eda);
  if (found.ibi) add_beats(std::move(*found.ibi), found.since_start(*found.ibi->t0_unix()));
  if (has_tags) add_tags(found.tags_unix);
}

void E4Feed::add_regular(std::optional<E4Stream> stream, Signal signal, Duration start) {
  if (!stream) return;
  const double rate = stream->rate_hz();
  const auto channels = static_cast<std::uint32_t>(stream->columns());
  shapes_[index_of(signal)] = {true, rate, channels, 0};
  auto rows = std::make_unique<E4Rows>(std::move(*stream));
  rows_.push_back(rows.get());
  add(std::make_unique<source::RegularStream>(
      Anchor::of_rate(rate, Time{} + start), std::vector<source::Lane>{{signal, channels}},
      std::move(rows)));
}

void E4Feed::add_beats(IntervalFile file, Duration start) {
  auto items = std::make_unique<BeatItems>(std::move(file), start);
  beats_ = items.get();
  add(std::make_unique<source::EventStream<Beat>>(Signal::beats, std::move(items)));
}

void E4Feed::add_tags(const std::vector<double>& seconds) {
  std::vector<Time> times;
  for (const double s : seconds) times.push_back(Time{} + from_seconds(s - start_unix_));
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  EventExtent extent;
  for (const Time t : times) extent.add(t);
  shapes_[index_of(Signal::markers)] = {true, 0, 1, std::max(1.0, extent.most_per_second)};
  add(std::make_unique<source::EventStream<Marker>>(Signal::markers,
                                                    std::make_unique<Tags>(std::move(times))));
}

/// Where the main stream ends, and how dense the beats are: both need a look at the whole.
void E4Feed::find_extent(E4Export scan) {
  if (scan.ibi) {
    const Duration start = scan.since_start(*scan.ibi->t0_unix());
    const auto extent = EventExtent::of(std::move(*scan.ibi));
    shapes_[index_of(Signal::beats)] = {true, 0, 1, std::max(1.0, extent.most_per_second)};
    if (extent.last > never) duration_ = extent.last - Time{} + start;
  }
  if (scan.bvp) {
    const Duration start = scan.since_start(scan.bvp->start_unix());
    duration_ = start + length_of(std::move(*scan.bvp));
  }
}

void E4Feed::describe(ib_source_info& info) const {
  info.utc_start_ns = std::llround(start_unix_ * 1e9);
  info.duration_ns = duration_.count();
}

source::Losses E4Feed::losses() const {
  source::Losses losses;
  for (const auto* rows : rows_) {
    const auto& counts = rows->stream().counts();
    losses.bad_cells += counts.bad_cells;
    losses.refused_rows += counts.refused;
    losses.cut_short += rows->stream().problems().total() - counts.bad_cells - counts.refused;
  }
  if (beats_ != nullptr) losses.refused_rows += beats_->file().counts().refused;
  return losses;
}

}  // namespace ib::files
