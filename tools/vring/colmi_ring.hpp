// ColmiRing: a Colmi / Yawell ring on a virtual finger: the heart rate that its firmware averages, its raw
// stream, its charge.
//
//   69 06 01 / 03  a rate each 0.5 s for 40 s, or from the last of these on; if its firmware knows it
//   1e 01 / 03     a rate each second for 60 s, or from the last of these on; if its firmware knows it
//   69 01 01       a rate each second for 30 s, and no longer
//   69 03/08/0a    01 (or 25): SpO2, a score of stress, of HRV, each second for 30 s, or until 6a
//   a1 04          the raw stream, until a1 02
//   01, 03         its abilities, its charge (which jumps, as the real one does)
//   15, 43         its logged heart rates and steps of a day (ColmiMemory)
//   bc 27, 2a, 25  its logged sleep, oxygen saturation, temperatures, all days at once
//   another        command | 80, ee
//
// A measurement warms up first (value 0) and tells when it is not worn. A frame with a wrong sum or length
// it does not hear; reset, power-off and firmware update it counts. Bursts of the raw stream go as fast as
// its wearer's options say (`ppm`).
// Source of the frames: see drivers/colmi. Thread: that of the loop.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bluetooth/asio.hpp"
#include "virtual_ring/pulse_wave.hpp"
#include "vring/colmi_firmware.hpp"
#include "vring/colmi_memory.hpp"
#include "vring/peripheral.hpp"
#include "vring/radio.hpp"
#include "wire/packet.hpp"

namespace ib::vring {

class ColmiRing final : public Peripheral {
 public:
  /// `start`: when the wearer's session time 0 is.
  ColmiRing(boost::asio::io_context& io, std::string address, std::string name,
            const virtual_ring::Options& wearer, const RadioOptions& radio,
            const ColmiFirmware& firmware, std::chrono::steady_clock::time_point start);

  std::string address() const override { return address_; }
  std::string name() const override { return name_; }
  std::vector<GattService> services() const override;
  void connected(Voice& voice) override { voice_ = &voice; }
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override;
  std::string written(std::string_view characteristic, wire::Bytes value) override;
  std::vector<std::byte> read(std::string_view) override { return {}; }
  std::vector<LoggedTruth> logged() const override;

  // -- what can happen to it -------------------------------------------------------------------------------
  void wear(bool on) { worn_ = on; }
  bool put_on(bool on) override {
    wear(on);
    return true;
  }
  /// As its firmware does now and then; it says nothing.
  bool halt() override {
    end();
    return true;
  }
  /// What it makes of a measurement on request, of a kind that it knows (3, 8, 10); of its wearer's seed.
  std::uint8_t spot_value(std::uint8_t type) const;
  /// Measures on, and sends nothing.
  void silence(std::chrono::milliseconds length) { silent_until_ = now() + length; }
  /// So many of the next frames have a wrong sum, are cut short, are of no known command.
  void corrupt(unsigned frames) { corrupts_ = frames; }
  void cut(unsigned frames) { cuts_ = frames; }
  void babble(unsigned frames);
  /// Of the next so many answers about a log, packet `nth` (0 is the first) does not come.
  void lose(std::uint8_t log, unsigned nth, unsigned answers) { loses_[log] = {nth, answers}; }
  /// The packets of the next so many answers about a log (15, 43) come twice.
  void repeat(std::uint8_t log, unsigned answers) { repeats_[log] = answers; }
  /// So many of the next bursts hold no new light.
  void holes(unsigned bursts) { holes_ = bursts; }

  struct Totals {
    std::uint64_t rates{};     ///< readings handed to the bus, with a value or without
    std::uint64_t spots{};     ///< readings of measurements on request, handed to the bus
    std::uint64_t bursts{};    ///< of the raw stream, made while it was connected
    std::uint64_t raw_sent{};  ///< packets of these, handed to the bus
    std::uint64_t raw_lost{};  ///< packets of these, dropped by the radio or while it was silent
    std::uint64_t holes{};     ///< of these, without new light
    std::uint64_t bad{};       ///< frames that were spoilt, and sent
    std::uint64_t started{}, continued{}, stopped{};  ///< measurements
    std::uint64_t refused{};                          ///< requests
    std::uint64_t clock_set{}, battery_asked{};
    std::uint64_t stale{};  ///< packets of an answer of the last connection
    std::map<std::uint8_t, std::uint64_t> logs_asked{};  ///< by the log's number
    std::set<std::uint8_t> commands{};  ///< first bytes of all frames that it heard
    std::uint64_t forbidden{};          ///< reset, power-off, firmware: what nobody may ask
  };
  const Totals& totals() const { return totals_; }
  bool measures() const { return way_ != Way::none || raw_; }

 private:
  enum class Way : std::uint8_t { none, realtime, stream, single, spot };
  enum class Kind : std::uint8_t { other, rate, raw, spot };
  static constexpr std::size_t most_bytes = 120;  ///< of a value: big data comes in such parts
  struct OnTheWay {
    Time arrival;
    std::array<std::byte, most_bytes> bytes;
    std::size_t n{};
    Kind kind{};
    bool from_other{};
  };

  Time now() const;
  Anchor clock() const;
  void hear(wire::Bytes frame);
  void measure(std::uint8_t type, std::uint8_t action);
  void stream(std::uint8_t action);
  void control_raw(std::uint8_t action);
  void begin(Way way);
  void end();
  void plan_rate();
  void tell_rate();
  std::uint8_t rate_bpm();
  void plan_burst();
  void burst();
  void reply(const wire::Packet& first_bytes, Kind kind = Kind::other, bool from_other = false);
  void send(wire::Bytes frame, Kind kind, bool from_other);
  void deliver();

  // -- its logs
  std::chrono::local_seconds shown() const;
  void tell_rates(std::uint32_t day_epoch_s);
  void tell_steps(unsigned days_ago);
  void tell_big(std::uint8_t log, wire::Bytes request);
  std::vector<std::uint8_t> spo2_days();
  std::vector<std::uint8_t> nights();
  std::vector<std::uint8_t> temperature_days(unsigned days);
  void hear_big(wire::Bytes value);
  bool is_silent_about(std::uint8_t log);
  void answer(std::uint8_t log, const std::vector<wire::Packet>& packets);
  void remember(std::string_view log, std::chrono::local_seconds at, std::vector<double> values);

  std::string address_, name_;
  virtual_ring::Options wearer_;
  ColmiFirmware firmware_;
  std::chrono::steady_clock::time_point start_;
  virtual_ring::PulseWave wave_;
  virtual_ring::Heart heart_;
  virtual_ring::Beat beat_;
  double average_s_{};  ///< interval, as the firmware smooths it
  Radio radio_;
  boost::asio::steady_timer rate_timer_, burst_timer_, radio_timer_;
  Voice* voice_{};
  bool listening_{}, listening_other_{}, worn_{true};
  Way way_{Way::none};
  std::uint8_t spot_type_{};
  Time warm_at_ = never, ends_at_ = never, next_rate_ = never;
  bool raw_{};
  std::uint64_t next_burst_{};
  Time silent_until_ = never;
  unsigned corrupts_{}, cuts_{}, holes_{};
  std::uint64_t charge_told_{};
  std::deque<OnTheWay> on_the_way_;
  std::vector<OnTheWay> stale_;  ///< of an answer, when the connection was lost
  ColmiMemory memory_;
  std::map<std::uint8_t, std::pair<unsigned, unsigned>> loses_;
  std::map<std::uint8_t, unsigned> repeats_;
  std::map<std::pair<std::string_view, std::chrono::local_seconds>, std::vector<double>> told_;
  Totals totals_;
};

}  // namespace ib::vring
