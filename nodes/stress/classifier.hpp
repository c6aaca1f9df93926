// stress.classifier: activation relative to the person's own baseline.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <interbeat/types/activation.hpp>
#include <interbeat/types/interval.hpp>
#include "dsp/activation.hpp"
#include "dsp/baseline.hpp"
#include "dsp/count_of_seconds.hpp"
#include "dsp/hrv_time.hpp"
#include "dsp/interval_statistics.hpp"
#include "dsp/ppg_quality.hpp"
#include "hrv/rate_contract.hpp"
#include "hrv/window_bar.hpp"

#include <optional>
#include <span>

namespace ib {

/// Collects the first quiet minutes as this person's rest, then says every second how far above it
/// the body is, in three levels with hysteresis, or why that can't be told.
struct ActivationClassifier {
  static constexpr About about{
      "stress.classifier", "1.0.0", "Activation relative to your own baseline.",
      "Features each second: heart rate (60000 / median usable interval of 30 s, at least half of "
      "them covered, the newest at most 5 s old) and ln RMSSD (60 s; withheld while irregular, and of beats found in less than "
      "12.5 samples a second: there `weight_ln_rmssd: 0` makes a score of heart rate alone). "
      "Baseline, guided: the first `baseline_window` of quiet in undisturbed steps of 30 s that "
      "lie within twice that time; seconds that the score would refuse don't count. Centre mu = "
      "median, spread s_eff = sqrt((1.4826 MAD)^2 + s0^2) with s0 = 3 bpm and 0.25. Sit still and "
      "breathe as you like while it is `collecting`; `unsettled`: heart rate still drifted, or the "
      "last 2 min were not in one piece: better repeat it. After 12 h it is collected anew. Never "
      "norms of a population.\n"
      "z = (x - mu) / s_eff within +-4; p = 1 / (1 + exp(-(b0 + w_hr z_hr + w_rmssd z_rmssd))), "
      "weights chosen by judgement, not fitted. score = p smoothed with 10 s. Levels: somewhat "
      "above from 0.40 (back below 0.30), well above from 0.70 (0.58), after 15 s up or 30 s down. "
      "high_arousal: heart rate 20 above rest, or 100 and 15 above, for 15 s without motion (60 s "
      "without `acc`); ends below 12 above rest for 60 s.\n"
      "Held in motion (0.10 g) for 30 s and without features for 10 s, then insufficient; a heart "
      "rate that jumps 25 bpm in 5 s, or of which less than 70 % of the beats are accepted, isn't "
      "used. A held state stands with its reason and without a score.\n"
      "Limits: it does not know pleasant from unpleasant; laughing, coffee and stairs look the "
      "same. Within-person AUC of heart rate and HRV is about 0.65-0.73: show trends, no verdicts. "
      "An estimate for self-reflection, not a diagnosis. Levels of persons are not comparable."};

  In<"intervals", Interval,
     InSpec{.doc = "Labelled intervals (interval.clean).", .refuses = "unrated"}>
      intervals;
  In<"acc", Acceleration,
     InSpec{.doc = "Acceleration of the hand; without it confidence stays low.", .optional = true}>
      acc;
  Out<"activation", ActivationRow,
      OutSpec{.doc = "Score, level and what they rest on.",
              .grade = Grade::state,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      activation;
  Choice<"baseline", ChoiceSpec{.labels = {"guided"},
                                .doc = "Where rest comes from: guided, the first quiet minutes."}>
      baseline;
  Param<"baseline_window", NumberSpec{.min = 180,
                                      .max = 900,
                                      .def = 300,
                                      .unit = "s",
                                      .doc = "Quiet time that makes a baseline."}>
      baseline_window;
  Param<"step",
        NumberSpec{.min = 1,
                   .max = 60,
                   .def = 1,
                   .unit = "s",
                   .doc = "Time between rows, whole seconds; levels follow every second anyway."}>
      step;
  Param<"b0", NumberSpec{.min = -10,
                         .max = 10,
                         .def = -1.0,
                         .unit = "1",
                         .doc = "Log odds at rest (heuristic).",
                         .live = true}>
      b0;
  Param<"weight_heart_rate", NumberSpec{.min = -10,
                                        .max = 10,
                                        .def = 0.9,
                                        .unit = "1",
                                        .doc = "Log odds per spread of heart rate (heuristic).",
                                        .live = true}>
      weight_heart_rate;
  Param<"weight_ln_rmssd", NumberSpec{.min = -10,
                                      .max = 10,
                                      .def = -0.6,
                                      .unit = "1",
                                      .doc = "Log odds per spread of ln RMSSD (heuristic).",
                                      .live = true}>
      weight_ln_rmssd;
  Flag<"trust_source",
       FlagSpec{.doc = "Take intervals of beats that nothing has rated.", .lifts_refusals = true}>
      trust_source;
  static constexpr auto fields = std::tuple{&ActivationClassifier::intervals,
                                            &ActivationClassifier::acc,
                                            &ActivationClassifier::activation,
                                            &ActivationClassifier::baseline,
                                            &ActivationClassifier::baseline_window,
                                            &ActivationClassifier::step,
                                            &ActivationClassifier::b0,
                                            &ActivationClassifier::weight_heart_rate,
                                            &ActivationClassifier::weight_ln_rmssd,
                                            &ActivationClassifier::trust_source};

  Duration every = 1s;  ///< dwell times count seconds
  ScratchMemory scratch;

  bool activate(Activation& a);
  void reset();
  void param_changed();
  void on(decltype(intervals)&, Time t, const Interval& i);
  void on(decltype(acc)&, const Sample& s);
  void on_gap(decltype(acc)&, Time, Time) { motion_restarts_ = true; }
  void tick(Time t);

 private:
  dsp::ActivationScore score() const;
  dsp::ActivationInput look(Time t);
  std::optional<double> heart_rate(Time t, std::span<std::int32_t> accepted) const;
  std::optional<double> activity(Time t);
  Reason reason_of(const dsp::Activation& a, Time t) const;
  ActivationRow row_of(const dsp::Activation& a, const dsp::ActivationInput& in) const;

  dsp::CountOfSeconds<30> all_;  ///< intervals
  std::optional<dsp::HrvTimeWindow> hrv_;
  dsp::HrvReason hrv_reason_{};
  std::optional<dsp::Baseline> rest_;
  std::optional<dsp::ActivationTracker> tracker_;
  std::optional<dsp::MotionGate> motion_;
  bool motion_restarts_{};
  Time newest_acc_ = never;
  Time newest_rate_ = never;
  WindowBar bar_;
  RateContract contract_;
};

}  // namespace ib
