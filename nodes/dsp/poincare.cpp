#include "dsp/poincare.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ib::dsp {
namespace {

/// One half of the plot: sums over its points, times in ms.
struct HalfPlot {
  std::size_t points{};
  double across{}, across_squared{};  ///< distance from the identity line
  double along_squared{};             ///< distance from the centre along it
  double angle{};                     ///< to the identity line, rad
  double sector{};                    ///< area between point and line, ms^2

  void add(double before, double after, double centre) noexcept {
    const double distance = std::abs(after - before) / std::numbers::sqrt2;
    const double along = (before + after - centre) / std::numbers::sqrt2;
    // pi/4 - atan2(after, before), both above 0, at half the cost and without a difference of angles.
    const double turn = std::atan(std::abs(after - before) / (after + before));
    ++points;
    across += distance;
    across_squared += distance * distance;
    along_squared += along * along;
    angle += turn;
    sector += turn * (before * before + after * after) / 2;
  }
};

/// Calls `visit` with both intervals of each pair, in us.
template <class Visit>
void each_pair(std::span<const NnInterval> series, Visit visit) noexcept {
  for (std::size_t i = 1; i < series.size(); ++i)
    if (is_pair(series, i)) visit(series[i - 1].us, series[i].us);
}

double share(double part, double other) noexcept { return part / (part + other); }

}  // namespace

std::optional<PoincareEllipse> poincare_ellipse(std::optional<double> sd1,
                                                std::optional<double> sd2) noexcept {
  if (!sd1 || !sd2 || !(*sd1 > 0) || !(*sd2 > 0)) return std::nullopt;
  if (!std::isfinite(*sd1) || !std::isfinite(*sd2)) return std::nullopt;
  return PoincareEllipse{*sd1 / *sd2, std::numbers::pi * *sd1 * *sd2, *sd2 / *sd1,
                         std::log10(16 * *sd1 * *sd2)};
}

std::optional<PoincareAsymmetry> poincare_asymmetry(std::span<const NnInterval> series,
                                                    std::size_t least_pairs) noexcept {
  std::size_t pairs = 0;
  std::int64_t sum_us = 0;
  each_pair(series, [&](std::int32_t before, std::int32_t after) {
    ++pairs;
    sum_us += std::int64_t{before} + after;
  });
  if (pairs < std::max<std::size_t>(least_pairs, 2)) return std::nullopt;

  const auto n = static_cast<double>(pairs);
  const double centre = static_cast<double>(sum_us) / n / 1000;
  HalfPlot slower, faster, on_line;
  each_pair(series, [&](std::int32_t before, std::int32_t after) {
    HalfPlot& half = after > before ? slower : after < before ? faster : on_line;
    half.add(before / 1000.0, after / 1000.0, centre);
  });
  if (slower.points + faster.points == 0) return std::nullopt;

  const auto deviation = [n](double squares) { return std::sqrt(squares / (n - 1)); };
  const double along_slower = slower.along_squared + on_line.along_squared / 2;
  const double along_faster = faster.along_squared + on_line.along_squared / 2;
  const double both_slower = slower.across_squared + along_slower;
  const double both_faster = faster.across_squared + along_faster;

  PoincareAsymmetry out;
  out.pairs = pairs;
  out.slower = slower.points;
  out.faster = faster.points;
  out.guzik_pct = 100 * share(slower.across, faster.across);
  out.slope_pct = 100 * share(slower.angle, faster.angle);
  out.area_pct = 100 * share(slower.sector, faster.sector);
  out.porta_pct =
      100 * share(static_cast<double>(faster.points), static_cast<double>(slower.points));
  out.sd1_slower = deviation(slower.across_squared);
  out.sd1_faster = deviation(faster.across_squared);
  out.sd2_slower = deviation(along_slower);
  out.sd2_faster = deviation(along_faster);
  out.sdnn_slower = deviation(both_slower / 2);
  out.sdnn_faster = deviation(both_faster / 2);
  out.c1_slower = share(slower.across_squared, faster.across_squared);
  if (along_slower + along_faster > 0) out.c2_slower = share(along_slower, along_faster);
  out.c_slower = share(both_slower, both_faster);
  return out;
}

}  // namespace ib::dsp
