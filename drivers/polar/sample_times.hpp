// When the samples of a Polar frame were taken, by the sensor's own clock.
//
// A frame carries the time of its last sample alone. The time since the last sample of the frame
// before, shared evenly, is the period; before there is one it is that of the rate asked for. Rates are
// often not what was asked for (Verity Sense answers 135 Hz and samples at 55), so the first frame of
// a stream is placed less well than the others.
// Source: Polar BLE SDK, PMD time stamps. Thread: values, any; no allocation, no throw.
#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ib::polar {

/// Unix time in s at 0 of the sensor's clock, which counts ns since 2000-01-01. A sensor that was not
/// set begins in 2019, so what matters is how it advances.
inline constexpr std::int64_t clock_zero_unix_s = 946'684'800;

class SampleTimes {
 public:
  /// `last_ns`: stamp of the frame. `previous_ns`: that of the frame before; none at the start of a
  /// stream and after a loss, as the period would stretch over the hole. One that is not earlier is
  /// ignored: the clock was set. `n`: samples of the frame, at least 1. `rate_hz`: above 0.
  SampleTimes(std::uint64_t last_ns, std::optional<std::uint64_t> previous_ns, std::size_t n,
              double rate_hz) noexcept
      : last_ns_(last_ns), n_(n) {
    assert(n > 0 && rate_hz > 0);
    span_ns_ = previous_ns && *previous_ns < last_ns
                   ? last_ns - *previous_ns
                   : static_cast<std::uint64_t>(
                         std::fmin(std::round(static_cast<double>(n) * 1e9 / rate_hz), 1e18));
  }

  std::size_t size() const noexcept { return n_; }
  /// ns since 2000-01-01; a sample before that is at 0.
  std::uint64_t operator[](std::size_t i) const noexcept {
    const std::uint64_t later = n_ - 1 - i;
    const std::uint64_t ago = span_ns_ / n_ * later + span_ns_ % n_ * later / n_;
    return ago < last_ns_ ? last_ns_ - ago : 0;
  }

 private:
  std::uint64_t last_ns_;
  std::size_t n_;
  std::uint64_t span_ns_;  ///< from the last sample of the frame before to that of this one
};

}  // namespace ib::polar
