#include "stress/classifier.hpp"

#include "hrv/window.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace ib {
namespace {

using dsp::Feature;

constexpr Duration rate_window = 30s;
constexpr Duration hrv_window = 60s;
constexpr Duration stale_after = 5s;  // of heart rate: a slow heart beats twice in it
constexpr double least_coverage = 0.5;
// Seated: the same bound below which high arousal may be entered.
constexpr double seated_g = 0.05;

/// So many intervals of one length, and one that begins before the window.
constexpr auto room(Duration window, Duration length) {
  return static_cast<std::size_t>(window / length) + 1;
}
constexpr auto most_heard = room(rate_window, 200ms);  // the least that may be let pass

/// Median in ms, of at least one: as IntervalStatistics has it.
double median_ms(std::span<std::int32_t> us) {
  const auto middle = us.begin() + static_cast<std::ptrdiff_t>((us.size() - 1) / 2);
  std::nth_element(us.begin(), middle, us.end());
  const std::int32_t below = *middle;
  if (us.size() % 2 == 1) return below / 1000.0;
  return (below + 0.5 * (*std::min_element(middle + 1, us.end()) - below)) / 1000;
}

ActivationLevel level_of(dsp::ActivationState state) {
  switch (state) {
    case dsp::ActivationState::insufficient: return ActivationLevel::insufficient;
    case dsp::ActivationState::calm: return ActivationLevel::near_rest;
    case dsp::ActivationState::engaged: return ActivationLevel::somewhat_above;
    case dsp::ActivationState::stressed:
    case dsp::ActivationState::high_arousal: return ActivationLevel::well_above;
  }
  return ActivationLevel::insufficient;
}

dsp::Baseline::Params rest_params(Duration needed) {
  dsp::Baseline::Params p;
  p.needed = needed;
  p.within = 2 * needed;
  p.kept = {true, true, false, false, false};  // those of look()
  return p;
}

BaselineState state_of(const dsp::Baseline& rest) {
  if (!rest.ready()) return BaselineState::collecting;
  return rest.settled() ? BaselineState::ready : BaselineState::unsettled;
}

}  // namespace

bool ActivationClassifier::activate(Activation& a) {
  dsp::HrvTimeWindow::Params rmssd_alone;
  rmssd_alone.most_per_second = a.in().items_per_second;
  rmssd_alone.ranked = dsp::IntervalStatistics::Ranked::no;
  hrv_.emplace(hrv_window, rmssd_alone);
  a.want_scratch(ScratchMemory::bytes_of<std::int32_t>(hrv_->statistics().capacity()));
  static const Shared<dsp::Baseline::Params> usual{rest_params(300s)};
  const auto wanted = baseline_window.duration();
  rest_.emplace(wanted == usual->needed ? usual : Shared(rest_params(wanted)));
  tracker_.emplace(dsp::ActivationTracker::usual(), score());
  rest_->needs(score().needed());
  contract_ = RateContract(a.in());
  motion_.reset();
  if (acc.connected) motion_.emplace(a.in(1).rate_hz);
  a.out().items_per_second = 1 / std::round(step);
  reset();
  return true;
}

dsp::ActivationScore ActivationClassifier::score() const {
  dsp::ActivationScore::Params p;
  p.b0 = b0;
  p.weight = {weight_heart_rate, weight_ln_rmssd, 0, 0, 0};
  return dsp::ActivationScore(p);
}

void ActivationClassifier::reset() {
  all_ = {};
  hrv_->reset();
  rest_->restart();
  tracker_->reset();
  if (motion_) motion_->restart();
  motion_restarts_ = false;
  newest_acc_ = newest_rate_ = never;
  bar_.clear();
}

void ActivationClassifier::param_changed() {
  tracker_->use(score());
  rest_->needs(score().needed());
}

void ActivationClassifier::on(decltype(intervals)&, Time t, const Interval& i) {
  constexpr std::int32_t longest_us = 10'000'000;  // no heart pauses so long; keeps the sums exact
  if (i.ibi_us <= 0 || i.ibi_us > longest_us) return;
  hrv_->push(t, i.ibi_us, i.valid, i.contiguous, i.carries_rate());
  all_.add();
  bar_.note(t, i.reason);
  if (i.carries_rate()) newest_rate_ = t;
}

void ActivationClassifier::on(decltype(acc)&, const Sample& s) {
  if (motion_restarts_) motion_->restart();
  motion_restarts_ = false;
  newest_acc_ = s.t;
  const double x = s.frame[0], y = s.frame[1], z = s.frame[2];
  motion_->push(std::sqrt(x * x + y * y + z * z));
}

/// Absent rather than old: of the last 30 s at least half is covered, and its end is near. Reorders
/// the intervals.
std::optional<double> ActivationClassifier::heart_rate(Time t,
                                                       std::span<std::int32_t> accepted) const {
  const auto covered_us = std::accumulate(accepted.begin(), accepted.end(), std::int64_t{0});
  const bool thin = static_cast<double>(covered_us) < least_coverage * 1e6 * seconds(rate_window);
  if (thin || t - newest_rate_ > stale_after) return std::nullopt;
  return 60'000 / median_ms(accepted);
}

std::optional<double> ActivationClassifier::activity(Time t) {
  if (!motion_) return std::nullopt;
  if (t - newest_acc_ > 1s) motion_restarts_ = true;
  return t - newest_acc_ > 1s ? std::nullopt : motion_->tick();
}

dsp::ActivationInput ActivationClassifier::look(Time t) {
  auto room = scratch;
  all_.end_of_second();
  hrv_->advance(t);
  const auto& past = hrv_->statistics();
  const auto accepted =
      past.lengths_after(t - rate_window, room.take<std::int32_t>(past.capacity()));
  const auto rmssd = hrv_->ln_rmssd();
  hrv_reason_ = rmssd.reason;

  dsp::ActivationInput in;
  in.t = t;
  in.features[Feature::hr] = heart_rate(t, accepted);
  const bool barred = bar_.of(t, hrv_window) != Reason::none;  // the rule of hrv.window
  if (in.features[Feature::hr] && !barred && contract_.carries_variability())
    in.features[Feature::ln_rmssd] = rmssd.value;
  if (const auto all = std::min(all_.count(), most_heard); all > 0)
    in.accepted_share = static_cast<double>(accepted.size()) / static_cast<double>(all);
  in.activity_g = activity(t);
  return in;
}

void ActivationClassifier::tick(Time t) {
  const auto in = look(t);
  const auto a = tracker_->tick(in, *rest_);
  const auto second = t.ns / Duration{every}.count();
  if (second % std::lround(step) == 0) activation(t, row_of(a, in));
  const bool seated = in.activity_g.value_or(0.0) < seated_g;
  rest_->add(t, in.features, seated && a.trusted);
}

ActivationRow ActivationClassifier::row_of(const dsp::Activation& a,
                                           const dsp::ActivationInput& in) const {
  ActivationRow row;
  if (a.score) row.score = a.ema;  // a held second has a state, and no score of its own
  row.state = level_of(a.state);
  if (a.state != dsp::ActivationState::insufficient)
    row.high_arousal = truth(a.state == dsp::ActivationState::high_arousal);
  row.confidence = a.confidence;
  row.baseline = state_of(*rest_);
  row.reason = reason_of(a, in.t);
  row.heart_rate_bpm = in.features[Feature::hr];
  row.ln_rmssd = in.features[Feature::ln_rmssd];
  if (const auto rest = rest_->of(Feature::hr)) row.rest_heart_rate_bpm = rest->mu;
  if (!a.score) return row;
  for (const auto& term : a.score->terms()) {
    (term.feature == Feature::hr ? row.z_heart_rate : row.z_ln_rmssd) = term.z;
    (term.feature == Feature::hr ? row.term_heart_rate : row.term_ln_rmssd) = term.value;
  }
  return row;
}

/// A missing feature is named by what made it so.
Reason ActivationClassifier::reason_of(const dsp::Activation& a, Time t) const {
  const bool collecting = a.reason == dsp::ActivationReason::no_baseline;
  const auto bar = bar_.of(t, hrv_window);
  if (a.reason != dsp::ActivationReason::none && bar == Reason::aliasing) return bar;
  switch (a.reason) {
    case dsp::ActivationReason::none: return Reason::none;
    case dsp::ActivationReason::baseline_expired: return Reason::stale;
    case dsp::ActivationReason::motion: return Reason::motion;
    case dsp::ActivationReason::insufficient_coverage: return Reason::insufficient_coverage;
    case dsp::ActivationReason::hr_jump: return Reason::artefact;
    case dsp::ActivationReason::no_baseline:
    case dsp::ActivationReason::missing_feature: break;
  }
  if (bar != Reason::none) return bar;
  if (!contract_.carries_variability() && weight_ln_rmssd != 0) return Reason::below_rate;
  if (collecting) return Reason::no_baseline;
  if (t - newest_rate_ > stale_after) return Reason::stale;
  const auto reason = ib::reason_of(hrv_reason_);
  return reason != Reason::none ? reason : Reason::insufficient_coverage;
}

}  // namespace ib
