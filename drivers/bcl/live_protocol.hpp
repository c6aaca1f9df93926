// A BCL ring, live: what it is told so that it measures, and goes on.
//
//   connected             battery asked at once (some models leave without a request within 1 s), its clock
//                         asked, measurement begun
//   first waveform, raw   its clock asked: an answer bounds the delay of what came before it
//   every 60 s            its clock asked
//   no waveform for 3 s   measurement begun again; after 15 s stopped first; after 30 s it is given up
//                         (failure), whatever else it answers: what counts is a frame that could be read
//   progress 100          begun again: it ended by itself
//   not worn, charging,   begun again every 5 s, and not given up: it says when it may
//   busy
//   timeout               begun again after 5 s
//
// Intervals are stopped by 31 04 and by 31 02, which is what older firmware knows.
// Thread: [io].
#pragma once

#include <array>
#include <string>

#include "bcl/messages.hpp"
#include "bcl/mode.hpp"
#include "bcl/uuid.hpp"
#include "device/protocol.hpp"

namespace ib::bcl {

class LiveProtocol final : public device::Protocol {
 public:
  static constexpr Duration sync_every{60'000'000'000}, wave_due{3'000'000'000},
      restart_after{15'000'000'000}, retry_after{5'000'000'000}, give_up_after{30'000'000'000};

  explicit LiveProtocol(Mode mode = Mode::rr) : mode_(mode) {}

  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  Duration pause() const override { return Duration{20'000'000}; }
  void begin(Arrival now, device::Outbox& out) override;
  void received(std::uint8_t from, wire::Bytes value, Arrival now, device::Outbox& out) override;
  Arrival deadline() const override;
  void due(Arrival now, device::Outbox& out) override;
  void end(Arrival now, device::Outbox& out) override;
  std::string failure() const override;

 private:
  static constexpr std::array<device::Subscription, 1> wanted_{{{uuid::service, uuid::notify}}};

  void send(const wire::Packet& request, device::Outbox& out);
  void ask_clock(Arrival now, device::Outbox& out);
  void measure(Arrival now, device::Outbox& out);
  void measure_anew(Arrival now, device::Outbox& out);
  void stop(device::Outbox& out);
  void heard_wave(Arrival now, device::Outbox& out);
  void met(Contact::Event event, Arrival now);
  void look_in(Duration wait, Arrival now);
  std::uint8_t next_id();

  Mode mode_;
  std::uint8_t id_{253};
  Arrival next_sync_{never_due}, look_{never_due};
  Arrival heard_{};  ///< the last waveform; before one, when it could begin
  bool any_wave_{};  ///< of this connection
  bool excused_{};   ///< it said why it measures nothing
  bool given_up_{};
};

}  // namespace ib::bcl
