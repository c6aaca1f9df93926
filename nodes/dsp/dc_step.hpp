// DcStep: notices that a waveform has jumped, because a finger was seated anew or a gain changed. A
// jump is a difference of neighbours beyond 20 robust standard deviations (1.4826 median |dx|) of
// the differences before it, and beyond all that the wave has moved in that time.
//
// The second half is ours: beside a long calm foot the steep side of a narrow pulse (or of a QRS
// complex) lies beyond 20 deviations too. 64 differences are kept, spread over about 2.5 s at every
// rate, so that they span whole heart beats. Until they are there, and where half of them are 0 (a
// wave that stands still), nothing is a jump. A jump may take some
// samples, so for 0.2 s the old scale goes on judging; then it is learnt anew, because another gain
// has another one. Thread: one at a time, [stream]; allocates nothing.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "dsp/ranked_slots.hpp"

namespace ib::dsp {

class DcStep {
 public:
  static constexpr std::size_t memory = 64;

  DcStep() = default;
  explicit DcStep(double rate_hz)
      : stride_(std::max(1, static_cast<int>(std::lround(rate_hz / 25)))),
        reach_(std::max(1, static_cast<int>(std::lround(rate_hz / 5)))) {}

  void restart() noexcept {
    has_last_ = false;
    left_ = 0;
    forget();
  }

  /// Takes the next sample, finite; tells whether it lies behind a jump.
  bool operator()(double x) noexcept {
    const bool first = !has_last_;
    const double difference = std::abs(x - last_);
    last_ = x;
    has_last_ = true;
    if (first) return false;
    if (left_ > 0 && --left_ == 0) forget();
    const bool jump = is_jump(difference);
    if (left_ == 0 && !jump) keep(x, difference);
    if (left_ == 0 && jump) left_ = reach_;
    return jump;
  }

  /// What it knows, named one by one.
  template <class Visitor>
  void state(Visitor& visit) {
    visit(last_, usual_, has_last_, left_, skipped_, in_order_, highest_, lowest_, next_);
    ranks_.state(visit);
    visit.require(next_ < memory);
    next_ %= memory;
  }

 private:
  bool is_jump(double difference) const noexcept {
    if (usual_ <= 0 || difference <= 20 * 1.4826 * usual_) return false;
    return difference > double{*std::max_element(highest_.begin(), highest_.end())} -
                            *std::min_element(lowest_.begin(), lowest_.end());
  }
  double median() const noexcept {
    return (double{in_order_[ranks_.slot(memory / 2 - 1)]} + in_order_[ranks_.slot(memory / 2)]) /
           2;
  }

  void forget() noexcept {
    ranks_.clear();
    usual_ = 0;
    next_ = 0;
    skipped_ = 0;
  }
  void keep(double x, double difference) noexcept {
    const auto value = static_cast<float>(x);
    highest_[next_] = skipped_ == 0 ? value : std::max(highest_[next_], value);
    lowest_[next_] = skipped_ == 0 ? value : std::min(lowest_[next_], value);
    if (++skipped_ < stride_) return;
    skipped_ = 0;
    rank(static_cast<float>(difference));
    usual_ = ranks_.size() == memory ? median() : 0;
    next_ = (next_ + 1) % memory;
  }

  /// Takes the place of the oldest difference. Its rank is counted, not searched for: comparisons
  /// four by four cost less than the branches of a search that nobody can foretell.
  void rank(float difference) noexcept {
    if (ranks_.size() < memory) {
      in_order_[next_] = difference;
      return ranks_.add(next_, difference, [this](std::size_t k) { return in_order_[k]; });
    }
    std::array<std::int32_t, 4> behind{};  // of those kept
    for (std::size_t i = 0; i < memory; i += 4)
      for (std::size_t k = 0; k < 4; ++k) behind[k] += in_order_[i + k] <= difference ? 1 : 0;
    const int leaves = in_order_[next_] <= difference ? 1 : 0;
    in_order_[next_] = difference;
    ranks_.move(next_,
                static_cast<std::size_t>(behind[0] + behind[1] + behind[2] + behind[3] - leaves));
  }

  int stride_ = 1;  // samples per difference kept
  int reach_ = 1;   // samples that a jump may take
  double last_{};
  double usual_{};  // median of the differences kept, once there are enough
  bool has_last_{};
  int left_{};  // of reach_
  int skipped_{};
  // Bounds of twenty deviations need no more digits than a sample has.
  std::array<float, memory> in_order_{};
  RankedSlots<memory> ranks_;
  std::array<float, memory> highest_{}, lowest_{};  // of the samples up to each difference kept
  std::size_t next_{};
};

}  // namespace ib::dsp
