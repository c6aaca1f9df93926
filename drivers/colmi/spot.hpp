// Spot: one measurement on request (0x69, of SpO2, stress or HRV), from its start to its end.
//
//   phase      what happens                   what is sent        next phase
//   idle       start                          start (action 01)   asking
//   asking     a reading of this kind         -                   measuring
//   asking     3 s no reply                   start (action 25)   asking; after that one: stopping
//   asking     refused                        -                   idle
//   measuring  a value                        stop, with it       stopping
//   measuring  not worn for 3 s               stop                stopping
//   measuring  silent for 5 s                 stop                stopping; firmwares end by themselves
//   either     60 s since the start           stop                stopping
//   stopping   a reading, 1 s after the stop  stop, up to three   stopping; firmwares let one pass
//   stopping   silent for 2 s                 -                   idle
//
// The first reading may say "not worn" although it is: an answer to action 01 has the same bytes as the request.
// Each call returns at most one packet and the time at which `due` wants to be called; earlier calls do no
// harm. The caller keeps the spacing of commands (0.6 s), and that nothing else is measured: the ring has one
// optical sensor.
// Thread: one at a time; no allocation, no throw, no clock: every time is the caller's, and none steps back.
#pragma once

#include <interbeat/time.hpp>

#include <cstdint>
#include <optional>

#include "colmi/live_heart_rate.hpp"
#include "colmi/messages.hpp"
#include "wire/packet.hpp"

namespace ib::colmi {

class Spot {
 public:
  enum class Phase : std::uint8_t { idle, asking, measuring, stopping };
  using Step = LiveHeartRate::Step;

  static constexpr Duration answer = 3s, silence = 5s, longest = 60s, unworn = 3s;
  /// From the start on, with all stops: no measurement is under way for longer.
  static constexpr Duration longest_with_stops = 70s;

  /// Precondition: idle.
  Step start(Measurement of, Arrival now) noexcept;
  /// A message came. What has nothing to do with this measurement changes nothing.
  Step heard(const Decoded& message, Arrival now) noexcept;
  Step due(Arrival now) noexcept;

  Phase phase() const noexcept { return phase_; }
  /// The last one was refused: the firmware does not know it.
  bool was_refused() const noexcept { return refused_; }
  wire::Packet stop_packet() const noexcept;

 private:
  Step wait() const noexcept { return {std::nullopt, deadline()}; }
  Step reading(const Measured& told, Arrival now) noexcept;
  Step stop(Arrival now) noexcept;
  std::optional<Arrival> deadline() const noexcept;

  Phase phase_{Phase::idle};
  Measurement of_{Measurement::spo2};
  bool refused_{};
  bool second_form_{};
  std::uint8_t last_{};  // value; 0: none
  unsigned stops_{};     // sent while stopping
  Arrival start_{};
  Arrival since_{};  // when the last packet was sent
  Arrival alive_{};  // the last reading, or the last packet that asks for one
  std::optional<Arrival> unworn_since_;
};

}  // namespace ib::colmi
