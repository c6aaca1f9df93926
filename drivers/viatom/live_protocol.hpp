// A Viatom ring, live: it sends what it is asked for, and only then.
//
//   O2Ring-S   authenticated (it does not answer to that), set up, its clock set, then asked every 250 ms
//   O2Ring     asked every second
//
// One request is outstanding at a time. A reply that is whole and of what was asked is the answer; others are
// passed over. Without any for 2 s it is asked again; during the handshake, the next thing. After the fourth in
// vain it gives up; so it does where a ring tells a rate or a finger, but no waveform for 30 s. One that is not
// worn has none to send. What is asked is in requests.hpp, and that is all.
// Thread: [io].
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "device/protocol.hpp"
#include "viatom/reassembly.hpp"
#include "viatom/requests.hpp"
#include "viatom/uuid.hpp"

namespace ib::viatom {

/// What time it is, for the ring's display.
struct WallTime {
  std::uint32_t unix_s{};
  CivilTime local;
};

class LiveProtocol final : public device::Protocol {
 public:
  static constexpr Duration answer_within{2'000'000'000};
  static constexpr unsigned most_in_vain = 4;
  static constexpr Duration longest_without_wave{30'000'000'000};
  static constexpr Duration poll_every(Generation generation) {
    return Duration{generation == Generation::o2ring ? 1'000'000'000 : 250'000'000};
  }

  LiveProtocol(Generation generation, std::function<WallTime()> wall);

  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  void begin(Arrival now, device::Outbox& out) override;
  void received(std::uint8_t from, wire::Bytes value, Arrival now, device::Outbox& out) override;
  Arrival deadline() const override { return next_; }
  void due(Arrival now, device::Outbox& out) override;
  void end(Arrival now, device::Outbox& out) override;
  std::string failure() const override { return failure_; }

 private:
  enum class Stage : std::uint8_t { set_up, set_time, polling };

  void send(const wire::Packet& request, device::Outbox& out);
  void ask(Arrival now, device::Outbox& out);
  bool answers(wire::Bytes frame, Arrival now);
  bool has_told(bool wave, bool living, Arrival now);
  void give_up(std::string why);

  Generation generation_;
  std::function<WallTime()> wall_;
  std::array<device::Subscription, 1> wanted_;
  Reassembly replies_;
  Stage stage_{};
  std::uint8_t sequence_{};
  bool waiting_{};  ///< for an answer
  unsigned in_vain_{};
  Arrival asked_{}, next_{never_due};
  Arrival waveform_{};  ///< when one came last, or none was to be expected
  std::string failure_;
};

}  // namespace ib::viatom
