// Pulse beats by two moving averages, streaming: event-related averages of the squared wave (Elgendi et al.
// 2013, doi 10.1371/journal.pone.0076585). Where the average over a systolic peak (0.111 s) exceeds that over
// a beat (0.667 s) by a little, there is a block of interest; its highest sample is the beat.
//
// O(1) a sample and a beat after 0.44 s (median); against multi-scale peaks (mspt_beats.hpp): a little better in
// noise, but with a memory of amplitude (10 s), so a change of gain costs some beats. A mean forgets a knock of
// 200 pulse heights only after 40 s of silence; so it counts for no more than ten times the median of its seconds,
// which a knock of less than five seconds can't move. Of a clean wave the two differ by less than that.
//
// Thread: one at a time, [stream]; the constructor allocates, nothing else does.
// Invariants: peaks come in strictly increasing order, at least 0.3 s apart, never taken back, none older than
// `latency_bound_s`. All hangs on the device index, so no cutting into blocks can change a result.
#pragma once

#include "dsp/mspt_beats.hpp"  // Peak

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ib::dsp {

class ElgendiBeats {
 public:
  /// How old a peak can be when it is found, in seconds: half the long average, and what a block lasts
  /// behind its peak. A peak that is older then is dropped, and counted.
  static constexpr double latency_bound_s = 0.75;
  static double most_per_second(double rate_hz) noexcept;

  /// `rate_hz` of the band-passed signal, from 10 to 4000 Hz.
  explicit ElgendiBeats(double rate_hz);

  /// Forgets the signal, as after a gap; the next sample to come is `index`. Counters stay.
  void restart(std::uint64_t index) noexcept;

  /// Takes the next sample of the band-passed signal. An index that does not follow the previous one
  /// restarts; so does a sample that is no number.
  void push(std::uint64_t index, double y) noexcept;

  /// The peak found by the last push. Every later peak will lie after the last pushed sample minus
  /// `latency_bound_s`.
  const std::optional<Peak>& peak() const noexcept { return found_; }

  /// Beats dropped because their block did not end in time.
  std::uint64_t late_peaks() const noexcept { return late_; }

 private:
  double sample(std::uint64_t index) const noexcept {
    return static_cast<double>(recent_[index % recent_.size()]);
  }
  double energy(std::uint64_t index) const noexcept;
  double sum_around(std::uint64_t middle, std::uint64_t reach) const noexcept;
  void decide(std::uint64_t i) noexcept;
  void end_block(std::uint64_t end) noexcept;
  void level_with(double z) noexcept;
  void end_second() noexcept;

  double rate_hz_;
  std::uint64_t short_reach_, long_reach_;  // samples to each side of the middle
  std::uint64_t refractory_;                // samples
  std::uint64_t resum_every_;               // samples
  std::vector<float> recent_;               // as far back as a block may reach; by index
  double short_sum_{}, long_sum_{};         // of the energy around the sample decided last
  double level_{};                          // mean energy of the last 10 s
  std::array<double, 10> second_levels_{};  // mean energy of each of the last seconds
  double second_sum_{};                     // energy of the second that has not ended
  std::uint64_t per_second_;                // samples
  std::uint64_t seconds_{};                 // ended since the start
  double level_bound_;
  std::uint64_t start_{}, next_{};
  std::optional<std::uint64_t> block_;  // where it began
  std::optional<std::uint64_t> last_;   // the beat before
  std::optional<Peak> found_;
  std::uint64_t late_{};
};

}  // namespace ib::dsp
