// A Colmi / Yawell ring, live: its heart rate, or the samples of its sensors, as streams.
//
// A heart rate is the ring's own average in whole beats a minute, given as it came; none is an interval,
// and none is made of it. A reading without a value is absent with its reason, and so is a rate that stands
// still for over a minute (ConstantRate).
// The raw stream has neither number nor time: samples of one burst (Bursts) stand at one moment of the
// clock that arrivals tell (ClockEstimator), which counts lost bursts by arrival alone. A channel that is
// missing from a burst is a lost sample, and so is a hole of the firmware (value 0). Which way its light
// points nobody published: it is given as it came.
// Of a spot measurement the first value is given when it comes, or at its end why there is none; where it begins
// and ends the protocol tells (asked_anew). SpO2 is given as such, too.
// A charge jumps by 15 %: what is told is the median of the last five.
// Thread: as device::Decoder.
#pragma once

#include <array>
#include <optional>
#include <string>

#include <interbeat/clock_estimator.hpp>

#include "colmi/bursts.hpp"
#include "colmi/live_protocol.hpp"
#include "colmi/messages.hpp"
#include "device/decoder.hpp"
#include "device/status_line.hpp"
#include "heart_rate/constant_rate.hpp"

namespace ib::colmi {

class LiveDecoder final : public device::Decoder {
 public:
  /// How far a ring's true rate may lie from `raw_hz`, relative.
  static constexpr double spread = 0.12;

  /// `raw_hz`: bursts a second, of the raw stream only.
  /// `spot`: what is measured on request; SpO2, stress or HRV.
  explicit LiveDecoder(Measure measure = Measure::heart_rate, double raw_hz = 1,
                       std::optional<Measurement> spot = {})
      : measure_(measure), raw_hz_(raw_hz), spot_(spot) {}

  source::Shape shape(source::Signal s) const override;
  std::string why_absent(source::Signal s) const override;
  void asked_anew(Arrival at) override;
  bool is_ready(const device::Waiting& waiting) override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal s, Time arrival) const override;
  Counts counts() const override { return counts_; }

 private:
  static constexpr std::size_t n_channels = 3;
  /// Of one channel of the raw stream.
  struct Channel {
    bool present{};        ///< since the connection
    bool seen{};           ///< in this burst
    std::uint64_t lost{};  ///< since its last sample
    Time settled = never;
  };

  void reading(Reading reading, std::uint8_t raw, Arrival at, Time arrival,
               device::Findings& found);
  void spot_reading(const Measured& told, Time arrival, device::Findings& found);
  void end_spot(Maybe value, SpotEnd end, Time arrival, device::Findings& found);
  void battery(const Battery& told, Time arrival, device::Findings& found);
  void raw(RawChannel channel, Arrival at, Time arrival, device::Findings& found);
  ClockOptions clock_options() const;
  ClockEstimator& clock();
  void begin_burst(Arrival at, Time arrival, device::Findings& found);
  std::span<float> sample(RawChannel channel, device::Findings& found);
  void lose(Channel& channel, RawChannel which, std::uint64_t n);
  Channel& of(RawChannel c) { return channels_[static_cast<std::size_t>(c) - 1]; }
  const Channel& of(RawChannel c) const { return channels_[static_cast<std::size_t>(c) - 1]; }
  void restart();

  Measure measure_;
  double raw_hz_;
  std::optional<Measurement> spot_;
  std::optional<Arrival> spot_begin_;  ///< of one whose end was not told yet
  std::optional<SpotEnd> spot_open_;   ///< no value came so far: why
  bool spot_over_{};                   ///< and none will
  heart_rate::ConstantRate constant_;
  ib::Contact worn_{};  ///< as the ring told last
  std::array<std::uint8_t, 5> charges_{};
  std::size_t n_charges_{};
  bool charging_{};
  SessionZero zero_{};
  bool zero_known_{};
  std::optional<ClockEstimator> clock_;
  Bursts bursts_;
  ClockStep burst_{};
  std::array<Channel, n_channels> channels_{};
  Time last_clock_ = never;
  device::StatusLine status_;
  Counts counts_;
};

}  // namespace ib::colmi
