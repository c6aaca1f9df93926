// Heart rate variability every second, kept up to date beside recomputed: mean, SDNN, RMSSD, pNN50,
// median, LF/HF by one Hann segment, sample and approximate entropy. What is recomputed reads the
// window's intervals alone: sums, the middle one, natural spline, line, transform (kissfft, 1024
// points), pairs compared one by one. Beside it the same with the entropy as it is here, by sets.
#include "bench/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <random>

#include "dsp/beat_interval.hpp"
#include "dsp/interval_entropy.hpp"
#include "dsp/interval_statistics.hpp"
#include "dsp/sliding_spectrum.hpp"
#include "dsp/straight_line.hpp"
#include "dsp/tachogram.hpp"
#include "dsp/tachogram_stream.hpp"
#include "dsp/welch.hpp"

namespace ib::bench {
namespace {

using namespace dsp;
using Intervals = std::vector<BeatInterval>;

/// The set of one look.
struct Values {
  double mean_ms{}, sdnn_ms{}, rmssd_ms{}, pnn50_pct{}, median_ms{}, lf_hf{};
  Entropy entropy;
};

/// Two rhythms and noise.
Intervals heart(std::int32_t mean_us, Duration length) {
  std::mt19937 random(11);
  Intervals out;
  for (Time t{}; t < Time{} + length;) {
    const double s = seconds(t);
    const auto sway =
        std::lround(0.05 * mean_us * std::sin(0.6 * s) + 0.03 * mean_us * std::sin(1.6 * s));
    const auto us =
        mean_us + static_cast<std::int32_t>(sway) + static_cast<std::int32_t>(random() % 20'000);
    t = t + std::chrono::microseconds(us);
    out.push_back({t, us, true});
  }
  return out;
}

/// Goes through the seconds of a recording with what ends in each of them.
template <class Set>
void each_second(const Intervals& all, Duration window, Set& set) {
  std::size_t first = 0, taken = 0;
  for (Time now = Time{} + 1s; now <= all.back().end; now = now + 1s) {
    const std::size_t before = taken;
    while (taken < all.size() && all[taken].end <= now) ++taken;
    while (first < taken && all[first].end <= now - window) ++first;
    const std::span<const BeatInterval> whole(all);
    set.step(now, whole.subspan(before, taken - before), whole.subspan(first, taken - first));
  }
}

std::size_t most_intervals(Duration window) { return static_cast<std::size_t>(3 * window / 1s); }
std::size_t samples(Duration window) {
  return static_cast<std::size_t>(TachogramStream::rate_hz * seconds(window));
}

class SlidingSet {
 public:
  explicit SlidingSet(Duration window)
      : window_(window),
        statistics_(most_intervals(window)),
        spectrum_({TachogramStream::rate_hz, samples(window)}),
        entropy_(most_intervals(window)),
        in_order_(most_intervals(window)),
        by_length_(most_intervals(window)) {}

  void step(Time now, std::span<const BeatInterval> ended, std::span<const BeatInterval>) {
    for (const auto& interval : ended) take(interval);
    statistics_.evict_until(now - window_);
    values = {statistics_.mean_nn().value_or(0),
              statistics_.sdnn().value_or(0),
              statistics_.rmssd().value_or(0),
              statistics_.pnn50().value_or(0),
              statistics_.median_nn().value_or(0),
              powers_of(spectrum_.density()).lf_hf().value_or(0),
              entropy_(statistics_.in_order(in_order_), statistics_.by_length(by_length_))};
  }
  const IntervalSums& sums() const { return statistics_.sums(); }
  bool is_full() const { return spectrum_.full(); }

  Values values;
  std::deque<double>* samples_out = nullptr;  ///< a copy of what the spectrum was given

 private:
  void take(const BeatInterval& interval) {
    statistics_.push(interval.end, interval.ibi_us, true);
    stream_.push(interval, [this](const TachogramSample& sample) {
      spectrum_.push(sample.ms);
      if (samples_out) samples_out->push_back(sample.ms);
    });
  }

  Duration window_;
  IntervalStatistics statistics_;
  TachogramStream stream_;
  SlidingSpectrum spectrum_;
  IntervalEntropy entropy_;
  std::vector<NnInterval> in_order_;
  std::vector<std::uint16_t> by_length_;
};

/// SampEn's and ApEn's counts by their definition, each pair of intervals once.
class PairByPair {
 public:
  explicit PairByPair(std::size_t capacity) : alike_(capacity), longer_(capacity) {}

  Entropy operator()(std::span<const NnInterval> x) {
    Entropy out;
    if (x.size() < IntervalEntropy::least) return out;
    out.tolerance_us = 0.2 * sdnn_us(x).value_or(0);
    const auto tolerance = static_cast<std::int32_t>(out.tolerance_us);
    for (std::size_t i = 0; i < x.size(); ++i) alike_[i] = i >= 1, longer_[i] = i >= 2;
    for (std::size_t lag = 1; lag < x.size(); ++lag) {
      int run = 0;
      for (std::size_t i = 0; i + lag < x.size(); ++i) {
        if (run >= 2) ++out.alike;
        run = std::abs(x[i].us - x[i + lag].us) <= tolerance ? run + 1 : 0;
        if (run < 2) continue;
        ++alike_[i], ++alike_[i + lag];
        if (run == 2) continue;
        ++out.alike_longer, ++longer_[i], ++longer_[i + lag];
      }
    }
    if (out.alike_longer > 0)
      out.sample = std::log(static_cast<double>(out.alike) / static_cast<double>(out.alike_longer));
    out.approximate = phi(std::span(alike_).subspan(1, x.size() - 1)) -
                      phi(std::span(longer_).subspan(2, x.size() - 2));
    return out;
  }

 private:
  static double phi(std::span<const std::uint32_t> counts) {
    const auto n = static_cast<double>(counts.size());
    double sum = 0;
    for (const std::uint32_t count : counts) sum += std::log(count / n);
    return sum / n;
  }
  std::vector<std::uint32_t> alike_, longer_;
};

template <class EntropyBy>
class RecomputedSet {
 public:
  explicit RecomputedSet(Duration window)
      : tachogram_(window, most_intervals(window)),
        welch_(Welch::whole(samples(window))),
        entropy_(most_intervals(window)) {}

  void step(Time, std::span<const BeatInterval>, std::span<const BeatInterval> inside) {
    sums = {};
    series_.clear();
    lengths_.clear();
    for (const auto& interval : inside) {
      const std::int64_t x = interval.ibi_us;
      if (!series_.empty()) {
        const std::int64_t before = series_.back().us, d = x - before, s = x + before;
        sums.n_diff += 1, sums.d += d, sums.dd += d * d, sums.s += s, sums.ss += s * s;
        sums.over_20ms += std::abs(d) > 20'000, sums.over_50ms += std::abs(d) > 50'000;
      }
      sums.n += 1, sums.x += x, sums.xx += x * x;
      series_.push_back({interval.ibi_us, !series_.empty()});
      lengths_.push_back(interval.ibi_us);
    }
    if (sums.n < 2) return;
    const auto n = static_cast<double>(sums.n), n_diff = static_cast<double>(sums.n_diff);
    values.mean_ms = static_cast<double>(sums.x) / n / 1000;
    values.sdnn_ms = sdnn_us(series_).value_or(0) / 1000;
    values.rmssd_ms = std::sqrt(static_cast<double>(sums.dd) / n_diff) / 1000;
    values.pnn50_pct = 100 * static_cast<double>(sums.over_50ms) / n_diff;
    const auto middle = lengths_.begin() + static_cast<std::ptrdiff_t>(lengths_.size() / 2);
    std::nth_element(lengths_.begin(), middle, lengths_.end());
    values.median_ms = *middle / 1000.0;
    tachogram_.take(inside);
    values.lf_hf = powers_of(welch_.density(tachogram_.detrended())).lf_hf().value_or(0);
    values.entropy = entropy_(series_);
  }

  Values values;
  IntervalSums sums;

 private:
  Tachogram tachogram_;
  Welch welch_;
  EntropyBy entropy_;
  std::vector<NnInterval> series_;
  std::vector<std::int32_t> lengths_;
};

/// A window of a heart, sliding and recomputed.
struct Case {
  std::string name;
  Duration window;
  std::int32_t mean_us;
};

template <class Set>
Side side(const std::string& name, const Case& c, std::uint64_t steps) {
  const auto all =
      std::make_shared<const Intervals>(heart(c.mean_us, c.window + std::chrono::seconds(steps)));
  return {c.name + ", " + name, [all, c] {
            Set set(c.window);
            return cost_of(seconds(all->back().end - Time{}), [&] {
              each_second(*all, c.window, set);
              keep(set.values);
            });
          }};
}

/// A day of steps: how far what slid is from the same made anew.
struct Drift {
  double steps{}, sums_differ{}, entropy_differs{}, lf_hf{};
};

Drift drift_of(const Case& c, Duration length) {
  const auto all = heart(c.mean_us, length);
  struct Both {
    explicit Both(Duration window)
        : sliding(window), anew(window), welch({4, samples(window), 0, samples(window)}) {
      sliding.samples_out = &kept;
    }
    void step(Time now, std::span<const BeatInterval> ended, std::span<const BeatInterval> inside) {
      sliding.step(now, ended, inside);
      anew.step(now, ended, inside);
      ++drift.steps;
      drift.sums_differ += sliding.sums() != anew.sums;
      const auto &a = sliding.values.entropy, &b = anew.values.entropy;
      drift.entropy_differs += a.alike != b.alike || a.alike_longer != b.alike_longer;
      while (kept.size() > copy.capacity()) kept.pop_front();
      if (!sliding.is_full()) return;
      copy.assign(kept.begin(), kept.end());
      remove_line(copy);
      const double wanted = *powers_of(welch.density(copy)).lf_hf();
      drift.lf_hf = std::max(drift.lf_hf, std::abs(sliding.values.lf_hf / wanted - 1));
    }
    SlidingSet sliding;
    RecomputedSet<IntervalEntropy> anew;
    Welch welch;
    std::deque<double> kept;
    std::vector<double> copy;
    Drift drift;
  };
  Both both(c.window);
  both.copy.reserve(samples(c.window));
  each_second(all, c.window, both);
  return both.drift;
}

double ratio(const Round& r, std::size_t over, std::size_t under) {
  return r.sides[over].cpu() / r.sides[under].cpu();
}

}  // namespace

Experiment hrv(const Effort& effort) {
  // Entropy needs a hundred intervals, so the minute is of a fast heart.
  const Case minute{"60 s of 110/min", 60s, 535'000}, five{"300 s of 72/min", 300s, 820'000};
  const auto n = effort.of(4000);
  Experiment e;
  e.title = "variability every second: kept up to date, and recomputed by FFT";
  std::size_t at = 0;
  for (const auto& c : {minute, five}) {
    e.sides.push_back(side<SlidingSet>("sliding", c, n));
    e.sides.push_back(side<RecomputedSet<PairByPair>>("recomputed", c, n));
    e.sides.push_back(side<RecomputedSet<IntervalEntropy>>("recomputed, entropy by sets", c, n));
    const std::size_t sliding = at, plain = at + 1, tuned = at + 2;
    e.figures.push_back({c.name + ", a step, sliding", "us", Kind::time,
                         [=](auto& r) { return 1e-3 * r.sides[sliding].cpu(); }});
    e.figures.push_back({c.name + ", a step, recomputed", "us", Kind::time,
                         [=](auto& r) { return 1e-3 * r.sides[plain].cpu(); }});
    e.figures.push_back({c.name + ", recomputed / sliding", "times", Kind::ratio,
                         [=](auto& r) { return ratio(r, plain, sliding); }, at_least(8)});
    e.figures.push_back({c.name + ", recomputed with entropy by sets / sliding", "times",
                         Kind::ratio, [=](auto& r) { return ratio(r, tuned, sliding); }});
    at += 3;
  }
  e.counts = [minute, quick = effort.quick] {
    const auto d = drift_of(minute, quick ? Duration(1h) : Duration(24h));
    return std::vector{
        Count{"steps compared with recomputed ones", "", d.steps},
        Count{"... whose integer sums differ", "", d.sums_differ, "", at_most(0)},
        Count{"... whose entropy counts differ", "", d.entropy_differs, "", at_most(0)},
        Count{"... LF/HF, the greatest difference", "of 1", d.lf_hf, "", at_most(1e-9)}};
  };
  return e;
}

}  // namespace ib::bench
