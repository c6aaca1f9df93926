#include "dsp/ppg_quality.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include "dsp/elgendi_beats.hpp"
#include "dsp/iir_design.hpp"
#include "dsp/mspt_beats.hpp"
#include "dsp/sos_filter.hpp"
#include "support/reference_json.hpp"

namespace {

using namespace ib::dsp;
using nlohmann::json;
using Signal = std::vector<double>;

Signal sine(double hz, double rate_hz, double seconds, double height = 1.0) {
  Signal out;
  for (double i = 0; i < seconds * rate_hz; ++i)
    out.push_back(height * std::sin(2.0 * std::numbers::pi * hz * i / rate_hz));
  return out;
}

Signal band_passed(const Signal& raw, double rate_hz) {
  SosFilter filter(butterworth_band_pass(2, 0.5, 8.0, rate_hz));
  filter.restart(raw.front());
  Signal out;
  for (double x : raw) out.push_back(filter(x));
  return out;
}

// A pulse with its top at position 10 of 21, and its mirror image.
const Signal pulse = {0, 0, 0, 0, 1, 2, 4, 6, 8, 9, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0, 0};
const Signal slope = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};

std::optional<double> match(BeatTemplate& beats, const Signal& beat) {
  return beats.match(beat, 10.0, 10.0);
}

BeatTemplate learnt_from(const Signal& beat) {
  BeatTemplate beats;
  for (int i = 0; i < 5; ++i) match(beats, beat);
  return beats;
}

std::span<const double> part(const Signal& signal, double from, double to) {
  const double last = static_cast<double>(signal.size()) - 1.0;
  const auto first = static_cast<std::size_t>(std::ceil(std::max(0.0, from)));
  const auto end = static_cast<std::size_t>(std::floor(std::min(last, to))) + 1;
  return std::span(signal).subspan(first, end - first);
}

QualityParts good_parts() {
  QualityParts parts;
  parts.template_r = 0.99;
  parts.skewness = 0.8;
  parts.activity_g = 0.01;
  return parts;
}

// What a streaming node would do with a recording and its beats: template and plateau once per
// beat, the window parts once per second.
struct BeatParts {
  std::vector<std::optional<double>> r;  // from the second beat on
  std::vector<bool> plateau;
  std::vector<std::size_t> peak;
};

BeatParts parts_of_beats(const Signal& raw, const Signal& filtered, const json& peaks,
                         double rate_hz) {
  BeatParts out;
  MedianInterval interval;
  BeatTemplate beats;
  for (std::size_t i = 1; i < peaks.size(); ++i) {
    const double peak = peaks[i];
    interval.push(peak - peaks[i - 1].get<double>());
    const double half = 0.5 * *interval.value();
    out.r.push_back(beats.match(filtered, peak, half));
    out.plateau.push_back(has_plateau(part(raw, peak - half, peak + half), rate_hz));
    out.peak.push_back(peaks[i]);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ppg_quality)

BOOST_AUTO_TEST_CASE(the_rate_decides_which_parts_exist) {
  BOOST_TEST((quality_depth(9.9) == QualityDepth::absent));
  BOOST_TEST((quality_depth(10.0) == QualityDepth::reduced));
  BOOST_TEST((quality_depth(19.9) == QualityDepth::reduced));
  BOOST_TEST((quality_depth(20.0) == QualityDepth::full));
}

BOOST_AUTO_TEST_CASE(skewness_points_where_the_tail_points) {
  BOOST_TEST(std::abs(*skewness(Signal{0, 0, 0, 1}) - 2.0 / std::sqrt(3.0)) < 1e-12);
  BOOST_TEST(*skewness(Signal{0, 0, 0, -1}) < 0.0);
  BOOST_TEST(std::abs(*skewness(Signal{-1, 0, 1})) < 1e-12);
  BOOST_TEST(!skewness(Signal(125, 1e6)));
  BOOST_TEST(!skewness(Signal{}));
}

BOOST_AUTO_TEST_CASE(a_tail_that_points_down_for_twenty_seconds_is_suspected) {
  InvertedPulse pulse;
  for (int i = 1; i <= 19; ++i) BOOST_TEST(*pulse.tick(-0.9, i % 3 > 0 ? 0.95 : 0.2) == false);
  BOOST_TEST(*pulse.tick(-0.9, 0.95) == true);
  BOOST_TEST(!pulse.tick(-0.9, std::nullopt));  // not known this second
  BOOST_TEST(*pulse.tick(-0.9, 0.95) == true);
  BOOST_TEST(*pulse.tick(-0.2, 0.95) == false);
  InvertedPulse noise;  // beats that do not match say nothing
  for (int i = 1; i <= 60; ++i) BOOST_TEST(*noise.tick(-0.9, i % 3 > 1 ? 0.95 : 0.2) == false);
}

BOOST_AUTO_TEST_CASE(standing_still_is_measured_in_seconds) {
  BOOST_TEST(longest_flat_s(Signal{1, 2, 3, 3, 3, 3, 2}, 10.0) == 0.3);
  BOOST_TEST(longest_flat_s(Signal{1, 2, 1, 2}, 10.0) == 0.0);
  BOOST_TEST(longest_flat_s(Signal{}, 10.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(eight_hundredths_of_a_second_without_change_are_a_plateau) {
  BOOST_TEST(has_plateau(Signal{0, 1, 2, 2, 2, 1, 0}, 25.0));
  BOOST_TEST(!has_plateau(Signal{0, 1, 2, 2, 1, 0}, 25.0));
  BOOST_TEST(!has_plateau(Signal{0, 1, 2, 2, 1, 0}, 12.5));      // 0.08 s, but two samples
  BOOST_TEST(!has_plateau(Signal{0, 1, 2, 2, 2, 1, 0}, 100.0));  // 0.02 s
  BOOST_TEST(has_plateau(Signal{0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0}, 100.0));  // 0.08 s
  BOOST_TEST(!has_plateau(Signal{0, 0, 0, 1, 2, 1, 0, 0, 0}, 25.0));  // the foot in coarse steps
  BOOST_TEST(!has_plateau(Signal{0, 1, 1, 1, 2, 1, 0}, 25.0));        // a shoulder
  BOOST_TEST(has_plateau(Signal{0, 1, 2, 2, 2, 1, 3}, 25.0));         // beside a higher beat
  BOOST_TEST(!has_plateau(Signal{0, 1, 2, 2, 2}, 25.0));              // cut off: not known
  BOOST_TEST(!has_plateau(Signal{}, 25.0));
}

BOOST_AUTO_TEST_CASE(samples_at_the_limits_are_counted) {
  BOOST_TEST(share_at_limits(Signal{0, 1, 2, 3}, 0.0, 3.0) == 0.5);
  BOOST_TEST(share_at_limits(Signal{}, 0.0, 3.0) == 0.0);
}

BOOST_AUTO_TEST_CASE(perfusion_is_pulse_over_constant_light) {
  BOOST_TEST(*perfusion_percent(Signal{-1, 1, 0}, Signal{1000, 1000}) == 0.2);
  BOOST_TEST(!perfusion_percent(Signal{-1, 1}, Signal{0, 0}));
}

BOOST_AUTO_TEST_CASE(the_median_interval_is_of_the_last_ten) {
  MedianInterval interval;
  BOOST_TEST(!interval.value());
  for (double ibi : {1.0, 3.0}) interval.push(ibi);
  BOOST_TEST(*interval.value() == 2.0);
  for (int i = 0; i < 10; ++i) interval.push(5.0);
  BOOST_TEST(*interval.value() == 5.0);
}

BOOST_AUTO_TEST_CASE(the_template_speaks_from_the_fifth_beat_on) {
  BeatTemplate beats;
  for (int i = 0; i < 4; ++i) BOOST_TEST(!match(beats, pulse));
  BOOST_TEST(std::abs(*match(beats, pulse) - 1.0) < 1e-12);
  BOOST_TEST(*match(beats, slope) < 0.5);
}

BOOST_AUTO_TEST_CASE(height_and_level_of_a_beat_do_not_matter) {
  BeatTemplate beats = learnt_from(pulse);
  Signal tall;
  for (double v : pulse) tall.push_back(1000.0 + 50.0 * v);
  BOOST_TEST(std::abs(*match(beats, tall) - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_flat_beat_matches_nothing_and_teaches_nothing) {
  BeatTemplate beats;
  for (int i = 0; i < 20; ++i) BOOST_TEST(!match(beats, Signal(21, 0.1)));
  beats = learnt_from(pulse);
  BOOST_TEST(*match(beats, Signal(21, 0.1)) == 0.0);
}

BOOST_AUTO_TEST_CASE(ten_strange_beats_that_agree_become_the_template) {
  BeatTemplate beats = learnt_from(pulse);
  for (int i = 0; i < 10; ++i) BOOST_TEST(*match(beats, slope) < 0.5);
  BOOST_TEST(std::abs(*match(beats, slope) - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(strange_beats_that_disagree_do_not) {
  BeatTemplate beats = learnt_from(pulse);
  Signal fall(slope.rbegin(), slope.rend());
  for (int i = 0; i < 20; ++i) BOOST_TEST(*match(beats, i % 2 == 0 ? slope : fall) < 0.8);
  BOOST_TEST(std::abs(*match(beats, pulse) - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_restarted_template_learns_anew) {
  BeatTemplate beats = learnt_from(pulse);
  beats.restart();
  for (int i = 0; i < 4; ++i) BOOST_TEST(!match(beats, slope));
  BOOST_TEST(std::abs(*match(beats, slope) - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(an_amplitude_is_compared_with_its_last_minute) {
  AmplitudeReference reference;
  for (int i = 0; i < 5; ++i) BOOST_TEST(!reference.ratio(i, 2.0));
  BOOST_TEST(*reference.ratio(5.0, 8.0) == 4.0);
  BOOST_TEST(!reference.ratio(200.0, 2.0));  // a minute of nothing: no reference left
}

BOOST_AUTO_TEST_CASE(activity_is_the_worse_of_two_seconds) {
  MotionGate still(10.0);
  BOOST_TEST(!still.tick());
  for (int i = 0; i < 10; ++i) still.push(1.0);
  BOOST_TEST(*still.tick() == 0.0);
  for (int i = 0; i < 10; ++i) still.push(i % 2 == 0 ? 0.9 : 1.1);
  BOOST_TEST(std::abs(*still.tick() - 0.1) < 1e-12);
  for (int i = 0; i < 10; ++i) still.push(1.0);
  BOOST_TEST(std::abs(*still.tick() - 0.1) < 1e-12);
  BOOST_TEST(*still.tick() == 0.0);
}

BOOST_AUTO_TEST_CASE(the_rhythm_of_the_hand_is_recognised_after_eight_seconds) {
  const auto steps_hz = peak_frequency_hz(sine(1.8, 25.0, 8.0), 25.0);
  BOOST_TEST(std::abs(*steps_hz - 1.8) < 0.06);
  BOOST_TEST(!peak_frequency_hz(Signal(200, 1.0), 25.0));
  CadenceLock lock;
  for (int i = 0; i < 7; ++i) BOOST_TEST(!lock.tick(1.85, steps_hz, 0.2));
  BOOST_TEST(lock.tick(1.85, steps_hz, 0.2));
  BOOST_TEST(!lock.tick(1.2, steps_hz, 0.2));   // the pulse has its own rhythm
  BOOST_TEST(!lock.tick(1.85, steps_hz, 0.2));  // and the count starts again
}

BOOST_AUTO_TEST_CASE(the_worst_part_rules_and_skewness_halves_at_most) {
  QualityParts parts = good_parts();
  BOOST_TEST(*score(parts, QualityDepth::full).combined == 1.0);
  parts.template_r = 0.75;
  BOOST_TEST(std::abs(*score(parts, QualityDepth::full).combined - 0.5) < 1e-12);
  parts.activity_g = 0.08;
  BOOST_TEST(std::abs(*score(parts, QualityDepth::full).combined - 0.25) < 1e-12);
  parts.skewness = -1.0;
  BOOST_TEST(std::abs(*score(parts, QualityDepth::full).combined - 0.125) < 1e-12);
}

BOOST_AUTO_TEST_CASE(what_is_not_known_caps_the_score) {
  QualityParts parts = good_parts();
  parts.activity_g.reset();
  BOOST_TEST(*score(parts, QualityDepth::full).combined == 0.9);
  BOOST_TEST(*score(parts, QualityDepth::reduced).combined == 0.7);
  BOOST_TEST(!score(parts, QualityDepth::absent).combined);
  parts.template_r.reset();
  BOOST_TEST(!score(parts, QualityDepth::full).combined);
}

BOOST_AUTO_TEST_CASE(each_refusal_is_zero) {
  const auto refuses = [](auto spoil) {
    QualityParts parts = good_parts();
    spoil(parts);
    const QualityScores scores = score(parts, QualityDepth::full);
    return scores.refused && *scores.combined == 0.0;
  };
  BOOST_TEST(!refuses([](QualityParts&) {}));
  BOOST_TEST(refuses([](QualityParts& p) { p.flat_s = 0.28; }));
  BOOST_TEST(refuses([](QualityParts& p) { p.clipped = true; }));
  BOOST_TEST(refuses([](QualityParts& p) { p.at_limits = 0.06; }));
  BOOST_TEST(!refuses([](QualityParts& p) { p.at_limits = 0.05; }));
  BOOST_TEST(refuses([](QualityParts& p) { p.activity_g = 0.3; }));
  BOOST_TEST(refuses([](QualityParts& p) { p.cadence_locked = true; }));
  BOOST_TEST(refuses([](QualityParts& p) { p.since_beat_s = 3.1; }));
}

BOOST_AUTO_TEST_CASE(two_detectors_that_agree_on_eight_tenths_are_half_good) {
  QualityParts parts = good_parts();
  parts.agreement = 0.8;
  BOOST_TEST(std::abs(*score(parts, QualityDepth::full).combined - 0.5) < 1e-12);
  BOOST_TEST(*score(parts, QualityDepth::reduced).combined == 0.7);  // no part of it there
  parts.agreement = 1.0;
  BOOST_TEST(*score(parts, QualityDepth::full).combined == 1.0);
  parts.agreement = 0.5;
  BOOST_TEST(*score(parts, QualityDepth::full).combined == 0.0);
  BOOST_TEST(!score(parts, QualityDepth::full).refused);
}

BOOST_AUTO_TEST_CASE(the_part_that_holds_the_score_down_is_named) {
  const auto limit = [](auto spoil, QualityDepth depth = QualityDepth::full) {
    QualityParts parts = good_parts();
    spoil(parts);
    return score(parts, depth).limit;
  };
  using L = QualityLimit;
  BOOST_TEST((limit([](QualityParts&) {}) == L::none));
  BOOST_TEST((limit([](QualityParts& p) { p.activity_g.reset(); }) == L::no_acceleration));
  BOOST_TEST((limit([](QualityParts&) {}, QualityDepth::reduced) == L::low_rate));
  BOOST_TEST((limit([](QualityParts& p) { p.template_r = 0.7; }) == L::shape));
  BOOST_TEST((limit([](QualityParts& p) { p.skewness = 0.1; }) == L::skewness));
  BOOST_TEST((limit([](QualityParts& p) { p.perfusion_percent = 0.04; }) == L::perfusion));
  BOOST_TEST((limit([](QualityParts& p) { p.agreement = 0.9; }) == L::agreement));
  BOOST_TEST((limit([](QualityParts& p) { p.activity_g = 0.05; }) == L::motion));
  BOOST_TEST((limit([](QualityParts& p) { p.activity_g = 0.3; }) == L::motion));
  BOOST_TEST((limit([](QualityParts& p) { p.flat_s = 1, p.since_beat_s = 9; }) == L::flat));
  BOOST_TEST((limit([](QualityParts& p) { p.clipped = true; }) == L::clipped));
  BOOST_TEST((limit([](QualityParts& p) { p.at_limits = 0.06; }) == L::clipped));
  BOOST_TEST((limit([](QualityParts& p) { p.cadence_locked = true; }) == L::cadence));
  BOOST_TEST((limit([](QualityParts& p) { p.since_beat_s = 4; }) == L::silence));
  BOOST_TEST((limit([](QualityParts& p) { p.agreement = 0.7, p.activity_g = 0.09; }) == L::motion));
  BOOST_TEST((limit([](QualityParts& p) { p.template_r.reset(); }) == L::none));  // still learnt
}

BOOST_AUTO_TEST_CASE(perfusion_counts_with_or_without_the_constant_part) {
  QualityParts parts = good_parts();
  parts.perfusion_percent = 0.04;
  BOOST_TEST(std::abs(*score(parts, QualityDepth::full).perfusion - 0.5) < 1e-12);
  parts.perfusion_percent = 0.15;  // a smart ring's flawless pulses
  BOOST_TEST(*score(parts, QualityDepth::full).perfusion == 1.0);
  parts.perfusion_percent.reset();
  parts.amplitude_ratio = 3.1;
  BOOST_TEST(*score(parts, QualityDepth::full).perfusion == 0.0);
  parts.amplitude_ratio = 2.9;
  BOOST_TEST(*score(parts, QualityDepth::full).perfusion == 1.0);
}

BOOST_AUTO_TEST_CASE(trust_falls_at_once_and_returns_slowly) {
  QualityCombiner quality(QualityDepth::full);
  BOOST_TEST(*quality.update(good_parts(), 1.0) == 1.0);
  QualityParts flat = good_parts();
  flat.flat_s = 1.0;
  BOOST_TEST(*quality.update(flat, 1.0) == 0.0);
  BOOST_TEST(std::abs(*quality.update(good_parts(), 2.0) - (1.0 - std::exp(-1.0))) < 1e-12);
  QualityParts learning = good_parts();
  learning.template_r.reset();
  BOOST_TEST(!quality.update(learning, 1.0));  // never an old value
}

BOOST_AUTO_TEST_CASE(parts_equal_the_reference) {
  const json file = ib::test::reference("sqi.json");
  if (file.is_null()) return;
  for (const char* name : {"clean", "corrupted"}) {
    BOOST_TEST_CONTEXT(name) {
      const json& c = file[name];
      const double rate = c["fs"];
      const Signal raw = ib::test::numbers(c["input"]);
      const Signal filtered = band_passed(raw, rate);
      for (const json& row : c["windows"]) {
        const double end = row[0].get<double>() * rate - 1.0;
        const auto y = part(filtered, end - 5.0 * rate + 1.0, end);
        BOOST_TEST(std::abs(*skewness(y) - row[1].get<double>()) < 1e-6);
        BOOST_TEST(std::abs(amplitude(y) - row[3].get<double>()) < 1e-6);
        const auto x = part(raw, end - 5.0 * rate + 1.0, end);
        BOOST_TEST(std::abs(longest_flat_s(x, rate) - row[4].get<double>()) < 1e-6);
        // "Extremes" are the window's own: what share_at_limits says of a converter that ends there.
        const auto [lowest, highest] = std::minmax_element(x.begin(), x.end());
        BOOST_TEST(std::abs(share_at_limits(x, *lowest, *highest) - row[5].get<double>()) < 1e-6);
      }
      const BeatParts beats = parts_of_beats(raw, filtered, c["peaks_mspt_stream"], rate);
      const auto r = ib::test::numbers(c["template_r"]);
      BOOST_TEST(beats.r.size() == r.size());
      for (std::size_t i = 0; i < r.size(); ++i) {
        BOOST_TEST(beats.r[i].has_value() == (i >= 4));  // the reference looks back at the first
        if (beats.r[i]) BOOST_TEST(std::abs(*beats.r[i] - r[i]) < 1e-6);
        const bool flagged = c["plateau_flag_from_second_beat"][i] == 1;
        if (beats.plateau[i] == flagged) continue;
        // The reference takes a stand-still anywhere in the beat: also a flat line, for which there
        // is longest_flat_s, and the top at 40 s in the middle of which its clipping sets in.
        const auto at = static_cast<double>(beats.peak[i]);
        BOOST_TEST(flagged);
        if (at == 40 * rate) continue;
        BOOST_TEST(longest_flat_s(part(raw, at - 0.5 * rate, at + 0.5 * rate), rate) > 0.25);
      }
    }
  }
}

// Its beats, found anew: where the wave is spoilt they may differ by a sample.
BOOST_AUTO_TEST_CASE(both_detectors_find_the_beats_of_the_reference) {
  const json file = ib::test::reference("sqi.json");
  if (file.is_null()) return;
  for (const char* name : {"clean", "corrupted"}) {
    const json& c = file[name];
    const double rate = c["fs"];
    const Signal filtered = band_passed(ib::test::numbers(c["input"]), rate);
    MsptBeats mspt(rate);
    ElgendiBeats elgendi(rate);
    mspt.restart(0);
    elgendi.restart(0);
    Signal by_mspt, by_elgendi;
    for (std::size_t i = 0; i < filtered.size(); ++i) {
      mspt.push(i, filtered[i]);
      if (mspt.looked())
        for (const auto& peak : mspt.peaks()) by_mspt.push_back(static_cast<double>(peak.index));
      elgendi.push(i, filtered[i]);
      if (const auto& peak = elgendi.peak()) by_elgendi.push_back(static_cast<double>(peak->index));
    }
    const auto equal = [&](const Signal& ours, const Signal& theirs, const char* detector) {
      BOOST_TEST_CONTEXT(name << ", " << detector) {
        BOOST_REQUIRE_EQUAL(ours.size(), theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i)
          BOOST_TEST(std::abs(ours[i] - theirs[i]) <= 1, "beat " << i << ": " << ours[i]);
      }
    };
    equal(by_mspt, ib::test::numbers(c["peaks_mspt_stream"]), "mspt");
    equal(by_elgendi, ib::test::numbers(c["peaks_elgendi"]), "elgendi");
  }
}

// The whole chain over the corrupted minute: motion 20-30 s, clipping 40-45 s, flat 50-53 s.
BOOST_AUTO_TEST_CASE(bad_stretches_lose_their_beats_and_clean_ones_keep_them) {
  const json file = ib::test::reference("sqi.json");
  if (file.is_null()) return;
  const auto refused_between = [&](const char* name, double from_s, double to_s) {
    const json& c = file[name];
    const double rate = c["fs"];
    const Signal raw = ib::test::numbers(c["input"]);
    const Signal filtered = band_passed(raw, rate);
    const BeatParts beats = parts_of_beats(raw, filtered, c["peaks_mspt_stream"], rate);
    QualityCombiner quality(QualityDepth::full);
    int refused = 0;
    int all = 0;
    bool previous_bad = false;
    for (std::size_t i = 4; i < beats.peak.size(); ++i) {
      const double at = static_cast<double>(beats.peak[i]);
      QualityParts parts;
      parts.template_r = beats.r[i];
      parts.clipped = beats.plateau[i];
      parts.skewness = skewness(part(filtered, at - 5.0 * rate, at));
      parts.flat_s = longest_flat_s(part(raw, at - 5.0 * rate, at), rate);
      const auto score =
          quality.update(parts, (at - static_cast<double>(beats.peak[i - 1])) / rate);
      const bool bad = !score || *score < QualityCombiner::valid_from;
      const bool valid = !bad && !previous_bad;  // an interval needs both of its beats
      previous_bad = bad;
      if (at / rate < from_s || at / rate >= to_s) continue;
      ++all;
      refused += !valid;
    }
    BOOST_TEST_MESSAGE(name << " " << from_s << "-" << to_s << " s: " << refused << " of " << all
                            << " beats refused");
    return static_cast<double>(refused) / all;
  };
  BOOST_TEST(refused_between("clean", 0.0, 60.0) == 0.0);
  BOOST_TEST(refused_between("corrupted", 0.0, 20.0) == 0.0);
  BOOST_TEST(refused_between("corrupted", 20.0, 30.0) >= 0.75);
  BOOST_TEST(refused_between("corrupted", 40.5, 45.0) == 1.0);
  BOOST_TEST(refused_between("corrupted", 50.5, 53.0) == 1.0);
  BOOST_TEST(refused_between("corrupted", 36.0, 40.0) == 0.0);  // skewness looks 5 s back
}

BOOST_AUTO_TEST_SUITE_END()
