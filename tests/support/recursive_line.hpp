// RecursiveLine: how liblsl smooths time stamps (12.3), as a Line of DeviceClock: recursive least
// squares on [1, n] with forgetting, symmetric, no guard against what stands out. A reference for
// reports.
// Source: sccn/liblsl, src/time_postprocessor.cpp (the method, not its text).
#pragma once

#include <interbeat/clock/packet.hpp>

#include <algorithm>
#include <cmath>

namespace ib::test {

class RecursiveLine {
 public:
  explicit RecursiveLine(const ClockOptions& o) : half_time_(o.half_time_s) {}

  void advance(double d) {
    x_ += d;
    d_ = d;
  }
  double expected() const { return w0_ + w1_ * x_; }
  void see(double arrival) {
    // lambda as it falls over the samples of the packet together
    const double keep = std::exp2(-d_ / half_time_);
    const double g0 = p00_ + p01_ * x_, g1 = p01_ + p11_ * x_, s = keep + g0 + x_ * g1;
    const double r = arrival - expected(), k0 = g0 / s, k1 = g1 / s;
    w0_ += k0 * r;
    w1_ += k1 * r;
    p00_ = (p00_ - k0 * g0) / keep;
    p01_ = (p01_ - k0 * g1) / keep;
    p11_ = (p11_ - k1 * g1) / keep;
    residual_ += 0.02 * (std::abs(r) - residual_);
  }
  double awaited() const { return expected(); }
  void lose(double s) { x_ += s / w1_; }

  double x() const { return x_; }
  double slope() const { return rate(); }
  double rate() const { return std::clamp(w1_, 0.5, 2.0); }
  double rate_sd() const { return 0; }
  double sd() const { return residual_; }
  double scale() const { return residual_; }
  double wander() const { return 0.5 * scale(); }
  double slew() const { return 0.8; }

 private:
  double half_time_;
  double x_{}, d_{};
  double w0_{0}, w1_{1}, p00_{1e10}, p01_{0}, p11_{1e10};
  double residual_{0.03};
};

}  // namespace ib::test
