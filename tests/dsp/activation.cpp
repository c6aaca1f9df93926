#include "dsp/activation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "support/shared_data.hpp"

namespace {

using ib::Time;
using ib::dsp::Activation;
using ib::dsp::ActivationInput;
using ib::dsp::ActivationReason;
using ib::dsp::ActivationScore;
using ib::dsp::ActivationState;
using ib::dsp::ActivationTracker;
using ib::dsp::Baseline;
using ib::dsp::Confidence;
using ib::dsp::Feature;
using namespace std::chrono_literals;

/// Rest at 65 +- 4 per minute and ln RMSSD 3.75 +- 0.3.
Baseline at_rest() {
  Baseline::References references{};
  references[0] = {.mu = 65, .s_eff = 4};
  references[1] = {.mu = 3.75, .s_eff = 0.3};
  return Baseline::stored(references, Time{});
}

/// A person wearing sensors, one call per second.
struct Person {
  ActivationTracker tracker;
  Baseline baseline = at_rest();
  std::optional<double> activity_g = 0.0;
  bool steps = false;
  double accepted = 1;
  Time now{};
  Activation last;

  const Activation& second(std::optional<double> hr, std::optional<double> ln = 3.75) {
    ActivationInput in;
    in.t = now;
    in.features[Feature::hr] = hr;
    in.features[Feature::ln_rmssd] = ln;
    in.accepted_share = accepted;
    in.activity_g = activity_g;
    in.steps_last_minute = steps;
    last = tracker.tick(in, baseline);
    now = now + 1s;
    return last;
  }
  const Activation& seconds(int n, std::optional<double> hr, std::optional<double> ln = 3.75) {
    for (int i = 0; i < n; ++i) second(hr, ln);
    return last;
  }
  /// The number of seconds until the state changes, 0 if it does not within `limit`.
  int until_change(int limit, std::optional<double> hr, std::optional<double> ln = 3.75) {
    const auto before = last.state;
    for (int i = 1; i <= limit; ++i)
      if (second(hr, ln).state != before) return i;
    return 0;
  }
};

std::string text(const Activation& a) {
  std::string s(name(a.state));
  if (a.held) s += " held";
  if (a.reason != ActivationReason::none) ((s += " (") += name(a.reason)) += ")";
  return s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activation)

BOOST_AUTO_TEST_CASE(at_rest_the_score_is_the_intercept) {
  Person person;
  person.second(65, 3.75);
  BOOST_TEST(text(person.last) == "calm");
  BOOST_TEST(*person.last.ema == 1 / (1 + std::exp(1.0)), boost::test_tools::tolerance(1e-12));
  BOOST_TEST((person.last.confidence == Confidence::medium));
}

BOOST_AUTO_TEST_CASE(the_largest_term_explains_first) {
  Person person;
  const auto hr_first = *person.second(73, 3.75).score;  // z = 2 and 0
  BOOST_TEST(hr_first.terms().size() == 2u);
  BOOST_TEST((hr_first.terms()[0].feature == Feature::hr));
  BOOST_TEST(hr_first.terms()[0].value == 1.8);
  const auto ln_first = *person.second(66, 3.15).score;  // z = 0.25 and -2
  BOOST_TEST((ln_first.terms()[0].feature == Feature::ln_rmssd));
  BOOST_TEST(ln_first.terms()[0].value == 1.2, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(without_a_baseline_nothing_is_said) {
  Person person;
  person.baseline = Baseline();
  BOOST_TEST(text(person.second(65)) == "insufficient (no_baseline)");
  BOOST_TEST(person.last.trusted);  // so that one can be learnt
  person.baseline = at_rest();
  BOOST_TEST(text(person.second(65)) == "calm");
  person.now = person.now + 13h;
  BOOST_TEST(text(person.second(65)) == "insufficient (baseline_expired)");
}

BOOST_AUTO_TEST_CASE(levels_change_by_one_after_their_dwell_time) {
  Person person;
  person.second(65);
  // ln RMSSD two spreads low and 12 bpm up: p = sigmoid(-1 + 2.7 + 1.2) = 0.948.
  const int to_engaged = person.until_change(60, 77, 3.15);
  BOOST_TEST(text(person.last) == "engaged");
  BOOST_TEST(to_engaged > 15);  // the average has to rise first
  BOOST_TEST(person.until_change(60, 77, 3.15) == 15);
  BOOST_TEST(text(person.last) == "stressed");
  const int back = person.until_change(120, 65);
  BOOST_TEST(text(person.last) == "engaged");
  BOOST_TEST(back > 30);
  BOOST_TEST(person.until_change(120, 65) >= 30);
  BOOST_TEST(text(person.last) == "calm");
}

BOOST_AUTO_TEST_CASE(missing_features_hold_for_ten_seconds_and_then_end_the_state) {
  Person person;
  person.seconds(20, 77, 3.15);
  const auto before = *person.last.ema;
  BOOST_TEST(text(person.second(std::nullopt)) == "engaged held (missing_feature)");
  BOOST_TEST(*person.last.ema == before);
  BOOST_TEST(text(person.seconds(9, 77, std::nullopt)) == "engaged held (missing_feature)");
  BOOST_TEST(text(person.second(std::nullopt)) == "insufficient (missing_feature)");
  BOOST_TEST(!person.last.ema.has_value());
  BOOST_TEST(text(person.second(77, 3.15)) == "calm");  // starts over
  BOOST_TEST(*person.last.ema > 0.9);
}

BOOST_AUTO_TEST_CASE(motion_holds_for_thirty_seconds) {
  Person person;
  person.second(65);
  person.activity_g = 0.11;
  BOOST_TEST(text(person.seconds(30, 100)) == "calm held (motion)");
  BOOST_TEST(text(person.second(100)) == "insufficient (motion)");
  person.activity_g = 0.0;
  BOOST_TEST(text(person.second(100)) == "calm");
  person.steps = true;
  BOOST_TEST(text(person.second(100)) == "calm held (motion)");
}

BOOST_AUTO_TEST_CASE(an_untrusted_heart_rate_is_not_used) {
  Person person;
  person.second(65);
  person.accepted = 0.69;
  BOOST_TEST(text(person.second(65)) == "calm held (insufficient_coverage)");
  BOOST_TEST(!person.last.trusted);
  person.accepted = 0.70;
  BOOST_TEST(text(person.second(65)) == "calm");
  BOOST_TEST(person.last.trusted);
  BOOST_TEST(text(person.second(130)) == "calm held (hr_jump)");  // doubled
  BOOST_TEST(!person.last.trusted);
  BOOST_TEST(text(person.seconds(4, 130)) == "calm held (hr_jump)");
  BOOST_TEST(text(person.second(130)) == "calm");  // it stayed there
}

BOOST_AUTO_TEST_CASE(high_arousal_is_relative_to_the_own_rest) {
  Person person;
  person.second(65);
  person.second(75);
  BOOST_TEST(text(person.seconds(100, 84)) != "high_arousal");  // 19 above
  Person other;
  other.seconds(14, 85);
  BOOST_TEST(text(other.last) != "high_arousal");
  BOOST_TEST(text(other.second(85)) == "high_arousal");
  BOOST_TEST(text(other.seconds(59, 76)) == "high_arousal");
  BOOST_TEST(text(other.second(77)) == "high_arousal");  // one second above the exit: counts anew
  BOOST_TEST(text(other.seconds(59, 76)) == "high_arousal");
  BOOST_TEST(text(other.second(76)) != "high_arousal");
}

BOOST_AUTO_TEST_CASE(high_arousal_needs_stillness_or_a_minute) {
  Person moving, unknown;
  moving.activity_g = 0.06;
  BOOST_TEST(text(moving.seconds(200, 88)) != "high_arousal");
  unknown.activity_g.reset();
  BOOST_TEST(text(unknown.seconds(59, 88)) != "high_arousal");
  BOOST_TEST(text(unknown.second(88)) == "high_arousal");
  BOOST_TEST((unknown.last.confidence == Confidence::low));
}

BOOST_AUTO_TEST_CASE(reset_equals_new) {
  Person person;
  person.seconds(100, 88);
  person.tracker.reset();
  BOOST_TEST(text(person.second(std::nullopt)) == "insufficient (missing_feature)");
  BOOST_TEST(text(person.second(65)) == "calm");
}

BOOST_AUTO_TEST_CASE(the_trace_equals_the_reference) {
  const auto path = ib::test::shared("reference/stress_state.json");
  if (!path) return ib::test::skip_absent("reference/stress_state.json");
  const auto reference = nlohmann::json::parse(std::ifstream(*path));
  const auto& trace = reference.at("trace");
  Person person;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    person.accepted = reference.at("quality").at(i).get<double>();
    person.second(reference.at("hr").at(i).get<double>(),
                  reference.at("ln_rmssd").at(i).get<double>());
    BOOST_TEST_CONTEXT("second " << i) {
      auto expected = trace.at(i).at(2).get<std::string>();
      if (expected == "flooded") expected = "high_arousal";
      BOOST_TEST(name(person.last.state) == expected);
      const auto& ema = trace.at(i).at(1);
      BOOST_TEST(person.last.ema.has_value() == !ema.is_null());
      if (person.last.ema)
        BOOST_TEST(*person.last.ema == ema.get<double>(), boost::test_tools::tolerance(1e-9));
    }
  }
  BOOST_TEST(trace.size() == 600u);
}

BOOST_AUTO_TEST_SUITE_END()
