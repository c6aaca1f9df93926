#include "virtual_ring/ring_feed.hpp"

#include <interbeat/clock_model.hpp>
#include <interbeat/keyed_random.hpp>
#include <interbeat/physio.hpp>

#include <algorithm>
#include <vector>

#include "source/event_stream.hpp"
#include "source/regular_stream.hpp"
#include "virtual_ring/heart.hpp"

namespace ib::virtual_ring {
namespace {

using source::Run;
using source::Signal;

/// The packets of a ring, each when it has arrived.
class RingRows final : public source::Rows {
 public:
  explicit RingRows(const Options& options) : ring_(options) {}

  State next(Run& run, Time now) override {
    if (next_arrival() > now) return State::waiting;
    const auto packet = ring_.next();
    if (!packet) {
      run.first = last_ + ring_.totals().lost_samples - lost_;
      run.lost = ring_.totals().lost_samples - lost_;
      lost_ = ring_.totals().lost_samples;
      return State::ended;
    }
    run.first = packet->first_index;
    run.n = static_cast<std::uint32_t>(packet->n);
    run.values = {packet->ppg.data(), packet->acc.data()};
    run.stride = {1, 3};
    run.lost = packet->lost_samples;
    last_ = run.first + run.n;
    lost_ = ring_.totals().lost_samples;
    return State::ready;
  }
  /// Without a packet to come: the end of the stream, or never.
  Time next_arrival() const override {
    return ring_.next_arrival() < forever ? ring_.next_arrival() : ring_.end();
  }
  bool live() const override { return true; }
  const Ring& ring() const { return ring_; }

 private:
  Ring ring_;
  std::uint64_t last_{}, lost_{};
};

/// What the heart of these options did, beat by beat.
class TrueBeats final : public source::Items<ib::Beat> {
 public:
  explicit TrueBeats(const Options& options, Time end)
      : heart_(options), start_(Time{} - from_seconds(options.lead_in_s)), end_(end) {}

  std::optional<source::Timed<ib::Beat>> next() override {
    auto beat = heart_.next();
    while (beat.heart < start_) beat = heart_.next();
    if (beat.heart >= end_) return std::nullopt;
    const bool normal = beat.label == BeatLabel::normal;
    return source::Timed<ib::Beat>{beat.heart,
                                   {.ibi_us = static_cast<double>((beat.rr.count() + 500) / 1000),
                                    .contiguous = std::exchange(any_, true),
                                    .valid = normal,
                                    .reason = normal ? Reason::none : Reason::artefact}};
  }

 private:
  Heart heart_;
  Time start_, end_;
  bool any_{};
};

/// The ring's clock, once a second: known without error, so that a lag between two of them is exact.
class TrueClock final : public source::Items<ClockModel> {
 public:
  TrueClock(const Options& options, const Anchor& clock, Time end)
      : clock_(clock), next_(Time{} - from_seconds(options.lead_in_s)), end_(end) {}
  std::optional<source::Timed<ClockModel>> next() override {
    if (next_ >= end_) return std::nullopt;
    const Time t = std::exchange(next_, next_ + every);
    const double period_s = clock_.period_ns() * 1e-9;
    while (clock_.at(index_ + 1) <= t) ++index_;
    ClockModel m;
    m.index = static_cast<std::int64_t>(index_);
    m.t_ns = clock_.at(index_).ns;
    m.rate_hz = 1 / period_s;
    m.arrival_ns = t.ns;
    m.epoch = 1;
    return source::Timed<ClockModel>{t, m};
  }

 private:
  static constexpr Duration every = 1s;
  Anchor clock_;
  Time next_, end_;
  std::uint64_t index_{};
};

std::vector<source::Lane> lanes_of(const Options& options) {
  std::vector<source::Lane> lanes{{Signal::ppg, 1}};
  if (options.accelerometer) lanes.push_back({Signal::acceleration, 3});
  return lanes;
}

}  // namespace

// Rate and end are the same for everybody; who it is, is known when the graph is.
RingFeed::RingFeed(const Options& options, bool seeded) : options_(options), seeded_(seeded) {
  const Ring anybody(options);
  rate_hz_ = anybody.true_clock().rate_hz();
  end_ = anybody.end();
}

void RingFeed::become(std::uint64_t graph_seed, std::string_view path) {
  if (!seeded_) options_.seed = KeyedRandom(graph_seed, path).bits(0);
  auto rows = std::make_unique<RingRows>(options_);
  ring_ = &rows->ring();
  add(std::make_unique<source::RegularStream>(ring_->true_clock(), lanes_of(options_),
                                              std::move(rows)));
}

// What nobody listens to is not kept: there may be thousands of rings.
void RingFeed::start(const source::PerSignal<bool>& listened, Duration max_step) {
  const auto wanted = [&](Signal s, bool& there) {
    return listened[source::index_of(s)] && !std::exchange(there, true);
  };
  if (wanted(Signal::truth, has_truth_))
    add(std::make_unique<source::EventStream<ib::Beat>>(
        Signal::truth, std::make_unique<TrueBeats>(options_, end_), end_));
  if (wanted(Signal::clock, has_clock_))
    add(std::make_unique<source::EventStream<ClockModel>>(
        Signal::clock, std::make_unique<TrueClock>(options_, ring_->true_clock(), end_), end_));
  Feed::start(listened, max_step);
}

void RingFeed::describe(ib_source_info& info) const {
  info.live = 1;
  info.simulated = 1;
  info.lead_in_ns = from_seconds(options_.lead_in_s).count();
  if (end_ < forever) info.duration_ns = end_.ns;
}

source::Shape RingFeed::shape(Signal s) const {
  // The heart's own beats stand on a grid of microseconds. No device has averaged them, and that is not asked.
  constexpr double truth_hz = 1e6;
  constexpr double beats_per_second = 5;  // a premature beat and its pause; check() bounds the rate
  switch (s) {
    case Signal::ppg: return {true, rate_hz_, 1, 0};
    case Signal::acceleration: return {options_.accelerometer, rate_hz_, 3, 0};
    case Signal::truth: return {true, 0, 1, beats_per_second, truth_hz};
    case Signal::clock: return {true, 0, 1, 1};
    default: return {};
  }
}

source::Losses RingFeed::losses() const {
  source::Losses losses;
  if (ring_ == nullptr) return losses;
  losses.lost_packets = ring_->totals().lost_packets;
  losses.lost_samples = ring_->totals().lost_samples;
  return losses;
}

}  // namespace ib::virtual_ring
