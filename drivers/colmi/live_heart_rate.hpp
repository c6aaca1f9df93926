// LiveHeartRate: keeps a live heart rate coming from a ring, whatever its firmware knows and however often
// it falls silent.
//
// Three ways are tried, in this order; the first that answers stays:
//   realtime  0x69 type 6  about 2 Hz for some 40 s, unless continued (every 25 s)
//   stream    0x1E         about 1 Hz for 60 s, unless continued (every 20 s, by the clock); newer RT
//                          firmwares refuse it
//   single    0x69 type 1  about 1 Hz for some tens of seconds; then it has to be started again
//
//   phase        what happens                   what is sent       next phase
//   idle         start                          start              asking
//   asking       a reading of this way          -                  streaming
//   asking       refused                        start, next way    asking; after single: unsupported
//   asking       4 s (single: 5 s) no reply     stop               resting; then next way, or the same
//                                                                  one if it is the last or had answered
//   streaming    a reading of this way          -                  streaming
//   streaming    refused                        start, next way    asking; after single: unsupported
//   streaming    20 s / 25 s since continued    continue           streaming (not single)
//   streaming    silent for 3 s / 5 s           continue, once     streaming (not single)
//   streaming    silent for 15 s (single: 5 s)  stop               resting; then the same way
//   resting      1 s                            start              asking
//   asking       silent for 30 s                stop               silent: disconnect
//   resting      silent for 30 s                -                  silent: disconnect
//   any of these the caller stops               stop               stopping
//   stopping     a reading, 1 s after the stop  stop, up to three  stopping; firmwares let one pass
//   stopping     silent for 2 s                 -                  idle
//
// "Silent" counts from the last reading of the way in use, or from its first start if it never gave one.
// Readings without a value (not worn, warming up, no data) are readings: the ring is alive, and `sensing`
// tells why there is no rate. A stop tells the ring the last rate.
//
// Each call returns at most one packet and the time at which `due` wants to be called; earlier calls do
// no harm. The caller keeps the spacing of commands (0.6 s).
// Thread: one at a time; no allocation, no throw, no clock: every time is the caller's, and none steps
// back.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>
#include <optional>

#include "colmi/messages.hpp"
#include "wire/packet.hpp"

namespace ib::colmi {

class LiveHeartRate {
 public:
  enum class Phase : std::uint8_t {
    idle,
    asking,
    streaming,
    resting,
    stopping,
    silent,
    unsupported
  };
  enum class Way : std::uint8_t { realtime, stream, single };

  struct Step {
    std::optional<wire::Packet> send;
    std::optional<Arrival> deadline;  ///< when `due` is to be called; none: never
  };

  /// Begins, from the first way. Precondition: idle, silent or unsupported.
  Step start(Arrival now) noexcept;
  /// Goes on behind another measurement, by the way that answered last. Precondition: idle.
  Step resume(Arrival now) noexcept;
  /// A message came. What has nothing to do with the heart rate changes nothing.
  Step heard(const Decoded& message, Arrival now) noexcept;
  /// The deadline has come.
  Step due(Arrival now) noexcept;
  /// The heart rate is not wanted any more.
  Step stop(Arrival now) noexcept;

  Phase phase() const noexcept { return phase_; }
  Way way() const noexcept { return way_; }
  /// How the last reading came out; none: nothing was heard since the last start.
  std::optional<Reading> sensing() const noexcept { return sensing_; }
  /// What stops the way in use.
  wire::Packet stop_packet() const noexcept;

 private:
  Step wait() const noexcept;
  Step begin(Way way, Arrival now) noexcept;
  Step start_way(Arrival now) noexcept;
  Step reading(Reading reading, std::uint8_t raw, Arrival now) noexcept;
  Step refused(Arrival now) noexcept;
  Step due_while_streaming(Arrival now) noexcept;
  Step due_while_asking(Arrival now) noexcept;
  std::optional<Arrival> deadline() const noexcept;

  Phase phase_{Phase::idle};
  Way way_{Way::realtime};
  std::optional<Reading> sensing_;
  bool answered_{};      // this way gave a reading
  bool rearmed_{};       // continued, since it fell silent
  std::uint8_t last_{};  // rate, per minute; 0: none
  unsigned stops_{};     // sent while stopping
  Arrival since_{};      // when the phase began, or its last packet was sent
  Arrival alive_{};      // the last reading, or the first start of this way
  Arrival continued_{};  // the last start or continue
};

}  // namespace ib::colmi
