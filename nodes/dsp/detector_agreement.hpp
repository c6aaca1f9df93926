// Whether two independent beat detectors see the same heart: bSQI (Li, Mark & Clifford 2008, doi
// 10.1088/0967-3334/29/1/002), over the last 10 s. q = 2 TP / (n1 + n2); below 0.8 the wave is poor.
//
// Beats within 150 ms of each other are one and the same, each at most once: in order of time the
// earliest free one of the other detector, which of all pairings makes the most pairs. A beat whose
// partner may still come counts neither for nor against.
//
// Thread: one at a time, [stream]; allocates nothing. O(1) a beat, amortised.
// Bound: holds `most` beats of both together, 12.8 a second; of more the oldest are forgotten early.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ib::dsp {

class DetectorAgreement {
 public:
  enum class Detector : std::uint8_t { first, second };
  static constexpr std::int64_t window_ns = 10'000'000'000;
  static constexpr std::int64_t tolerance_ns = 150'000'000;
  static constexpr std::size_t most = 128;

  /// Forgets all beats; the signal begins at `now_ns`, on any clock that doesn't go back.
  void restart(std::int64_t now_ns) noexcept;

  /// A beat. Those of both detectors come in one order of time.
  void push(Detector who, std::int64_t t_ns) noexcept;

  /// Agreement of the beats in (now - 10 s, now], 0..1. Nothing before 10 s have passed since the
  /// restart: detectors learn for different times. Nothing without a beat.
  std::optional<double> value(std::int64_t now_ns) noexcept;

 private:
  struct Seen {
    std::int64_t t_ns;
    Detector who;
    bool paired;
  };
  Seen& seen(std::uint64_t number) noexcept { return ring_[number % most]; }
  void forget_oldest() noexcept;

  std::array<Seen, most> ring_{};
  std::uint64_t first_ = 0, next_ = 0;  // beats that are kept, by number
  std::uint64_t open_ = 0;              // the first that may still find a partner
  std::size_t paired_ = 0;              // of those kept
  std::int64_t began_ns_ = 0;
};

}  // namespace ib::dsp
