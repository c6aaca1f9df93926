#include "evaluate/match.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace ib::evaluate {
namespace {

double share(int part, int rest) {
  return part + rest == 0 ? 1 : static_cast<double>(part) / static_cast<double>(part + rest);
}

/// How well the pairs of a lag lie on each other: each counts 1 at no distance, 0 at the tolerance.
double closeness(const std::vector<KnownBeat>& beats, const std::vector<double>& pulses_s,
                 const MatchRule& rule, const Match& match) {
  double sum = 0;
  for (const auto& p : match.pairs) {
    const double d = (pulses_s[p.pulse] - match.lag_s - beats[p.beat].at_s) / rule.tolerance_s;
    sum += 1 - d * d;
  }
  return sum;
}

}  // namespace

double Match::f1() const {
  const int all = 2 * right + missed + extra;
  return all == 0 ? 1 : 2.0 * right / all;
}
double Match::sensitivity() const { return share(right, missed); }
double Match::ppv() const { return share(right, extra); }

Match match_at_lag(const std::vector<KnownBeat>& beats, const std::vector<double>& pulses_s,
                   const MatchRule& rule, double lag_s) {
  Match match;
  match.lag_s = lag_s;
  if (beats.empty()) return match;
  constexpr double end = std::numeric_limits<double>::infinity();
  const double first = beats.front().at_s - rule.tolerance_s;
  const double last = beats.back().at_s + rule.tolerance_s;
  const auto counts = [&](double at_s) {  // in the reference's clock
    return at_s + lag_s >= rule.from_s && at_s + lag_s <= rule.to_s && at_s >= first &&
           at_s <= last;
  };
  std::size_t i = 0, j = 0;
  while (i < beats.size() || j < pulses_s.size()) {
    const double beat = i < beats.size() ? beats[i].at_s : end;
    const double pulse = j < pulses_s.size() ? pulses_s[j] - lag_s : end;
    if (beat < end && pulse < end && std::abs(beat - pulse) <= rule.tolerance_s) {
      if (counts(std::min(beat, pulse)) && beats[i].scored) {
        ++match.right;
        match.pairs.push_back({i, j});
      }
      ++i, ++j;
    } else if (beat < pulse) {
      match.missed += counts(beat) && beats[i].scored ? 1 : 0;
      ++i;
    } else {
      match.extra += counts(pulse) ? 1 : 0;
      ++j;
    }
  }
  return match;
}

Match best_match(const std::vector<KnownBeat>& beats, const std::vector<double>& pulses_s,
                 const MatchRule& rule) {
  const auto steps = static_cast<int>(
      std::floor((rule.greatest_lag_s - rule.least_lag_s) / rule.lag_step_s + 1e-9));
  const auto at_step = [&](int step) {
    return match_at_lag(beats, pulses_s, rule, rule.least_lag_s + step * rule.lag_step_s);
  };
  std::vector<double> close;
  for (int step = 0; step <= steps; ++step)
    close.push_back(closeness(beats, pulses_s, rule, at_step(step)));
  const auto middle =
      static_cast<int>(std::max_element(close.begin(), close.end()) - close.begin());
  const auto reach = static_cast<int>(std::floor(rule.tolerance_s / rule.lag_step_s + 1e-9));
  Match best = at_step(middle);
  double closest = close[static_cast<std::size_t>(middle)];
  for (int step = std::max(0, middle - reach); step <= std::min(steps, middle + reach); ++step) {
    auto match = at_step(step);
    const double this_close = close[static_cast<std::size_t>(step)];
    if (match.right < best.right || (match.right == best.right && this_close <= closest)) continue;
    best = std::move(match);
    closest = this_close;
  }
  return best;
}

std::vector<double> interval_errors_ms(const std::vector<KnownBeat>& beats,
                                       const std::vector<double>& pulses_s, const Match& match) {
  std::vector<double> errors;
  for (std::size_t k = 1; k < match.pairs.size(); ++k) {
    const auto &a = match.pairs[k - 1], &b = match.pairs[k];
    if (b.beat != a.beat + 1 || b.pulse != a.pulse + 1) continue;
    const double known = beats[b.beat].at_s - beats[a.beat].at_s;
    const double found = pulses_s[b.pulse] - pulses_s[a.pulse];
    errors.push_back(1000 * std::abs(found - known));
  }
  return errors;
}

}  // namespace ib::evaluate
