#include "dyad/wcc.hpp"

#include "dyad/grid_rate.hpp"

namespace ib {

bool DyadWcc::activate(Activation& plan) {
  const double rate = plan.in().items_per_second;
  if (!is_grid_rate(rate)) return plan.fail(no_grid);
  period_ = from_seconds(1.0 / rate);
  if (step.duration().count() % period_.count() != 0) return plan.fail(no_grid_step);
  newest_.emplace(window, rate);
  reset();
  return true;
}

void DyadWcc::reset() {
  newest_->reset();
  last_ = never;
}

void DyadWcc::on(decltype(in)&, Time t, const PairSlope& v) {
  if (last_ > never) push_missing_until(t);
  newest_->push(v);
  last_ = t;
  if (t.ns % step.duration().count() == 0) out(t, newest_->row(v));
}

/// Grid points that were lost on the way are missing ones.
void DyadWcc::push_missing_until(Time t) {
  const auto lost = (t - last_).count() / period_.count() - 1;
  if (lost >= newest_->length()) return newest_->reset();
  for (std::int64_t i = 0; i < lost; ++i) newest_->push({});
}

}  // namespace ib
