#include "dsp/dc_blocker.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <interbeat/sugar/state.hpp>
#include <limits>
#include <numbers>
#include <vector>

#include "support/reference_json.hpp"

using ib::dsp::DcBlocker;

BOOST_AUTO_TEST_SUITE(dc_blocker)

// At a cutoff of rate ln 2 / (2 pi) half of the output is left one sample later.
BOOST_AUTO_TEST_CASE(a_step_falls_to_half_at_each_sample) {
  DcBlocker block(8 * std::numbers::ln2 / (2 * std::numbers::pi), 8);
  BOOST_TEST(block.keep() == 0.5, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(*block(7) == 0.0);
  BOOST_TEST(*block(15) == 8.0);
  for (const double left : {4.0, 2.0, 1.0})
    BOOST_TEST(*block(15) == left, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_start_on_a_million_counts_does_not_ring) {
  DcBlocker block(0.3, 25);
  for (int i = 0; i < 100; ++i) BOOST_TEST(*block(1e6) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_pulse_passes_and_a_drift_does_not) {
  const auto swing = [](double hz) {
    DcBlocker block(0.3, 100);
    double most = 0;
    for (int i = 0; i < 60'000; ++i) {
      const double y = *block(std::sin(2 * std::numbers::pi * hz * i / 100));
      if (i > 30'000) most = std::max(most, y);
    }
    return most;
  };
  BOOST_TEST(std::abs(swing(3.0) - 1) < 0.02);
  BOOST_TEST(std::abs(swing(0.3) - std::sqrt(0.5)) < 0.01);
  BOOST_TEST(std::abs(swing(0.03) - 0.1) < 0.01);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_gives_nothing_and_begins_anew) {
  DcBlocker block(0.3, 25);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    block(1);
    block(2);
    BOOST_TEST(!block(bad));
    BOOST_TEST(!block(bad));
    BOOST_TEST(*block(500) == 0.0);
  }
  const double huge = std::numeric_limits<double>::max();
  BOOST_TEST(*block(huge / 2) > 0);
  BOOST_TEST(!block(-huge));
  BOOST_TEST(*block(1) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_restart_leaves_nothing_and_a_decayed_output_becomes_zero) {
  DcBlocker block(0.3, 25);
  block(0);
  BOOST_TEST(*block(1) == 1.0);
  for (int i = 0; i < 2000; ++i) block(1);
  BOOST_TEST(*block(1) == 0.0);
  block(9);
  block.restart();
  BOOST_TEST(*block(3) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_state_goes_on_where_it_was_and_a_false_one_leaves_no_nan) {
  DcBlocker used(0.3, 25), loaded(0.3, 25);
  for (int i = 0; i < 13; ++i) used(i * i);
  std::vector<std::byte> bytes(64);
  auto save = ib::State::saving(bytes.data(), bytes.size());
  used.state(save);
  auto load = ib::State::loading(bytes.data(), save.bytes());
  loaded.state(load);
  for (int i = 0; i < 7; ++i) BOOST_TEST(*used(i) == *loaded(i));

  std::fill(bytes.begin(), bytes.end(), std::byte{0xff});  // as doubles: NaN
  auto false_one = ib::State::loading(bytes.data(), save.bytes());
  loaded.state(false_one);
  BOOST_TEST(!loaded(1));
  BOOST_TEST(*loaded(1) == 0.0);
}

BOOST_AUTO_TEST_CASE(output_equals_the_reference) {
  const auto file = ib::test::reference("filters.json");
  if (file.is_null()) return;
  const auto& d = file.at("dc_blocker");
  DcBlocker block(d.at("fc"), d.at("fs"));
  BOOST_TEST(std::abs(block.keep() - d.at("R").get<double>()) < 1e-15);
  const auto x = ib::test::numbers(d.at("input"));
  const auto y = ib::test::numbers(d.at("output"));
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(*block(x[i]) - y[i]));
  BOOST_TEST(x.size() == 96u);
  BOOST_TEST(worst < 1e-9);
  BOOST_TEST_MESSAGE("largest difference " << worst);
}

BOOST_AUTO_TEST_SUITE_END()
