#include "bench/figure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ib::bench {
namespace {

Verdict verdict_of(const std::optional<Bar>& bar, double x, bool measurable) {
  if (!measurable) return Verdict::not_measurable;
  if (!bar) return Verdict::no_bar;
  return bar->met_by(x) ? Verdict::pass : Verdict::miss;
}

}  // namespace

std::string text_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::miss: return "miss";
    case Verdict::not_measurable: return "not measurable here";
    default: return "";
  }
}

double median_of(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return 0.5 * (values[middle - 1] + values[middle]);
}

Judged judge(const Figure& figure, const std::vector<Round>& rounds,
             const std::vector<std::size_t>& that_count) {
  const bool needs_quiet = figure.kind != Kind::count;
  const bool quiet = that_count.size() >= RoundOptions::enough;
  std::vector<std::size_t> used(rounds.size());
  std::iota(used.begin(), used.end(), std::size_t{0});
  if (needs_quiet && quiet) used = that_count;

  Judged j{figure.name, figure.unit, figure.kind, figure.bar};
  std::vector<double> values;
  for (const auto i : used) values.push_back(figure.of(rounds[i]));
  std::erase_if(values, [](double x) { return !std::isfinite(x); });
  j.n = values.size();
  j.median = median_of(values);
  if (values.empty()) {
    j.verdict = Verdict::not_measurable;
    j.why_absent = "no round gave a number";
    return j;
  }
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  j.least = *least;
  j.most = *most;
  const bool enough = j.n >= RoundOptions::enough && (quiet || !needs_quiet);
  j.verdict = verdict_of(figure.bar, j.median, enough);
  return j;
}

Judged judge(const Count& count) {
  Judged j{count.name, count.unit, Kind::count, count.bar};
  j.why_absent = count.why_absent;
  if (count.value) {
    j.median = j.least = j.most = *count.value;
    j.n = 1;
  }
  j.verdict = verdict_of(count.bar, j.median, count.value.has_value());
  return j;
}

}  // namespace ib::bench
