// Signal: a pulse waveform in memory, and the same at another rate, for interbeat evaluate.
//
// To a lower rate, where it divides: each n-th sample. Else: a natural cubic spline through the samples at their own
// times, read at the new ones. Neither filters: a slow sensor looks at the same light, less often, and what lies above
// half its rate folds back, in the finger as here. No curve is drawn through a hole.
//
// Thread: any; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ib::evaluate {

/// NaN: no sample. Times in seconds of the recording.
struct Signal {
  std::optional<double> rate_hz;  ///< of evenly sampled ones; else `times_s` holds a time for each
  double first_s{};
  std::vector<double> times_s;
  std::vector<double> values;

  double time_s(std::size_t i) const {
    return rate_hz ? first_s + static_cast<double>(i) / *rate_hz : times_s[i];
  }
  /// Where it ends: a period after the last sample of an even one.
  double end_s() const;
  /// Samples per second, of uneven ones on average.
  double mean_rate_hz() const;
};

/// Why this can't be had at that rate; nothing if it can. Evenly sampled ones go down only: what lies between two
/// samples is not known better than at the recorded rate.
std::optional<std::string> rate_error(const Signal& signal, double rate_hz);

/// Even, from the first sample on. `bridge_s`: longer holes stay holes. Precondition: rate_error has nothing to say.
Signal resampled(const Signal& signal, double rate_hz, double bridge_s);

/// What stands upside down is turned over.
void turn_over(Signal& signal);

/// Whether the wave falls at systole, from the wave alone: its skewness, band-passed at 0.5-8 Hz, over the second to
/// fourth five seconds. A pulse is a short high wave on a long low one, so that the median of the three is above 0 where
/// it points up (Elgendi 2016, 10.3390/bioengineering3040021). The first five seconds belong to the sensor's settling.
/// `signal` is even, with 20 Hz or more. False where there is too little of it to tell.
bool points_down(const Signal& signal);

}  // namespace ib::evaluate
