// How far the body is above its own rest: a heuristic score, smoothed, in three levels with
// hysteresis, and apart from them `high_arousal`. An estimate for self-reflection: it does not know
// pleasant from unpleasant (laughing, coffee and stairs look the same), and heart rate and HRV
// alone separate stress from rest weakly (own leave-one-person-out AUC about 0.65).
//
// Says `insufficient` with a reason rather than guess: no baseline, missing features, motion, a
// heart rate that jumps (cadence lock, halving, doubling).
// Thread: stream. No allocation. Invariant: levels change by one neighbour at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <interbeat/shared.hpp>
#include <interbeat/time.hpp>
#include <interbeat/types/confidence.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "dsp/baseline.hpp"

namespace ib::dsp {

using ib::Confidence;

/// Logistic score over z values of the baseline: p = 1 / (1 + exp(-(b0 + sum w z))).
class ActivationScore {
 public:
  struct Params {
    double b0 = -1.0;
    /// Per feature, 0 = not used. Chosen by judgement, not fitted: `heuristic`.
    std::array<double, n_features> weight{0.9, -0.6, 0, 0, 0};
  };
  struct Term {
    Feature feature{};
    double z{};
    double value{};  ///< weight * z, log odds
  };
  struct Result {
    double p{};
    std::array<Term, n_features> storage{};
    std::size_t n_terms{};
    /// Largest contribution first.
    std::span<const Term> terms() const noexcept { return {storage.data(), n_terms}; }
  };

  ActivationScore() noexcept : ActivationScore(Params{}) {}
  explicit ActivationScore(const Params& params) noexcept : params_(params) {}

  /// The features that have a weight.
  std::array<bool, n_features> needed() const noexcept;

  /// Absent if a used feature or its reference is absent. [stream]
  std::optional<Result> operator()(const Features& x, const Baseline& baseline) const noexcept;

 private:
  Params params_;
};

enum class ActivationState : std::uint8_t { insufficient, calm, engaged, stressed, high_arousal };
enum class ActivationReason : std::uint8_t {
  none,
  no_baseline,
  baseline_expired,
  motion,
  insufficient_coverage,  ///< too few accepted beats behind the heart rate
  hr_jump,                ///< more than 25 /min within 5 s
  missing_feature,
};

std::string_view name(ActivationState) noexcept;
std::string_view name(ActivationReason) noexcept;

/// One second of input.
struct ActivationInput {
  Time t;
  Features features;
  double accepted_share = 1;         ///< 0..1 of the beats behind the heart rate
  std::optional<double> activity_g;  ///< absent: no accelerometer
  bool steps_last_minute = false;
};

struct Activation {
  Time t;
  ActivationState state = ActivationState::insufficient;
  /// Why the state is insufficient, or why this second was not used.
  ActivationReason reason = ActivationReason::none;
  bool held = false;          ///< this second was not used; the state is that of before
  bool trusted = false;       ///< enough beats accepted, no jump: a baseline may learn from it
  std::optional<double> ema;  ///< smoothed p, also of held seconds; absent while insufficient
  std::optional<ActivationScore::Result> score;  ///< of this second, if used
  Confidence confidence = Confidence::low;
};

class ActivationTracker {
 public:
  struct Params {
    double ema_tau_s = 10;
    std::array<double, 2> up{0.40, 0.70};    ///< calm -> engaged -> stressed, ema >=
    std::array<double, 2> down{0.30, 0.58};  ///< and back, ema <
    int dwell_up_s = 15;
    int dwell_down_s = 30;

    double high_delta = 20;         ///< 1/min above own rest, or:
    double high_rate = 100;         ///< 1/min, with at least
    double high_rate_delta = 15;    ///< 1/min above own rest
    double high_activity_g = 0.05;  ///< entered only below it
    int high_hold_s = 15;
    int high_hold_unknown_activity_s = 60;
    double high_exit_delta = 12;
    int high_exit_hold_s = 60;

    double motion_g = 0.10;
    int motion_s = 30;   ///< held so long, then insufficient
    int missing_s = 10;  ///< the same for seconds without valid features
    double accepted_min = 0.70;
    double jump_per_min = 25;  ///< within 5 s
  };

  /// Who has the usual ones shares them.
  static const Shared<Params>& usual();

  ActivationTracker() : ActivationTracker(usual(), ActivationScore{}) {}
  ActivationTracker(const Shared<Params>& params, const ActivationScore& score) noexcept;

  /// Call once per second of session time, also without data: dwell times count calls. After
  /// `insufficient` the level starts at calm with an empty average. [stream]
  Activation tick(const ActivationInput& in, const Baseline& baseline) noexcept;

  /// Other weights, from the next tick on; levels and averages go on. [stream]
  void use(const ActivationScore& score) noexcept { score_ = score; }

  /// Back to the beginning. [stream]
  void reset() noexcept;

 private:
  static constexpr std::size_t jump_window = 6;  // now and the five seconds before

  ActivationState state() const noexcept;
  ActivationReason reference_obstacle(Time t, const Baseline& baseline) const noexcept;
  ActivationReason data_obstacle(const ActivationInput& in, bool has_score) const noexcept;
  ActivationReason rate_obstacle(const ActivationInput& in) const noexcept;
  bool moving(const ActivationInput& in) const noexcept;
  void note_heart_rate(const Features& features) noexcept;
  bool heart_rate_jumps() const noexcept;
  void lose() noexcept;
  void follow(double p) noexcept;
  void follow_arousal(const ActivationInput& in, const Baseline& baseline) noexcept;

  Shared<Params> params_;
  ActivationScore score_;
  double alpha_;
  bool lost_{true};  // insufficient
  std::optional<double> ema_;
  std::size_t level_{};  // 0 calm, 1 engaged, 2 stressed; runs on below high arousal
  int above_s_{};
  int below_s_{};
  bool high_{};
  int high_s_{};
  int high_exit_s_{};
  int moving_s_{};
  int missing_s_{};
  std::array<double, jump_window> recent_hr_;  // NaN: unknown
  std::size_t recent_{};
};

}  // namespace ib::dsp
