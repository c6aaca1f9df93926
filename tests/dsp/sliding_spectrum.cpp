#include "dsp/sliding_spectrum.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

#include "dsp/welch.hpp"
#include "support/densities.hpp"

namespace {

using ib::dsp::BandPowers;
using ib::dsp::Density;
using ib::dsp::remove_line;
using ib::dsp::SlidingSpectrum;
using ib::dsp::Welch;

/// A tachogram of any length: mean, drift, two rhythms and noise.
struct Rhythm {
  unsigned state = 1;
  std::size_t n = 0;

  double next() {
    state = state * 1664525u + 1013904223u;
    const double t = static_cast<double>(n++) / 4;
    return 850 + 60 * std::sin(t / 500) + 40 * std::sin(2 * std::numbers::pi * 0.1 * t) +
           25 * std::sin(2 * std::numbers::pi * 0.25 * t) +
           static_cast<double>(state >> 16) / 65536 * 20;
  }
};

/// The spectrum beside the same made anew at every look.
struct Both {
  explicit Both(std::size_t window)
      : sliding({4, window, 0.4}), anew({4, window, 0, window}), size(window) {}

  void push(double x) {
    sliding.push(x);
    samples.push_back(x);
    if (samples.size() > size) samples.pop_front();
  }
  Density recomputed() {
    copy.assign(samples.begin(), samples.end());
    remove_line(copy);
    return anew.density(copy);
  }
  /// The greatest difference of LF, HF, and LF/HF, relative.
  double difference() {
    const BandPowers a = powers_of(sliding.density()), b = powers_of(recomputed());
    return std::max({std::abs(a.lf / b.lf - 1), std::abs(a.hf / b.hf - 1),
                     std::abs(*a.lf_hf() / *b.lf_hf() - 1)});
  }

  SlidingSpectrum sliding;
  Welch anew;
  std::size_t size;
  std::deque<double> samples;
  std::vector<double> copy;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sliding_spectrum)

BOOST_AUTO_TEST_CASE(a_wave_is_found_wherever_it_begins) {
  SlidingSpectrum spectrum;
  const auto x = ib::test::wave(0.25, 35, 400);
  for (std::size_t i = 0; i < x.size(); ++i) {
    spectrum.push(800 + x[i]);
    if (i < 239) {
      BOOST_TEST(!spectrum.full());
      BOOST_TEST(spectrum.density().empty());
      continue;
    }
    const Density density = spectrum.density();
    BOOST_TEST(density.bins.size() == 24u);  // 0 to 23/60 Hz
    const BandPowers p = powers_of(density);
    BOOST_TEST(p.hf == 612.5, boost::test_tools::tolerance(0.01));
    BOOST_TEST(*p.hf_peak_hz == 0.25);
    BOOST_TEST(p.lf < 1.0);
  }
}

BOOST_AUTO_TEST_CASE(a_constant_and_a_line_are_nothing) {
  SlidingSpectrum constant, line;
  for (int i = 0; i < 1000; ++i) {
    constant.push(800);
    line.push(600 + 0.1 * i);
  }
  BOOST_TEST(powers_of(constant.density()).total() == 0.0);
  BOOST_TEST(powers_of(line.density()).total() < 1e-12);
}

BOOST_AUTO_TEST_CASE(every_bin_equals_welch_at_every_step) {
  for (const std::size_t window : {240u, 241u, 64u, 1200u}) {
    Both both(window);
    Rhythm rhythm;
    double worst = 0;
    for (std::size_t i = 0; i < 3 * window; ++i) {
      both.push(rhythm.next());
      if (!both.sliding.full() || window % 2 != 0) continue;
      const Density a = both.sliding.density(), b = both.recomputed();
      const double highest = b.bins[highest_bin(b, {1, a.bins.size()})];
      for (std::size_t k = 1; k < a.bins.size(); ++k)
        worst = std::max(worst, std::abs(a.bins[k] - b.bins[k]) / highest);
    }
    BOOST_TEST(worst < 1e-12, "window " << window << ": " << worst);
  }
}

BOOST_AUTO_TEST_CASE(after_a_day_lf_hf_is_the_same_within_1e_9) {
  Both both(240);
  Rhythm rhythm;
  double worst = 0;
  for (int i = 0; i < 24 * 3600 * 4; ++i) {
    both.push(rhythm.next());
    if (i % 997 == 0 && both.sliding.full()) worst = std::max(worst, both.difference());
  }
  BOOST_TEST_MESSAGE("the worst differs by " << worst);
  BOOST_TEST(worst < 1e-9);
}

BOOST_AUTO_TEST_CASE(what_huge_samples_leave_behind_is_gone_soon) {
  Both both(240);
  Rhythm rhythm;
  for (int i = 0; i < 500; ++i) both.push(rhythm.next());
  for (int i = 0; i < 10'000; ++i) both.push(rhythm.next() * 1e6);
  for (int i = 0; i < 240 + 64 * 27; ++i) both.push(rhythm.next());
  BOOST_TEST(both.difference() < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_break_starts_the_window_anew) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1e10}) {
    SlidingSpectrum broken, fresh;
    Rhythm before, a, b;
    for (int i = 0; i < 300; ++i) broken.push(before.next());
    broken.push(bad);
    BOOST_TEST(!broken.full());
    for (int i = 0; i < 300; ++i) {
      broken.push(a.next());
      fresh.push(b.next());
    }
    BOOST_TEST(broken.density().bins == fresh.density().bins, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(odd_sizes_do_no_harm) {
  for (const std::size_t window : {0u, 1u, 7u, 9u, 31u})
    for (const double below : {-1.0, 0.0, 0.4, 100.0}) {
      SlidingSpectrum spectrum({4, window, below});
      Rhythm rhythm;
      for (int i = 0; i < 100; ++i) spectrum.push(rhythm.next());
      for (const double s : spectrum.density().bins) BOOST_TEST(std::isfinite(s));
    }
}

BOOST_AUTO_TEST_SUITE_END()
