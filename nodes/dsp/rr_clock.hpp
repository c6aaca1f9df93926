// RrClock: when the hearts of a strap beat, from intervals that arrive a few at a time.
//
// The strap's own clock is the sum of its intervals. A notification that arrives at A, when the sum
// is D, says: sum 0 lies not after A - D. The least of these over the last half to whole minute
// is the notification that waited least (lower envelope), and stands for them all: a beat stands at
// its sum plus that. A beat waits for the next notification, so A - D lies above the least by up to
// an interval, and by more when the radio stalls; then it comes back.
//
// What arrives within 1 ms of the one before is a piece of the same: a device sent more than an item holds.
// Something may be lost where a notification comes after more than 1.5 times the usual pause (the
// median of nine), or lies further above the least than 1.25 intervals and 350 ms. Then beats wait
// until one lies above it by no more than max(350 ms, a quarter of the interval): nothing was lost.
// Where none does within `hold`, time has passed that no interval tells of, and a new chain begins.
//
// Times never run back: where the envelope falls, beats come nearer to each other for a while, to an
// eighth of an interval; one for which even then there is no time before it arrived is late, and
// given with the time of the beat before. The intervals stay as they came, to the microsecond.
// Bounds: 64 beats wait; more, and what waits is decided at once.
// Thread: one; no allocation.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ib::dsp {

class RrClock {
 public:
  struct Beat {
    Time t;
    std::int32_t ibi_us{};
    bool contiguous{};  ///< its interval begins at the beat before
    bool sound{};       ///< as it was given
  };

  static constexpr std::size_t room = 64;
  static constexpr std::int32_t least_us = 1, most_us = 64'000'000;  ///< of an interval
  static constexpr Duration slack{350'000'000}, one_value{1'000'000};
  static constexpr Duration envelope{30'000'000'000};  ///< half of its memory

  explicit RrClock(Duration hold = Duration{5'000'000'000}) : hold_(hold) {}

  /// Something is missing between the last notification and the next: what waits is decided.
  void restart();
  void reset();

  /// A notification, later than the one before: its intervals, oldest first, each least_us .. most_us,
  /// at most `room` of them, or none. `sound`: the device felt skin.
  void arrive(Time at, std::span<const std::int32_t> rr_us, bool sound);
  /// Nothing arrives at or before t any more.
  bool due(Time t) const { return n_ > 0 && t - held_[0].at >= hold_; }
  Time due_at() const { return held_[0].at + hold_; }
  /// Decides what is due, once: call while due(t).
  void decide();
  /// Decides all that waits.
  void flush();

  /// What the last call decided, in the order of time.
  std::span<const Beat> decided() const { return {decided_.data(), n_decided_}; }
  void clear_decided() { n_decided_ = 0; }
  /// Places where beats are missing: time passed that no interval tells of, or `restart`.
  std::uint64_t breaks() const { return breaks_; }

 private:
  struct Held {
    Time at;                      ///< arrival
    Time zero;                    ///< of sum 0, as the arrival has it
    Duration sum{};               ///< at this beat
    Duration slack{}, longest{};  ///< above the least: nothing is lost; more than a beat waits
    std::int32_t ibi_us{};
    bool sound{};
    bool paused{};  ///< nothing came for long before its notification
  };

  Time lowest() const { return before_ < now_ ? before_ : now_; }
  bool near(const Held& beat) const;
  bool far(const Held& beat) const;
  bool paused(Time at);
  void lower(const Held& beat);
  void release(std::size_t n);
  void begin_chain();
  void release_near();
  void release_undoubted();

  Duration hold_;
  Duration sum_{};
  bool chained_{};  ///< the envelope is known
  bool broken_{true};
  bool any_{};  ///< a beat has been decided
  std::array<Duration, 9>
      pauses_{};  ///< between the last notifications, with and without intervals
  std::size_t n_pauses_{};
  Time arrived_{never};
  bool pause_{};           ///< before the next intervals
  Time now_{}, before_{};  ///< least zero of this half of the envelope and of the last
  Time half_began_{};
  Time last_{never};
  std::uint64_t breaks_{};
  std::array<Held, room> held_{};
  std::size_t n_{};
  std::array<Beat, 2 * room> decided_{};
  std::size_t n_decided_{};
};

}  // namespace ib::dsp
