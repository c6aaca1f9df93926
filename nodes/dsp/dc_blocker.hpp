// DcBlocker: takes the constant part out of a signal, y[n] = x[n] - x[n-1] + R y[n-1], with
// R = exp(-2 pi cutoff / rate). The cheapest high-pass: one multiplication a sample, 3 dB down near
// the cutoff while that lies far below the rate; 20 dB per decade.
//
// The first sample counts as if it had always been there, so a start on a million counts does not
// ring. A sample that is not finite gives nothing, and the next one begins anew.
// Thread: one at a time, [stream]; allocates nothing.
#pragma once

#include <cassert>
#include <cmath>
#include <numbers>
#include <optional>

#include "dsp/iir_design.hpp"

namespace ib::dsp {

class DcBlocker {
 public:
  /// 0 < cutoff < rate / 2, in Hz. [control]
  DcBlocker(double cutoff_hz, double rate_hz)
      : keep_(std::exp(-2.0 * std::numbers::pi * cutoff_hz / rate_hz)) {
    assert(cutoff_hz > 0.0 && cutoff_hz < rate_hz / 2.0);
  }

  /// Forgets the past; the next sample is the first.
  void restart() noexcept { started_ = false; }

  std::optional<double> operator()(double x) noexcept {
    y_ = started_ ? x - x_ + keep_ * y_ : x - x;  // not finite where x isn't
    x_ = x;
    started_ = std::isfinite(y_);
    if (!started_) return std::nullopt;
    if (std::abs(y_) < silence) y_ = 0.0;
    return y_;
  }

  /// R, the share of the output that is left one sample later.
  double keep() const noexcept { return keep_; }
  /// The same as one section, for a cascade, its response and its delay.
  Sos design() const noexcept {
    Sos sos;
    sos.size = 1;
    sos.sections[0] = {1.0, -1.0, 0.0, -keep_, 0.0};
    return sos;
  }

  /// What it knows, named one by one; the design is not part of it.
  template <class Visitor>
  void state(Visitor& visit) {
    visit(x_, y_, started_);
  }

 private:
  // On a flat stretch the output would decay into the denormal range, where arithmetic is slow.
  static constexpr double silence = 1e-30;

  double keep_;
  double x_{}, y_{};
  bool started_{};
};

}  // namespace ib::dsp
