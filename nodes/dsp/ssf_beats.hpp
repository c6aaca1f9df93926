// Pulse beats by the slope sum, streaming: an idea of Zong et al. 2003 (Computers in Cardiology 30:259, there for
// arterial pressure), written anew. The slope sum is all that the band-passed wave has risen within the last
// 128 ms: large while a pulse comes, small else. Where it crosses 60 % of what the last pulses reached, a pulse
// rises; the beat is its highest sample, which is known once the wave has stayed below it for 128 ms.
//
// Cheap, and the first to know of a beat: always after 0.13 s. The first to lose beats in noise too, and with a
// memory of amplitude: behind a pause of 2 s (the start is one) the threshold is learned anew from that pause, so
// the first pulses of a stream teach and are no beats.
//
// Thread: one at a time, [stream]; the constructor allocates, nothing else does.
// Invariants: peaks come in strictly increasing order, at least 0.3 s apart, never taken back, none older than
// `latency_bound_s`. All hangs on the device index, so no cutting into blocks can change a result.
#pragma once

#include "dsp/mspt_beats.hpp"  // Peak

#include <cstdint>
#include <optional>
#include <vector>

namespace ib::dsp {

class SsfBeats {
 public:
  /// How old a peak can be when it is found, in seconds: 128 ms in whole samples, of 40 ms at most.
  static constexpr double latency_bound_s = 0.17;
  static double most_per_second(double rate_hz) noexcept;

  /// `rate_hz` of the band-passed signal, from 10 to 4000 Hz.
  explicit SsfBeats(double rate_hz);

  /// Forgets the signal, as after a gap; the next sample to come is `index`.
  void restart(std::uint64_t index) noexcept;

  /// Takes the next sample of the band-passed signal. An index that does not follow the previous one
  /// restarts; so does a sample that is no number.
  void push(std::uint64_t index, double y) noexcept;

  /// The peak found by the last push. Every later peak will lie after the last pushed sample minus
  /// `latency_bound_s`.
  const std::optional<Peak>& peak() const noexcept { return found_; }

  /// None: whatever the wave does, its highest sample is known in time.
  static constexpr std::uint64_t late_peaks() noexcept { return 0; }

 private:
  double sample(std::uint64_t index) const noexcept {
    return static_cast<double>(recent_[index % recent_.size()]);
  }
  double rise(std::uint64_t index) const noexcept;
  void add_step(std::uint64_t index) noexcept;
  void learn(double level, std::uint64_t index) noexcept;
  void climb(std::uint64_t index) noexcept;

  std::uint64_t reach_;        // samples of the slope sum
  std::uint64_t refractory_;   // samples
  std::uint64_t pause_;        // samples
  std::vector<float> recent_;  // the slope sum's, and one beside a top at its far end; by index
  double slope_sum_{};
  double level_{};    // running mean of what the pulses' slope sums reached
  double highest_{};  // slope sum since the last beat or lesson
  std::uint64_t start_{}, next_{};
  std::uint64_t taught_{};             // when the level was learned last
  std::optional<std::uint64_t> top_;   // of the pulse that rises now, so far
  std::optional<std::uint64_t> last_;  // the beat before
  std::optional<Peak> found_;
};

}  // namespace ib::dsp
