// Strap: a chest strap of the Bluetooth Heart Rate service on a virtual person: once a second the rate
// and the intervals of the beats since, in 1/1024 s.
//
// The rests of rounding are carried over, so that the intervals add up to the time that passed.
// Thread: that of the loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "bluetooth/asio.hpp"
#include "virtual_ring/heart.hpp"
#include "vring/peripheral.hpp"

namespace ib::vring {

class Strap final : public Peripheral {
 public:
  Strap(boost::asio::io_context& io, std::string address, std::string name,
        const virtual_ring::Options& wearer);

  std::string address() const override { return address_; }
  std::string name() const override { return name_; }
  std::vector<GattService> services() const override;
  void connected(Voice& voice) override { voice_ = &voice; }
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override;
  std::string written(std::string_view, wire::Bytes) override {
    return "org.bluez.Error.NotSupported";
  }
  std::vector<std::byte> read(std::string_view characteristic) override;

  /// Off, it says so, and has neither rate nor intervals.
  bool put_on(bool on) override {
    worn_ = on;
    return true;
  }

  std::uint64_t sent() const { return sent_; }

 private:
  void tick();
  Time elapsed() const;
  void send();

  std::string address_, name_;
  virtual_ring::Options wearer_;
  virtual_ring::Heart heart_;
  virtual_ring::Beat coming_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point start_, next_;
  Voice* voice_{};
  bool worn_{true};
  std::int64_t told_1024_{};  ///< up to the last interval told, since the start
  std::uint64_t sent_{};
};

}  // namespace ib::vring
