// FrameCount: the numbers of one stream's frames and when the newest came: what was lost between two of them,
// and where a measurement began anew, which numbers from 0.
//
// A number further back than that of a frame which was overtaken or came twice, or as far back but long after
// it, is a new beginning. Once the ring was told to measure anew one of the first numbers is, too, unless the
// numbers just went round. (Else 255 and then 0 is no step back: there only a clock finds out that time has
// passed.)
// Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>

#include "bcl/sequence.hpp"

namespace ib::bcl {

class FrameCount {
 public:
  void reset() noexcept { *this = FrameCount(); }

  /// The ring was told to measure anew. (The first frame is a beginning in any case.)
  void expect_anew(Arrival at) noexcept {
    expected_ = any_;
    asked_at_ = at;
  }
  bool begins_anew(std::uint8_t number, Arrival at) const noexcept {
    const auto back = static_cast<std::uint8_t>(newest_ - number);
    if (!any_) return false;
    const bool expected = expected_ && at - asked_at_ < expected_for;
    if (back == 0) return expected && at - at_ > overtaken_for;
    // Right behind the one before, the numbers just went round: the beginning is still to come.
    const bool goes_round =
        static_cast<std::uint8_t>(number - newest_) <= 2 && at - at_ <= overtaken_for;
    if (expected && number < first_numbers && number < newest_ && !goes_round) return true;
    if (back >= 128) return false;
    return back > Sequence::late_most || at - at_ > overtaken_for;
  }
  Sequence::Step see(std::uint8_t number, Arrival at) noexcept {
    if (begins_anew(number, at)) reset();
    const auto step = sequence_.advance(number);
    if (step.in_order()) {
      any_ = true;
      newest_ = number;
      at_ = at;
    }
    return step;
  }

 private:
  static constexpr Duration expected_for{10'000'000'000};  // longer than a link may stall
  static constexpr Duration overtaken_for{
      1'600'000'000};  // as many frames as one can be overtaken by

  static constexpr std::uint8_t first_numbers = 9;  // eight frames in a row may be lost

  Sequence sequence_;
  bool any_{}, expected_{};
  std::uint8_t newest_{};
  Arrival at_{}, asked_at_{};
};

}  // namespace ib::bcl
