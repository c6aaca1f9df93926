// PolarSensor: a Polar sensor on a virtual person: a chest strap with an electrocardiogram, or an armband
// with a pulse waveform and pulse intervals; both with acceleration. It speaks the measurement data service
// (PMD): features, settings, start, stop, and frames that bear the time of its own clock.
//
// The electrocardiogram is one of waves that stand at each beat (after McSharry et al. 2003,
// 10.1109/TBME.2003.808805): the R wave peaks exactly when the heart made the beat. Its clock goes as fast
// as its wearer's options say (`ppm`). Frames reach the central when the Radio says so; answers are never
// lost, as the link layer confirms them.
// Source of the frames: see drivers/polar. Thread: that of the loop.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bluetooth/asio.hpp"
#include "polar/control.hpp"
#include "polar/measurement.hpp"
#include "virtual_ring/pulse_wave.hpp"
#include "vring/peripheral.hpp"
#include "vring/radio.hpp"
#include "wire/packet.hpp"

namespace ib::vring {

struct PolarOptions {
  bool chest{true};            ///< else on an arm
  double ppg_hz{55};           ///< as it samples
  std::uint16_t ppg_says{55};  ///< as it offers
  std::chrono::milliseconds first_intervals{25'000}, intervals_every{5'000};
};

class PolarSensor final : public Peripheral {
 public:
  /// `start`: when the wearer's session time 0 is.
  PolarSensor(boost::asio::io_context& io, std::string address, std::string name,
              const virtual_ring::Options& wearer, const RadioOptions& radio,
              std::chrono::steady_clock::time_point start, const PolarOptions& options = {});

  std::string address() const override { return address_; }
  std::string name() const override { return name_; }
  std::vector<GattService> services() const override;
  void connected(Voice& voice) override { voice_ = &voice; }
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override;
  std::string written(std::string_view characteristic, wire::Bytes value) override;
  std::vector<std::byte> read(std::string_view characteristic) override;

  // -- what can happen to it -------------------------------------------------------------------------------
  /// So many of the next frames of samples never leave it.
  void drop(unsigned frames) { drops_ = frames; }
  /// Once so many frames of samples were handed to the bus, this happens, on the loop.
  void after(std::uint64_t frames, std::function<void()> then) {
    after_frames_ = frames;
    then_ = std::move(then);
  }
  /// It refuses to start anything while it is.
  void charge(bool on) { charging_ = on; }
  /// It ends a measurement by itself, and says so.
  void give_up(polar::Measurement m);
  /// It tells contact with its pulse intervals, and has none of these without it.
  bool put_on(bool on) override {
    worn_ = on;
    return !options_.chest;
  }
  bool drift(double ppm) override;
  /// It answers no request any more.
  void mute(bool on) { mute_ = on; }

  struct Totals {
    std::uint64_t frames{};  ///< of samples that it made while it measured and was connected
    std::uint64_t sent{};    ///< of these, handed to the bus
    std::uint64_t dropped{}, dropped_samples{};  ///< of these, by the radio or on request
    std::uint64_t intervals{};                   ///< pulse intervals sent
    std::array<std::uint64_t, 4> starts{};       ///< by the number of the measurement
  };
  const Totals& totals() const { return totals_; }
  bool measures(polar::Measurement m) const { return stream(m).running; }

 private:
  struct Stream {
    explicit Stream(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
    bool running{};
    double hz{};   ///< nominal, as sampled
    Anchor clock;  ///< of its samples, on the wearer's time
    std::uint16_t range_g{8};
    std::uint64_t next{};  ///< sample
    std::uint32_t in_frame{};
  };
  struct OnTheWay {
    Time arrival;
    std::vector<std::byte> bytes;
    std::uint32_t samples{};
  };

  Time now() const;
  double true_hz(const Stream& s) const;
  std::uint64_t device_ns(Time t) const;
  Stream& stream(polar::Measurement m) { return *streams_[static_cast<std::size_t>(m)]; }
  const Stream& stream(polar::Measurement m) const {
    return *streams_[static_cast<std::size_t>(m)];
  }
  bool has(polar::Measurement m) const;
  void answer(std::uint8_t operation, std::uint8_t type, polar::Error error,
              wire::Bytes parameters = {});
  wire::Packet settings(polar::Measurement m) const;
  polar::Error begin(polar::Measurement m, wire::Bytes parameters);
  void end(polar::Measurement m);
  void plan(polar::Measurement m);
  void frame(polar::Measurement m);
  void intervals();
  double ecg_mv(Time t);
  std::vector<std::byte> head(polar::Measurement m, Time last, std::uint8_t frame_type) const;
  void send(std::vector<std::byte> value, Time ready, std::uint32_t samples);
  void deliver();

  boost::asio::io_context& io_;
  std::string address_, name_;
  virtual_ring::Options wearer_;
  PolarOptions options_;
  std::chrono::steady_clock::time_point start_;
  virtual_ring::PulseWave light_, motion_;  ///< each is asked forward in time alone
  virtual_ring::Heart heart_, pulse_;
  std::deque<virtual_ring::Beat> beats_;  ///< around the sample in work
  virtual_ring::Beat pulse_beat_;
  virtual_ring::Episodes moves_;
  KeyedRandom noise_;
  Radio radio_;
  boost::asio::steady_timer radio_timer_;
  std::vector<std::unique_ptr<Stream>> streams_;
  Voice* voice_{};
  bool hears_control_{}, hears_data_{}, charging_{}, mute_{}, worn_{true};
  double ppm_{};  ///< by which its clock goes fast, since `told_`
  Time told_{};
  std::uint64_t shown_ns_{};  ///< what its clock showed then
  std::int64_t told_ms_{};    ///< of the last pulse told, since the start
  bool any_pulse_{};
  unsigned drops_{};
  std::uint64_t after_frames_{};
  std::function<void()> then_;
  std::deque<OnTheWay> on_the_way_;
  Totals totals_;
};

}  // namespace ib::vring
