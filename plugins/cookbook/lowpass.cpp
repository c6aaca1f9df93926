// A filter: one value in, one value out. y += a (x - y), a = 1 - exp(-2 pi cutoff / rate).
#include <interbeat/node.hpp>

#include <cmath>
#include <numbers>

namespace cookbook {

struct LowPass {
  static constexpr ib::About about{"cookbook.lowpass", "1.0.0", "First-order low-pass.",
                                   "y += a (x - y) with a = 1 - exp(-2 pi cutoff / rate)."};

  ib::In<"in", float, ib::InSpec{.doc = "Regular samples."}> in;
  ib::Out<"out", float, ib::OutSpec{.doc = "The same, smoothed; unit as the input."}> out;
  ib::Param<
      "cutoff",
      ib::NumberSpec{
          .min = 0.001, .max = 100, .def = 1, .unit = "Hz", .doc = "The -3 dB edge.", .live = true}>
      cutoff;
  static constexpr auto fields = std::tuple{&LowPass::in, &LowPass::out, &LowPass::cutoff};

  bool activate(ib::Activation& plan) {
    rate_ = plan.in().rate_hz;
    param_changed();
    return true;
  }
  /// A live param has changed: called in front of the first sample for which it holds.
  void param_changed() { a_ = 1 - std::exp(-2 * std::numbers::pi * cutoff / rate_); }

  void restart(double first) { y_ = first; }
  double operator()(double x) noexcept { return y_ += a_ * (x - y_); }
  void state(ib::State& s) { s(y_); }

 private:
  double rate_{1}, a_{1}, y_{};
};

}  // namespace cookbook

IB_NODES(cookbook::LowPass)
