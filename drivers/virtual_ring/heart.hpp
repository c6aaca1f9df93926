// Heart: the beats of one virtual person, with their truth. Endless, a few hundred bytes.
//
// Integral pulse frequency modulation (Bayly 1968): a beat falls where the integral of the
// instantaneous rate passes a whole number. The rate is the mean rate times (1 - deviation / mean
// interval); the deviation, in ms of interval, is the sum of breathing (respiratory sinus
// arrhythmia), movement (the slow rhythm near 0.1 Hz and swings over some 10 s) and drift
// (minutes). A coupled heart adds the other's movement, delayed by the lag: y' = y + k * x(t -
// lag), with x at y's own size and without what is slower than a minute. The other is computed from
// its seed, with this person's rhythm settings; nothing is shared between the two. Thread: one at a
// time. Invariant: beat k depends on the options and k alone: the phase is integrated in whole
// numbers from session time 0, forwards and backwards.
#pragma once

#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "virtual_ring/options.hpp"
#include "virtual_ring/smooth_noise.hpp"

namespace ib::virtual_ring {

enum class BeatLabel : std::uint8_t {
  normal,
  premature,        ///< an ectopic beat: early, its pulse small
  after_premature,  ///< the normal beat that ends the compensatory pause, its pulse large
};

std::string_view name_of(BeatLabel label);

struct Beat {
  Time heart;             ///< when the heart made it
  Time pulse;             ///< when its pulse peaks at the sensor: heart + pulse_delay
  Duration rr{};          ///< since the beat before, > 0
  std::int64_t number{};  ///< consecutive; negative in the lead-in
  BeatLabel label = BeatLabel::normal;
  bool operator==(const Beat&) const = default;
};

/// Breathing of mean 0 and variance 1; its rate and depth wander.
class Breathing {
 public:
  explicit Breathing(const Options& options);
  double at(double t_s);

 private:
  double hz_, start_;
  SmoothNoise rate_, depth_;
};

/// What one heart can take over from another, in ms of interval: the slow rhythm near 0.1 Hz and
/// the swings over some 10 s, of standard deviations `slow_ms` and 0.6 * `vlf_ms`.
class Movement {
 public:
  Movement(std::uint64_t seed, double slow_ms, double vlf_ms);
  double at(double t_s);

 private:
  double slow_ms_, swing_ms_, carrier_hz_;
  SmoothNoise in_phase_, quadrature_, swing_;
};

class Heart {
 public:
  /// Precondition: check(options) is empty. Starts so that beats cover the lead-in.
  explicit Heart(const Options& options);

  /// The next beat, in order; the first ones lie up to 20 s before the stream.
  Beat next();

  /// The instantaneous rate at session time `t_s`, beats per second, before ectopic beats.
  double rate_hz(double t_s);

 private:
  Time next_regular();
  std::int64_t phase_step(std::int64_t step);
  double following(double t_s) const;
  bool premature(std::int64_t number) const;

  Options options_;
  Breathing breathing_;
  Movement movement_;
  SmoothNoise drift_, slow_drift_;
  std::optional<Movement> other_;
  KeyedRandom ectopic_;
  Duration pulse_delay_;

  std::int64_t step_{}, phase_{}, phase_end_{};  // the step of the integral in work
  std::int64_t number_{};                        // of the next beat
  Time regular_;                                 // the last beat, had it not been premature
  Time last_;                                    // the last beat
  bool after_premature_ = false;
};

}  // namespace ib::virtual_ring
