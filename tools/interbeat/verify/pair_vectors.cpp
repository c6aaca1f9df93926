#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include "dsp/beat_grid.hpp"
#include "dsp/linkage.hpp"
#include "dsp/wcc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;
using PairSeries = std::vector<dsp::Fixed>;

constexpr std::size_t most_pairs = 100'000;  // a correlation each

/// Differences of values that may be absent, and how many whole numbers are others.
struct Pairing {
  Worst values;
  unsigned others{}, compared{};

  void value(std::optional<double> ours, const json& reference) {
    if (ours.has_value() == reference.is_null()) values.absent();
    else if (ours) values.absolute(*ours, reference);
  }
  template <class T>
  void whole(const std::optional<T>& ours, const json& reference) {
    ++compared;
    if (!ours) others += reference.is_null() ? 0U : 1U;
    else others += !reference.is_null() && reference.get<double>() == *ours ? 0U : 1U;
  }
  void add_to(Comparisons& all, const char* group, const std::string& what,
              const std::string& whole_numbers) const {
    all.push_back(values.comparison(group, what, 1e-9));
    all.push_back({group, whole_numbers, "", 0, static_cast<double>(others), 0,
                   "of " + std::to_string(compared), false, 0});
  }
};

std::size_t count_in(const json& number) {
  return static_cast<std::size_t>(
      number_in(number, 0, static_cast<double>(most_pairs), "a number of windows"));
}

/// In whole steps, of which `steps` are one.
PairSeries values_of(const json& list, double steps) {
  PairSeries s;
  for (const double x : numbers(list)) {
    if (!(std::abs(x) < 1e4)) throw std::runtime_error("a value is no number below 10000");
    s.push_back(dsp::Fixed::of(x, steps));
  }
  if (s.size() > most_pairs) throw std::runtime_error("a series has more than 100000 values");
  return s;
}

/// Mean of what is there.
struct Mean {
  double sum{}, n{};
  void add(std::optional<double> x) {
    if (x) sum += *x, ++n;
  }
  std::optional<double> value() const { return n > 0 ? std::optional(sum / n) : std::nullopt; }
};

/// Windows that follow each other by `step`, as rMEA has them; all lags begin at their first sample.
void compare_windows(const PairSeries& x, const PairSeries& y, const dsp::WccConfig& config,
                     std::size_t step, const json& wanted, Pairing& out) {
  const int most = config.max_lag;
  const auto stretch = static_cast<std::size_t>(config.window + most);
  Mean all, x_leads, y_leads;
  const auto n = count_in(wanted.at("n_windows"));
  for (std::size_t i = 0; i < n; ++i) {
    if (step * i + stretch > std::min(x.size(), y.size()))
      throw std::runtime_error("a window lies behind the end of its series");
    const auto row = wcc_window(std::span(x).subspan(step * i, stretch),
                                std::span(y).subspan(step * i, stretch), config, dsp::Align::begin);
    out.value(row.z(0), wanted.at("lag0_z").at(i));
    out.value(row.mean_z(), wanted.at("mean_z_per_window").at(i));
    out.whole(row.best_lag(), wanted.at("best_lag_per_window").at(i));
    const auto peak = row.boker_peak();
    out.value(peak ? std::optional(peak->r) : std::nullopt, wanted.at("peakpick_Ls2").at(i).at(0));
    out.whole(peak ? std::optional(peak->lag) : std::nullopt,
              wanted.at("peakpick_Ls2").at(i).at(1));
    for (int k = -most; i == 0 && k <= most; ++k)
      out.value(row.r(k), wanted.at("first_row_r").at(static_cast<std::size_t>(k + most)));
    all.add(row.mean_z());
    x_leads.add(row.mean_z(1, most));
    y_leads.add(row.mean_z(-most, -1));
  }
  out.value(all.value(), wanted.at("grand_mean_z"));
  out.value(x_leads.value(), wanted.at("lead1_mean_z"));
  out.value(y_leads.value(), wanted.at("lead2_mean_z"));
}

/// The reference correlates slopes that nobody rounded. With heart rate in steps of 0.0001 bpm, 82.5 slope / 2 Hz is
/// the sum of (j - 4.5) h: twice that is a whole number, and r does not ask for the unit.
PairSeries whole_slopes(const PairSeries& bpm) {
  PairSeries s;
  for (std::size_t i = 9; i < bpm.size(); ++i) {
    std::int64_t sum = 0;
    for (std::size_t j = 0; j < 10; ++j)
      sum += (2 * static_cast<std::int64_t>(j) - 9) * bpm[i - 9 + j].value;
    s.push_back({sum, true});
  }
  return s;
}

void compare_linkage(const PairSeries& x, const PairSeries& y, const json& wanted, Pairing& out) {
  dsp::Linkage linkage({});
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) linkage.push({x[i], y[i]});
  const auto row = linkage.update();
  if (!row.in_phase || !row.net) throw std::runtime_error("a pair is too short for a test");
  out.value(row.in_phase->value, wanted.at("T1"));
  out.value(row.in_phase->null_mean, wanted.at("T1_null_mean"));
  out.value(row.in_phase->null_sd, wanted.at("T1_null_sd"));
  out.value(row.in_phase->effect, wanted.at("T1_z"));
  out.value(row.in_phase->p, wanted.at("T1_p"));
  out.value(row.net->value, wanted.at("T2"));
  out.value(row.net->null_mean, wanted.at("T2_null_mean"));
  out.value(row.net->null_sd, wanted.at("T2_null_sd"));
  out.value(row.net->p, wanted.at("T2_p_two_sided"));
  out.value(row.lead_index, wanted.at("lead_index"));
  out.whole(row.best_lag, wanted.at("best_lag_of_mean"));
  out.whole(std::optional(row.windows), wanted.at("n_windows"));
}

/// One person's beats on the common grid; null: missing.
PairSeries on_grid(const json& person, const json& expected_ms, Pairing& out) {
  const auto ends = numbers(person.at("t_end_s")), lengths = numbers(person.at("ibi_ms"));
  PairSeries hr;
  std::size_t k = 0;
  dsp::BeatGrid grid({});
  const auto keep = [&](const dsp::GridItem& item) {
    if (k >= expected_ms.size()) return;
    out.value(item.valid ? std::optional(item.ibi_ms) : std::nullopt, expected_ms.at(k++));
    hr.push_back(item.valid ? dsp::Fixed::of(item.hr_bpm, 1e10) : dsp::Fixed::missing());
  };
  double before = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const double end = ends[i], ms = lengths.at(i);
    if (!(end > before && end < 86'400)) throw std::runtime_error("times of beats do not rise");
    if (!(ms >= 1 && ms < 16'000))
      throw std::runtime_error("an interval is not between 1 and 16000 ms");
    const bool valid = !person.contains("valid") || person.at("valid").at(i) == 1;
    grid.push(
        {Time{} + from_seconds(end), static_cast<std::int32_t>(std::lround(ms * 1000)), valid},
        keep);
    before = end;
  }
  grid.settle(Time{} + from_seconds(before + 4), keep);
  return hr;
}

}  // namespace

void compare_pairs(const json& input, const json& reference, Comparisons& all) {
  constexpr const char* group = "Two persons, three pairs of 600 s (coreg_reference.json)";
  const auto& series = input.at("series");
  const auto x = values_of(series.at("a"), 1e4);
  Pairing windows, linkage;
  for (const auto& [pair, tested, who] : {std::tuple{"syn_a_b", "a_b", "b_follows_a_3s"},
                                          {"syn_a_c", "a_c", "c_independent"},
                                          {"syn_a_d", "a_d", "d_antiphase"}}) {
    const auto y = values_of(series.at(who), 1e4);
    compare_windows(x, y, {}, 20, reference.at(pair).at("wcc"), windows);
    compare_linkage(whole_slopes(x), whole_slopes(y),
                    reference.at("linkage_default").at("pairs").at(tested), linkage);
  }
  windows.add_to(all, group, "dyad.wcc: r, z and their means", "  lags that differ");
  linkage.add_to(all, group, "dyad.linkage: effects, surrogates and p",
                 "  lags and counts that differ");
}

void compare_couples(const json& input, const json& reference, Comparisons& all) {
  constexpr const char* group =
      "Three couples' own ratings, two seconds apart (coreg_reference.json)";
  Pairing windows;
  for (const auto* couple : {"rties_couple_49", "rties_couple_47", "rties_couple_63"}) {
    const auto& series = input.at(couple);
    compare_windows(values_of(series.at("dist0"), 1e9), values_of(series.at("dist1"), 1e9),
                    {.window = 30, .max_lag = 5}, 10, reference.at(couple).at("wcc"), windows);
  }
  windows.add_to(all, group, "dyad.wcc: r, z and their means", "  lags that differ");
}

void compare_pair_stream(const json& stream, Comparisons& all) {
  constexpr const char* group = "Two streams of beats with a gap of 12 s (coreg_stream.json)";
  Pairing grid, windows;
  const auto a = on_grid(stream.at("A"), stream.at("grid_ibi_A"), grid),
             b = on_grid(stream.at("B"), stream.at("grid_ibi_B"), grid);
  all.push_back(grid.values.comparison(group, "dyad.align: intervals on the grid", 1e-6));
  all.back().unit = "ms";
  dsp::Wcc live({});
  std::size_t next = 0;
  for (const auto& row : stream.at("wcc").at("rows")) {
    const auto last = count_in(row.at(0)) * 2;
    if (last >= std::min(a.size(), b.size()))
      throw std::runtime_error("a row of wcc lies behind the end of its grid");
    for (; next <= last; ++next) live.push(a[next], b[next]);
    const auto ours = live.row();
    for (int k = -10; k <= 10; ++k)
      windows.value(ours.r(k), row.at(1).is_null()
                                   ? row.at(1)
                                   : row.at(1).at(static_cast<std::size_t>(k + 10)));
    windows.value(ours.mean_z(), row.at(2));
    if (!row.at(2).is_null()) windows.whole(ours.best_lag(), row.at(3));
  }
  windows.add_to(all, group, "dyad.wcc: r and mean z", "  best lags that differ");
}

}  // namespace ib::verify
