// Heart beats of an electrocardiogram, streaming: Pan & Tompkins 1985 (doi 10.1109/TBME.1985.325532).
//
// Band-pass 5-15 Hz, slope, square, sum over 150 ms: one hill for each QRS complex. A hill is known 0.2 s behind
// its top, and is a beat above a quarter of the way from noise level to signal level, both running means of hills.
// Where no beat came for 1.66 mean intervals, the highest hill since is one from half of that on (search-back); a
// hill within 0.36 s of a beat with less than half its slope is a T wave. The beat stands at the largest deflection
// of the 0.5-40 Hz wave within 50 ms, between samples by a parabola, less the filters' delays: upwards or downwards
// as most complexes of this heart are, for where R and S are alike beats would flip between them by 30 ms.
//
// Beyond the paper: levels that found no beat for 4 s are learned anew from these, so that an artefact or a loose
// electrode at the start costs seconds and not the session; and what is found later than `latency_bound_s` is
// dropped and counted. 1.25 s hold what search-back finds down to about 40 beats a minute.
//
// The first 2 s teach and hold no beat. Below 125 Hz there is too little of a QRS complex.
// Thread: one at a time, [stream]; the constructor allocates, nothing else does.
// Invariants: beats come in strictly increasing order, at least 0.2 s apart, never taken back, none older than
// `latency_bound_s`. All hangs on the device index, so no cutting into blocks can change a result.
#pragma once

#include "dsp/mspt_beats.hpp"  // Peak
#include "dsp/sos_filter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ib::dsp {

/// The last eight intervals between beats: what is usual.
class RecentIntervals {
 public:
  void clear() noexcept { count_ = 0; }
  void push(double interval) noexcept { kept_[count_++ % kept_.size()] = interval; }
  /// Nothing before the first.
  std::optional<double> mean() const noexcept;
  /// Eight are known, and one lies outside 92..116 % of their mean.
  bool irregular() const noexcept;

 private:
  std::size_t size() const noexcept { return count_ < kept_.size() ? count_ : kept_.size(); }
  std::array<double, 8> kept_{};
  std::size_t count_{};
};

class EcgBeats {
 public:
  static constexpr double lowest_rate_hz = 125;
  /// How old a beat can be when it is found, in seconds; without search-back 0.4 s.
  static constexpr double latency_bound_s = 1.25;
  static double most_per_second(double rate_hz) noexcept;

  /// `rate_hz` of the raw signal, from 125 to 4000 Hz.
  explicit EcgBeats(double rate_hz);

  /// Forgets the signal, as after a gap; the next sample to come is `index`. Counters stay.
  void restart(std::uint64_t index) noexcept;

  /// Takes the next raw sample, in any unit. An index that does not follow the previous one restarts;
  /// so does what is no number, or beyond 1e30.
  void push(std::uint64_t index, double x) noexcept;

  /// The beat found by the last push: its place, and the deflection there. Every later one will lie
  /// after the last pushed sample minus `latency_bound_s`.
  const std::optional<Peak>& peak() const noexcept { return found_; }

  /// Samples behind a restart until the filters are settled to 99 %.
  std::uint64_t settling_samples() const noexcept { return settling_; }

  /// Beats dropped because search-back found them too late.
  std::uint64_t late_peaks() const noexcept { return late_; }

 private:
  /// Of the integral: a QRS complex, a T wave or noise.
  struct Hill {
    std::uint64_t top;
    double height, slope_squared;
  };
  void learn() noexcept;
  void follow(std::uint64_t index, double energy) noexcept;
  double energy_until(std::uint64_t index) const noexcept;
  double slope_squared_until(std::uint64_t index) const noexcept;
  double threshold() const noexcept;
  bool is_t_wave(const Hill& hill) const noexcept;
  bool search_back(std::uint64_t index) noexcept;
  void judge(const Hill& hill) noexcept;
  void accept(const Hill& hill, double weight) noexcept;
  void locate(const Hill& hill) noexcept;
  std::uint64_t furthest(std::uint64_t first, std::uint64_t last) noexcept;
  double wave(std::uint64_t index) const noexcept {
    return static_cast<double>(wave_[index % wave_.size()]);
  }

  double rate_hz_;
  std::uint64_t integral_, refractory_, t_wave_, search_;  // samples
  std::uint64_t lesson_, pause_;                           // samples
  std::uint64_t settling_;
  double hill_delay_;  // of a hill's top behind its complex in wave_, samples
  double wave_delay_;  // of the 0.5-40 Hz filter, samples
  SosFilter qrs_filter_, wave_filter_;
  std::array<double, 5> qrs_{};         // the slope's five samples, by index
  std::vector<double> slopes_squared_;  // by index
  std::vector<float> wave_;             // 0.5-40 Hz, by index

  std::uint64_t start_{}, next_{};
  bool learned_{};
  double highest_{}, total_{};    // of the integral since the last beat or lesson
  std::uint64_t silent_since_{};  // when that was
  double signal_{}, noise_{};     // SPKI and NPKI
  RecentIntervals intervals_;
  double energy_before_{};
  std::optional<Hill> rising_;       // the hill at hand, its top so far
  std::optional<Hill> passed_over_;  // the highest since the last beat that was none
  std::optional<Hill> last_;         // the last beat's
  std::optional<double> last_place_;
  double lean_{};  ///< running mean of where complexes reach further: 1 up .. -1 down
  std::optional<Peak> found_;
  std::uint64_t late_{};
};

}  // namespace ib::dsp
