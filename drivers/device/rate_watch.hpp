// RateWatch: whether a device's samples come at a rate that their clock can't follow.
//
// A clock is bound to a claimed rate, give or take a spread: so it tells a slow device from lost packets. At a
// rate beyond, it rests at its bound, and what came is stretched and pressed between gaps. Two windows of 5 s
// of arrivals, both beyond on one side, are no accident of the link: what a stall takes from one window it
// brings to the next. A silence of 2 s begins anew.
// Thread: [exec]. No allocation.
#pragma once

#include <interbeat/time.hpp>

#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>

namespace ib::device {

class RateWatch {
 public:
  static constexpr Duration window{5'000'000'000};
  static constexpr Duration longest_silence{2'000'000'000};

  /// `spread`: of the clock, relative, 0 < spread < 0.5.
  RateWatch(double claimed_hz, double spread)
      : least_hz_(edge * claimed_hz / (1 + spread)), most_hz_(claimed_hz / (edge * (1 - spread))) {
    assert(claimed_hz > 0 && spread > 0 && spread < 0.5);
  }

  /// A packet of `n` samples, with those lost in front of it. The rate, where it is seen to be beyond.
  std::optional<double> see(Arrival at, std::uint64_t n) {
    if (!running_ || at - last_ > longest_silence) reset();
    last_ = at;
    if (!running_) {
      running_ = true;
      began_ = at;
      return std::nullopt;
    }
    n_ += n;
    const auto passed = at - began_;
    if (passed < window) return std::nullopt;
    const double rate = static_cast<double>(n_) / seconds(passed);
    const int side = rate < least_hz_ ? -1 : rate > most_hz_ ? 1 : 0;
    const bool again = side != 0 && side == side_;
    const double over_both = static_cast<double>(n_ + n_before_) / seconds(passed + before_);
    side_ = side;
    n_before_ = std::exchange(n_, 0);
    before_ = passed;
    began_ = at;
    if (!again) return std::nullopt;
    return over_both;
  }
  void reset() {
    running_ = false;
    n_ = 0;
    side_ = 0;
  }

 private:
  static constexpr double edge = 0.95;  // how well arrivals of 5 s tell a rate

  double least_hz_, most_hz_;
  bool running_{};
  Arrival began_{}, last_{};
  std::uint64_t n_{}, n_before_{};
  Duration before_{};
  int side_{};  ///< of the window before
};

}  // namespace ib::device
