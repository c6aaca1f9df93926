// A heart-rate sensor, live: nothing has to be said to it; what it sends are a rate and intervals.
//
// Source: Bluetooth SIG, Heart Rate Service 1.0. Thread: as device::Protocol and device::Decoder.
#pragma once

#include <array>

#include "device/decoder.hpp"
#include "device/protocol.hpp"
#include "device/status_line.hpp"
#include "heart_rate/constant_rate.hpp"
#include "heart_rate/uuid.hpp"

namespace ib::heart_rate {

/// Its subscriptions, by number.
enum From : std::uint8_t { from_measurement, from_battery };

class SensorProtocol final : public device::Protocol {
 public:
  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  void begin(Arrival, device::Outbox&) override {}
  void received(std::uint8_t, wire::Bytes, Arrival, device::Outbox&) override {}
  Arrival deadline() const override { return never_due; }
  void due(Arrival, device::Outbox&) override {}
  void end(Arrival, device::Outbox&) override {}

 private:
  static constexpr std::array<device::Subscription, 2> wanted_{
      {{uuid::service, uuid::measurement, true},
       {uuid::battery_service, uuid::battery_level, false}}};
};

/// Its intervals as they came, for beat.rr; its own rate beside them, without one where it repeats itself
/// for a minute with no interval.
class SensorDecoder final : public device::Decoder {
 public:
  source::Shape shape(source::Signal s) const override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal, Time arrival) const override { return arrival; }
  Counts counts() const override { return counts_; }

 private:
  void measurement(wire::Bytes value, Arrival at, Time arrival, device::Findings& found);
  void break_chain(Time arrival, device::Findings& found);

  ConstantRate constant_;
  Contact contact_{};
  Time last_rr_ = never;
  device::StatusLine status_;
  Counts counts_;
};

}  // namespace ib::heart_rate
