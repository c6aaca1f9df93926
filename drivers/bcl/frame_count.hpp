// FrameCount: the numbers of one stream's frames and when the newest came: what was lost between two of them,
// and where a measurement began anew, which numbers from 0.
//
// A number further back than that of a frame which was overtaken or came twice, or as far back but long after
// it, is a new beginning; so is the same number with other values. Once the ring was told to measure anew one of
// the first numbers is, too, unless the numbers just went round: 254 and then 0 may be a lost frame or a new
// beginning. The ring's answer to what it was asked next tells: what comes behind it was measured anew. Where
// that answer is lost, they are taken for numbers that went round, and only a clock finds out that time has passed.
// Thread: one; no allocation, no throw.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "bcl/sequence.hpp"
#include "device/notification.hpp"

namespace ib::bcl {

class FrameCount {
 public:
  void reset() noexcept { *this = FrameCount(); }

  /// A frame; `print` is the same for those with the same bytes.
  struct Frame {
    std::uint8_t number{};
    std::uint64_t print{};
    Arrival at;

    static Frame of(std::uint8_t number, const device::Notification& got) noexcept {
      const auto bytes = got.value();
      const std::string_view text(reinterpret_cast<const char*>(bytes.data()),  // NOLINT: bytes
                                  bytes.size());
      return {number, std::hash<std::string_view>{}(text), got.arrival};
    }
  };

  /// The ring was told to measure anew. (The first frame is a beginning in any case.)
  void expect_anew(Arrival at) noexcept {
    if (!any_) return;
    if (n_asked_ == asked_.size()) forget_asked(1);
    asked_[n_asked_++] = at;
  }
  /// It answers what it was asked in this millisecond; behind all that it was told before.
  void answered(Arrival at) noexcept {
    std::size_t n = 0;
    while (n < n_asked_ && asked_[n] - at < Duration{1'000'000}) ++n;
    answered_ = answered_ || n > 0;
    forget_asked(n);
  }

  bool begins_anew(const Frame& frame) const noexcept {
    const auto [number, print, at] = frame;
    const auto back = static_cast<std::uint8_t>(newest_ - number);
    if (!any_) return false;
    if (answered_) return number < first_numbers;
    const bool expected = n_asked_ > 0 && at - asked_[n_asked_ - 1] < expected_for;
    if (back == 0) return print != print_ || (expected && at - at_ > overtaken_for);
    // Right behind the one before, the numbers just went round: the beginning is still to come.
    const bool goes_round =
        static_cast<std::uint8_t>(number - newest_) <= 2 && at - at_ <= overtaken_for;
    if (expected && number < first_numbers && number < newest_ && !goes_round) return true;
    if (back >= 128) return false;
    return back > Sequence::late_most || at - at_ > overtaken_for;
  }
  Sequence::Step see(const Frame& frame) noexcept {
    while (n_asked_ > 0 && frame.at - asked_[0] >= expected_for) forget_asked(1);
    if (begins_anew(frame) || (any_ && frame.at - at_ > goes_round_in)) {
      sequence_.reset();
      if (!answered_) forget_asked(1);  // that was the one
    }
    const auto step = sequence_.advance(frame.number);
    if (step.in_order()) {
      any_ = true;
      answered_ = false;  // that was the first one behind it
      newest_ = frame.number;
      print_ = frame.print;
      at_ = frame.at;
    }
    return step;
  }

 private:
  /// The oldest `n`, or all.
  void forget_asked(std::size_t n) noexcept {
    n = std::min(n, n_asked_);
    std::copy(asked_.begin() + n, asked_.begin() + n_asked_, asked_.begin());
    n_asked_ -= n;
  }

  static constexpr Duration expected_for{10'000'000'000};  // longer than a link may stall
  static constexpr Duration overtaken_for{
      1'600'000'000};  // as many frames as one can be overtaken by

  /// So long a silence may have taken the numbers all the way round: what was lost is not known. (Frames come 5 times
  /// a second.)
  static constexpr Duration goes_round_in{40'000'000'000};
  static constexpr std::uint8_t first_numbers = 9;  // eight frames in a row may be lost

  Sequence sequence_;
  bool any_{}, answered_{};
  std::uint8_t newest_{};
  std::uint64_t print_{};  ///< of the newest one
  Arrival at_{};
  std::array<Arrival, 4> asked_{};  ///< to measure anew, and nothing seen of it yet; oldest first
  std::size_t n_asked_{};
};

}  // namespace ib::bcl
