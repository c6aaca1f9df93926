#include "signal/quality.hpp"

#include "dsp/subharmonic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

constexpr double window_s = 5;   // skewness and stand-still
constexpr double cadence_s = 8;  // enough for two rhythms to show as one or two
constexpr double cadence_g = 0.05;
constexpr double least_r = 0.8;  // on a real ring: RMSSD 20 ms with it, 122 without
constexpr Duration longest_half = 1s;
// A pulse is a few percent of the light at most. A wave whose mean is less than 5 pulse heights has
// lost its constant part on the way (a filter, an offset to the middle).
constexpr double largest_perfusion_pct = 20;

static_assert(static_cast<int>(dsp::QualityLimit::recovering) ==
              static_cast<int>(QualityLimit::recovering));
static_assert(static_cast<int>(dsp::QualityLimit::flat) == static_cast<int>(QualityLimit::flat));

/// What came of samples that are no numbers is absent.
Maybe maybe(const std::optional<double>& x) { return x && std::isfinite(*x) ? Maybe(*x) : Maybe(); }

}  // namespace

bool PpgQuality::activate(Activation& a) {
  if (lowest > highest) {
    return a.fail(
        fmt::format("the converter's limits: `lowest` is {:g} and `highest` {:g}; give the "
                    "smaller one as `lowest`, or neither",
                    lowest.value, highest.value));
  }
  const double rate = a.in(1).rate_hz;
  depth_ = dsp::quality_depth(rate);
  combiner_ = dsp::QualityCombiner(depth_);
  raw_.reserve(a.in(0).rate_hz, window_s, window_s);
  filtered_.reserve(rate, cadence_s, acc.connected ? cadence_s : 1.02 * window_s);
  hand_.reset();
  if (acc.connected) hand_ = std::make_unique<Hand>(a.in(3).rate_hz, cadence_s);
  agreement_.reset();
  if (second.connected) agreement_ = std::make_unique<dsp::DetectorAgreement>();
  const auto longest = std::max(filtered_.kept(), hand_ ? hand_->acc.kept() : 0);
  a.want_scratch(ScratchMemory::bytes_of<double>(raw_.kept()) +
                 ScratchMemory::bytes_of<double>(longest));
  a.out(0).items_per_second = std::min(a.out(0).items_per_second, a.in(2).items_per_second);
  latency = longest_half + from_seconds(2 / rate);
  reset();
  return true;
}

void PpgQuality::reset() {
  raw_.clear();
  filtered_.clear();
  interval_s_.restart();
  template_.restart();
  usual_height_.restart();
  if (hand_) hand_->restart();
  if (agreement_) agreement_->restart(0);
  inversion_.restart();
  combiner_.restart();
  parts_ = {};
  n_waiting_ = 0;
  began_ = false;
  last_beat_ = heard_ = last_update_ = never;
}

void PpgQuality::on(decltype(filtered)&, const Sample& s) {
  if (filtered_.push(s, static_cast<float>(s.x))) {
    combiner_.restart();
    forget_shape();
    if (agreement_) agreement_->restart(s.t.ns);
    last_beat_ = s.t;
    began_ = true;
  }
  while (n_waiting_ > 0 && waiting_.front().due() <= s.t) {
    rate(waiting_.front(), s.t);
    pop_waiting();
  }
}

void PpgQuality::on(decltype(beats)&, Time t, const Beat& b) {
  if (n_waiting_ == waiting_.size()) {
    give_up(waiting_.front());
    pop_waiting();
  }
  if (const auto us = b.whole_ibi_us(); b.contiguous && us > 0) interval_s_.push(us * 1e-6);
  const auto median = interval_s_.value();
  const Duration half = median ? std::min(from_seconds(*median / 2), longest_half) : Duration{};
  waiting_[n_waiting_++] = Waiting(t, b, half);
  last_beat_ = std::max(last_beat_, t);
  heard_ = t;
  if (agreement_) agreement_->push(dsp::DetectorAgreement::Detector::first, t.ns);
}

void PpgQuality::on(decltype(second)&, Time t, const Beat&) {
  agreement_->push(dsp::DetectorAgreement::Detector::second, t.ns);
}

void PpgQuality::on(decltype(acc)&, const Sample& s) {
  const double x = s.frame[0], y = s.frame[1], z = s.frame[2];
  const double magnitude = std::sqrt(x * x + y * y + z * z);
  if (hand_->acc.push(s, magnitude)) hand_->motion.restart();
  hand_->motion.push(magnitude);
}

/// What waits will never see its second half. The windows are left alone until the next sample:
/// ticks inside the gap must find the same, whether or not they ran before the gap was known.
void PpgQuality::on_gap(decltype(filtered)&, Time from, Time to) {
  give_up_waiting();
  filtered_.restart_with_next();
  if (seconds(to - from) > dsp::BeatTemplate::keeps_over_gap_s) template_.restart();
}

void PpgQuality::on_end() {
  give_up_waiting();
  rated.settle(closed_);
  quality.settle(closed_);
}

void PpgQuality::give_up_waiting() {
  for (std::size_t i = 0; i < n_waiting_; ++i) give_up(waiting_[i]);
  n_waiting_ = 0;
}

void PpgQuality::pop_waiting() {
  std::copy(waiting_.begin() + 1, waiting_.begin() + n_waiting_, waiting_.begin());
  --n_waiting_;
}

/// Leaves the score alone: nothing has been learnt about the signal.
void PpgQuality::give_up(const Waiting& w) {
  unrated.add();
  let_out(w, {}, false, Reason::gap);
}

void PpgQuality::rate(const Waiting& w, Time now) {
  if (depth_ == dsp::QualityDepth::absent) return let_out(w, {}, false, Reason::low_quality);
  if (w.half() > Duration{} && !filtered_.covers(w.t - w.half(), w.due())) return give_up(w);
  note_shape(w);
  look_back(now);
  const auto score = update(now);
  // The score follows within seconds; one bad shape among good ones must not wait for it.
  const bool shaped = !parts_.template_r || *parts_.template_r >= least_r;
  const bool scored = score && *score >= dsp::QualityCombiner::valid_from;
  const auto otherwise = scored ? Reason::low_quality : reason_of(score);
  // A trembling hand makes such a wave too, and then that is why.
  if (otherwise != Reason::motion && passes_over_pulses(w))
    return let_out(w, score, false, Reason::aliasing);
  let_out(w, score, scored && shaped, otherwise);
}

bool PpgQuality::passes_over_pulses(const Waiting& w) const {
  if (!w.contiguous || w.ibi_us <= 0) return false;
  return dsp::PulseSamples(filtered_, filtered_.rate_hz()).are_passed_over(w.ibi_us * 1e-6);
}

/// A beat while the filter settles has a shape of its own and teaches nothing.
void PpgQuality::note_shape(const Waiting& w) {
  forget_shape();
  if (w.half() == Duration{} || w.reason == Reason::warming_up) return;
  const Time from = w.t - w.half(), to = w.due();
  if (filtered_.filled_since(from)) {
    parts_.clipped = true;
    return;
  }
  auto room = scratch;
  const auto snippet = filtered_.between(from, to, room);
  const auto raw_snippet = raw_.between(from, to, room);
  const double half_width = seconds(w.half()) * filtered_.rate_hz();
  parts_.template_r = template_.match(filtered_, filtered_.position(w.t), half_width);
  parts_.clipped = dsp::has_plateau(raw_snippet, raw_.rate_hz());
  parts_.amplitude_ratio = usual_height_.ratio(seconds(w.t), dsp::amplitude(snippet));
  const auto perfusion = dsp::perfusion_percent(snippet, raw_snippet);
  if (perfusion && *perfusion <= largest_perfusion_pct) parts_.perfusion_percent = perfusion;
}

void PpgQuality::forget_shape() {
  parts_.template_r.reset();
  parts_.perfusion_percent.reset();
  parts_.amplitude_ratio.reset();
  parts_.clipped.reset();
}

void PpgQuality::look_back(Time now) {
  auto room = scratch;
  parts_.skewness = dsp::skewness(filtered_.last(window_s, room));
  const auto raw_part = raw_.last(window_s, room);
  parts_.flat_s = dsp::longest_flat_s(raw_part, raw_.rate_hz());
  if (knows_limits()) parts_.at_limits = dsp::share_at_limits(raw_part, lowest, highest);
  if (agreement_) parts_.agreement = agreement_->value(now.ns);
  parts_.since_beat_s = std::max(0.0, seconds(now - last_beat_));
}

std::optional<double> PpgQuality::update(Time now) {
  const double elapsed = last_update_ > never ? std::max(0.0, seconds(now - last_update_)) : 0.0;
  last_update_ = now;
  return combiner_.update(parts_, elapsed);
}

void PpgQuality::let_out(const Waiting& w, Maybe sqi, bool good, Reason otherwise) {
  Beat b = w.beat();
  b.sqi = sqi;
  if (b.valid && !good) {
    b.valid = false;
    b.reason = otherwise;
  }
  rated(w.t, b);
}

void PpgQuality::look_at_motion(Time now) {
  if (!hand_) return;
  auto& [moves, motion, cadence] = *hand_;
  if (moves.empty() || moves.age(now) > 1s) {
    moves.restart_with_next();
    cadence.restart();
    parts_.activity_g.reset();
    parts_.cadence_locked.reset();
    return;
  }
  parts_.activity_g = motion.tick();
  const double activity = parts_.activity_g.value_or(0.0);
  std::optional<double> pulse_hz, hand_hz;
  // Two spectra are the dearest part of this node, and at rest the answer is known.
  if (activity > cadence_g && filtered_.holds(cadence_s) && moves.holds(cadence_s)) {
    auto room = scratch, again = scratch;
    pulse_hz = dsp::peak_frequency_hz(filtered_.last<double>(cadence_s, room), filtered_.rate_hz());
    hand_hz = dsp::peak_frequency_hz(moves.last(cadence_s, again), moves.rate_hz());
  }
  parts_.cadence_locked = cadence.tick(pulse_hz, hand_hz, activity);
}

/// Skewness needs 20 Hz. One line in a run is enough: the column goes on saying it.
std::optional<bool> PpgQuality::look_for_inversion() {
  if (depth_ != dsp::QualityDepth::full) return std::nullopt;
  const auto inverted = inversion_.tick(parts_.skewness, parts_.template_r);
  if (inverted.value_or(false) && !warned_) {
    warned_ = true;
    log.warning(
        "the pulse seems to point down (skewness below -0.3 for 20 s, and its beats look "
        "alike): beats are rated low; write `invert: true` at its source");
  }
  return inverted;
}

void PpgQuality::tick(Time t) {
  look_at_motion(t);
  QualityRow row;
  row.activity_g = maybe(parts_.activity_g);
  if (depth_ == dsp::QualityDepth::absent || filtered_.empty() || filtered_.age(t) > 1s) {
    row.reason = depth_ == dsp::QualityDepth::absent ? Reason::low_quality
                 : began_                            ? Reason::gap
                                                     : Reason::warming_up;
    inversion_.restart();
    quality(t, row);
    return;
  }
  look_back(t);
  const auto score = update(t);
  row.score = score;
  row.template_r = maybe(parts_.template_r);
  row.skewness = maybe(parts_.skewness);
  row.perfusion_pct = maybe(parts_.perfusion_percent);
  row.amplitude_ratio = maybe(parts_.amplitude_ratio);
  row.agreement = maybe(parts_.agreement);
  if (raw_.size() > 1) row.flat_s = parts_.flat_s;
  if (raw_.size() > 1 && knows_limits()) row.at_limits = parts_.at_limits;
  row.clipped = truth(parts_.clipped);
  row.cadence_locked = truth(parts_.cadence_locked);
  row.inverted = truth(look_for_inversion());
  if (heard_ > never) row.since_beat_s = std::max(0.0, seconds(t - heard_));
  row.limited_by = static_cast<QualityLimit>(combiner_.limit());
  row.reason = reason_of(score);
  quality(t, row);
}

Reason PpgQuality::reason_of(std::optional<double> score) const {
  if (!score) return Reason::warming_up;
  if (*score >= dsp::QualityCombiner::valid_from) return Reason::none;
  const bool moved =
      parts_.cadence_locked.value_or(false) || combiner_.motion().value_or(1.0) < 0.5;
  return moved ? Reason::motion : Reason::low_quality;
}

}  // namespace ib
