// Match: beats that somebody found beside beats that are known, and how many of each belong together.
//
// The rule: a pulse lags its beat by travel and by the monitor's delay, both constant in a recording. One lag for the
// whole recording, the one that brings most beats together; nothing else is fitted; then a pulse is right within a
// tolerance of a beat. A beat that the reference itself doubts counts neither for nor against.
//
// Thread: any; pure functions.
#pragma once

#include <cstddef>
#include <vector>

namespace ib::evaluate {

/// A beat of the reference, in seconds of the reference's own clock.
struct KnownBeat {
  double at_s{};
  bool scored{true};  ///< false: the reference is not sure of it
};

/// Times in seconds. A time t of the reference lies at t + lag in the recording.
struct MatchRule {
  double tolerance_s{0.150};  ///< ANSI/AAMI EC57's window for beats
  double from_s{10};          ///< of the recording: what lies before is not scored,
  double to_s{1e12};          ///< nor what lies behind its end
  double least_lag_s{0};
  double greatest_lag_s{1.2};
  double lag_step_s{0.01};
};

/// Which beat and which pulse are one; places in their lists.
struct Pair {
  std::size_t beat{}, pulse{};
};

struct Match {
  int right{}, missed{}, extra{};
  double lag_s{};
  std::vector<Pair> pairs;  ///< scored ones, in order of time

  int beats() const { return right + missed; }  ///< of the reference, scored
  /// 2 right / (2 right + missed + extra); 1 where there was nothing to find and nothing was found.
  double f1() const;
  double sensitivity() const;  ///< right / (right + missed)
  double ppv() const;          ///< right / (right + extra): positive predictive value
};

/// Both lists ascending. Walks them together; each beat pairs with at most one pulse. A pulse counts as extra only where
/// the reference says something: from its first beat to its last, by a tolerance more.
Match match_at_lag(const std::vector<KnownBeat>& beats, const std::vector<double>& pulses_s,
                   const MatchRule& rule, double lag_s);

/// Which beat belongs to which pulse is asked first: the lag at which the sum of 1 - (distance / tolerance)^2 over the pairs
/// is greatest. Counting alone would take a steady heart one beat off, where as many lie just within the tolerance. Then, within a
/// tolerance of it, the lag with most beats right; of equals the closest.
Match best_match(const std::vector<KnownBeat>& beats, const std::vector<double>& pulses_s,
                 const MatchRule& rule);

/// |interval found - interval known| in ms, of intervals between neighbours on both sides that are pairs.
std::vector<double> interval_errors_ms(const std::vector<KnownBeat>& beats,
                                       const std::vector<double>& pulses_s, const Match& match);

}  // namespace ib::evaluate
