// A Polar sensor, live: its waveforms and pulse intervals as streams.
//
// A frame bears the time of its last sample by the sensor's own clock, so samples stand where that has
// them: each waveform has a ClockEstimator whose index is that time, in ns. Where the stamps say that more
// time passed than the frame has samples for, by a quarter of a frame or more, samples were lost: a gap of
// that length. What was not measured, because the measurement was begun anew, is a gap and no loss.
//
// Pulse waveform: the mean of the three photodiodes less the ambient light, turned over where more blood
// gives less light back (issues 202, 445 and 472 of the Polar BLE SDK).
// Pulse intervals come some five at once, every 5 s, without a time, and stand at their arrival. Doubted are
// those in which the sensor moved, or whose error it estimates above `most_error_ms` ("above 30 ms may be
// caused by movement or too loose contact", says the SDK).
// Thread: as device::Decoder.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <interbeat/clock_estimator.hpp>

#include "device/decoder.hpp"
#include "device/status_line.hpp"
#include "polar/agreement.hpp"
#include "polar/decode.hpp"

namespace ib::polar {

class LiveDecoder final : public device::Decoder {
 public:
  struct Options {
    bool inverted = true;      ///< more blood gives fewer counts
    double most_error_ms{30};  ///< of an interval
  };

  LiveDecoder(std::shared_ptr<Agreement> agreement, Options options)
      : agreement_(std::move(agreement)), options_(options) {}

  source::Shape shape(source::Signal s) const override;
  bool is_ready(const device::Waiting& waiting) override;
  void decode(const device::Notification& got, Time arrival, device::Findings& found) override;
  Time settled(source::Signal s, Time arrival) const override;
  Counts counts() const override { return counts_; }

 private:
  /// One waveform.
  struct Track {
    std::optional<ClockEstimator> clock;
    double nominal_ns{}, period_ns{};    ///< between samples, sensor's time
    std::optional<std::uint64_t> stamp;  ///< of the last frame of this connection
    bool begun{};                        ///< a frame was given
    bool anew{true};                     ///< the next frame is the first of a measurement
    std::uint64_t next{};                ///< index of the next sample
    std::optional<float> factor;         ///< of the start reply
    Time last = never;                   ///< of the last sample
  };
  struct Missing {
    std::uint64_t samples{};
    bool lost{};  ///< else not measured
  };

  Track& track(Measurement m) { return tracks_[number_of(m)]; }
  const Track& track(Measurement m) const { return tracks_[number_of(m)]; }
  bool prepare(Track& t, Measurement m);
  Missing missing(const Track& t, std::uint64_t stamp, std::size_t n) const;
  void control(wire::Bytes value, Time arrival, device::Findings& found);
  void meet(const Waveform& wave, Arrival at, Time arrival, device::Findings& found);
  void fill(const Waveform& wave, std::size_t from, std::span<float> values);
  void meet(const PpIntervals& intervals, Time arrival, device::Findings& found);
  bool doubted(const PpInterval& i) const;
  void give(const RrNotification& rr, Time arrival, device::Findings& found);
  void tell_clock(Measurement m, Time arrival, device::Findings& found);
  void tell_contact(SkinContact contact, Time arrival, device::Findings& found);

  std::shared_ptr<Agreement> agreement_;
  Options options_;
  std::array<Track, waveforms.size()> tracks_{};
  SessionZero zero_{};
  bool zero_known_{};
  bool more_{};  ///< of a control point's reply comes
  SkinContact contact_{};
  Time last_clock_ = never, last_rr_ = never;
  device::StatusLine status_;
  Counts counts_;
  std::array<std::int32_t, values_max> values_{};
};

}  // namespace ib::polar
