#include "virtual_ring/ring.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace ib::virtual_ring {

namespace {

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

const Options& checked(const Options& options) {
  const auto problems = check(options);
  if (!problems.empty())
    throw std::invalid_argument(fmt::format("virtual ring: {}", fmt::join(problems, " ")));
  return options;
}

Time time_or_forever(double s) { return s == Options::never ? forever : Time{} + from_seconds(s); }

Anchor true_clock_of(const Options& o) {
  return Anchor::of_rate(o.rate_hz * (1 + o.ppm * 1e-6), Time{} - from_seconds(o.lead_in_s));
}

/// Up to ten days before the stream: nobody can mistake device time for session time.
Anchor device_clock_of(const Options& o) {
  const double up_s = 864'000 * KeyedRandom(o.seed, "device/up_time").uniform(0);
  return Anchor::of_rate(o.rate_hz, Time{} + from_seconds(up_s));
}

Interval silence_of(const Options& o) {
  if (o.silent_after_s == Options::never) return {forever, forever};
  const Time from = time_or_forever(o.silent_after_s);
  return {from, o.silent_for_s == Options::never ? forever : from + from_seconds(o.silent_for_s)};
}

Duration milliseconds(double ms) { return from_seconds(ms * 1e-3); }

}  // namespace

Episodes stalls_of(const Options& o) {
  const Duration length = from_seconds(o.stall_for_s);
  const Duration slot = length <= 9s ? Duration(10s) : 4 * length;  // at most one stall in each
  return {o.seed,
          "radio/stall",
          {slot, std::min(1.0, o.stall_per_min * seconds(slot) / 60), length, length}};
}

Ring::Ring(const Options& options)
    : options_(checked(options)),
      true_clock_(true_clock_of(options)),
      device_clock_(device_clock_of(options)),
      wave_(options),
      loss_(options.seed, "radio/loss"),
      jitter_(options.seed, "radio/jitter"),
      stall_(stalls_of(options)),
      silence_(silence_of(options)),
      end_(time_or_forever(options.duration_s)),
      end_index_(end_ == forever ? endless : first_index_at(end_)),
      ppg_(static_cast<std::size_t>(options.packet)),
      acc_(options.accelerometer ? 3 * static_cast<std::size_t>(options.packet) : 0) {
  coming_ = find_coming();
}

/// The first sample taken at or after `t`.
std::uint64_t Ring::first_index_at(Time t) const {
  const double steps = static_cast<double>(t.ns - true_clock_.t_ns) / true_clock_.period_ns();
  auto index = static_cast<std::uint64_t>(std::max(0.0, std::floor(steps)));
  while (index > 0 && true_clock_.at(index - 1) >= t) --index;
  while (true_clock_.at(index) < t) ++index;
  return index;
}

Time Ring::arrival_of(std::uint64_t packet, Time taken) {
  Time arrival = taken + milliseconds(options_.latency_ms) +
                 milliseconds(options_.jitter_ms * jitter_.uniform(packet));
  if (const auto stall = stall_.at(arrival)) arrival = stall->to;
  return last_arrival_ = std::max(arrival, last_arrival_);
}

/// Walks over lost packets to the next one that arrives, and counts what it passes.
Ring::Coming Ring::find_coming() {
  const auto size = static_cast<std::uint64_t>(options_.packet);
  for (;; ++packet_) {
    const std::uint64_t first = packet_ * size;
    if (first >= end_index_) break;
    const std::uint64_t samples = std::min(size, end_index_ - first);
    const Time taken = true_clock_.at(first + samples - 1);
    if (silence_.contains(taken)) {
      if (silence_.to == forever) break;
      // Straight to the end of the silence, which may be millions of packets away.
      packet_ = std::max(packet_ + 1, first_index_at(silence_.to) / size) - 1;
      continue;
    }
    if (loss_.uniform(packet_) < options_.loss) continue;
    return {first, samples, arrival_of(packet_++, taken)};
  }
  return {.first = end_index_ == endless ? expected_ : end_index_};
}

std::optional<Packet> Ring::next() {
  const Coming now = coming_;
  const std::uint64_t lost = now.first - expected_;
  const auto size = static_cast<std::uint64_t>(options_.packet);
  totals_.lost_samples += lost;
  totals_.lost_packets += (lost + size - 1) / size;
  expected_ = now.first + now.samples;
  if (now.samples == 0) return std::nullopt;

  const std::span<float> ppg(ppg_.data(), now.samples);
  const std::span<float> acc(acc_.data(), acc_.empty() ? 0 : 3 * now.samples);
  wave_.fill(now.first, true_clock_, ppg, acc);
  coming_ = find_coming();

  totals_.packets += 1;
  totals_.samples += now.samples;
  return Packet{.first_index = now.first,
                .n = static_cast<int>(now.samples),
                .device_time_ns = device_clock_.at(now.first).ns,
                .arrival = now.arrival,
                .ppg = ppg,
                .acc = acc,
                .lost_before = lost > 0,
                .lost_samples = lost};
}

}  // namespace ib::virtual_ring
