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

#include <cmath>
#include <cstddef>
#include <vector>

#include "dsp/iir_design.hpp"

namespace ib::dsp {

class SosFilter {
 public:
  SosFilter() = default;
  /// [control] A section and its state lie side by side: a sample of a filter that has not run for a
  /// while meets two or three cache lines, not five.
  explicit SosFilter(const Sos& sos) {
    sections_.reserve(sos.view().size());
    for (const Biquad& c : sos.view()) sections_.push_back({c, {}});
  }

  /// Forgets the past and settles on `first`, as scipy's sosfilt_zi * first does. The sample itself
  /// is not consumed: call operator() with it next.
  void restart(double first) noexcept {
    until_flush_ = flush_every;
    for (auto& [c, state] : sections_) first = state.settle(c, first);
  }

  /// Forgets the past and starts from silence (all states zero).
  void restart_from_zero() noexcept {
    until_flush_ = flush_every;
    for (auto& section : sections_) section.state = {};
  }

  /// One sample in, one sample out.
  double operator()(double x) noexcept {
    for (auto& [c, state] : sections_) x = state.step(c, x);
    if (--until_flush_ == 0) flush();
    return x;
  }

  /// The sections, first to last.
  Sos design() const noexcept {
    Sos sos;
    for (const auto& section : sections_)
      sos.sections[static_cast<std::size_t>(sos.size++)] = section.c;
    return sos;
  }

  /// What it knows, named one by one; the design is not part of it.
  template <class Visitor>
  void state(Visitor& visit) {
    for (auto& section : sections_) visit(section.state.s1, section.state.s2);
    visit(until_flush_);
    visit.require(until_flush_ > 0 && until_flush_ <= flush_every);
  }

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
    for (auto& [c, s] : sections_) {
      if (std::abs(s.s1) < 1e-30) s.s1 = 0.0;
      if (std::abs(s.s2) < 1e-30) s.s2 = 0.0;
    }
  }

  struct Section {
    Biquad c;
    State state;
  };
  std::vector<Section> sections_;
  int until_flush_ = flush_every;  // counted in samples, so blocks don't matter
};

}  // namespace ib::dsp
