// Pulse beats by multi-scale peak detection, streaming.
//
// The local-maxima scalogram of AMPD (Scholkmann et al. 2012; peaks and troughs: Bishop & Ercole
// 2018, doi 10.1007/978-3-319-65798-1_39), in the fast form of MSPTDfast v2 (Charlton et al. 2025,
// doi 10.1088/1361-6579/adb89e): a 6 s window at about 20 Hz, looked at every 0.25 s. It has no
// threshold and no memory of amplitude, so a change of gain costs nothing.
//
// Thread: one at a time, [stream]; the constructor allocates, nothing else does. Memory: 6 s of
// samples as float, as streams carry them; the window is every n-th of them.
// Invariants: peaks come in strictly increasing order, at least 0.3 s apart, and are never taken
// back. From the second look after a restart on, none is older than `latency_bound_s`. Looks and
// decimation hang on the device index alone, so no cutting into blocks can change a result.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ib::dsp {

/// A pulse peak at `index + fraction` samples of the device's counter.
struct Peak {
  std::uint64_t index = 0;
  double fraction = 0.0;  ///< vertex of the parabola, -0.5..0.5 samples
  double height = 0.0;    ///< the signal at `index`, in its own unit
};

class MsptBeats {
 public:
  /// The peaks of one look, worked out from the samples as they are asked for.
  class Peaks {
   public:
    struct Iterator {
      const Peaks& peaks;
      std::size_t i;
      Peak operator*() const noexcept { return peaks[i]; }
      Iterator& operator++() noexcept { return ++i, *this; }
      bool operator!=(const Iterator& other) const noexcept { return i != other.i; }
    };
    explicit Peaks(const MsptBeats& beats) noexcept : beats_(beats) {}
    std::size_t size() const noexcept { return beats_.found_count_; }
    Peak operator[](std::size_t i) const noexcept {
      return beats_.interpolated(beats_.next_ - 1 - beats_.found_[i]);
    }
    Iterator begin() const noexcept { return {*this, 0}; }
    Iterator end() const noexcept { return {*this, size()}; }

   private:
    const MsptBeats& beats_;
  };

  /// The most that a rate allows: 0.3 s apart, but for the part of a sample to each side.
  static double most_per_second(double rate_hz) noexcept;

  /// How old a peak can be when it is found, in seconds. 95 % are found within 0.56 s (16 BIDMC
  /// records); the rest of the wait is for candidates that pass only once the scale shrinks.
  static constexpr double latency_bound_s = 1.25;
  /// Signal needed after a restart before the first look, in seconds.
  static constexpr double first_look_s = 3.0;

  /// `rate_hz` of the band-passed signal, at least 5 Hz (sensible from 10 Hz on).
  explicit MsptBeats(double rate_hz);

  /// Forgets the signal, as after a gap; the next sample to come is `index`. Counters stay.
  void restart(std::uint64_t index) noexcept;

  /// Takes the next sample of the band-passed signal. An index that does not follow the previous
  /// one restarts. A non-finite sample hides beats for 6 s: turn it into a gap before.
  void push(std::uint64_t index, double y) noexcept;

  /// Whether the last push ended a hop and was searched for peaks. If so, every later peak will lie
  /// after the last pushed sample minus `latency_bound_s`, and a settled mark may move there.
  bool looked() const noexcept { return looked_; }

  /// The peaks found by the last push, in order; empty unless looked().
  Peaks peaks() const noexcept { return Peaks(*this); }

  /// Candidates dropped because they came too late, each counted once: older than the bound, or
  /// before a beat that is already out (the scale shrank, and an old bump passes after all).
  /// Measured on 16 BIDMC records: 0.07 % of beats for the bound, 0.2 % for the order.
  std::uint64_t late_peaks() const noexcept { return beyond_bound_ + out_of_order_; }
  /// The part of late_peaks() that only the bound dropped.
  std::uint64_t late_beyond_bound() const noexcept { return beyond_bound_; }

 private:
  void look() noexcept;
  void detrend(std::span<double> residual) const noexcept;
  std::size_t best_scale(std::span<const double> residual) const noexcept;
  void decide(std::uint64_t coarse) noexcept;
  bool is_surely_decided(std::uint64_t coarse) const noexcept;
  void emit(std::uint64_t index) noexcept;
  std::uint64_t refined(std::uint64_t coarse) const noexcept;
  Peak interpolated(std::uint64_t index) const noexcept;
  bool is_due(const Peak& peak) const noexcept;
  bool is_decided(std::uint64_t index) const noexcept;
  /// Something decided lies less than so many samples from `index`.
  bool has_decided(std::uint64_t index, std::uint64_t within) const noexcept;
  void remember(std::uint64_t index) noexcept;
  /// One of the last samples, at most recent_.size() - 1 behind the newest.
  double sample(std::uint64_t index) const noexcept {
    const std::size_t back = static_cast<std::size_t>(next_ - 1 - index);
    return static_cast<double>(
        recent_[newest_ >= back ? newest_ - back : newest_ + recent_.size() - back]);
  }

  double rate_hz_;
  std::uint64_t decimation_;  // full-rate samples per decimated one
  double decimated_rate_hz_;
  std::uint64_t hop_;         // decimated samples between looks
  std::size_t first_look_;    // decimated samples
  std::uint64_t refractory_;  // full-rate samples
  std::uint64_t search_;      // full-rate samples on each side

  std::size_t window_;         // decimated samples in 6 s
  std::size_t in_window_ = 0;  // of these, since the restart
  std::vector<float>
      recent_;              // the last 6 s at full rate, and what a search reaches beyond; a ring
  std::size_t newest_ = 0;  // where in it the last sample lies

  std::uint64_t start_ = 0;  // first sample since the restart
  std::uint64_t next_ = 0;   // sample expected next
  std::uint32_t phase_ = 0;  // of that sample: full-rate samples behind a decimated one
  bool has_looked_ = false;  // since the restart
  bool looked_ = false;

  // 6 s hold at most 21 peaks that are 0.3 s apart. As samples behind the newest.
  std::array<std::uint32_t, 24> found_{};
  std::size_t found_count_ = 0;
  std::uint64_t last_emitted_ = 0;
  bool has_emitted_ = false;                 // since the restart
  std::array<std::uint32_t, 32> decided_{};  // emitted or dropped as late, a ring; lower bits
  std::size_t decided_count_ = 0;            // since the restart
  std::uint64_t beyond_bound_ = 0;
  std::uint64_t out_of_order_ = 0;
};

}  // namespace ib::dsp
