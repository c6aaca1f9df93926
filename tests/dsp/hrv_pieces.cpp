#include "dsp/hrv_pieces.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

namespace {

using ib::Duration;
using ib::Time;
using ib::dsp::HrvPieces;
using namespace std::chrono_literals;

/// Beats into pieces, one after the other.
struct PieceWriter {
  HrvPieces pieces;
  Time t{};

  void beats(int count, std::int32_t us, bool valid = true) {
    for (int i = 0; i < count; ++i) {
      t = t + std::chrono::microseconds(us);
      pieces.push(t, us, valid);
    }
  }
  /// Five minutes of intervals that are by turns `step_us` longer and shorter.
  void five_minutes(std::int32_t us, std::int32_t step_us) {
    for (int i = 0; i < 150'000'000 / us; ++i) {
      beats(1, us + step_us);
      beats(1, us - step_us);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hrv_pieces)

// Means of 750, 1000 and 1250 ms. Of n intervals +-10 ms around a mean the SDNN is 10
// sqrt(n/(n-1)).
BOOST_AUTO_TEST_CASE(three_pieces_by_hand) {
  PieceWriter x;
  x.five_minutes(750'000, 10'000);
  x.five_minutes(1'000'000, 10'000);
  x.five_minutes(1'250'000, 10'000);
  BOOST_TEST(x.pieces.pieces() == 2u);  // an interval may still end with the third
  BOOST_TEST(!x.pieces.sdann());
  BOOST_TEST(!x.pieces.sdnni());
  x.pieces.advance(x.t);
  BOOST_TEST(x.pieces.pieces() == 3u);
  BOOST_TEST(*x.pieces.sdann() == 250.0, boost::test_tools::tolerance(1e-12));
  const auto sdnn = [](double n) { return 10 * std::sqrt(n / (n - 1)); };
  BOOST_TEST(*x.pieces.sdnni() == (sdnn(400) + sdnn(300) + sdnn(240)) / 3,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_piece_that_is_not_over_does_not_count) {
  PieceWriter x;
  for (int i = 0; i < 3; ++i) x.five_minutes(1'000'000, 0);
  x.beats(1, 1'000'000);
  BOOST_TEST(x.pieces.pieces() == 3u);
  x.beats(298, 1'000'000);
  BOOST_TEST(x.pieces.pieces() == 3u);
  x.beats(2, 1'000'000);
  BOOST_TEST(x.pieces.pieces() == 4u);
}

BOOST_AUTO_TEST_CASE(below_70_percent_of_valid_intervals_a_piece_is_left_out) {
  for (const int valid : {209, 210}) {
    PieceWriter x;
    x.beats(300 - valid, 1'000'000, false);
    x.beats(valid, 1'000'000);
    x.pieces.advance(x.t);
    BOOST_TEST(x.pieces.pieces() == (valid == 210 ? 1u : 0u));
  }
}

BOOST_AUTO_TEST_CASE(a_night_of_silence_ends_one_piece_and_the_grid_stays) {
  PieceWriter x;
  x.five_minutes(1'000'000, 0);
  x.t = x.t + 8h;
  x.five_minutes(1'000'000, 0);
  x.pieces.advance(x.t);
  BOOST_TEST(x.pieces.pieces() == 2u);
  x.t = x.t + 150s;  // then only half a piece is left
  x.five_minutes(1'000'000, 0);
  x.pieces.advance(x.t + 150s);
  BOOST_TEST(x.pieces.pieces() == 2u);
}

BOOST_AUTO_TEST_CASE(constant_intervals_deviate_by_nothing) {
  PieceWriter x;
  for (int i = 0; i < 100; ++i) x.five_minutes(750'000, 0);
  BOOST_TEST(*x.pieces.sdann() == 0.0);
  BOOST_TEST(*x.pieces.sdnni() == 0.0);
}

BOOST_AUTO_TEST_CASE(what_does_not_advance_or_is_no_interval_is_refused) {
  HrvPieces x;
  x.advance(Time{} + 10h);
  BOOST_TEST(!x.sdann());
  BOOST_TEST(x.push(Time{} + 1s, 1'000'000, true));
  BOOST_TEST(!x.push(Time{} + 1s, 1'000'000, true));
  BOOST_TEST(!x.push(Time{}, 1'000'000, true));
  BOOST_TEST(!x.push(Time{} + 2s, 0, true));
  BOOST_TEST(!x.push(Time{} + 2s, -5, true));
  BOOST_TEST(!x.push(Time{} + 2s, 4'000'000, true));
}

BOOST_AUTO_TEST_CASE(one_interval_has_no_deviation_and_is_no_piece) {
  HrvPieces x({1s, 0.7});
  for (int i = 1; i <= 5; ++i) x.push(Time{} + i * 1s, 1'000'000, true);
  x.advance(Time{} + 5s);
  BOOST_TEST(x.pieces() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
