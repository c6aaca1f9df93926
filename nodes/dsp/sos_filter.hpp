// A running cascade of second-order sections.
//
// Direct form II transposed in double, all sections for one sample before the next sample, so that
// any cutting of a stream into blocks gives the same bits. A start is a steady state: the filter
// behaves as if the first sample had always been there, because ring PPG rides on a constant of
// 1e4..1e6 counts whose step would ring for seconds.
//
// Thread: one at a time, [stream]: no allocation, no failure. Invariant: the state is finite as
// long as the input is; the caller turns non-finite input into a gap and restarts.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "dsp/iir_design.hpp"

namespace ib::dsp {

class SosFilter {
 public:
  SosFilter() = default;
  explicit SosFilter(const Sos& sos) : sos_(sos) {}

  /// Forgets the past and settles on `first`, as scipy's sosfilt_zi * first does. The sample itself
  /// is not consumed: call operator() with it next.
  void restart(double first) noexcept {
    until_flush_ = flush_every;
    for (std::size_t i = 0; i < size(); ++i) first = states_[i].settle(sos_.sections[i], first);
  }

  /// Forgets the past and starts from silence (all states zero).
  void restart_from_zero() noexcept {
    until_flush_ = flush_every;
    states_.fill({});
  }

  /// One sample in, one sample out.
  double operator()(double x) noexcept {
    for (std::size_t i = 0; i < size(); ++i) x = states_[i].step(sos_.sections[i], x);
    if (--until_flush_ == 0) flush();
    return x;
  }

  const Sos& design() const noexcept { return sos_; }

 private:
  struct State {
    double s1 = 0.0, s2 = 0.0;

    double step(const Biquad& c, double x) noexcept {
      const double y = c.b0 * x + s1;
      s1 = c.b1 * x - c.a1 * y + s2;
      s2 = c.b2 * x - c.a2 * y;
      return y;
    }

    double settle(const Biquad& c, double x) noexcept {
      const double y = x * (c.b0 + c.b1 + c.b2) / (1.0 + c.a1 + c.a2);
      s2 = c.b2 * x - c.a2 * y;
      s1 = c.b1 * x - c.a1 * y + s2;
      return y;
    }
  };

  // After a flat stretch a decaying state would reach the denormal range, where arithmetic is some
  // hundred times slower. 1e-30 of a count is nothing. From there to 1e-308 a state takes far more
  // than 64 samples, so looking that seldom is enough, and the sample loop stays short.
  static constexpr int flush_every = 64;

  void flush() noexcept {
    until_flush_ = flush_every;
    for (State& s : states_) {
      if (std::abs(s.s1) < 1e-30) s.s1 = 0.0;
      if (std::abs(s.s2) < 1e-30) s.s2 = 0.0;
    }
  }

  std::size_t size() const noexcept { return static_cast<std::size_t>(sos_.size); }

  Sos sos_{};
  std::array<State, 8> states_{};
  int until_flush_ = flush_every;  // counted in samples, so blocks don't matter
};

}  // namespace ib::dsp
