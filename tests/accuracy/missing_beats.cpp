// What is left of RMSSD when beats are missing: its bias, and whether its own confidence interval holds
// the error. Beats are lost in bursts and leave no other trace than a long interval, which the cleaner
// has to find; then the window, as graphs use both.
#include "dsp/confidence_interval.hpp"
#include "dsp/hrv_time.hpp"
#include "dsp/interval_cleaner.hpp"
#include "dsp/loss_not_random.hpp"
#include "support/cases.hpp"
#include "support/confidence.hpp"
#include "support/recorded_intervals.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <virtual_ring/heart.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <random>

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration lossy_window = 60s;
constexpr double mean_burst = 4;  // beats
constexpr double loss_levels[] = {0.05, 0.10, 0.20, 0.30, 0.50};

/// A stretch of a heart, and what RMSSD it has in the long run; 0: nobody knows.
struct LossyHeart {
  std::vector<std::int32_t> rr_us;
  double rmssd_ms{};
};

/// One minute's row, at the times that both recordings share.
struct MinuteOfLoss {
  std::optional<double> rmssd_ms;  ///< as reported: enough coverage, enough differences
  std::optional<dsp::ConfidenceInterval> rmssd_95, hr_95;
  double hr_bpm{};
  dsp::LossVerdict loss;
};

using Lost = std::vector<bool>;  // per beat; beat i ends interval i - 1

/// Geometric bursts whose share of all beats is `share`.
Lost burst_loss(std::size_t beats, double share, std::mt19937& random) {
  std::uniform_real_distribution<double> u;
  const double begin = share / (1 - share) / mean_burst;
  Lost lost(beats, false);
  bool in_burst = share > 0 && u(random) < share;
  for (std::size_t i = 0; i < beats; ++i) {
    lost[i] = in_burst;
    in_burst = in_burst ? u(random) >= 1 / mean_burst : u(random) < begin;
  }
  return lost;
}

std::vector<double> squared_differences(const std::vector<std::int32_t>& us) {
  std::vector<double> out;
  for (std::size_t i = 1; i < us.size(); ++i)
    if (us[i] > 0 && us[i - 1] > 0) out.push_back(std::pow((us[i] - us[i - 1]) * 1e-3, 2));
  return out;
}

double rmssd_of_ms(const std::vector<std::int32_t>& us) {
  return std::sqrt(mean(squared_differences(us)));
}

/// How a lost beat shows: not at all, or as a beat whose quality is bad.
enum class Trace { none, low_quality };

/// A row per minute, from the second on.
std::vector<MinuteOfLoss> minutes_of(const std::vector<std::int32_t>& rr_us, const Lost& lost,
                                     Trace trace = Trace::none) {
  dsp::IntervalCleaner cleaner;
  dsp::HrvTimeWindow window(lossy_window);
  dsp::IntervalStatistics loss(400);
  std::vector<MinuteOfLoss> rows;
  Time row_at = Time{} + 2 * lossy_window;
  std::vector<dsp::NnInterval> room(window.statistics().capacity());

  const auto write_row = [&] {
    window.advance(row_at);
    loss.evict_until(row_at - lossy_window);
    MinuteOfLoss row;
    const auto m = window.metrics();
    row.rmssd_ms = m.rmssd.value;
    row.hr_bpm = window.statistics().mean_hr().value_or(0);
    const auto series = window.statistics().in_order(room);
    row.rmssd_95 = ib::test::rmssd_interval(series);
    row.hr_95 = ib::test::mean_hr_interval(series, lossy_window);
    row.loss = dsp::loss_of(loss.kept(), loss.rejected());
    rows.push_back(row);
    row_at = row_at + lossy_window;
  };
  const auto take = [&] {
    for (const auto& c : cleaner.decided()) {
      while (c.t_end > row_at) write_row();
      const bool valid = c.valid && !c.irregular;
      window.push(c.t_end, c.ibi_us, valid, c.contiguous && valid);
      if (valid) loss.push(c.t_end, c.ibi_us, false);
      else if (c.label == dsp::IntervalLabel::low_quality)
        loss.push_excluded(c.t_end, c.ibi_us, true);
    }
  };

  Time t{}, last = t;
  bool last_bad = lost[0];
  for (std::size_t i = 0; i < rr_us.size(); ++i) {
    t = t + std::chrono::microseconds(rr_us[i]);
    const bool bad = lost[i + 1];
    if (bad && trace == Trace::none) continue;
    const auto us = static_cast<std::int32_t>((t - last) / 1us);
    cleaner.push({t, us, bad || (last_bad && trace == Trace::low_quality) ? 0.1F : 1.0F, true});
    take();
    last = t;
    last_bad = bad;
  }
  cleaner.flush();
  take();
  return rows;
}

/// A heart that nobody has: rate, breathing, slow waves and the detector's scatter by chance.
LossyHeart virtual_heart(unsigned seed, std::size_t beats, std::size_t truth_beats) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> u;
  const auto between = [&](double a, double b) { return a + (b - a) * u(random); };
  virtual_ring::Options o;
  o.seed = seed;
  o.hr_bpm = between(50, 95);
  o.rsa_ms = between(4, 60);
  o.resp_hz = between(0.15, 0.32);
  o.slow_ms = between(8, 40);
  o.vlf_ms = between(10, 40);
  std::normal_distribution<double> scatter(0, 3000);
  virtual_ring::Heart heart(o);
  heart.next();
  LossyHeart out;
  std::vector<std::int32_t> all;
  double before = 0;
  for (std::size_t i = 0; i < truth_beats; ++i) {
    const double now = scatter(random);
    all.push_back(static_cast<std::int32_t>(heart.next().rr / 1us + std::lround(now - before)));
    before = now;
  }
  out.rmssd_ms = rmssd_of_ms(all);
  out.rr_us.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(beats));
  return out;
}

struct LossFigures {
  std::vector<double> errors_ln;  ///< with losses against without, of what was reported
  int windows{}, reported{}, inside{}, truth_inside{}, hr_inside{};
  int any{}, any_inside{};  ///< of all that have an interval, reported or not
  double widths_ln{}, hr_widths_bpm{}, hr_error_bpm{};
  int named{};
  bool truth_known = true;

  void add(const MinuteOfLoss& whole, const MinuteOfLoss& gappy, double truth_ms) {
    if (!whole.rmssd_ms) return;
    ++windows;
    truth_known = truth_ms > 0;
    named += gappy.loss.not_random ? 1 : 0;
    if (gappy.rmssd_95) {
      ++any;
      any_inside +=
          gappy.rmssd_95->low <= *whole.rmssd_ms && *whole.rmssd_ms <= gappy.rmssd_95->high ? 1 : 0;
    }
    if (!gappy.rmssd_ms || !gappy.rmssd_95 || !gappy.hr_95) return;
    ++reported;
    const auto& ci = *gappy.rmssd_95;
    errors_ln.push_back(std::log(*gappy.rmssd_ms / *whole.rmssd_ms));
    inside += ci.low <= *whole.rmssd_ms && *whole.rmssd_ms <= ci.high ? 1 : 0;
    truth_inside += ci.low <= truth_ms && truth_ms <= ci.high ? 1 : 0;
    widths_ln += std::log(ci.high / ci.low) / 2;
    hr_inside += gappy.hr_95->low <= whole.hr_bpm && whole.hr_bpm <= gappy.hr_95->high ? 1 : 0;
    hr_widths_bpm += (gappy.hr_95->high - gappy.hr_95->low) / 2;
    hr_error_bpm += gappy.hr_bpm - whole.hr_bpm;
  }
  double of_reported(double sum) const { return sum / std::max(reported, 1); }
  double bias() const { return errors_ln.empty() ? 0 : mean(errors_ln); }
  double sd() const {
    double squares = 0;
    for (const double e : errors_ln) squares += (e - bias()) * (e - bias());
    return std::sqrt(of_reported(squares));
  }
  std::string line() const {
    return fmt::format(
        "windows {:5} reported {:5.1f} % | ln RMSSD bias {:+.3f} sd {:.3f} | error in CI {:5.1f} % "
        "(of any {}: {:.1f} %), truth in CI {}, half width {:.2f} ln | HR error {:+.2f} bpm, in CI {:5.1f} %, half "
        "width {:.2f} bpm | not random {:.1f} %",
        windows, 100.0 * reported / std::max(windows, 1), bias(), sd(), 100 * of_reported(inside),
        any, 100.0 * any_inside / std::max(any, 1),
        truth_known ? fmt::format("{:.1f} %", 100 * of_reported(truth_inside)) : "unknown",
        of_reported(widths_ln), of_reported(hr_error_bpm), 100 * of_reported(hr_inside),
        of_reported(hr_widths_bpm), 100.0 * named / std::max(windows, 1));
  }
};

void compare_minutes(LossFigures& to, const LossyHeart& heart, const Lost& lost,
                     Trace trace = Trace::none) {
  const Lost none(heart.rr_us.size() + 1, false);
  const auto whole = minutes_of(heart.rr_us, none);
  const auto gappy = minutes_of(heart.rr_us, lost, trace);
  for (std::size_t i = 0; i < std::min(whole.size(), gappy.size()); ++i)
    to.add(whole[i], gappy[i], heart.rmssd_ms);
}

/// The bar of each level. What few windows say is not judged, nor the mean of few hearts.
void judge(const LossFigures& f, double level) {
  if (f.any >= 200) BOOST_TEST(f.any_inside >= 0.90 * f.any);
  if (f.reported < 100) return;
  if (level <= 0.30 && f.windows >= 1000) BOOST_TEST(std::abs(f.bias()) <= 0.05);
  BOOST_TEST(f.of_reported(f.inside) >= 0.90);
  BOOST_TEST(f.of_reported(f.hr_inside) >= 0.90);
}

/// The beats of the fastest `share` of all 15-s pieces.
Lost loss_of_fast_pieces(const std::vector<std::int32_t>& rr_us, double share) {
  std::vector<std::size_t> piece(rr_us.size());
  std::map<std::size_t, std::pair<double, int>> sums;
  double t = 0;
  for (std::size_t i = 0; i < rr_us.size(); ++i) {
    piece[i] = static_cast<std::size_t>(t / 15);
    t += rr_us[i] * 1e-6;
    sums[piece[i]].first += rr_us[i];
    ++sums[piece[i]].second;
  }
  std::vector<double> means;
  for (const auto& [k, s] : sums) means.push_back(s.first / s.second);
  std::sort(means.begin(), means.end());
  const double line = quantile(means, share);
  Lost lost(rr_us.size() + 1, false);
  for (std::size_t i = 0; i < rr_us.size(); ++i)
    lost[i + 1] = sums[piece[i]].first / sums[piece[i]].second < line;
  return lost;
}

/// Movement: for 15 s in every 50 the heart runs 15 % faster, and four of five beats are lost.
Lost loss_of_motion(std::vector<std::int32_t>& rr_us, std::mt19937& random) {
  Lost lost(rr_us.size() + 1, false);
  double t = 0;
  for (std::size_t i = 0; i < rr_us.size(); ++i) {
    if (std::fmod(t, 50) < 15) {
      rr_us[i] = rr_us[i] * 85 / 100;
      lost[i + 1] = random() % 5 != 0;
    }
    t += rr_us[i] * 1e-6;
  }
  return lost;
}

/// Ten minutes of the people of rr_long, those without many artefacts, from anywhere in the day.
std::vector<LossyHeart> real_stretches() {
  std::vector<LossyHeart> out;
  const auto days = recorded_days();
  if (days.empty()) return out;
  for (const unsigned seed : cases(200)) {
    std::mt19937 random(seed);
    const auto& day = days[random() % days.size()].rr_us;
    const std::size_t at = random() % (day.size() - 900);
    LossyHeart heart;
    heart.rr_us.assign(day.begin() + static_cast<std::ptrdiff_t>(at),
                       day.begin() + static_cast<std::ptrdiff_t>(at + 900));
    heart.rmssd_ms = 0;
    out.push_back(heart);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(missing_beats)

BOOST_AUTO_TEST_CASE(bursts_in_a_simulated_heart) {
  std::map<double, LossFigures> at_level;
  for (const unsigned seed : cases(200)) {
    const auto heart = virtual_heart(seed, 700, 6000);
    std::mt19937 random(seed + 7);
    for (const double level : loss_levels)
      compare_minutes(at_level[level], heart, burst_loss(heart.rr_us.size() + 1, level, random));
  }
  for (const auto& [level, f] : at_level) {
    BOOST_TEST_MESSAGE(fmt::format("simulated, {:2.0f} % lost: {}", 100 * level, f.line()));
    BOOST_TEST(f.windows > 0);
    judge(f, level);
    if (f.reported >= 100) BOOST_TEST(f.of_reported(f.truth_inside) >= 0.90);
  }
}

BOOST_AUTO_TEST_CASE(bursts_in_real_hearts) {
  auto hearts = real_stretches();
  if (hearts.empty()) return skip_absent("data/rr_long");
  std::map<double, LossFigures> at_level;
  unsigned seed = 0;
  for (auto& heart : hearts) {
    std::mt19937 random(++seed);
    for (const double level : loss_levels)
      compare_minutes(at_level[level], heart, burst_loss(heart.rr_us.size() + 1, level, random));
  }
  for (const auto& [level, f] : at_level) {
    BOOST_TEST_MESSAGE(fmt::format("rr_long, {:2.0f} % lost: {}", 100 * level, f.line()));
    judge(f, level);
  }
}

// Not judged but for the flag: what loss does that follows the heart.
BOOST_AUTO_TEST_CASE(loss_that_follows_the_heart) {
  LossFigures chance, fast, motion, real;
  for (const unsigned seed : cases(200)) {
    auto heart = virtual_heart(seed, 700, 700);
    std::mt19937 random(seed + 9);
    compare_minutes(chance, heart, burst_loss(heart.rr_us.size() + 1, 0.3, random),
                    Trace::low_quality);
    compare_minutes(fast, heart, loss_of_fast_pieces(heart.rr_us, 0.3), Trace::low_quality);
    const auto lost = loss_of_motion(heart.rr_us, random);
    compare_minutes(motion, heart, lost, Trace::low_quality);
  }
  for (auto& heart : real_stretches())
    compare_minutes(real, heart, loss_of_fast_pieces(heart.rr_us, 0.3), Trace::low_quality);
  BOOST_TEST_MESSAGE("30 % at random:          " << chance.line());
  BOOST_TEST_MESSAGE("fastest 15 s of all:     " << fast.line());
  BOOST_TEST_MESSAGE("movement, 15 % faster:   " << motion.line());
  if (real.windows > 0) BOOST_TEST_MESSAGE("rr_long, fastest 15 s:   " << real.line());
  BOOST_TEST(chance.named <= 0.05 * chance.windows + 1);
  BOOST_TEST(motion.named >= 0.5 * motion.windows);
}

BOOST_AUTO_TEST_CASE(injected_artefacts) {
  const auto reference = ib::test::reference("ibi_artifacts.json");
  const auto series = ib::test::reference("hrv_series.json");
  if (reference.is_null() || series.is_null()) return;
  std::vector<double> all;
  for (const auto& one : reference.at("cases")) {
    const auto name = one.at("series").get<std::string>();
    std::vector<std::int32_t> clean;
    for (const double ms : numbers(series.at(name).at("rr")))
      clean.push_back(recorded::microseconds(ms * 1000));
    const auto peaks = numbers(one.at("peaks_ms"));
    const auto rmssd_cleaned = [](const auto& lengths_us) {
      dsp::IntervalCleaner cleaner;
      double squares = 0, n = 0, before = 0;
      const auto take = [&] {
        for (const auto& c : cleaner.decided()) {
          if (c.contiguous) squares += std::pow((c.ibi_us - before) * 1e-3, 2), ++n;
          before = c.ibi_us;
        }
      };
      Time t{};
      for (const auto us : lengths_us) {
        t = t + std::chrono::microseconds(us);
        cleaner.push({t, us, 1, true});
        take();
      }
      cleaner.flush();
      take();
      return std::sqrt(squares / n);
    };
    std::vector<std::int32_t> injected;
    for (std::size_t i = 1; i < peaks.size(); ++i)
      injected.push_back(recorded::microseconds((peaks[i] - peaks[i - 1]) * 1000));
    const double truth = rmssd_of_ms(clean), cleaned = rmssd_cleaned(injected);
    all.push_back(std::log(cleaned / truth));
    BOOST_TEST_MESSAGE(fmt::format(
        "{} {}: RMSSD clean {:.2f}, with artefacts {:.2f}, cleaned {:.2f} ms: ln {:+.3f}", name,
        one.at("kind").get<std::string>(), truth, rmssd_of_ms(injected), cleaned, all.back()));
    BOOST_TEST(std::abs(all.back()) <= 0.08);
  }
  BOOST_TEST_MESSAGE(fmt::format("mean of {}: {:+.3f}", all.size(), mean(all)));
  BOOST_TEST(all.size() == 8u);
}

BOOST_AUTO_TEST_SUITE_END()
