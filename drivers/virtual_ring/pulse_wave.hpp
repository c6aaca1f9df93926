// PulseWave: what the sensor on the finger measures: a photoplethysmogram in raw counts, and
// acceleration in g.
//
// Light at rest is 50,000 counts, a pulse is 500 (a perfusion index of 1 %), and more blood counts
// upwards. The pulse rises as half a cosine, peaks exactly at Beat::pulse with slope 0, and falls
// with a dicrotic wave; the next pulse's foot cuts it off. Breathing modulates height and baseline.
// Bursts of movement shake both sensors; a lost contact leaves a flat signal near zero.
// All shapes are tables, made once. Thread: one at a time. Invariant: sample i depends on the
// options and i alone. No allocation after construction.
#pragma once

#include <array>
#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>
#include <span>

#include "virtual_ring/episodes.hpp"
#include "virtual_ring/heart.hpp"
#include "virtual_ring/options.hpp"
#include "virtual_ring/smooth_noise.hpp"

namespace ib::virtual_ring {

inline constexpr double rest_counts = 50'000;
inline constexpr double pulse_counts = 500;
inline constexpr double dark_counts = 200;      ///< without skin
inline constexpr double full_counts = 262'143;  ///< an 18-bit converter; the signal saturates there

/// When the wearer moves, and when the sensor has no skin.
Episodes motion_of(const Options& options);
Episodes contact_loss_of(const Options& options);

class PulseWave {
 public:
  /// Precondition: check(options) is empty.
  explicit PulseWave(const Options& options);

  /// Samples first, first + 1, ... at the times of `clock`: counts into `ppg`; x, y, z in g for
  /// each sample into `acc`, which is 3 * ppg.size() long or empty. Calls go forward in time; what
  /// lies between two calls may be left out.
  void fill(std::uint64_t first, const Anchor& clock, std::span<float> ppg, std::span<float> acc);

 private:
  struct Pulse {
    Time peak;
    double height;
  };
  struct Shake {
    double envelope{};  ///< 0 at rest
    double common{};    ///< the part that both sensors see
  };

  Pulse next_pulse();
  void set_upstroke();
  double pulses(Time t);
  double light(std::uint64_t index, Time t, const Shake& shake);
  Shake shake(Time t);
  void accelerate(std::uint64_t index, Time t, const Shake& shake, std::span<float, 3> acc);

  Heart heart_;
  Breathing breathing_;
  SmoothNoise wander_, shaking_;
  std::array<SmoothNoise, 3> jolts_;
  KeyedRandom noise_, acc_noise_;
  Episodes motion_, contact_loss_;
  double noise_height_, wander_height_, motion_height_;
  std::array<double, 3> gravity_;
  double stretch_;  // of the pulse's shape in time, by the mean heart rate

  Pulse before_, coming_;
  Time foot_;                        // where the coming pulse starts to rise
  double foot_height_{}, rise_s_{};  // from there
};

}  // namespace ib::virtual_ring
