// ClockOutlook: how old the packet is with which a clock would begin, by those that wait behind it.
//
// A link that stalls gives what it kept all at once. A clock that begins with the first of it would
// place it where it arrived, and find no time for what follows; the packet that was fresh when it
// arrived tells where all stand. So a packet with which a clock would begin (DeviceClock::asks_ahead)
// waits until one comes behind it in its own time, and then begins as much earlier as this says
// (DeviceClock::foresee).
//
//   ib::ClockOutlook outlook(options);
//   for (const auto& packet : waiting) outlook.see(packet);
//   if (outlook.is_over()) clock.foresee(outlook);
//
// Thread: one. No allocation, lock or throw; reads no clock.
#pragma once

#include <interbeat/clock/packet.hpp>

#include <algorithm>
#include <cstdint>

namespace ib {

class ClockOutlook {
 public:
  /// As long as a packet may be kept for those behind it: a device that sends less often than this
  /// has its clock begin with the first one.
  static constexpr Duration longest{1'000'000'000};

  explicit ClockOutlook(const ClockOptions& options)
      : step_s_(options.step_s), numbers_(options.numbers) {}

  /// The packets that wait, in order of arrival; first the one with which the clock would begin.
  void see(const ClockPacket& p) {
    if (over_) return;
    if (!any_) {
      any_ = true;
      first_at_ = p.at;
      is_newest(p);
      return;
    }
    const auto further = steps_to(p);
    if (further == 0) return;  // it came twice, or was overtaken
    steps_ += further;
    const double kept = seconds(p.at - first_at_) - static_cast<double>(steps_) * step_s_;
    lead_s_ = std::min(lead_s_, kept);
    over_ = seconds(p.at - newest_at_) >= 0.5 * static_cast<double>(p.n) * step_s_;
    is_newest(p);
  }
  /// Nothing comes behind that could tell more: the link was lost, or the device began anew.
  void end() { over_ = true; }

  /// Whether the backlog is over: a packet came at least half its length after the one before.
  bool is_over() const { return over_; }
  /// How much earlier than it came the first one would have come over an idle link, <= 0.
  Duration lead() const { return from_seconds(lead_s_); }
  /// Steps from the first one's end to the newest one's.
  std::uint64_t reach() const { return steps_; }

 private:
  static constexpr std::uint64_t most_lost = 16;  ///< in a row; more is a counter that jumped
  static constexpr std::int64_t most_overtaken = 8;

  /// Steps from the newest one's end to this one's, at least; 0: it lies before. Where a counter begins anew
  /// it says nothing of the time between: its own length has passed, and maybe more.
  std::uint64_t steps_to(const ClockPacket& p) const {
    std::int64_t packets = 1;  // ahead
    if (p.index) {
      const auto ahead = *p.index - index_, n = static_cast<std::int64_t>(p.n);
      if (ahead <= 0) return ahead > -most_overtaken * n ? 0 : p.n;
      return static_cast<std::uint64_t>(ahead) > (most_lost + 1) * p.n
                 ? p.n
                 : static_cast<std::uint64_t>(ahead);
    }
    if (p.number && numbers_ > 0) {
      const auto all = static_cast<std::int64_t>(numbers_);
      packets = (static_cast<std::int64_t>(*p.number % numbers_) - number_ + all) % all;
      if (packets > all / 2) packets -= all;  // serial numbers: RFC 1982
      if (packets <= 0) return packets > -most_overtaken ? 0 : p.n;
    }
    return static_cast<std::uint64_t>(packets) > most_lost + 1
               ? p.n
               : static_cast<std::uint64_t>(packets) * p.n;
  }

  void is_newest(const ClockPacket& p) {
    newest_at_ = p.at;
    index_ = p.index.value_or(DeviceIndex{});
    number_ = numbers_ > 0 ? p.number.value_or(0) % numbers_ : 0;
  }

  double step_s_;
  std::uint32_t numbers_;
  bool any_{};
  Arrival first_at_{};
  Arrival newest_at_{};
  DeviceIndex index_{};     ///< of the newest one
  std::uint32_t number_{};  ///< of the newest one
  std::uint64_t steps_{};
  double lead_s_{};
  bool over_{};
};

}  // namespace ib
