// A Colmi / Yawell ring, live: what it is told so that it measures, and goes on.
//
//   connected               nothing for 2 s: what is written sooner is lost on it
//   then                    its clock set (unless it is to be kept), its battery asked
//   1.2 s later             measurement begun
//   every 60 s              its battery asked
//   heart rate              LiveHeartRate: three ways, continued, restarted
//   raw: no sample for 4 s  begun in the other form (a1 04, a1 04 04); once one came, for 6 s: begun again;
//                           after 15 s stopped first; after 30 s failure, whatever else it says:
//                           an answer that is no sample keeps nothing alive
//   all is refused          failure: nothing would come
//   a spot measurement      due once the rate is there, then each SpotPlan::every: the rate is stopped, Spot runs,
//                           the rate goes on by the way that had answered; refused: not again in this connection
//
// It has one optical sensor: heart rate or samples, never both, and a spot measurement interrupts the rate: by
// 2 s of silence that the stop is sure, at most Spot::longest_with_stops, and the rate's own warming up. Its
// begin and its end are each told to the decoder by Outbox::begins_anew. Two requests lie 0.6 s apart: a reply bears
// no more than the byte of its command. What is asked is in requests.hpp, and that is all.
// Thread: [io].
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "colmi/live_heart_rate.hpp"
#include "colmi/spot.hpp"
#include "colmi/uuid.hpp"
#include "colmi/wall_clock.hpp"
#include "device/protocol.hpp"

namespace ib::colmi {

/// What its optical sensor is used for.
enum class Measure : std::uint8_t { heart_rate, raw };

/// What is measured between stretches of the heart rate.
struct SpotPlan {
  static constexpr Duration shortest = 120s;  ///< `every` is not below
  std::optional<Measurement> of;              ///< none: nothing
  Duration every = 600s;                      ///< from the end of one to the begin of the next
};

/// Its subscriptions, by number.
enum From : std::uint8_t { from_command, from_big_data };

class LiveProtocol final : public device::Protocol {
 public:
  static constexpr Duration first_after = 2s, measure_after = 1200ms, battery_every = 60s,
                            raw_answer = 4s, raw_due = 6s, raw_restart = 15s, raw_give_up = 30s;

  /// `wall`: what its clock is set to at each connection; empty, or not settable: it keeps its own.
  explicit LiveProtocol(Measure measure = Measure::heart_rate, std::function<CivilTime()> wall = {},
                        const SpotPlan& spots = {})
      : measure_(measure), wall_(std::move(wall)), spots_(spots) {}

  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  Duration pause() const override { return Duration{600'000'000}; }
  void begin(Arrival now, device::Outbox& out) override;
  void received(std::uint8_t from, wire::Bytes value, Arrival now, device::Outbox& out) override;
  Arrival deadline() const override;
  void due(Arrival now, device::Outbox& out) override;
  void end(Arrival now, device::Outbox& out) override;
  std::string failure() const override { return failure_; }

 private:
  static constexpr std::array<device::Subscription, 2> wanted_{
      {{uuid::command_service, uuid::command_notify, true},
       {uuid::big_data_service, uuid::big_data_notify, false}}};

  void send(const wire::Packet& request, device::Outbox& out);
  void greet(Arrival now, device::Outbox& out);
  void measure(Arrival now, device::Outbox& out);
  void take(const LiveHeartRate::Step& step, device::Outbox& out);
  void take_spot(const Spot::Step& step, device::Outbox& out);
  void take_turns(Arrival now, device::Outbox& out);
  void start_raw_stream(Arrival now, device::Outbox& out);

  /// Whose the sensor is; `yielding`: the rate's, until it is silent.
  enum class Turn : std::uint8_t { rate, yielding, spot };

  Measure measure_;
  std::function<CivilTime()> wall_;
  SpotPlan spots_;
  Turn turn_{Turn::rate};
  Spot spot_;
  Arrival spot_due_{};  ///< kept over connections
  LiveHeartRate rate_;
  Arrival greet_{never_due}, begin_{never_due}, battery_{never_due};
  Arrival look_{never_due};  ///< after the measurement
  Arrival heard_{};          ///< the last raw sample
  bool answered_{};          ///< a raw sample came since the connection
  bool long_form_{};         ///< the raw stream is asked for as a1 04 04
  std::string failure_;
};

}  // namespace ib::colmi
