// ClockExchange: what one `time_sync` says about a ring's clock, from four times (as NTP does it,
// Mills, RFC 5905, 8).
//
//   offset = ((t1 - t0) + (t2 - t3)) / 2      ring minus host; t0 sent, t1 received by the ring,
//   round trip = (t3 - t0) - (t2 - t1)        t2 sent by the ring, t3 received by the host
//
// The offset is wrong by half the round trip at most, where all of the delay lay on one way, and by
// the ring's whole milliseconds. Thread: values, any; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ib::bcl {

struct ClockExchange {
  static constexpr Duration ring_step{1'000'000};

  Duration offset{};      ///< ring time - host time
  Duration round_trip{};  ///< 0 or more

  /// Of the offset, to either side.
  Duration uncertainty() const { return round_trip / 2 + ring_step; }

  /// Ring times in ms, before 2100 (TimeSync). None where they contradict each other: an answer before
  /// its request, or a ring that held it for longer than the host waited.
  static constexpr std::optional<ClockExchange> of(Arrival sent, Arrival received,
                                                   std::uint64_t ring_receive_ms,
                                                   std::uint64_t ring_send_ms) noexcept {
    constexpr std::uint64_t year_2100_ms = 4'102'444'800'000;
    if (received < sent || ring_send_ms < ring_receive_ms || ring_send_ms >= year_2100_ms)
      return std::nullopt;
    const auto t1 = static_cast<std::int64_t>(ring_receive_ms) * ring_step.count();
    const auto t2 = static_cast<std::int64_t>(ring_send_ms) * ring_step.count();
    const Duration there{t1 - sent.ns}, back{t2 - received.ns};
    const Duration round_trip = there - back;  // (t3 - t0) - (t2 - t1)
    if (round_trip < -ring_step) return std::nullopt;
    return ClockExchange{back + round_trip / 2, std::max(round_trip, Duration{0})};
  }
};

/// The last exchanges, of which the fastest is believed: it had the least room to be wrong.
class ClockExchanges {
 public:
  static constexpr std::size_t kept = 8;

  void reset() noexcept { n_ = 0; }
  void add(const ClockExchange& exchange) noexcept { ring_[n_++ % kept] = exchange; }
  std::optional<ClockExchange> best() const noexcept {
    if (n_ == 0) return std::nullopt;
    const auto end = ring_.begin() + static_cast<std::ptrdiff_t>(std::min(n_, kept));
    return *std::min_element(ring_.begin(), end, [](const auto& a, const auto& b) {
      return a.round_trip < b.round_trip;
    });
  }

 private:
  std::array<ClockExchange, kept> ring_{};
  std::size_t n_{};
};

}  // namespace ib::bcl
