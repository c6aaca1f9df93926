// DeviceClock: packets of a device in, session times of its samples out. The line through the
// earliest arrivals is the Line's (expectile_line.hpp says what one is); what they share is here:
//
//   index   what was lost is counted: by packet numbers, by the device's own index, or by arrival
//           alone (silent_loss.hpp)
//   epochs  begin with the first packet; after a silence of more than 5 s, unless the device tells
//           its index; where its index falls back, or time passed that it does not tell of; and
//           with a packet that comes too early for the line, by half its length and four scales
//   output  a packet's samples lie at the true step, which drifts by some ppm, so that intervals
//           keep what the device measured. Between two packets of an epoch time bends and never
//           steps: by up to 0.8 of a sample in one place; what is more is spread over the packet. A
//           packet that is stretched or pressed by more than a quarter stands between gaps.
//           Nothing is given at or before the settled mark, or a time given before: an epoch that
//           would start earlier is pressed behind the mark, samples to a fifth of their distance,
//           until it has caught up; where that takes more than a second, what lies before is late. A packet that was
//           kept by a stall begins as much earlier as the outlook says, but not before the mark; in
//           an epoch's first 10 s nothing that a stall kept tells by its arrival
//   bounds  what clock_model.hpp says of |moment - truth|. The least wait for the radio wanders
//           while the packets' period beats with the radio's interval; `jitter` holds that too, as
//           long as packets meet two phases of the interval or more. Where they meet one, the delay
//           slides, unseen
//
// Thread: one: [io] of the driver, or [exec]. No allocation, lock or throw; reads no clock.
#pragma once

#include <interbeat/clock/outlook.hpp>
#include <interbeat/clock/packet.hpp>
#include <interbeat/clock/silent_loss.hpp>
#include <interbeat/clock_model.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace ib {

template <class Line>
class DeviceClock {
 public:
  /// Precondition: step_s > 0, 0 < spread < 0.5, numbers 0 or 4 .. 2^24.
  explicit DeviceClock(const ClockOptions& options) : options_(options), line_(options) {
    assert(options.step_s > 0 && options.spread > 0 && options.spread < 0.5);
    assert(options.numbers == 0 || (options.numbers >= 4 && options.numbers <= 1U << 24U));
  }

  /// A packet, in order of arrival, that covers at most an hour. `settled`: the port's mark, at or
  /// before which nothing may lie.
  ClockStep packet(const ClockPacket& p, Time settled = never) {
    assert(p.apart > 0 && p.n >= p.apart && p.n % p.apart == 0);
    assert(static_cast<double>(p.n) * options_.step_s <= 3600);
    mark_ = std::max(mark_, settled);
    if (!running_) return begin(p);
    assert(p.at >= at_);
    const Count counted = count(p);
    if (counted.stale && ++stale_ <= most_stale) return stale(p);
    if (counted.stale || counted.anew) return begin(p);
    return follow(p, counted.lost);
  }

  /// Whether what comes behind this packet would tell more of when it was sent: a new epoch would
  /// begin with it, as far as its number, its index and its arrival tell; or the epoch is young and
  /// the packet so late that the link may have kept it. Then it is worth waiting: outlook.hpp.
  bool asks_ahead(const ClockPacket& p) const {
    if (!running_) return true;
    const Count counted = count(p);
    if (counted.stale) return stale_ + 1 > most_stale;
    if (counted.anew) return true;
    const Line next = line_after(p, counted.lost);
    if (is_early(next, p)) return true;
    return next.x() < young && next.x() > kept_until_ &&
           since_began(p.at) - next.awaited() > doubt(next, p);
  }

  /// What waits behind the next packet.
  void foresee(const ClockOutlook& outlook) {
    lead_ = outlook.lead();
    reach_ = static_cast<double>(outlook.reach()) * options_.step_s;
  }

  /// An exchange of time stamps with a device whose index is its time. It bounds the constant delay
  /// in this epoch's models from the next packet on, and moves nothing: the line is where packets
  /// arrive, which is another thing than when they were measured. Of the last 8 the one with the
  /// shortest way counts. Stamps that contradict each other or the line (by more than 5 s) say
  /// nothing, nor do any before a packet.
  void sync(const ClockSync& s) {
    if (!running_ || s.answered < s.heard || s.arrived < s.asked) return;
    const double rtt =
        seconds(s.arrived - s.asked) - static_cast<double>(s.answered - s.heard) * step();
    const double device_x = 0.5 *
                            (static_cast<double>(s.heard - began_index_) +
                             static_cast<double>(s.answered - began_index_)) *
                            options_.step_s;
    const double host = 0.5 * (since_began(s.asked) + since_began(s.arrived));
    const double delay = line_.expected() + line_.slope() * (device_x - line_.x()) - host -
                         seconds(options_.latency);
    if (rtt < 0 || std::abs(delay) > longest_silence || delay + 0.5 * rtt < 0) return;
    syncs_[n_syncs_++ % syncs_.size()] = {rtt, delay};
  }

  /// The device or its link began anew: so does the epoch, with the next packet.
  void restart() { running_ = false; }
  /// The same, at another nominal step: what was claimed is seen to be wrong. Precondition: step_s > 0.
  void restart(double step_s) {
    assert(step_s > 0);
    options_.step_s = step_s;
    restart();
  }

  /// After the newest packet.
  const ClockModel& model() const { return model_; }

 private:
  static constexpr int most_stale = 8;  ///< more in a row are no echo: the counter began anew
  static constexpr double longest_silence = 5, most_pressed = 1, most_scales = 4, most_bend = 0.8,
                          most_spread = 0.25, young = 10;  // s, s, scales, samples, of a packet, s
  static constexpr SilentLoss::Rule stood_still{.packets = 2, .seconds = 10, .threshold = 0.35};

  struct Count {
    std::uint64_t lost{};
    bool stale{}, anew{};
  };
  struct Sync {
    double rtt{std::numeric_limits<double>::infinity()}, delay{};  ///< s
  };

  double since_began(Arrival at) const { return seconds(at - began_at_); }
  double step() const { return options_.step_s * line_.slope(); }
  Time time_of(double s) const {
    return options_.zero.time_of(began_at_) + from_seconds(s) - options_.latency;
  }
  Anchor anchor(DeviceIndex i, Time t, double step_s) const {
    return {i.value, t.ns, std::llround(step_s * 1e9 * 4294967296.0)};
  }
  bool told(const ClockPacket& p) const { return p.index || (p.number && options_.numbers > 0); }

  Count count(const ClockPacket& p) const {
    if (p.index) {
      const auto ahead = *p.index - index_;
      if (ahead > 0) {
        const auto steps = static_cast<std::uint64_t>(ahead);
        return {.lost = steps > p.n ? steps - p.n : 0};
      }
      const bool echo = ahead > -most_stale * static_cast<std::int64_t>(p.n);
      return {.stale = echo, .anew = !echo};
    }
    const double silence = seconds(p.at - at_);
    if (silence > longest_silence) return {.anew = true};
    if (!told(p)) return {};
    const auto all = options_.numbers;
    const auto missing = (*p.number % all + 2 * all - 1 - number_) % all;
    if (missing >= all / 2) return {.stale = true};  // serial numbers: RFC 1982
    // The numbers may have gone round: how many are missing is not known.
    if (silence > 0.5 * all * static_cast<double>(p.n) * step()) return {.anew = true};
    return {.lost = missing * p.n};
  }

  ClockStep stale(const ClockPacket& p) const {
    ClockStep s;
    s.kind = ClockStep::Kind::stale;
    s.first = s.last = p.index.value_or(index_);
    return s;
  }

  ClockStep begin(const ClockPacket& p) {
    running_ = true;
    began_at_ = p.at + lead(p);
    kept_until_ = std::exchange(reach_, 0);
    kept_at_ = 0;
    index_ = p.index.value_or(DeviceIndex{p.n - 1});
    began_index_ = index_;
    line_ = Line(options_);
    loss_.reset();
    n_syncs_ = 0;
    syncs_ = {};
    packets_ = 0;
    ++epoch_;
    ClockStep s;
    s.kind = ClockStep::Kind::begins;
    s.breaks = true;
    given_ = time_of(line_.expected());
    met(p);
    give(s, p, first_times(p));
    return s;
  }

  /// Of an epoch's first packet. Where its first sample would not lie behind the mark it is pressed into
  /// what is left, and what follows catches up.
  Anchor first_times(const ClockPacket& p) {
    const double usual = step();
    const Anchor times = anchor(index_, given_, usual);
    pressed_ = stretched_ = false;
    if (mark_ == never || times.at(index_.value - (p.n - p.apart)) > mark_) return times;
    const Time least = mark_ + from_seconds((1 - most_bend) * usual * static_cast<double>(p.n));
    if (seconds(least - given_) > most_pressed) return times;  // late, as far as it lies before
    pressed_ = true;
    given_ = std::max(given_, least);
    return anchor(index_, given_, seconds(given_ - mark_) / static_cast<double>(p.n));
  }

  /// How much earlier than it came the packet stands: its first sample one step behind the mark at least, if it
  /// came there.
  Duration lead(const ClockPacket& p) {
    const auto foreseen = std::exchange(lead_, Duration{});
    if (mark_ == never) return foreseen;
    const auto before = options_.zero.time_of(p.at) - options_.latency -
                        from_seconds(static_cast<double>(p.n) * options_.step_s);
    return std::min(Duration{}, std::max(foreseen, mark_ - before));
  }

  Line line_after(const ClockPacket& p, std::uint64_t lost) const {
    Line next = line_;
    next.advance(static_cast<double>(lost + p.n) * options_.step_s);
    return next;
  }
  /// s: further from the line no packet lies by chance.
  double doubt(const Line& next, const ClockPacket& p) const {
    const double packet_s = static_cast<double>(p.n) * options_.step_s * next.slope();
    return std::max(0.5 * packet_s, most_scales * next.scale());
  }
  bool is_early(const Line& next, const ClockPacket& p) const {
    return since_began(p.at) - next.awaited() < -doubt(next, p);
  }

  /// When the packet came, or would have come had the link not kept it.
  double came(const Line& next, const ClockPacket& p) {
    const double at = since_began(p.at), x = next.x();
    if (reach_ > 0) {
      kept_until_ = x + std::exchange(reach_, 0);
      kept_at_ = at + seconds(lead_) - x;
    }
    lead_ = {};
    return x <= kept_until_ ? std::min(at, x + kept_at_) : at;
  }

  ClockStep follow(const ClockPacket& p, std::uint64_t lost) {
    Line next = line_after(p, lost);
    if (is_early(next, p)) return begin(p);
    const double at = came(next, p), late = at - next.awaited();
    const double packet_s = static_cast<double>(p.n) * options_.step_s * next.slope();

    const bool whole = !told(p) && options_.loss == ClockOptions::Loss::packets;
    const auto rule =
        whole ? SilentLoss::Rule{.packets = 8, .seconds = 2, .threshold = 0.6 * packet_s}
              : stood_still;
    const double missing = loss_.see(at, late, rule);
    if (loss_.packets() == 1) run_after_ = mark_;
    if (missing > 0 && told(p)) return begin(p);

    ClockStep s;
    s.lost = lost;
    s.lost_after = lost > 0 ? mark_ : never;
    if (missing > 0) {
      const double piece = packet_s / static_cast<double>(whole ? 1 : p.n);
      const double pieces = std::max(1.0, std::round(missing / piece));
      next.lose(pieces * piece);
      s.lost = static_cast<std::uint64_t>(pieces) * (whole ? p.n : 1);
      s.lost_before_first = false;
      s.lost_after = run_after_;
      loss_.reset();
    }
    line_ = next;
    line_.see(at);
    const DeviceIndex before = index_;
    index_ = p.index.value_or(index_ + (p.n + s.lost));
    met(p);

    // The end may lie as far from where the old line had it as the slew allows.
    const auto way = static_cast<double>(index_ - before);
    const double usual = step(), slew = usual * line_.slew();
    const double wanted = seconds(time_of(line_.expected()) - given_);
    s.breaks = pressed_ || std::exchange(stretched_, false);  // or the first that is not
    pressed_ = pressed_ && wanted < way * (usual - slew);
    const double room = pressed_ ? usual * most_bend : slew;
    const double moved = std::clamp(wanted, way * (usual - room), way * (usual + room));
    // At the true step if the correction fits between two samples, else bent from the last one.
    const double apart = static_cast<double>(p.apart) * usual,
                 between = moved - way * usual + apart;
    Anchor times = anchor(before, given_, moved / way);
    given_ = times.at(index_.value);
    if (between >= (1 - most_bend) * apart && between <= (1 + most_bend) * apart)
      times = anchor(index_, given_, usual);
    else if (std::abs(moved - way * usual) > most_spread * way * usual)
      s.breaks = stretched_ = true;
    give(s, p, times);
    return s;
  }

  void met(const ClockPacket& p) {
    stale_ = 0;
    at_ = p.at;
    number_ = options_.numbers > 0 ? p.number.value_or(0) % options_.numbers : 0;
    ++packets_;
  }

  /// The packet's part of the output, and the model after it.
  void give(ClockStep& s, const ClockPacket& p, const Anchor& times) {
    s.last = index_;
    s.first = DeviceIndex{index_.value - (p.n - p.apart)};
    s.times = times;
    std::uint64_t late = 0, on_time = p.n / p.apart;  // by halving: times rise
    while (late < on_time) {
      const auto half = late + (on_time - late) / 2;
      if (times.at(s.first.value + half * p.apart) <= mark_) late = half + 1;
      else on_time = half;
    }
    s.late = late;
    mark_ = std::max(mark_, given_);
    describe(p);
  }

  void describe(const ClockPacket& p) {
    const double true_step = options_.step_s * line_.rate();
    const double nominal = static_cast<double>(index_ - began_index_) * options_.step_s;
    const double behind = std::abs(seconds(time_of(line_.expected()) - given_));
    ClockModel& m = model_;
    m.index = static_cast<std::int64_t>(index_.value);
    m.t_ns = given_.ns;
    m.rate_hz = 1 / true_step;
    m.rate_sd_hz = line_.rate_sd() / true_step;
    m.rate_ppm = (1 / line_.rate() - 1) * 1e6;
    m.offset_ms = (seconds(given_) - nominal) * 1e3;
    m.jitter_ms = (2 * std::hypot(line_.sd(), line_.wander()) + behind) * 1e3;
    double least = 0, most = seconds(options_.delay) + 2 * line_.wander();
    const auto& best = *std::min_element(syncs_.begin(), syncs_.end(),
                                         [](auto& a, auto& b) { return a.rtt < b.rtt; });
    if (std::isfinite(best.rtt)) {
      least = std::max(least, best.delay - 0.5 * best.rtt);
      const double asked = best.delay + 0.5 * best.rtt;
      most = least < most ? std::min(most, asked) : asked;  // measured beats declared
    }
    m.delay_least_ms = least * 1e3;
    m.delay_most_ms = most * 1e3;
    m.link_jitter_ms = line_.scale() * 1e3;
    m.arrival_ns = p.at.ns;
    m.packets = packets_;
    m.epoch = epoch_;
  }

  ClockOptions options_;
  Line line_;
  SilentLoss loss_;
  ClockModel model_;
  bool running_{};
  int stale_{};
  std::int64_t epoch_{}, packets_{};
  Arrival began_at_{}, at_{};
  DeviceIndex began_index_{}, index_{};
  std::uint32_t number_{};
  Time given_{};      ///< of index_, as the output has it
  Time mark_{never};  ///< nothing is given at or before
  Time run_after_{never};
  Duration lead_{};                  ///< foreseen of the next packet
  bool pressed_{};                   ///< the epoch began too late, and catches up
  bool stretched_{};                 ///< the newest packet is, or pressed, by more than a quarter
  double reach_{};                   ///< s: of what was foreseen behind it
  double kept_until_{}, kept_at_{};  ///< s: where in this epoch that ends, and the line it came on
  std::array<Sync, 8> syncs_{};
  std::size_t n_syncs_{};
};

}  // namespace ib
