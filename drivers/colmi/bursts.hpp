// Bursts: the three channels of the raw stream, put together to one instant.
//
// A ring sends red, green and acceleration of one instant within some 0.4 ms of each other, without time
// or number: the first arrival is the instant of all. A packet begins a new burst if its channel does not
// come after the one before it (red, green, acceleration is the order), or if it is 200 ms later than the
// burst's first: the quickest three-channel firmware measured takes 239.85 ms from burst to burst, and the
// longest connection interval seen is 123.75 ms, by which the radio can tear one burst apart.
// Thread: one at a time; no allocation, no throw. Arrivals do not step back.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>

#include "colmi/messages.hpp"

namespace ib::colmi {

class Bursts {
 public:
  static constexpr Duration longest = 200ms;

  /// Whether this packet begins a new burst.
  bool begins(RawChannel channel, Arrival at) noexcept {
    const bool begins = count_ == 0 || channel <= last_ || at.ns - instant_.ns >= longest.count();
    last_ = channel;
    if (begins) {
      instant_ = at;
      ++count_;
    }
    return begins;
  }

  /// When the first packet of the present burst arrived.
  Arrival instant() const noexcept { return instant_; }
  std::uint64_t count() const noexcept { return count_; }  ///< bursts begun
  void reset() noexcept { *this = Bursts(); }

 private:
  RawChannel last_{};
  Arrival instant_{};
  std::uint64_t count_{};
};

}  // namespace ib::colmi
