// ExpectileLine: where the earliest arrivals lie, as a line over device time, two numbers kept by a
// Kalman filter that trusts early arrivals more than late ones.
//
// State: the arrival that is expected of the newest index, and the ratio of true to nominal step.
// An arrival earlier than expected weighs 1, a later one 0.1 (an expectile: Newey & Powell,
// Econometrica 1987), 0.3 in the first 30 s, and less the further it lies beyond four scales (Huber
// 1964). What is half_time old weighs half.
//
// A Line works in seconds: `advance` over nominal device time, `see` an arrival counted from the
// epoch's first. Thread: one. No allocation.
#pragma once

#include <interbeat/clock/packet.hpp>

#include <algorithm>
#include <cmath>

namespace ib {

class ExpectileLine {
 public:
  explicit ExpectileLine(const ClockOptions& o)
      : spread_(o.spread), half_time_(o.half_time_s), p11_(o.spread * o.spread) {}

  /// The newest index is `d` nominal seconds further.
  void advance(double d) {
    x_ += d;
    a_ += rate_ * d;
    p00_ += d * (2 * p01_ + d * p11_);
    p01_ += d * p11_;
    const double forget = std::exp2(std::min(d / half_time_, 10.0));
    p00_ *= forget;
    p01_ *= forget;
    p11_ *= forget;
  }
  /// Nominal device time of the newest index since the epoch's first packet.
  double x() const { return x_; }
  /// Where the newest index stands: what is given as its time.
  double expected() const { return a_; }
  /// When it ought to arrive: what late and early are counted from.
  double awaited() const { return a_; }

  /// The newest index arrived.
  void see(double arrival) {
    const double r = arrival - a_, away = std::abs(r);
    scale_ = packets_ < 20 ? std::max(0.005, 0.9 * scale_ + 0.1 * std::min(away, 0.2))
                           : 0.995 * scale_ + 0.005 * std::min(away, 5 * scale_);
    if (packets_ < 20) ++packets_;
    double weight = r < 0 ? 1 : arrival < 30 ? 0.3 : 0.1;
    if (r > 4 * scale_) weight *= 4 * scale_ / r;
    const double s = p00_ + scale_ * scale_ / weight, k0 = p00_ / s, k1 = p01_ / s;
    a_ += k0 * r;
    rate_ = std::clamp(rate_ + k1 * r, 1 - spread_, 1 + spread_);
    p11_ -= k1 * p01_;
    p01_ -= k0 * p01_;
    p00_ -= k0 * p00_;
  }
  /// `s` seconds were lost some packets ago.
  void lose(double s) {
    x_ += s / rate_;
    a_ += s;
  }

  /// True step over nominal: of the line, and as best known.
  double slope() const { return rate_; }
  double rate() const { return rate_; }
  double rate_sd() const { return std::sqrt(std::max(0.0, p11_)); }
  double sd() const { return std::sqrt(std::max(0.0, p00_)); }  ///< of expected()
  double scale() const { return scale_; }                       ///< of arrivals around it, robust
  /// Of the earliest wait, while radio and packets beat with two phases or more: standard
  /// deviation, at most.
  double wander() const { return 0.5 * scale_; }
  double slew() const {
    return 0.8;
  }  ///< how far the output's step may lie from the true one, relative

 private:
  double spread_, half_time_;
  double x_{}, a_{}, rate_{1};
  double p00_{0.01}, p01_{}, p11_;
  double scale_{0.03};
  int packets_{};
};

}  // namespace ib
