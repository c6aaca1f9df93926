// WindowFilter: what the filters over the last n samples share, n odd: the result belongs to the
// sample in their middle, so that all frequencies have the same delay of (n - 1) / 2 samples, and
// the output's times lie back by it. They start as if the first sample had always been there, mark the
// n - 1 samples behind a start, and bridge short gaps. A jump of the input needs no fresh start: n
// samples later it is out of the window, and nothing rings.
//
// A node inherits from it and makes its window; the sample-wise runner reads the rest. `Window`
// knows restart(), length(), delay_samples() and operator()(x), absent until n numbers are there.
// Thread: `take` [control], all else [exec] without allocation.
#pragma once

#include <interbeat/node.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace ib {

/// The odd number of samples of a duration, 2 floor(round(duration rate) / 2) + 1; at most
/// `window_samples_max`, which no window takes.
std::size_t window_samples(double duration_s, double rate_hz);
inline constexpr std::size_t window_samples_max = 1'000'001;

template <class Window>
struct WindowFilter {
  // What the runner reads.
  Duration shift{};
  Duration bridge = 200ms;
  int settling_samples{};
  bool restarted() const { return restarted_; }

  void restart(double first) {
    window_->restart();
    for (std::size_t i = 0; i < window_->length(); ++i) full_ = (*window_)(first).has_value();
  }
  /// What isn't a number gives 0, marked; the sample behind it starts anew.
  double operator()(double x) {
    restarted_ = !full_;
    if (!full_) restart(x);
    const std::optional<double> y = (*window_)(x);
    full_ = y.has_value();
    restarted_ = restarted_ || !full_;
    return y.value_or(0.0);
  }

  void state(State& s) {
    window_->state(s);
    s(full_);
  }

 protected:
  /// Runs over `window` from now on.
  void take(Window window, double rate_hz) {
    const auto delay = static_cast<double>(window.delay_samples());
    settling_samples = static_cast<int>(window.length()) - 1;
    shift = from_seconds(delay / rate_hz);
    window_.emplace(std::move(window));
  }

 private:
  std::optional<Window> window_;  ///< there since `take`
  bool full_ = true;
  bool restarted_{};
};

}  // namespace ib
