// Protocol: how one family of devices is talked to, without a radio: which characteristics are listened
// to, what is written when, and what has to be said for it to go on sending.
//
// It is a state machine over what comes in and the time that it is told; it reads no clock, owns no timer
// and sends nothing itself. What it wants written is put into an Outbox, and `deadline` says when it wants
// to be asked again. What the device measured is not its business: that goes to the source as it came.
// Thread: [io], all of it.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/signal.hpp"
#include "wire/packet.hpp"

namespace ib::device {

/// A characteristic that values come from.
struct Subscription {
  std::string_view service, characteristic;  ///< UUIDs, small letters
  bool required{true};                       ///< without it, it is another device
};

/// What they are called wherever what came from them is kept.
inline std::vector<std::string> channel_names(std::span<const Subscription> subscriptions) {
  std::vector<std::string> names;
  for (const auto& s : subscriptions) names.emplace_back(s.characteristic);
  return names;
}

/// Something to write, and where.
struct Request {
  std::string_view service, characteristic;
  wire::Packet value;
  bool acknowledged{};  ///< by the device; else sent and forgotten
  bool read{};          ///< nothing is written: of a subscription, its value is read and received
};

/// What a protocol wants written, in order.
class Outbox {
 public:
  static constexpr std::size_t most = 16;  ///< at once: a handshake
  void send(const Request& request) {
    assert(n_ < most);
    if (n_ < most) requests_[n_++] = request;
  }
  /// By these the device's counts begin anew. `now`: as the protocol was told; what else is asked then bears it.
  void begins_anew(Arrival now) { anew_ = now; }
  const std::optional<Arrival>& anew() const { return anew_; }
  std::span<const Request> requests() const { return std::span(requests_).first(n_); }

 private:
  std::array<Request, most> requests_{};
  std::size_t n_{};
  std::optional<Arrival> anew_;
};

class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual std::span<const Subscription> subscriptions() const = 0;
  /// Least time between two writes; some devices lose what comes faster.
  virtual Duration pause() const { return Duration{0}; }

  /// Everything is subscribed.
  virtual void begin(Arrival now, Outbox& out) = 0;
  /// Which signals somebody listens to: once it is known, connected or not; nothing where the device sends
  /// all that it has.
  virtual void want(const source::PerSignal<bool>&, Arrival, Outbox&) {}
  /// A value of subscription `from`.
  virtual void received(std::uint8_t from, wire::Bytes value, Arrival now, Outbox& out) = 0;
  /// When it wants `due` to be called; nothing comes before that: never.
  virtual Arrival deadline() const = 0;
  virtual void due(Arrival now, Outbox& out) = 0;
  /// The measurement ends: what the device has to be told so that it stops.
  virtual void end(Arrival now, Outbox& out) = 0;
  /// It gave up: the connection has to be made anew. Why, for people; empty: all is well.
  virtual std::string failure() const { return {}; }

  static constexpr Arrival never_due{INT64_MAX / 4};
};

}  // namespace ib::device
