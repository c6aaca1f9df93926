#include "beat/rr.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace ib {
namespace {

constexpr std::int32_t rr_shortest_us = 300'000, rr_longest_us = 2'000'000;  // of a heart

/// 0: it is no interval.
std::int32_t rr_whole_us(const Maybe& rr) {
  const bool fits = *rr >= dsp::RrClock::least_us && *rr <= dsp::RrClock::most_us;  // not if NaN
  return fits ? static_cast<std::int32_t>(*rr) : 0;
}

}  // namespace

NodeDef rr_beats() { return node_def<RrBeats>(); }

bool RrBeats::activate(Activation&) {
  latency = hold.duration() + behind;
  clock_ = dsp::RrClock(hold.duration());
  reset();
  return true;
}

void RrBeats::reset() {
  gaps_before_ = gaps.value.load(std::memory_order_relaxed);
  clock_.reset();
  rate_check_.reset();
  torn_ = false;
  began_ = never;
}

void RrBeats::on(decltype(notifications)&, Time t, const RrNotification& n) {
  if (began_ == never) began_ = t;
  std::array<std::int32_t, RrNotification::most> rr_us{};
  std::size_t count = 0;
  for (const auto& rr : n.rr_us) {
    if (!rr) continue;
    rr_us[count] = rr_whole_us(rr);
    if (rr_us[count++] > 0) continue;
    refused_rr.add(count);
    count = 0;
    clock_.restart();
    emit_decided();
  }
  const std::span<const std::int32_t> found(rr_us.data(), count);
  rate_check_.arrive(t, found, n.hr_bpm ? std::optional(*n.hr_bpm) : std::nullopt);
  const bool touches = n.contact != Contact::off, fits = !rate_check_.disagrees();
  if (!touches) no_contact.add(count);
  if (n.doubted) doubted.add(count);
  if (!fits) misfits.add(count);
  if (!fits && !std::exchange(warned_, true))
    log.warning(
        "the intervals do not fit the heart rate that the device sends beside them: they are "
        "not valid until they do; is the strap loose, or the unit another one?");
  clock_.arrive(t, found, touches && fits && !n.doubted);
  emit_decided();
}

void RrBeats::on_gap(decltype(notifications)&, Time, Time) {
  clock_.restart();
  rate_check_.reset();
  emit_decided();
}

/// The mark rises here and not at the ends of blocks alone: what is late must not hang on these.
void RrBeats::advance(Time t) {
  while (clock_.due(t)) {
    beats.settle(clock_.due_at() - latency);
    clock_.decide();
    emit_decided();
  }
  beats.settle(t - latency);
  closed_ = t;
}

void RrBeats::on_end() {
  clock_.flush();
  emit_decided();
  beats.settle(closed_);
}

void RrBeats::emit_decided() {
  for (const auto& found : clock_.decided()) {
    if (found.t < began_) {
      torn_ = true;
      continue;
    }
    const bool possible = found.ibi_us >= rr_shortest_us && found.ibi_us <= rr_longest_us;
    Beat b;
    b.ibi_us = found.ibi_us;
    b.contiguous = found.contiguous && !torn_;
    b.valid = possible && found.sound;
    if (!possible) b.reason = Reason::out_of_range;
    else if (!found.sound) b.reason = Reason::low_quality;
    b.sqi = b.valid ? 1 : 0;
    torn_ = !beats(found.t, b);
  }
  clock_.clear_decided();
  gaps.value.store(gaps_before_ + clock_.breaks(), std::memory_order_relaxed);
}

}  // namespace ib
