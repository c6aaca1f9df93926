#include "files/e4_feed.hpp"

#include <interbeat/physio.hpp>

#include <algorithm>
#include <cmath>

#include "files/tag_items.hpp"

namespace ib::files {

using source::Shape;
using source::Signal;

/// One evenly sampled file of the export, row by row.
class E4Rows final : public source::Rows {
 public:
  E4Rows(E4Stream stream, float factor)
      : stream_(std::move(stream)), factor_(factor), values_(chunk * stream_.columns()) {}

  State next(source::Run& run, Time) override {
    const auto n = stream_.read(values_);
    if (factor_ != 1)
      for (auto& value : values_) value *= factor_;  // NaN, no sample, stays NaN
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
  float factor_;
  std::vector<float> values_;
  std::uint64_t index_{};
};

namespace {

/// Reads every file of an export once, so that what is damaged is told before anything is played.
class Scanning {
 public:
  Scanning(E4Export& found, std::vector<Problem>& remarks) : found_(found), remarks_(remarks) {}

  /// Leaves out of `found` what holds nothing; false: the export holds no pulse then.
  bool scan(E4Export copy, E4Scan& scan) {
    bool pulse = false;
    if (copy.ibi) pulse = scan_beats(std::move(*copy.ibi), copy, scan);
    if (const auto rows = usable(found_.bvp, std::move(copy.bvp))) {
      pulse = true;
      scan.duration = found_.since_start(found_.bvp->start_unix()) +
                      from_seconds(static_cast<double>(*rows) / found_.bvp->rate_hz());
    }
    usable(found_.acc, std::move(copy.acc));
    usable(found_.temp, std::move(copy.temp));
    usable(found_.eda, std::move(copy.eda));
    return pulse;
  }

 private:
  void tell(const std::vector<Problem>& told) {
    remarks_.insert(remarks_.end(), told.begin(), told.end());
  }

  /// How many rows a stream has; none, and no stream any more, if hardly any can be used.
  std::optional<std::uint64_t> usable(std::optional<E4Stream>& kept,
                                      std::optional<E4Stream> stream) {
    if (!stream) return std::nullopt;
    std::vector<float> values(1024 * stream->columns());
    std::uint64_t rows = 0, samples = 0;
    while (const auto n = stream->read(values)) {
      rows += n;
      samples += static_cast<std::uint64_t>(
          std::count_if(values.begin(), values.begin() + std::ptrdiff_t(n * stream->columns()),
                        [](float x) { return std::isfinite(x); }));
    }
    tell(told_of(stream->problems()));
    if (samples > 0 && 2 * stream->counts().refused <= rows) return rows;
    remarks_.push_back(
        {stream->path(), 3,
         samples == 0 ? "there is no sample in the file" : "most rows of the file can't be used",
         "a row of " + std::to_string(stream->columns()) +
             " numbers for each sample, from line 3 on",
         "the stream is left out"});
    kept.reset();
    return std::nullopt;
  }

  bool scan_beats(IntervalFile file, const E4Export& copy, E4Scan& scan) {
    const Duration start = copy.since_start(*file.t0_unix());
    BeatItems beats(std::move(file));
    const auto extent = EventExtent::of(beats);
    tell(beats.file().told());
    scan.beats_per_second = std::max(1.0, extent.most_per_second);
    if (extent.last > never) scan.duration = extent.last - Time{} + start;
    return extent.last > never;
  }

  E4Export& found_;
  std::vector<Problem>& remarks_;
};

}  // namespace

Result<std::unique_ptr<source::Feed>> E4Feed::open(const std::filesystem::path& path, bool invert) {
  auto files = find_e4_files(path);
  if (!files) return {std::nullopt, std::move(files.problems)};
  auto copy = E4Export::open(path);
  if (!copy) return {std::nullopt, std::move(copy.problems)};
  auto found = E4Export::open(path);
  if (!found) return {std::nullopt, std::move(found.problems)};
  auto remarks = std::move(found.problems);
  E4Scan scan;
  if (!Scanning(*found, remarks).scan(std::move(*copy), scan)) {
    remarks.push_back({path,
                       0,
                       "the export holds neither a pulse waveform nor an interval",
                       "samples in BVP.csv or intervals in IBI.csv",
                       {}});
    return {std::nullopt, std::move(remarks)};
  }
  std::unique_ptr<source::Feed> feed(
      new E4Feed(std::move(*found), scan, files->contains("tags.csv"), invert));
  return {std::move(feed), std::move(remarks)};
}

E4Feed::E4Feed(E4Export found, const E4Scan& scan, bool has_tags, bool invert)
    : start_unix_(found.start_unix), duration_(scan.duration) {
  const auto start = [&](const auto& stream) {
    return stream ? found.since_start(stream->start_unix()) : Duration{};
  };
  const Duration bvp = start(found.bvp), acc = start(found.acc), temp = start(found.temp),
                 eda = start(found.eda);
  add_regular(std::move(found.bvp), Signal::ppg, bvp, invert ? -1.0F : 1.0F);
  add_regular(std::move(found.acc), Signal::acceleration, acc);
  add_regular(std::move(found.temp), Signal::temperature, temp);
  add_regular(std::move(found.eda), Signal::skin_conductance, eda);
  if (found.ibi) {
    shapes_[index_of(Signal::beats)] = {true, 0, 1, scan.beats_per_second};
    add_beats(std::move(*found.ibi), found.since_start(*found.ibi->t0_unix()));
  }
  if (has_tags) add_tags(found.tags_unix);
}

void E4Feed::add_regular(std::optional<E4Stream> stream, Signal signal, Duration start,
                         float factor) {
  if (!stream) return;
  const double rate = stream->rate_hz();
  const auto channels = static_cast<std::uint32_t>(stream->columns());
  shapes_[index_of(signal)] = {true, rate, channels, 0};
  auto rows = std::make_unique<E4Rows>(std::move(*stream), factor);
  rows_.push_back(rows.get());
  add(std::make_unique<source::RegularStream>(Anchor::of_rate(rate, Time{} + start),
                                              std::vector<source::Lane>{{signal, channels}},
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
  auto tags = std::make_unique<TagItems>(std::move(times));
  shapes_[index_of(Signal::markers)] = {true, 0, 1, tags->most_per_second()};
  add(std::make_unique<source::EventStream<Marker>>(Signal::markers, std::move(tags)));
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
