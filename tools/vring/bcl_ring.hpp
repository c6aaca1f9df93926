// BclRing: a BCL ring on a virtual finger: pulse waveform at 25 Hz in frames of five samples, its beat
// intervals, time exchange, battery. Its clock goes as fast as its wearer's options say (`ppm`).
//
// It measures one thing at a time: from `31 00` to `31 04`, or all its sensors, each frame with its clock's time,
// from `3C 00` to `3C 04`. Older firmware has no 3C, and stops at `31 02` alone. Sequence numbers begin anew with
// each measurement. Values reach the central when the Radio says so; those that the radio drops keep their number.
// Source of the frames: see drivers/bcl. Thread: that of the loop.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bluetooth/asio.hpp"
#include "virtual_ring/pulse_wave.hpp"
#include "vring/peripheral.hpp"
#include "vring/radio.hpp"
#include "wire/packet.hpp"

namespace ib::vring {

class BclRing final : public Peripheral {
 public:
  /// `start`: when the wearer's session time 0 is.
  BclRing(boost::asio::io_context& io, std::string address, std::string name,
          const virtual_ring::Options& wearer, const RadioOptions& radio,
          std::chrono::steady_clock::time_point start);

  std::string address() const override { return address_; }
  std::string name() const override { return name_; }
  std::vector<GattService> services() const override;
  void connected(Voice& voice) override { voice_ = &voice; }
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override;
  std::string written(std::string_view characteristic, wire::Bytes value) override;
  std::vector<std::byte> read(std::string_view) override { return {}; }
  std::optional<Numbered> numbered(wire::Bytes value) const override;

  // -- what can happen to it -------------------------------------------------------------------------------
  void wear(bool on);
  bool put_on(bool on) override;
  bool halt() override;
  bool drift(double ppm) override;
  /// Measures on, and sends nothing.
  void silence(std::chrono::milliseconds length);
  /// So many of the next frames of samples are sent twice.
  void repeat(unsigned frames) { repeats_ = frames; }
  /// So many of the next frames of samples are cut short.
  void cut(unsigned frames) { cuts_ = frames; }
  /// Its firmware is an older one. Before it is met.
  void set_old_firmware(bool old) { old_firmware_ = old; }

  struct Totals {
    std::uint64_t frames{};   ///< of samples that the ring made while it measured and was connected
    std::uint64_t sent{};     ///< of these, handed to the bus
    std::uint64_t dropped{};  ///< of these, by the radio or while it was silent
    std::uint64_t repeated{}, cut{};
    std::uint64_t intervals{};  ///< beat intervals sent
  };
  bool left_measuring() const override { return left_measuring_; }
  /// What its finger is at, degC.
  static double finger_degc(Time t);
  const Totals& totals() const { return totals_; }

 private:
  enum class Measures : std::uint8_t { nothing, intervals, sensors };
  struct OnTheWay {
    Time arrival;
    std::array<std::byte, 192> bytes;
    std::size_t n{};
    bool samples{};
  };

  Time now() const;
  Anchor clock_of(double ppm, Time start, std::uint64_t index) const;
  std::uint64_t device_ms(Time t) const;
  void answer(const wire::Packet& reply);
  void asked_for_intervals(wire::Reader in);
  void asked_for_sensors(wire::Reader in);
  void begin(Measures what);
  void end();
  void plan_frame();
  void frame();
  wire::Packet wave_frame(std::span<const float> counts, std::span<const float> g);
  std::vector<std::byte> sensor_frame(std::span<const float> counts, std::span<const float> g,
                                      Time taken);
  void send_frame(wire::Bytes out, Time ready);
  void intervals(Time until);
  void send(wire::Bytes value, Time ready, bool samples);
  void deliver();

  std::string address_, name_;
  virtual_ring::Options wearer_;
  std::chrono::steady_clock::time_point start_;
  Anchor clock_;  ///< of its samples
  double ppm_{};
  Time told_time_{};   ///< when its clock showed `shown_ms_`
  double shown_ms_{};  ///< since the start
  virtual_ring::PulseWave wave_;
  virtual_ring::Heart heart_;
  virtual_ring::Beat beat_;
  Radio radio_;
  boost::asio::steady_timer frame_timer_, radio_timer_;
  Voice* voice_{};
  bool listening_{}, worn_{true}, old_firmware_{};
  Measures measuring_{};
  bool gives_wave_{}, gives_rr_{};
  std::uint64_t next_sample_{};
  std::uint8_t wave_seq_{}, rr_seq_{}, id_{};
  std::uint64_t measurement_{};  ///< how often it has begun
  std::int64_t told_ms_{};       ///< of the last beat told, since the start
  bool any_beat_{};
  Time silent_until_ = never;
  unsigned repeats_{}, cuts_{};
  std::deque<OnTheWay> on_the_way_;
  Totals totals_;
  bool left_measuring_{};
};

}  // namespace ib::vring
