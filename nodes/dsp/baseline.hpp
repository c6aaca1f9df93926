// A person's own resting values, against which activation is measured. Never population norms:
// without a baseline there is no statement.
//
// Collects 30 s steps of undisturbed quiet until enough are there, then is frozen: a reference that
// moved during a session would absorb the very change it is there to show. All steps lie within a
// bounded time, because quiet pieces picked from a whole hour are no rest. Per feature the centre
// is the median and the spread s = 1.4826 MAD over the steps, widened by a floor (sqrt(s^2 + s0^2))
// so that an unusually steady rest does not turn every breath into an excursion.
// Thread: stream. Allocates in the constructor only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <interbeat/shared.hpp>
#include <interbeat/time.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ib::dsp {

enum class Feature : std::uint8_t {
  hr,        ///< heart rate, 30 s median, 1/min
  ln_rmssd,  ///< ln of RMSSD in ms, 60 s
  ln_sdnn,   ///< ln of SDNN in ms, 60 s
  hr_sd,     ///< standard deviation of heart rate, 60 s, 1/min
  hr_slope,  ///< slope of heart rate, 60 s, 1/min per min
};
inline constexpr std::size_t n_features = 5;
inline constexpr std::array<Feature, n_features> all_features{
    Feature::hr, Feature::ln_rmssd, Feature::ln_sdnn, Feature::hr_sd, Feature::hr_slope};

std::string_view name(Feature) noexcept;

/// One value per feature; an absent one is missing, never 0.
class Features {
 public:
  std::optional<double>& operator[](Feature f) noexcept { return v_[static_cast<std::size_t>(f)]; }
  const std::optional<double>& operator[](Feature f) const noexcept {
    return v_[static_cast<std::size_t>(f)];
  }

 private:
  std::array<std::optional<double>, n_features> v_{};
};

class Baseline {
 public:
  struct Reference {
    double mu{};     ///< median at rest
    double s_eff{};  ///< spread, at least the floor
    bool operator==(const Reference&) const = default;
  };
  using References = std::array<std::optional<Reference>, n_features>;

  struct Params {
    Duration needed = 300s;  ///< quiet time; a guided rest needs 180 s
    Duration step = 30s;
    Duration within = 600s;       ///< all steps lie in this time; older ones leave
    Duration longest_pause = 5s;  ///< between two calls of add(); a longer one voids the step
    Duration expires = std::chrono::hours(12);
    double z_clip = 4;
    /// Features that may come: the others need no memory and have no reference.
    std::array<bool, n_features> kept{true, true, true, true, true};
    std::array<double, n_features> floor{3, 0.25, 0.25, 1.5, 3};  ///< s0, in the features' units
    double settled_slope = 1;  ///< 1/min per min, over the last 120 s
  };
  static Params guided_rest() { return Params{.needed = 180s, .within = 360s}; }

  /// [control]
  Baseline() : Baseline(Params{}) {}
  explicit Baseline(const Shared<Params>& params);

  /// A stored baseline, ready at once. [control]
  static Baseline stored(const References& references, Time frozen_at, const Params& params);
  static Baseline stored(const References& references, Time frozen_at) {
    return stored(references, frozen_at, Params{});
  }

  /// Features without which a step does not count. A baseline that lacks a reference for one of
  /// them begins again: it could never be used. Heart rate is always needed. [stream]
  void needs(const std::array<bool, n_features>& needed) noexcept;

  /// Call about once a second with increasing `t`. `quiet`: seated, no motion, signal trusted. A
  /// step counts only if all of it was quiet with the needed features there; its features are those
  /// at its end. Does nothing while ready; begins again once expired. [stream]
  void add(Time t, const Features& features, bool quiet) noexcept;

  /// Collects anew. [stream]
  void restart() noexcept;

  bool ready() const noexcept { return frozen_at_.has_value(); }
  bool expired(Time now) const noexcept { return ready() && now - *frozen_at_ > params_->expires; }
  /// Quiet time collected, up to `needed`.
  Duration collected() const noexcept;

  /// Heart rate was level at the end: |slope| <= settled_slope over the last 120 s, and these
  /// unbroken. Unsettled baselines are offered again, not refused. True for stored ones. [stream]
  bool settled() const noexcept { return settled_; }
  /// With three or more earlier resting heart rates: |mu - their median| <= 2 MAD. Reorders the
  /// span. True with fewer. [control]
  bool agrees_with(std::span<double> earlier_hr) const noexcept;

  /// Absent until ready, or if the feature was missing in more than half of the steps. [stream]
  std::optional<Reference> of(Feature f) const noexcept {
    return references_[static_cast<std::size_t>(f)];
  }
  /// (x - mu) / s_eff, clipped to +-z_clip. Absent without a reference or for a NaN. [stream]
  std::optional<double> z(Feature f, double x) const noexcept;

 private:
  struct Step {
    Time begin, end;
  };

  bool has_needed(const Features& features) const noexcept;
  void close_step(Time t, const Features& features) noexcept;
  void forget_before(Time t) noexcept;
  void freeze(Time t) noexcept;
  /// One feature of all steps, NaN where it is absent; empty if it isn't kept.
  std::span<double> of_steps(Feature f) noexcept;
  bool level_at_the_end() noexcept;

  Shared<Params> params_;
  std::size_t steps_needed_;
  std::array<bool, n_features> needed_{true};
  std::vector<Step> steps_;       // fixed capacity: steps_needed_
  std::vector<double> of_steps_;  // feature by feature, `steps_needed_` of each that is kept
  std::optional<Time> step_begin_;
  Time last_ = never;
  References references_{};
  std::optional<Time> frozen_at_;
  bool settled_{true};
};

}  // namespace ib::dsp
