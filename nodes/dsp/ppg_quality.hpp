// How far a stretch of PPG can be trusted, 0..1, and why.
//
// Each part answers one question and is published beside the score, so that "0.3" can be explained:
//   shape      does this beat look like the beats before?   BeatTemplate   (Orphanidou 2015)
//   skewness   is the pulse steeper up than down?           skewness       (Elgendi 2016)
//   perfusion  is there enough pulse on the constant light? perfusion_percent, AmplitudeReference
//   flat, clip did the converter stand still?               longest_flat_s, has_plateau, share_at_limits
//   agreement  do two detectors see the same beats?         DetectorAgreement (detector_agreement.hpp)
//   motion     did the hand move, or even set the rhythm?   MotionGate, CadenceLock
// and QualityCombiner joins them. Per-beat parts are due when half a median interval has arrived
// after the peak; the others once per second, over the last 5 s.
//
// Out of scope: turning a pulse that points down. Skewness only works if systole points UP; the
// driver declares a sensor whose light falls at systole, and its samples are negated there.
// InvertedPulse only suspects.
//
// Thread: one at a time, [stream]; constructors allocate, nothing else does. Input must be finite.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/ranked_slots.hpp"
#include "dsp/sliding_window.hpp"

namespace ib::dsp {

/// Which parts a sampling rate can carry.
enum class QualityDepth {
  absent,   ///< below 10 Hz: a beat has too few samples for any statement
  reduced,  ///< 10-20 Hz: shape, flat and clip only; the score ends at 0.7
  full,     ///< from 20 Hz on
};
QualityDepth quality_depth(double rate_hz) noexcept;

// ---------------------------------------------------------------------------------------------
// Parts of the window, once per second and with each beat. Samples as streams carry them are taken as
// they are: every sum is of doubles.

/// m3 / m2^1.5 with population moments. Nothing for fewer than 3 samples or without variation.
std::optional<double> skewness(std::span<const double> band_passed) noexcept;
std::optional<double> skewness(std::span<const float> band_passed) noexcept;

/// Longest stretch, in seconds, in which neighbours differ by at most 1e-9 of the largest value.
double longest_flat_s(std::span<const double> raw, double rate_hz) noexcept;
double longest_flat_s(std::span<const float> raw, double rate_hz) noexcept;

/// Share 0..1 of samples at or beyond the converter's limits, if the driver knows them.
double share_at_limits(std::span<const double> raw, double lowest, double highest) noexcept;
double share_at_limits(std::span<const float> raw, double lowest, double highest) noexcept;

// ---------------------------------------------------------------------------------------------
// Parts of one beat. A snippet reaches half a median interval to each side of the peak.

/// Whether a top of a raw snippet stands still for 0.08 s, at least 3 samples equal within 1e-6 of
/// its range (0.08 s is 3 samples at 25 Hz): the wave comes up to it and goes down behind it. At a
/// top alone, because clipping cuts there, and at the foot of a pulse coarse converter steps look
/// the same. Three samples at every rate would take converter steps for clipping: on a real 32 Hz
/// ring 30 % of all beats; with 0.08 s, anywhere in the beat, 6 %.
bool has_plateau(std::span<const double> raw_beat, double rate_hz) noexcept;

/// A waveform that falls at systole: skewness below -0.3 for 20 s, with beats that look alike in
/// half of them. Not in all: on such a wave the detector changes between two kinds of tops. Of 16
/// BIDMC records each is suspected once it is negated, and none as it is.
class InvertedPulse {
 public:
  /// Once per second. Nothing while one of the two isn't known.
  std::optional<bool> tick(std::optional<double> skewness,
                           std::optional<double> template_r) noexcept;
  void restart() noexcept { seconds_ = alike_ = 0; }

 private:
  int seconds_ = 0;  // with the tail down, in one piece
  int alike_ = 0;    // of these, with a beat that matches
};

/// Pulse height in percent of the constant light. Needs a driver that delivers the constant part.
/// Nothing if that is zero or a snippet is empty.
std::optional<double> perfusion_percent(std::span<const double> band_passed_beat,
                                        std::span<const double> raw_beat) noexcept;

/// Peak-to-peak height of a snippet; 0 if empty.
double amplitude(std::span<const double> band_passed_beat) noexcept;

/// Median of the last 10 beat intervals, in whatever unit they are pushed in.
class MedianInterval {
 public:
  void restart() noexcept { count_ = 0; }
  void push(double interval) noexcept { intervals_[count_++ % intervals_.size()] = interval; }
  /// Nothing before the first interval.
  std::optional<double> value() const noexcept;

 private:
  std::array<double, 10> intervals_{};
  std::size_t count_ = 0;
};

/// Correlation of each beat with an adaptive mean beat.
class BeatTemplate {
 public:
  static constexpr std::size_t points = 32;
  using Snippet = std::array<double, points>;

  /// Pearson r, -1..1, of the beat around `peak` (position in `band_passed`, samples) with the
  /// template, `half_width` samples to each side; positions outside take the nearest sample.
  /// Nothing while the template is learnt from the first 5 beats (the fifth has an r).
  /// A beat without variation has r = 0 and teaches nothing.
  /// `band_passed` has size() and operator[]. Precondition: it isn't empty, half_width > 0.
  template <class Signal>
  std::optional<double> match(const Signal& band_passed, double peak, double half_width) noexcept {
    assert(band_passed.size() > 0 && half_width > 0.0);
    Snippet beat;
    const double step = 2.0 * half_width / static_cast<double>(points - 1);
    for (std::size_t i = 0; i < points; ++i)
      beat[i] = interpolated(band_passed, peak - half_width + step * static_cast<double>(i));
    return match(beat);
  }

  /// Learn anew. A template doesn't outlive a gap of more than `keeps_over_gap_s`.
  void restart() noexcept;
  static constexpr double keeps_over_gap_s = 30.0;

 private:
  template <class Signal>
  static double interpolated(const Signal& values, double at) noexcept {
    const std::size_t last = values.size() - 1;
    if (at <= 0.0) return values[0];
    if (at >= static_cast<double>(last)) return values[last];
    const auto left = static_cast<std::size_t>(at);
    const double share = at - static_cast<double>(left);
    return values[left] * (1.0 - share) + values[left + 1] * share;
  }
  std::optional<double> match(Snippet& beat) noexcept;
  double score(const Snippet& beat) noexcept;
  void learn(const Snippet& beat) noexcept;
  void adapt(const Snippet& beat) noexcept;
  void put_aside(const Snippet& beat) noexcept;

  Snippet template_{};  // unit norm once learnt, a plain sum before
  std::size_t learnt_ = 0;
  Snippet strangers_{};  // sum of consecutive beats that do not match
  std::size_t stranger_count_ = 0;
};

/// Pulse height against its own median over 60 s, for drivers without the constant part.
class AmplitudeReference {
 public:
  /// `beat_s`: time of the beat in seconds, counted in whole microseconds, on any clock that does not
  /// go back. Returns the height relative to the median of the 60 s before it; nothing for the first
  /// 5 beats.
  std::optional<double> ratio(double beat_s, double amplitude) noexcept;
  void restart() noexcept {
    size_ = 0;
    ranks_.clear();
  }

 private:
  static constexpr std::size_t most = 200;  // in 60 s: no heart beats faster
  std::optional<double> median() const noexcept;
  void forget_older_than_a_minute(std::int64_t now_us) noexcept;
  void forget_oldest() noexcept;

  /// A height in 6 bytes: the difference of two samples of one order of magnitude has no more digits
  /// (36 bits; a sample has 24).
  class Height {
   public:
    Height() = default;
    explicit Height(double x) noexcept {
      const auto bits = std::bit_cast<std::uint64_t>(x) + 0x8000U;
      for (unsigned k = 0; k < 3; ++k)
        parts_[k] = static_cast<std::uint16_t>(bits >> (16 * k + 16));
    }
    operator double() const noexcept {
      std::uint64_t bits = 0;
      for (unsigned k = 0; k < 3; ++k) bits |= std::uint64_t{parts_[k]} << (16 * k + 16);
      return std::bit_cast<double>(bits);
    }

   private:
    std::array<std::uint16_t, 3> parts_;
  };

  // A ring; beats of the last 60 s. Their times are the lower 32 bits of microseconds: an hour.
  std::array<Height, most> amplitudes_;
  std::array<std::uint32_t, most> at_us_;
  RankedSlots<most> ranks_;  // of the same, by amplitude
  std::uint32_t first_ = 0, size_ = 0;
  std::int64_t newest_us_ = 0;  // if there are any
};

// ---------------------------------------------------------------------------------------------
// Motion, from the magnitude of acceleration in g.

class MotionGate {
 public:
  explicit MotionGate(double accelerometer_rate_hz);
  void push(double magnitude_g) noexcept { window_.push(magnitude_g); }
  void restart() noexcept;
  /// Once per second: activity = standard deviation over the last second, and of this and the
  /// previous second the worse one, in g. Nothing before a full second of samples.
  std::optional<double> tick() noexcept;

 private:
  SlidingWindow<double> window_;
  std::optional<double> previous_;
};

/// The strongest frequency between 0.5 and 4 Hz (steps of 0.05 Hz), after removing the mean.
/// Nothing without variation. Costs 71 passes: 40 us for 8 s at 32 Hz.
std::optional<double> peak_frequency_hz(std::span<const double> signal, double rate_hz) noexcept;

/// Steps that the detector takes for a pulse: PPG and hand share one frequency for 8 s in motion.
class CadenceLock {
 public:
  /// Once per second. Returns whether the rhythm is the hand's.
  bool tick(std::optional<double> ppg_hz, std::optional<double> acceleration_hz,
            double activity_g) noexcept;
  void restart() noexcept { seconds_ = 0; }

 private:
  int seconds_ = 0;
};

// ---------------------------------------------------------------------------------------------
// The score.

/// What is known. An absent part is left out, not counted as good or bad.
struct QualityParts {
  std::optional<double> template_r;
  std::optional<double> skewness;
  std::optional<double> perfusion_percent;  ///< with the constant part,
  std::optional<double> amplitude_ratio;    ///< or without it
  std::optional<double> agreement;          ///< of two detectors; absent = one detector
  std::optional<double> activity_g;         ///< absent = no accelerometer
  double flat_s = 0.0;
  double at_limits = 0.0;       ///< share of samples at the converter's limits; 0 where not known
  std::optional<bool> clipped;  ///< plateau in the last beat
  std::optional<bool> cadence_locked;
  double since_beat_s = 0.0;  ///< since the last beat, or since the start
};

/// What keeps a score from being higher: the part that alone would raise it most.
enum class QualityLimit : std::uint8_t {
  none,             ///< nothing: it is 1, or not known
  shape,            ///< the beat differs from the mean beat
  skewness,         ///< the wave leans the wrong way
  perfusion,        ///< too little pulse, or unlike that of the last minute
  agreement,        ///< two detectors see different beats
  motion,           ///< the hand moves
  flat,             ///< the raw wave stood still
  clipped,          ///< tops are cut off
  cadence,          ///< hand and pulse share one rhythm
  silence,          ///< no beat for 3 s
  no_acceleration,  ///< nobody knows whether the hand moves: at most 0.9
  low_rate,         ///< below 20 Hz: at most 0.7
  recovering,       ///< all is well by now; trust returns within seconds
};

/// Each part as a score 0..1, 1 = good.
struct QualityScores {
  std::optional<double> shape, skewness, perfusion, agreement, motion;
  bool refused = false;            ///< flat, clipped, shaken, locked or silent: the score is 0
  bool this_beat_alone = false;    ///< ... and for nothing but a clipped top
  std::optional<double> combined;  ///< before smoothing; nothing while the template is learnt
  QualityLimit limit{};            ///< what holds `combined` down
};
QualityScores score(const QualityParts& parts, QualityDepth depth) noexcept;

/// Score smoothed with a time constant of 2 s. A refusal shows at once; trust returns slowly. A
/// clipped beat is refused by itself: it says nothing about the beats behind it.
class QualityCombiner {
 public:
  static constexpr double valid_from = 0.5;  ///< a beat and its predecessor need this for HRV

  explicit QualityCombiner(QualityDepth depth) : depth_(depth) {}
  void restart() noexcept { smooth_.reset(); }
  /// `elapsed_s` since the previous call, >= 0. Nothing while no score is known.
  std::optional<double> update(const QualityParts& parts, double elapsed_s) noexcept;
  /// Of the last update.
  std::optional<double> motion() const noexcept { return motion_; }
  QualityLimit limit() const noexcept { return limit_; }

 private:
  QualityDepth depth_;
  std::optional<double> motion_;
  std::optional<double> smooth_;
  QualityLimit limit_{};
};

}  // namespace ib::dsp
