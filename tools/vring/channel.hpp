// Channel: the way from a peripheral to the daemon, with the faults that are on just now. To the daemon it
// is the peripheral, to the peripheral it is the central's ear; it works for every kind of device.
//
// Values leave it in order, but for those that a fault puts behind the next one. Which value a fault hits
// is looked up by how many values that fault has seen: seeded, and no clock is asked.
// Thread: that of the loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <interbeat/keyed_random.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bluetooth/asio.hpp"
#include "vring/fault.hpp"
#include "vring/ledger.hpp"
#include "vring/peripheral.hpp"

namespace ib::vring {

class Channel final : public Peripheral, private Voice {
 public:
  Channel(boost::asio::io_context& io, std::unique_ptr<Peripheral> body, std::uint64_t seed);

  // -- the peripheral, as the daemon sees it ---------------------------------------------------------------
  std::string address() const override { return body_->address(); }
  std::string name() const override { return body_->name(); }
  std::vector<GattService> services() const override { return body_->services(); }
  void connected(Voice& voice) override;
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override {
    body_->subscribed(characteristic, on);
  }
  /// What a device is told overtakes nothing that it sent: a measurement begun anew lies behind it.
  std::string written(std::string_view characteristic, wire::Bytes value) override {
    if (held_) queue(*std::exchange(held_, std::nullopt));
    return body_->written(characteristic, value);
  }
  std::vector<std::byte> read(std::string_view characteristic) override {
    return body_->read(characteristic);
  }
  std::vector<LoggedTruth> logged() const override { return body_->logged(); }
  bool left_measuring() const override { return body_->left_measuring(); }

  // -- faults --------------------------------------------------------------------------------------------------
  /// `which`: its place in the scenario. Of the kinds that reach values, or `stall`. One that is on already
  /// begins anew.
  void begin(std::size_t which, const Fault& fault);
  void end(std::size_t which);

  Peripheral& body() { return *body_; }
  RingLedger& ledger() { return ledger_; }
  const RingLedger& ledger() const { return ledger_; }
  /// Each value that went over the bus, as it went. `fresh`: it is whole, and no earlier one was it or
  /// came after it.
  using Sent = std::function<void(std::string_view characteristic, wire::Bytes value, bool fresh)>;
  void on_sent(Sent sent) { on_sent_ = std::move(sent); }

 private:
  using Clock = std::chrono::steady_clock;

  struct Active {
    std::size_t which;
    Fault fault;
    KeyedRandom chance, size;
    std::uint64_t left;  ///< values that it may still hit
  };
  struct OnTheWay {
    Clock::time_point arrival;
    std::string characteristic;
    std::vector<std::byte> bytes;
    std::size_t stream{no_stream};
    std::uint64_t place{};  ///< in the stream's count
    std::uint64_t began{};  ///< the place at which its numbers began
    bool whole{true};
  };
  /// A stream of numbered values of this connection.
  struct Count {
    std::optional<std::uint8_t> number;  ///< the last one that was made
    std::uint64_t measurement{};         ///< of it
    std::uint64_t place{};               ///< of it
    std::uint64_t began{};               ///< the place at which the numbers began
    std::optional<std::uint64_t> heard;  ///< the furthest place that was heard
  };
  static constexpr std::size_t no_stream = SIZE_MAX;
  static constexpr std::size_t most_on_the_way = 4096;

  bool notify(std::string_view characteristic, wire::Bytes value) override;
  void count_in(OnTheWay& one);
  bool hits(FaultKind kind, double* amount = nullptr);
  void queue(OnTheWay one);
  void release();
  void send(const OnTheWay& one);
  bool heard(const OnTheWay& one);
  std::uint64_t& tally(FaultKind kind) { return ledger_.faults[static_cast<std::size_t>(kind)]; }

  std::unique_ptr<Peripheral> body_;
  std::uint64_t seed_;
  boost::asio::steady_timer timer_;
  Voice* outer_{};
  std::vector<Active> active_;
  std::vector<std::uint64_t> seen_;  ///< by fault: the values that it has looked at
  unsigned stalls_{};
  std::deque<OnTheWay> on_the_way_;
  std::optional<OnTheWay> held_;  ///< for the one that follows it
  Clock::time_point last_arrival_{};
  std::vector<Count> counts_;  ///< beside the streams of the ledger
  RingLedger ledger_;
  Sent on_sent_;
};

}  // namespace ib::vring
