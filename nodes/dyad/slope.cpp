#include "dyad/slope.hpp"

#include "dyad/grid_rate.hpp"

#include <cmath>
#include <optional>

namespace ib {
namespace {

std::optional<double> present(Maybe v) {
  if (!v) return std::nullopt;
  return *v;
}

}  // namespace

bool DyadSlope::activate(Activation& plan) {
  const double rate = plan.in().items_per_second;
  if (!is_grid_rate(rate)) return plan.fail(no_grid);
  const dsp::HrSlope::Config config{.window = static_cast<int>(std::lround(window * rate)),
                                    .rate_hz = rate};
  a_ = b_ = dsp::HrSlope(config);
  period_ = from_seconds(1.0 / rate);
  plan.out().items_per_second = rate;
  last_ = never;
  return true;
}

void DyadSlope::reset() {
  a_.reset();
  b_.reset();
}

void DyadSlope::on(decltype(in)&, Time t, const PairHr& v) {
  if (t - last_ != period_) reset();
  last_ = t;
  PairSlope slope;
  slope.slope_a = a_.push(present(v.hr_a_bpm));
  slope.slope_b = b_.push(present(v.hr_b_bpm));
  LagError::in(v).put_into(slope);
  slope.side_a = v.side_a;
  slope.side_b = v.side_b;
  out(t, slope);
}

}  // namespace ib
