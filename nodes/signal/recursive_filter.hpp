// RecursiveFilter: what all recursive filters of a waveform share, so that each of them is its
// params and its design. They start in steady state, bridge short gaps, begin anew behind a jump of
// the input, mark what is not settled yet, and lay the output's times back by their delay.
//
// A node inherits from it; the sample-wise runner reads the rest (interbeat/sugar/sample_wise.hpp).
// Thread: `take` and `delay_hz` [control], all else [exec] without allocation.
#pragma once

#include <interbeat/node.hpp>

#include <optional>
#include <string>

#include "dsp/dc_step.hpp"
#include "dsp/iir_design.hpp"
#include "dsp/sos_filter.hpp"

namespace ib {

struct RecursiveFilter {
  /// 72 beats a minute: where a filter of pulses says its delay, which is flat around it.
  static constexpr double heart_hz = 1.2;
  /// More samples a filter may not take to settle: its poles would be lost in rounding.
  static constexpr int settling_max = 1'000'000;

  Counter<"dc_steps"> dc_steps;  ///< samples behind a jump: the filter began anew

  // What the runner reads.
  Duration shift{};
  Duration bridge = 200ms;
  int settling_samples{};
  bool restarted() const { return restarted_; }

  void restart(double first) {
    filter.restart(first);
    step.restart();
  }
  double operator()(double x) {
    restarted_ = step(x);
    if (restarted_) {
      filter.restart(x);
      dc_steps.add();
    }
    return filter(x);
  }

  void state(State& s) {
    filter.state(s);
    step.state(s);
  }

  /// Runs `design` from now on, with its delay at this frequency as the time base. False, with the
  /// numbers said: it would take too long to settle.
  bool take(Activation& a, const dsp::Sos& design, double delay_at_hz);

  dsp::SosFilter filter;
  dsp::DcStep step;

 private:
  bool restarted_{};
};

/// Where the delay of a filter is taken: at the heart's frequency if half of it or more passes,
/// else at `elsewhere_hz`, which passes.
double delay_hz(const dsp::Sos& design, double rate_hz, double elsewhere_hz);

/// What to say of a filter that should take the constant part out and lets some through, as a
/// Chebyshev II of even order does: 0.1 of it at 20 dB, 100,000 counts of a ring's million.
std::optional<std::string> constant_left(const dsp::Sos& design);

}  // namespace ib
