// A Colmi / Yawell ring, live: its heart rate, or the samples of its sensors, as streams.
//
// A heart rate is the ring's own average in whole beats a minute, given as it came; none is an interval,
// and none is made of it. A reading without a value is absent with its reason, and so is a rate that stands
// still for over a minute (ConstantRate).
// The raw stream has neither number nor time: samples of one burst (Bursts) stand at one moment of the
// clock that arrivals tell (ClockEstimator), which counts lost bursts by arrival alone. A channel that is
// missing from a burst is a lost sample, and so is a hole of the firmware (value 0). Which way its light
// points nobody published: it is given as it came.
// A charge jumps by 15 %: what is told is the median of the last five.
// Thread: as device::Decoder.
#pragma once

#include <array>
#include <optional>

#include <interbeat/clock_estimator.hpp>

#include "colmi/bursts.hpp"
#include "colmi/live_protocol.hpp"
#include "colmi/messages.hpp"
#include "device/decoder.hpp"
#include "heart_rate/constant_rate.hpp"

namespace ib::colmi {

class LiveDecoder final : public device::Decoder {
 public:
  /// How far a ring's true rate may lie from `raw_hz`, relative.
  static constexpr double spread = 0.12;

  /// `raw_hz`: bursts a second, of the raw stream only.
  explicit LiveDecoder(Measure measure = Measure::heart_rate, double raw_hz = 1)
      : measure_(measure), raw_hz_(raw_hz) {}

  source::Shape shape(source::Signal s) const override;
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
  void tell(Time t, DeviceEvent event, device::Findings& found, Maybe battery = {});

  Measure measure_;
  double raw_hz_;
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
  Time last_clock_ = never, last_status_ = never;
  Counts counts_;
};

}  // namespace ib::colmi
