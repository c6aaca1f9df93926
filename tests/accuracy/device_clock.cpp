// How near a device's clock comes to the truth over radio links: the five streams of the drivers'
// specification (12.7) and the four links of the engine's notes (6), ten minutes each, and two
// links more: one that holds every packet 30 ms longer, and one whose interval is a whole part of
// the packets' period.
//
// Errors are counted from a minute on, around their median in each run, since the constant delay
// can't be seen; it is in what is stated, and the share of truth inside that is printed too.
// `expectile` is the filter alone (12.4), `envelope` the hull alone (notes, 6), `recursive` what
// liblsl does (12.3).
#include <interbeat/clock_estimator.hpp>

#include "support/cases.hpp"
#include "support/clock_run.hpp"
#include "support/plain_envelope_line.hpp"
#include "support/recursive_line.hpp"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;

namespace {

constexpr double clock_warm_s = 60;

struct ClockCase {
  RadioLink link;
  Counted counted;
  double other_ppm{};  ///< how much faster the second device runs than the first
  bool in_step{};      ///< radio and packets run in step: what no one-way clock can see
};

RadioLink claimed_stream(const char* name, double claimed, double true_hz, std::uint32_t n,
                         double event_s) {
  RadioLink l;
  l.name = name;
  l.claimed_hz = claimed;
  l.true_hz = true_hz;
  l.n = n;
  l.event_s = event_s;
  l.again = 0.15;
  l.stall_each_minute = 0.9;
  l.drift_ppm_min = 2;
  return l;
}

RadioLink device_time_link(const char* name, double stall_share) {
  RadioLink l;
  l.name = name;
  l.claimed_hz = 25;
  l.true_hz = 25 / (1 + 40e-6);
  l.n = 5;
  l.event_s = 0.03;
  l.again = 0.1;
  l.stall_share = stall_share;
  return l;
}

std::vector<ClockCase> clock_cases() {
  std::vector<ClockCase> all;
  for (const auto& l : {claimed_stream("25.06 Hz, 5, 50 ms", 25, 25.06, 5, 0.05),
                        claimed_stream("50.2 Hz, 10, 30 ms", 50, 50.2, 10, 0.03),
                        claimed_stream("97 for 100 Hz, 8, 100 ms", 100, 97, 8, 0.1),
                        claimed_stream("129.9 Hz, 73, 30 ms", 130, 129.9, 73, 0.03),
                        claimed_stream("1.01 Hz, 1, 100 ms", 1, 1.01, 1, 0.1)})
    all.push_back({l, Counted::by_arrival});
  const auto device = [&](const RadioLink& l, bool in_step = false) {
    all.push_back({l, Counted::by_index, 60, in_step});
  };
  device(device_time_link("rare stalls", 0.01));
  auto l = device_time_link("5 % lost", 0.01);
  l.lost = 0.05;
  device(l);
  l = device_time_link("4 s away", 0.01);
  l.out_from = 300;
  l.out_to = 304;
  device(l);
  device(device_time_link("heavy stalls", 0.03));
  l = device_time_link("held 30 ms", 0.01);
  l.held_s = 0.03;
  device(l);
  l = device_time_link("in step, 50 ms", 0.01);
  l.event_s = 0.05;
  device(l, true);
  return all;
}

struct ClockFigures {
  int runs{};
  double offset{}, squares{}, samples{};
  double interval_squares{}, intervals{}, worst_interval{};
  std::vector<double> away, apart;
  double worst_away{}, worst_apart{};
  double rate_percent{};
  int backward{}, epochs{}, losses{};
  std::uint64_t late{}, late_of{};
  double near{}, inside{}, inside_all{}, all{}, apart_near{}, apart_inside{};

  double sd() const { return std::sqrt(squares / samples); }
  double interval_sd() const { return std::sqrt(interval_squares / intervals); }
  double away_p99() const { return quantile(away, 0.99); }
  double apart_p99() const { return quantile(apart, 0.99); }
};

double p99_of_run(std::vector<double>& of_run, std::vector<double>& of_all) {
  std::sort(of_run.begin(), of_run.end());
  of_all.insert(of_all.end(), of_run.begin(), of_run.end());
  return quantile(of_run, 0.99);
}

void add_clock_run(ClockFigures& f, const ClockRun& run) {
  ++f.runs;
  const double middle = run.median_ms(clock_warm_s);
  f.offset += middle;
  std::vector<double> away;
  double sum = 0, squares = 0;
  for (const auto& g : run.given) {
    ++f.all;
    f.inside_all += g.inside() ? 1 : 0;
    if (seconds(g.t) < clock_warm_s) continue;
    const double e = g.error_ms - middle;
    away.push_back(std::abs(e));
    sum += e;
    squares += e * e;
    f.near += std::abs(e) <= g.jitter_ms ? 1 : 0;
    f.inside += g.inside() ? 1 : 0;
  }
  const auto n = static_cast<double>(away.size());
  f.samples += n;
  f.squares += squares - sum * sum / n;
  f.worst_away = std::max(f.worst_away, p99_of_run(away, f.away));
  f.rate_percent = std::max(f.rate_percent, 100 * std::abs(run.last.rate_hz / run.true_hz - 1));
  f.backward += run.backward;
  f.epochs += run.epochs;
  f.losses += run.losses;
  f.late += run.late;
  f.late_of += run.true_index;
  // Differences of two times about 0.8 s apart, which is an interval between beats.
  const auto way = static_cast<std::uint64_t>(std::max(1.0, std::round(0.8 * run.true_hz)));
  double own = 0, own_n = 0;
  for (std::size_t a = 0, b = 0; b < run.given.size(); ++b) {
    while (run.given[a].i + way < run.given[b].i) ++a;
    if (run.given[a].i + way != run.given[b].i || seconds(run.given[a].t) < clock_warm_s) continue;
    const double e = run.given[b].error_ms - run.given[a].error_ms;
    own += e * e;
    ++own_n;
  }
  f.interval_squares += own;
  f.intervals += own_n;
  f.worst_interval = std::max(f.worst_interval, std::sqrt(own / own_n));
}

/// The lag between two devices that measured at the same moment ought to be 0.
void add_clock_pair(ClockFigures& f, const ClockRun& a, const ClockRun& b) {
  struct Lag {
    double ms, jitter_ms;
  };
  std::vector<Lag> lags;
  std::vector<double> values;
  std::size_t j = 0;
  for (const auto& g : a.given) {
    if (seconds(g.t) < clock_warm_s) continue;
    while (j + 1 < b.given.size() && b.given[j + 1].t <= g.t) ++j;
    const auto& h = b.given[j];
    ClockModel of_a, of_b;
    of_a.jitter_ms = g.jitter_ms;
    of_a.delay_least_ms = g.delay_least_ms;
    of_a.delay_most_ms = g.delay_most_ms;
    of_b.jitter_ms = h.jitter_ms;
    of_b.delay_least_ms = h.delay_least_ms;
    of_b.delay_most_ms = h.delay_most_ms;
    const auto bounds = lag_bounds(of_a, of_b);
    const double lag = g.error_ms - h.error_ms;
    lags.push_back({lag, bounds.jitter_ms});
    values.push_back(lag);
    f.apart_inside +=
        -lag >= bounds.least_ms - bounds.jitter_ms && -lag <= bounds.most_ms + bounds.jitter_ms ? 1
                                                                                                : 0;
  }
  const double middle = median(values);
  std::vector<double> apart;
  for (const auto& l : lags) {
    apart.push_back(std::abs(l.ms - middle));
    f.apart_near += std::abs(l.ms - middle) <= l.jitter_ms ? 1 : 0;
  }
  f.worst_apart = std::max(f.worst_apart, p99_of_run(apart, f.apart));
}

template <class Clock>
ClockFigures clock_figures(const ClockCase& c, const char* estimator) {
  ClockFigures f;
  const auto options = c.counted == Counted::by_index
                           ? ClockOptions::device_time(1 / c.link.claimed_hz)
                           : ClockOptions::samples(c.link.claimed_hz);
  auto other = c.link;
  other.true_hz *= 1 + c.other_ppm * 1e-6;
  for (const unsigned seed : cases(20)) {
    const auto a = run_clock<Clock>(Radio(c.link, seed), options, c.counted);
    const auto b = run_clock<Clock>(Radio(other, seed + 1000), options, c.counted);
    add_clock_run(f, a);
    add_clock_run(f, b);
    add_clock_pair(f, a, b);
  }
  std::sort(f.away.begin(), f.away.end());
  std::sort(f.apart.begin(), f.apart.end());
  const auto pairs = static_cast<double>(f.apart.size());
  BOOST_TEST_MESSAGE(fmt::format(
      "{:25}{:10}{:6.1f} {:6.2f} {:7.3f} {:6.3f} {:7.2f} {:7.2f} {:7.2f} {:7.2f} {:5} {:8.4f} {:5} "
      "{:6.2f} {:6.1f} {:6.1f} {:6.1f} {:6.1f} {:6.1f}",
      c.link.name, estimator, f.offset / f.runs, f.sd(), f.interval_sd(), f.worst_interval,
      f.away_p99(), f.worst_away, f.apart_p99(), f.worst_apart, f.backward, f.rate_percent,
      static_cast<double>(f.epochs) / f.runs,
      1e2 * static_cast<double>(f.late) / static_cast<double>(f.late_of), 100 * f.near / f.samples,
      100 * f.inside / f.samples, 100 * f.inside_all / f.all, 100 * f.apart_near / pairs,
      100 * f.apart_inside / pairs));
  f.near /= f.samples;
  f.inside /= f.samples;
  f.inside_all /= f.all;
  f.apart_near /= pairs;
  f.apart_inside /= pairs;
  return f;
}

void print_clock_head() {
  BOOST_TEST_MESSAGE(
      fmt::format("seeds 1..20 and 1001..1020 ({} of them); ms; `worst`: of one seed; shares in %",
                  cases(20).size()));
  BOOST_TEST_MESSAGE(
      "link                     estimator offset     sd  RR err  worst     p99   worst  2 dev.   worst  back  "
      "fs err %  epochs late  near inside   all    lag lag in");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device_clock)

BOOST_AUTO_TEST_CASE(stays_within_its_bars_on_every_link) {
  print_clock_head();
  for (const auto& c : clock_cases()) {
    const auto f = clock_figures<ClockEstimator>(c, "default");
    clock_figures<ExpectileClock>(c, "expectile");
    clock_figures<DeviceClock<PlainEnvelopeLine>>(c, "envelope");
    clock_figures<DeviceClock<RecursiveLine>>(c, "recursive");
    BOOST_TEST_CONTEXT(c.link.name) {
      BOOST_TEST(f.backward == 0);
      BOOST_TEST(f.rate_percent <= 0.02);
      BOOST_TEST(f.inside >= 0.95);
      BOOST_TEST(f.inside_all >= 0.95);
      BOOST_TEST(f.apart_inside >= 0.95);
      if (c.counted == Counted::by_arrival) BOOST_TEST(f.losses == 0);
      if (c.in_step) continue;  // it slides by the radio's interval, unseen; `inside` holds it
      // At 1 Hz the filter settles for three minutes, and one seed alone may lie further.
      const double bar = c.link.claimed_hz > 1 || cases(20).size() == 20 ? 15 : 30;
      BOOST_TEST(f.away_p99() <= bar);
      BOOST_TEST(f.apart_p99() <= bar);
      BOOST_TEST(f.near >= 0.95);
      BOOST_TEST(f.apart_near >= 0.95);
      if (c.link.claimed_hz == 25) BOOST_TEST(f.worst_interval <= 0.35);
    }
  }
}

// On links that stall once a minute and lose packets at random, from a minute on; and from the
// start. In the first seconds a loss without numbers can't be told from a rate that is some percent
// lower than claimed.
BOOST_AUTO_TEST_CASE(counts_what_was_lost_to_the_sample) {
  BOOST_TEST_MESSAGE("link         lost %  from s  numbers  packets lost  found  false  exact");
  for (auto link :
       {claimed_stream("25 Hz, 5", 25, 25.06, 5, 0.05),
        claimed_stream("50 Hz, 10", 50, 50.2, 10, 0.03), claimed_stream("1 Hz, 1", 1, 1.01, 1, 0.1),
        claimed_stream("125 Hz, 125", 125, 124.9, 125, 0.05)}) {
    link.lost_to = link.seconds - 30;  // so that all can be found
    for (const double lost : {0.0, 0.005, 0.01}) {
      for (const double from : {60.0, 0.0}) {
        if (lost == 0 && from == 0) continue;
        for (const auto counted : {Counted::by_arrival, Counted::by_number}) {
          link.lost = lost;
          link.lost_from = from;
          std::int64_t missing = 0, found = 0, invented = 0;
          int exact = 0, runs = 0;
          for (const unsigned seed : cases(20)) {
            const Radio radio(link, seed);
            const auto run =
                run_clock<ClockEstimator>(radio, ClockOptions::samples(link.claimed_hz), counted);
            const auto told = static_cast<std::int64_t>(run.lost / link.n);
            const auto own =
                static_cast<std::int64_t>((run.true_index + 1) / link.n - radio.packets().size());
            missing += own;
            found += std::min(own, told);
            invented += std::max<std::int64_t>(0, told - own);
            exact += told == own && run.lost % link.n == 0 ? 1 : 0;
            ++runs;
          }
          const bool numbers = counted == Counted::by_number;
          BOOST_TEST_MESSAGE(fmt::format("{:13}{:6.1f}  {:6}  {:7}  {:12}  {:5}  {:5}  {} of {}",
                                         link.name, 100 * lost, from, numbers ? "yes" : "no",
                                         missing, found, invented, exact, runs));
          BOOST_TEST(invented == 0);
          if (numbers || from == 60) BOOST_TEST(exact == runs);
        }
      }
    }
  }
}

// A strap tells once a second of the beats since, as intervals in 1/1024 s: a beat waits up to a
// second, and the radio on top. Ten minutes; in one half of the runs a notification with three
// beats is lost in the middle.
BOOST_AUTO_TEST_CASE(places_beats_of_a_strap) {
  std::vector<double> away, intervals;
  int false_losses = 0, lossy = 0, found = 0, backward = 0;
  double offset = 0, near = 0, inside = 0, found_after = 0, wrong_by = 0;
  for (const unsigned seed : cases(20)) {
    RadioLink link = claimed_stream("strap", 1, 1, 1, 0.05);
    const Radio radio(link, seed);  // one notification a second
    const KeyedRandom heart(seed, "heart");
    ClockEstimator clock(ClockOptions::intervals(1.0 / 1024));
    std::vector<double> truth, error, jitter;
    std::uint64_t beat = 0;
    double next = 1.3, begun = 0;  // of beats; of ticks
    Time before = never;
    int left_out = 0;
    double lost_s = 0, left_out_s = 0;
    for (const auto& p : radio.packets()) {
      const double until = radio.truth_s(p.first);
      std::vector<double> beats;
      std::uint64_t ticks = 0;
      while (next <= until) {
        const double tick = std::round(next * 1024);
        ticks += static_cast<std::uint64_t>(tick - begun);
        begun = tick;
        beats.push_back(next);
        next += 0.85 + 0.05 * std::sin(next * 0.6) + 0.02 * heart.normal(beat++);
      }
      if (beats.empty()) continue;
      if (seed % 2 == 0 && until > 300 && left_out < 3) {
        left_out += static_cast<int>(beats.size());
        left_out_s += static_cast<double>(ticks) / 1024;
        continue;
      }
      const auto step = clock.packet({.at = p.at, .n = ticks});
      if (step.lost > 0 && left_out == 0) ++false_losses;
      if (step.lost > 0 && lost_s == 0) found_after = std::max(found_after, until - 300);
      lost_s += static_cast<double>(step.lost) / 1024;
      for (const double b : beats) {
        const auto back = static_cast<std::uint64_t>(begun - std::round(b * 1024));
        const auto index = step.last.value - back;
        if (index < step.first.value + step.late) continue;
        const Time t = step.times.at(index);
        backward += t <= before ? 1 : 0;
        before = t;
        if (b < 60 || (left_out > 0 && b < 400)) continue;
        truth.push_back(b);
        error.push_back((seconds(t) - b) * 1e3);
        jitter.push_back(clock.model().jitter_ms);
        const auto& m = clock.model();
        inside +=
            error.back() <= m.delay_most_ms + m.jitter_ms && error.back() >= -m.jitter_ms ? 1 : 0;
      }
    }
    if (left_out > 0) {
      ++lossy;
      found += lost_s > 0 ? 1 : 0;
      wrong_by = std::max(wrong_by, std::abs(lost_s - left_out_s));
    }
    const double middle = median(error);
    offset += middle / static_cast<double>(cases(20).size());
    for (std::size_t i = 0; i < error.size(); ++i) {
      near += std::abs(error[i] - middle) <= jitter[i] ? 1 : 0;
      away.push_back(std::abs(error[i] - middle));
      if (i > 0 && truth[i] - truth[i - 1] < 1.2) intervals.push_back(error[i] - error[i - 1]);
    }
  }
  std::sort(away.begin(), away.end());
  double squares = 0;
  for (const double e : intervals) squares += e * e;
  const auto n = static_cast<double>(away.size());
  BOOST_TEST_MESSAGE(fmt::format(
      "strap: offset {:.0f} ms, p99 {:.1f} ms, interval error {:.2f} ms sd; near {:.1f} %, inside {:.1f} %; "
      "losses found {} of {}, within {:.0f} s, to {:.2f} s; false {}",
      offset, quantile(away, 0.99), std::sqrt(squares / static_cast<double>(intervals.size())),
      100 * near / n, 100 * inside / n, found, lossy, found_after, wrong_by, false_losses));
  BOOST_TEST(backward == 0);
  BOOST_TEST(false_losses == 0);
  BOOST_TEST(found == lossy);
  BOOST_TEST(wrong_by <= 0.35);
  BOOST_TEST(near / n >= 0.95);
  BOOST_TEST(inside / n >= 0.95);
}

BOOST_AUTO_TEST_SUITE_END()
