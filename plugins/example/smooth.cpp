// example.smooth: the moving average of a regular stream.
//
//   y[i] = (x[i - k + 1] + ... + x[i]) / k,   k = window * rate, rounded, at least 1
//
// Its fields are its interface: ports, params, in the order in which people see them. The runner of
// the sample-wise shape (<interbeat/sugar/sample_wise.hpp>) does the rest: blocks, gaps, settled marks.
#include <interbeat/node.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

struct Smooth {
  static constexpr ib::About about{
      "example.smooth", "1.0.0", "Moving average of a regular stream.",
      "y[i] is the mean of the last k samples, k = window * rate, rounded, at least 1. Starts as if the "
      "first sample had always been there; the k - 1 samples behind a start are marked as warming up. "
      "A peak stays where it was: output times are earlier than input times by half of k - 1 samples, "
      "which is the latency declared. In YAML: {type: example.smooth, in: ring.ppg, window: 0.3 s}."};

  ib::In<"in", float, ib::InSpec{.doc = "Regular samples, such as a pulse waveform."}> in;
  ib::Out<"out", float, ib::OutSpec{.doc = "Their moving average; unit as the input."}> out;
  ib::Param<"window",
            ib::NumberSpec{
                .min = 0, .max = 10, .def = 0.3, .unit = "s", .doc = "Length of the average."}>
      window;
  static constexpr auto fields = std::tuple{&Smooth::in, &Smooth::out, &Smooth::window};

  // What the runner reads.
  ib::Duration shift{};    // so much earlier lies the output's time
  int settling_samples{};  // so many samples behind a start are not yet to be trusted

  /// [control] The one place that may allocate, and that may say no.
  bool activate(ib::Activation& plan) {
    const double rate = plan.in().rate_hz;
    if (window * rate > 100'000) return plan.fail("window: more than 100,000 samples; shorten it");
    const auto k = std::max(1L, std::lround(window * rate));
    last_.assign(static_cast<std::size_t>(k), 0.0);
    settling_samples = static_cast<int>(k - 1);
    shift = ib::from_seconds(static_cast<double>(k - 1) / 2 / rate);
    return true;
  }

  /// [exec] At the start, and behind every gap.
  void restart(double first) {
    std::fill(last_.begin(), last_.end(), first);
    at_ = 0;
  }

  /// [exec] One sample in, one out. No allocation, no lock, no clock, and here no exception either.
  double operator()(double x) noexcept {
    last_[at_] = x;
    at_ = at_ + 1 == last_.size() ? 0 : at_ + 1;
    double sum = 0;  // anew each time: a running sum keeps the rounding of all before
    for (const double v : last_) sum += v;
    return sum / static_cast<double>(last_.size());
  }

  /// What later samples depend on: so the node can be saved, and go on in another process.
  void state(ib::State& s) {
    s(last_, at_);
    s.require(at_ < last_.size());
  }

 private:
  std::vector<double> last_;
  std::size_t at_{};
};

}  // namespace

IB_NODES(Smooth)
