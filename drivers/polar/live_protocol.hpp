// A Polar sensor, live: what it is asked and told so that it measures what somebody listens to.
//
//   connected             its features are read, the settings of each waveform asked, and a choice is made
//                         (Agreement). A pulse waveform is then tried for four frames: Verity Sense with
//                         firmware 1.1.5 offers 135 Hz and samples at 55, and what is declared has to be true
//   wanted                each measurement that is listened to is started, one request at a time
//   no answer for 3 s     asked again; after three times the link gives up
//   no samples for 5 s,   stopped and started again (an OH1 ends its intervals by itself after 20 min;
//   no intervals for 60 s the first of them come after 25 s)
//   stopped by itself,    started again every 5 s
//   charging
//   silent for 10 s       asked how it is, so that a sensor of which nothing is wanted is not given up
//
// What it refuses is a sentence: before the terms are settled it ends the opening, later the connection.
// Source: Polar BLE SDK; its issues 34 and 166. Thread: [io].
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/protocol.hpp"
#include "heart_rate/uuid.hpp"
#include "polar/agreement.hpp"
#include "polar/uuid.hpp"

namespace ib::polar {

/// Its subscriptions, by number.
enum From : std::uint8_t { from_control, from_data, from_battery };

class LiveProtocol final : public device::Protocol {
 public:
  static constexpr Duration reply_due{3'000'000'000}, waveform_due{5'000'000'000},
      intervals_due{60'000'000'000}, retry_after{5'000'000'000}, quiet_for{10'000'000'000},
      trial_due{10'000'000'000};
  static constexpr unsigned most_tries = 3, trial_frames = 4;

  explicit LiveProtocol(std::shared_ptr<Agreement> agreement) : agreement_(std::move(agreement)) {}

  std::span<const device::Subscription> subscriptions() const override { return wanted_values_; }
  void begin(Arrival now, device::Outbox& out) override;
  void want(const source::PerSignal<bool>& listened, Arrival now, device::Outbox& out) override;
  void received(std::uint8_t from, wire::Bytes value, Arrival now, device::Outbox& out) override;
  Arrival deadline() const override;
  void due(Arrival now, device::Outbox& out) override;
  void end(Arrival now, device::Outbox& out) override;
  std::string failure() const override { return failure_; }

 private:
  static constexpr std::array<device::Subscription, 3> wanted_values_{
      {{uuid::service, uuid::control},
       {uuid::service, uuid::data},
       {heart_rate::uuid::battery_service, heart_rate::uuid::battery_level, false}}};
  static constexpr std::size_t n_streams = 4;  // by the numbers of Measurement
  static constexpr std::size_t most_parameters = 512;

  enum class Ask : std::uint8_t { features, settings, start, stop, status };
  struct Task {
    Ask ask{};
    Measurement of{};
  };
  struct Stream {
    bool wanted{}, running{}, seized{};  ///< seized: stopped once, for it ran already
    Arrival data_due{never_due}, retry{never_due};
  };
  /// Of the pulse waveform: how fast it really comes.
  struct Trial {
    Arrival due{never_due};
    unsigned frames{};
    std::uint64_t first_ns{}, samples{};
  };

  Stream& stream(Measurement m) { return streams_[number_of(m)]; }
  bool offered(Measurement m) const;
  void go(Arrival now, device::Outbox& out);
  wire::Packet request(const Task& task) const;
  bool answers(const Reply& reply) const;
  void control(wire::Bytes value, Arrival now);
  void answered(Error error, wire::Bytes parameters, Arrival now);
  void meet(const Features& features);
  void meet(const Settings& settings, Measurement m);
  void started(Error error, Measurement m, Arrival now);
  void frame(wire::Bytes value, Arrival now);
  void tried(double rate_hz);
  void settle_when_done();
  void reconcile();
  bool is_due(Measurement m) const;
  void give_up(std::string why);

  std::shared_ptr<Agreement> agreement_;
  std::optional<Terms> terms_;  ///< settled
  Terms drawn_;                 ///< on the way there
  bool refused_{};
  std::array<Stream, n_streams> streams_{};
  std::deque<Task> tasks_;  ///< the first is asked, if `asked_`
  bool asked_{}, more_{};
  unsigned tries_{};
  std::vector<std::byte> parameters_;  ///< of a reply in several parts
  Error error_{};
  std::optional<Trial> trial_;
  Arrival reply_due_{never_due}, quiet_{never_due};
  std::string failure_;
};

}  // namespace ib::polar
