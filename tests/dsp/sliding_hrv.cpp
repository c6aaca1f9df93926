// The minute of variability as it slides, beside the same made anew from the minute alone, every
// second: an hour of it, and a day (long).
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <random>
#include <vector>

#include "dsp/interval_entropy.hpp"
#include "dsp/interval_statistics.hpp"
#include "dsp/sliding_spectrum.hpp"
#include "dsp/straight_line.hpp"
#include "dsp/tachogram_stream.hpp"
#include "dsp/welch.hpp"

namespace {

using namespace ib::dsp;
using ib::Duration;
using ib::Time;
using namespace std::chrono_literals;

constexpr Duration minute = 60s;
constexpr std::size_t most_in_a_minute = 200, samples_in_a_minute = 240;

/// A fast heart, 110 beats a minute, so that a minute has entropy; each fiftieth beat is lost.
class FastHeart {
 public:
  struct Beat {
    BeatInterval interval;
    bool continues{};
  };
  explicit FastHeart(unsigned seed) : random_(seed) {}
  Beat next() {
    const double s = ib::seconds(t_);
    const auto us = static_cast<std::int32_t>(535'000 + 30'000 * std::sin(0.6 * s) +
                                              20'000 * std::sin(1.6 * s) +
                                              static_cast<double>(random_() % 20'000));
    const bool lost = random_() % 50 == 0;
    t_ = t_ + std::chrono::microseconds(lost ? 2 * us : us);
    return {{t_, us, true}, !lost};
  }

 private:
  std::mt19937 random_;
  Time t_{};
};

struct SlidingMinute {
  IntervalStatistics statistics{most_in_a_minute};
  IntervalEntropy entropy{most_in_a_minute};
  TachogramStream stream;
  SlidingSpectrum spectrum{{TachogramStream::rate_hz, samples_in_a_minute}};
  std::vector<NnInterval> in_order = std::vector<NnInterval>(most_in_a_minute);
  std::vector<std::uint16_t> by_length = std::vector<std::uint16_t>(most_in_a_minute);
  std::deque<FastHeart::Beat> beats;
  std::deque<double> samples;

  void take(const FastHeart::Beat& beat) {
    beats.push_back(beat);
    statistics.push(beat.interval.end, beat.interval.ibi_us, beat.continues);
    stream.push(beat.interval, [this](const TachogramSample& sample) {
      spectrum.push(sample.ms);
      samples.push_back(sample.ms);
    });
  }
  void advance(Time now) {
    statistics.evict_until(now - minute);
    while (!beats.empty() && beats.front().interval.end <= now - minute) beats.pop_front();
    while (samples.size() > samples_in_a_minute) samples.pop_front();
  }
  Entropy slid_entropy() {
    return entropy(statistics.in_order(in_order), statistics.by_length(by_length));
  }
  std::optional<double> lf_hf() { return powers_of(spectrum.density()).lf_hf(); }
};

void compare_every_second_of(Duration length) {
  const unsigned seed = 24;
  BOOST_TEST_MESSAGE("seed " << seed);
  FastHeart heart(seed);
  SlidingMinute slid;
  IntervalEntropy entropy(most_in_a_minute);
  Welch welch({TachogramStream::rate_hz, samples_in_a_minute, 0, samples_in_a_minute});
  double worst = 0;
  int with_entropy = 0;
  auto beat = heart.next();
  for (Time now = Time{} + 1s; now <= Time{} + length; now = now + 1s) {
    for (; beat.interval.end <= now; beat = heart.next()) slid.take(beat);
    slid.advance(now);

    IntervalStatistics anew(most_in_a_minute);
    for (const auto& b : slid.beats) anew.push(b.interval.end, b.interval.ibi_us, b.continues);
    BOOST_TEST_REQUIRE((slid.statistics.sums() == anew.sums()), ib::seconds(now));
    BOOST_TEST_REQUIRE((slid.statistics.median_nn() == anew.median_nn()), ib::seconds(now));

    std::vector<NnInterval> room(most_in_a_minute);
    const auto a = slid.slid_entropy(), b = entropy(anew.in_order(room));
    BOOST_TEST_REQUIRE((a.sample == b.sample && a.approximate == b.approximate), ib::seconds(now));
    with_entropy += a.sample ? 1 : 0;

    if (!slid.spectrum.full()) continue;
    std::vector<double> x(slid.samples.begin(), slid.samples.end());
    remove_line(x);
    worst = std::max(worst, std::abs(*slid.lf_hf() / *powers_of(welch.density(x)).lf_hf() - 1));
  }
  BOOST_TEST_MESSAGE("LF/HF differs by " << worst);
  BOOST_TEST(worst < 1e-9);
  BOOST_TEST(with_entropy > (length / 1s) / 2);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sliding_hrv)

BOOST_AUTO_TEST_CASE(an_hour_of_steps_leaves_no_difference) { compare_every_second_of(1h); }

BOOST_AUTO_TEST_CASE(a_day_of_steps_leaves_no_difference_long, *boost::unit_test::disabled()) {
  compare_every_second_of(24h);
}

BOOST_AUTO_TEST_SUITE_END()
