// Whether a device that averages its intervals is named, and no heart that doesn't: real intervals as
// they are, and the same ones averaged and counted in ms, through the cleaner as graphs have it.
// The bounds were set on the records 0, 2, 4... by name; the figures of the others are what counts.
#include "dsp/smoothed_intervals.hpp"
#include "dsp/interval_cleaner.hpp"
#include "support/recorded_intervals.hpp"
#include "support/rr_series.hpp"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <virtual_ring/heart.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

using LengthsUs = std::vector<std::int32_t>;

/// As a device would hand it out, in whole ms: the mean of the last `beats`.
LengthsUs averaged_over(const LengthsUs& rr_us, std::size_t beats) {
  LengthsUs out;
  std::vector<double> last;
  for (const auto us : rr_us) {
    if (us <= 0) {
      last.clear();
      out.push_back(0);
      continue;
    }
    last.push_back(us);
    if (last.size() > beats) last.erase(last.begin());
    double sum = 0;
    for (const double x : last) sum += x;
    out.push_back(static_cast<std::int32_t>(
        1000 * std::lround(sum / static_cast<double>(last.size()) / 1000)));
  }
  return out;
}

LengthsUs exponentially(const LengthsUs& rr_us, double alpha) {
  LengthsUs out;
  double level = 0;
  for (const auto us : rr_us) {
    level = us <= 0 ? 0 : level == 0 ? us : level + alpha * (us - level);
    out.push_back(static_cast<std::int32_t>(1000 * std::lround(level / 1000)));
  }
  return out;
}

struct SmoothingFigures {
  double decided{}, smoothed{};  ///< intervals
  double hours{};
  int alarms{};  ///< times it was named
  bool within_two_minutes{}, within_five{};
  double share() const { return decided > 0 ? smoothed / decided : 0; }
};

SmoothingFigures watch(const LengthsUs& rr_us) {
  dsp::IntervalCleaner cleaner;
  dsp::SmoothedIntervals detector;
  SmoothingFigures f;
  double t_s = 0;
  bool was = false;
  const auto take = [&] {
    for (const auto& c : cleaner.decided()) {
      t_s += c.ibi_us * 1e-6;
      if (!c.valid || c.irregular) continue;
      detector.push(c.ibi_us, c.contiguous);
      const auto& v = detector.verdict();
      f.decided += v.decided ? 1 : 0;
      f.smoothed += v.smoothed ? 1 : 0;
      f.alarms += v.smoothed && !was ? 1 : 0;
      was = v.smoothed;
      f.within_two_minutes = f.within_two_minutes || (v.smoothed && t_s <= 130);
      f.within_five = f.within_five || (v.smoothed && t_s <= 300);
    }
  };
  Time t{};
  bool follows = false;
  for (const auto us : rr_us) {
    if (us <= 0) {
      cleaner.restart();
      take();
      t = t + 1s;
      follows = false;
      continue;
    }
    t = t + std::chrono::microseconds(us);
    cleaner.push({t, us, 1, follows});
    take();
    follows = true;
  }
  cleaner.flush();
  take();
  f.hours = t_s / 3600;
  return f;
}

/// All that is recorded, by name; every other one set the bounds.
std::vector<RecordedHeart> all_recorded() {
  auto all = recorded_days();
  for (auto& heart : recorded_minutes()) all.push_back(std::move(heart));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.set + ":" + a.name < b.set + ":" + b.name;
  });
  return all;
}

LengthsUs whole(const std::vector<double>& rr_ms, double step_us) {
  LengthsUs out;
  for (const double ms : rr_ms)
    out.push_back(
        static_cast<std::int32_t>(std::lround(std::round(ms * 1000 / step_us) * step_us)));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(smoothed_intervals)

BOOST_AUTO_TEST_CASE(real_hearts_are_not_named) {
  const auto all = all_recorded();
  if (all.empty()) return skip_absent("data/rr_long");
  double hours[2] = {}, decided = 0, smoothed = 0;
  int alarms[2] = {}, people[2] = {}, above_one_percent[2] = {};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto f = watch(all[i].rr_us);
    if (f.decided == 0) continue;
    const std::size_t half = i % 2;
    ++people[half];
    hours[half] += f.hours;
    alarms[half] += f.alarms;
    decided += f.decided;
    smoothed += f.smoothed;
    above_one_percent[half] += f.share() > 0.01 ? 1 : 0;
    if (f.smoothed > 0)
      BOOST_TEST_MESSAGE(
          fmt::format("{} half: {} {} named {} times in {:.2f} h, {:.2f} % of its time",
                      half == 0 ? "first" : "other", all[i].set, all[i].name, f.alarms, f.hours,
                      100 * f.share()));
  }
  for (const std::size_t half : {0U, 1U})
    BOOST_TEST_MESSAGE(fmt::format(
        "{} half: {} people, {:.1f} h, named {} times ({:.3f} per hour), {} people above 1 %",
        half == 0 ? "first" : "other", people[half], hours[half], alarms[half],
        alarms[half] / hours[half], above_one_percent[half]));
  BOOST_TEST(above_one_percent[1] == 0);
  BOOST_TEST(smoothed <= 0.002 * decided);
}

BOOST_AUTO_TEST_CASE(averaged_real_hearts_are) {
  const auto all = all_recorded();
  if (all.empty()) return skip_absent("data/rr_long");
  struct Sums {
    double n{}, share{}, two{}, five{};
    void add(const SmoothingFigures& f) {
      if (f.decided == 0) return;
      ++n, share += f.share(), two += f.within_two_minutes, five += f.within_five;
    }
    std::string text() const {
      return n == 0 ? "-"
                    : fmt::format("{:3.0f} % in 2 min, {:3.0f} % in 5, {:3.0f} % of time (of {})",
                                  100 * two / n, 100 * five / n, 100 * share / n, n);
    }
  };
  const auto measure = [&](auto smooth) {
    std::map<std::string, Sums> of_set;
    for (std::size_t i = 1; i < all.size(); i += 2) {  // the half that set nothing
      auto rr = all[i].rr_us;
      rr.resize(std::min<std::size_t>(rr.size(), 5000));
      of_set[all[i].set].add(watch(smooth(rr)));
    }
    return of_set;
  };
  const auto print = [](const std::string& how, const std::map<std::string, Sums>& of_set) {
    std::string line = how;
    for (const auto& [set, sums] : of_set) line += fmt::format(" | {} {}", set, sums.text());
    BOOST_TEST_MESSAGE(line);
  };
  for (std::size_t beats = 2; beats <= 10; ++beats) {
    const auto of_set = measure([&](const auto& rr) { return averaged_over(rr, beats); });
    print(fmt::format("mean of {:2}", beats), of_set);
    Sums straps_and_days;
    for (const auto& [set, s] : of_set) {
      if (set != "ble" && set != "rr_long") continue;
      straps_and_days.n += s.n, straps_and_days.five += s.five, straps_and_days.share += s.share;
    }
    if (straps_and_days.n == 0) continue;
    BOOST_TEST(straps_and_days.five >= 0.85 * straps_and_days.n);
    BOOST_TEST(straps_and_days.share >= 0.75 * straps_and_days.n);
  }
  for (const double alpha : {0.1, 0.2, 0.3})  // said, not promised
    print(fmt::format("exponential {}", alpha),
          measure([&](const auto& rr) { return exponentially(rr, alpha); }));
}

BOOST_AUTO_TEST_CASE(paced_breathing_and_formulas_are_not_named) {
  for (const double step_us : {1.0, 1000.0, 1e6 / 1024})
    for (const double hz : {1.0 / 30, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3})
      for (const double mean_ms : {700.0, 1000.0})
        BOOST_TEST_CONTEXT(hz << " Hz, mean " << mean_ms << " ms, steps of " << step_us << " us")
  BOOST_TEST(watch(whole(swinging_rr(mean_ms, 70, hz, 1200), step_us)).smoothed == 0);
}

// One breath, one slow wave and little noise leave valleys that no real heart here has: the nearest there
// is to a false alarm.
BOOST_AUTO_TEST_CASE(virtual_hearts_are_hardly_named_and_their_averages_are) {
  int named = 0, hearts = 0, averaged = 0;
  double share = 0;
  for (const double breath_hz : {0.08, 0.1, 0.15, 0.25, 0.3})
    for (const double hr : {55.0, 70.0, 85.0})
      for (const double rsa_ms : {8.0, 30.0, 70.0}) {
        virtual_ring::Options o;
        o.seed = static_cast<std::uint64_t>(1000 + ++hearts);
        o.hr_bpm = hr, o.rsa_ms = rsa_ms, o.resp_hz = breath_hz;
        virtual_ring::Heart heart(o);
        heart.next();
        LengthsUs rr;
        // What any detector adds: 3 ms, independent from beat to beat.
        std::mt19937 random(static_cast<unsigned>(hearts));
        std::normal_distribution<double> scatter(0, 3000);
        for (double before = 0; rr.size() < 2000;) {
          const double now = scatter(random);
          rr.push_back(
              static_cast<std::int32_t>(heart.next().rr / 1us + std::lround(now - before)));
          before = now;
        }
        const double of_time = watch(rr).share();
        named += of_time > 0.01 ? 1 : 0;
        share += of_time;
        averaged += watch(averaged_over(rr, 5)).share() > 0.5 ? 1 : 0;
      }
  BOOST_TEST_MESSAGE("virtual hearts: " << named << " of " << hearts << " named, "
                                        << 100 * share / hearts
                                        << " % of all time; averaged over 5 beats " << averaged);
  BOOST_TEST(share <= 0.01 * hearts);
  BOOST_TEST(averaged >= 0.6 * hearts);
}

BOOST_AUTO_TEST_SUITE_END()
