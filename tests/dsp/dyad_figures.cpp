// Figures of the chain intervals -> grid -> slope -> linkage on semi-synthetic pairs: two real RR
// series, a known share of A's slow movement mixed into B in known windows. Prints; asserts sanity.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "dsp/beat_grid.hpp"
#include "dsp/hr_slope.hpp"
#include "dsp/linkage.hpp"
#include "support/shared_data.hpp"

using namespace ib::dsp;
using ib::Time;

namespace {

constexpr double horizon_s = 300;
constexpr int samples_per_update = 20;  // 10 s at 2 Hz

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

/// Slopes on the 2-Hz grid from t = 0 of a file with one RR interval (ms) per line. Intervals that
/// differ by more than 20 % from the one before are left out, as a coarse stand-in for the labels
/// of a beat corrector.
std::vector<Fixed> slopes_of(const std::filesystem::path& path, double first_beat_s) {
  std::vector<Fixed> slopes;
  HrSlope slope({});
  BeatGrid grid({});
  const auto keep = [&](const GridItem& item) {
    std::optional<double> hr;
    if (item.valid) hr = item.hr_bpm;
    slopes.push_back(Fixed::of(slope.push(hr), slope_steps));
  };
  std::ifstream in(path);
  Time t = Time{} + ib::from_seconds(first_beat_s);
  double before_ms = 0;
  for (std::string line; std::getline(in, line);) {
    const double rr_ms = number(line);
    if (rr_ms <= 0) continue;  // comments and the header
    const auto ibi_us = static_cast<std::int32_t>(std::lround(rr_ms * 1000));
    t = t + ib::Duration{std::int64_t{ibi_us} * 1000};
    const bool steady = before_ms == 0 || std::abs(rr_ms / before_ms - 1) <= 0.2;
    before_ms = rr_ms;
    grid.push({t, ibi_us, steady && rr_ms >= 300 && rr_ms <= 2000}, keep);
    grid.settle(t, keep);
  }
  return slopes;
}

struct Pair {
  std::string name;
  double alpha{}, lag_s{}, first_beat_s{};
  std::vector<std::pair<double, double>> coupled;

  double coupled_seconds(double from, double to) const {
    double sum = 0;
    for (const auto& [begin, end] : coupled)
      sum += std::max(0.0, std::min(to, end) - std::max(from, begin));
    return sum;
  }
};

std::vector<Pair> read_truth(const std::filesystem::path& path) {
  std::vector<Pair> pairs;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto cells = split(line, ',');
    if (cells.size() != 5 || cells[0] == "pair") continue;
    Pair pair{cells[0], number(cells[1]), number(cells[2]), number(cells[4]), {}};
    for (const auto& window : split(cells[3], ';')) {
      const auto ends = split(window, '-');
      pair.coupled.emplace_back(number(ends.at(0)), number(ends.at(1)));
    }
    pairs.push_back(pair);
  }
  return pairs;
}

struct Count {
  int updates{}, hits{}, right_sign{}, linked{};
  double effect{}, lead{};

  void add(const LinkageRow& row, double lag_s) {
    ++updates;
    hits += row.in_phase->p <= 0.05 ? 1 : 0;
    right_sign += *row.best_lag * lag_s > 0 ? 1 : 0;
    linked += row.state == LinkageState::linked ? 1 : 0;
    effect += row.in_phase->effect;
    lead += row.lead_index.value_or(0);
  }
  Count& operator+=(const Count& other) {
    updates += other.updates, hits += other.hits, right_sign += other.right_sign;
    linked += other.linked, effect += other.effect, lead += other.lead;
    return *this;
  }
};

std::string text(const Count& c) {
  if (c.updates == 0) return "0 updates";
  std::ostringstream out;
  out.precision(3);
  out << c.updates << " updates, p <= 0.05 in " << 100.0 * c.hits / c.updates << " %, linked in "
      << 100.0 * c.linked / c.updates << " %, mean effect " << c.effect / c.updates
      << ", mean lead index " << c.lead / c.updates;
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dyad_figures)

BOOST_AUTO_TEST_CASE(semi_synthetic_pairs) {
  const auto folder = ib::test::shared("data/dyad_semisynth");
  if (!folder) return ib::test::skip_absent("data/dyad_semisynth");
  Count all_null, all_coupled;
  for (const Pair& pair : read_truth(*folder / "truth.csv")) {
    const auto a = slopes_of(*folder / (pair.name + "_A_rr.csv"), 0);
    const auto b = slopes_of(*folder / (pair.name + "_B_rr.csv"), pair.first_beat_s);
    Linkage linkage({});
    Count coupled, null;
    double least_valid = 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      linkage.push({a[i], b[i]});
      if ((i + 1) % samples_per_update != 0) continue;
      const auto row = linkage.update();
      if (!row.in_phase) continue;
      least_valid = std::min(least_valid, row.valid_share);
      const double now = static_cast<double>(i + 1) / 2;
      const double seconds = pair.coupled_seconds(std::max(0.0, now - horizon_s), now);
      if (seconds >= horizon_s / 2) coupled.add(row, pair.lag_s);
      else if (seconds == 0) null.add(row, 0);
    }
    BOOST_TEST_MESSAGE(pair.name << " alpha " << pair.alpha << ", lag " << pair.lag_s
                                 << " s, least valid share " << least_valid);
    BOOST_TEST_MESSAGE("  coupled: " << text(coupled) << ", best lag with the true sign in "
                                     << coupled.right_sign << " of " << coupled.updates);
    BOOST_TEST_MESSAGE("  null:    " << text(null));
    all_null += null;
    all_coupled += coupled;
  }
  BOOST_TEST_MESSAGE("all coupled: " << text(all_coupled));
  BOOST_TEST_MESSAGE("all null:    " << text(all_null));
  BOOST_REQUIRE(all_null.updates > 0 && all_coupled.updates > 0);
  BOOST_TEST(all_coupled.effect / all_coupled.updates > all_null.effect / all_null.updates);
}

BOOST_AUTO_TEST_SUITE_END()
