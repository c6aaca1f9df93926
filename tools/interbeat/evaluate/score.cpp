#include "evaluate/score.hpp"

#include "evaluate/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ib::evaluate {
namespace {

constexpr double minute_s = 60;
constexpr double least_coverage_of_reference = 0.5;  // below it its RMSSD is no measure of anything

/// The part of the recording that can be scored: behind its start, and where the reference speaks.
Stretch scored_stretch(const DataSet& set, const Recording& recording, const Signal& signal,
                       const std::optional<Match>& match) {
  Stretch at{signal.first_s + set.score.skip_s, signal.end_s()};
  if (match && !recording.beats.empty()) {
    at.from_s = std::max(at.from_s, recording.beats.front().at_s + match->lag_s);
    at.to_s = std::min(at.to_s, recording.beats.back().at_s + match->lag_s);
  }
  at.to_s = std::max(at.from_s, at.to_s);
  return at;
}

void score_beats(const DataSet& set, const Recording& recording, const Signal& signal,
                 const Found& found, RecordScore& s) {
  MatchRule rule;
  rule.tolerance_s = set.score.tolerance_s;
  rule.from_s = signal.first_s + set.score.skip_s;
  rule.to_s = signal.end_s();
  rule.least_lag_s = set.score.least_lag_s;
  rule.greatest_lag_s = set.score.greatest_lag_s;
  s.match = best_match(recording.beats, found.beats_s, rule);
  const Distribution errors(interval_errors_ms(recording.beats, found.beats_s, *s.match));
  s.interval_errors_ms = errors.sorted();
  s.interval_error_median_ms = errors.median();
  s.interval_error_mean_ms = errors.mean();
}

Minute minute(const DataSet& set, const Found& found,
              const std::optional<std::vector<LabelledInterval>>& known, const Stretch& at) {
  Minute m{at, variability(found.raw, at), {}, {}, {}, false};
  if (found.cleaned) m.cleaned = variability(*found.cleaned, at);
  if (found.gated) {
    m.gated = variability(*found.gated, at);
    m.is_reported = m.gated->is_reported(set.score.least_coverage, at);
  }
  if (known) m.known = variability(*known, at);
  return m;
}

}  // namespace

RecordScore score(const DataSet& set, const Recording& recording, const Signal& signal,
                  const Found& found) {
  RecordScore s;
  s.name = recording.name;
  s.problem = found.problem;
  if (!found.problem.empty()) return s;
  s.beats = found.beats_s.size();
  const auto valid = std::count(found.beat_valid.begin(), found.beat_valid.end(), true);
  if (s.beats > 0) s.valid_share = static_cast<double>(valid) / static_cast<double>(s.beats);
  std::optional<std::vector<LabelledInterval>> known;
  if (set.reference) {
    score_beats(set, recording, signal, found, s);
    known = known_intervals(recording.beats, s.match->lag_s);
  }
  const auto at = scored_stretch(set, recording, signal, s.match);
  s.scored_s = at.seconds();
  if (found.gated) s.gated = variability(*found.gated, at);
  if (known) s.known = variability(*known, at);
  if (s.gated && s.known && s.gated->rmssd_ms && s.known->rmssd_ms &&
      s.known->coverage >= least_coverage_of_reference)
    s.rmssd_error_ms = std::abs(*s.gated->rmssd_ms - *s.known->rmssd_ms);
  for (const auto& m : stretches(at.from_s, at.to_s, minute_s))
    s.minutes.push_back(minute(set, found, known, m));
  return s;
}

}  // namespace ib::evaluate
