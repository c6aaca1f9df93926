// The vocabulary of streams that drivers and nodes share: what a sample or an item means, in which
// unit. The engine itself never includes this; it knows no hearts.
//
// Conventions (docs/glossary.md): intervals are whole microseconds, so that window sums are exact and
// replay is bit-exact; an item's time is when the heart made it; absent is never 0.
#pragma once

#include <interbeat/sugar/item.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// Pulse waveform, raw or filtered; the unit is the sensor's own (counts, a.u.).
struct Ppg {
  static constexpr std::uint32_t channels = 1;
  static const ib_type& type() {
    return sample_type<Ppg>("interbeat/ppg/1", "", "Pulse waveform, upright: systole points up.",
                            "ppg");
  }
};

/// Acceleration in g, three axes, gravity included.
struct Acceleration {
  static constexpr std::uint32_t channels = 3;
  static const ib_type& type() {
    return sample_type<Acceleration>("interbeat/acceleration/1", "g",
                                     "Acceleration, gravity included.", "x_g", "y_g", "z_g");
  }
};

/// Skin temperature.
struct Temperature {
  static constexpr std::uint32_t channels = 1;
  static const ib_type& type() {
    return sample_type<Temperature>("interbeat/temperature/1", "degC", "Skin temperature.",
                                    "temperature_degc");
  }
};

/// Skin conductance.
struct SkinConductance {
  static constexpr std::uint32_t channels = 1;
  static const ib_type& type() {
    return sample_type<SkinConductance>("interbeat/skin_conductance/1", "uS", "Skin conductance.",
                                        "skin_conductance_us");
  }
};

/// Why a value is absent or an item not valid.
enum class Reason : std::uint8_t {
  none,
  warming_up,   ///< a filter or window is still filling
  low_quality,  ///< the signal around it can't be trusted
  gap,          ///< it would reach across a gap, or to before the start
  insufficient_beats,
  insufficient_coverage,
  out_of_range,  ///< no heart does this: outside 300..2000 ms
  artefact,      ///< missed, extra, ectopic, long or short beat
  irregular,     ///< the stretch can't be used for HRV; never says which
  no_baseline,
  motion,
  stale,           ///< too long since the last valid value
  collecting,      ///< the horizon is not full yet
  partner_silent,  ///< the other side has been given up
  aliasing,        ///< the heart may beat too fast for the rate of the samples
  smoothed,        ///< intervals that their device has averaged: good for heart rate alone
  edited,          ///< taken out by a person
  below_rate,      ///< samples too far apart for this value
};
inline constexpr std::array<const char*, 18> labels(Reason) {
  return {"",
          "warming_up",
          "low_quality",
          "gap",
          "insufficient_beats",
          "insufficient_coverage",
          "out_of_range",
          "artefact",
          "irregular",
          "no_baseline",
          "motion",
          "stale",
          "collecting",
          "partner_silent",
          "aliasing",
          "smoothed",
          "edited",
          "below_rate"};
}

/// A heart beat at the time the heart made it, as detected or as a device reported it.
struct Beat {
  Maybe ibi_us{};     ///< interval that ends at this beat, in device time, whole microseconds
  bool contiguous{};  ///< that interval starts at the beat before this one
  bool valid{};       ///< may be used for HRV as far as detector and device know
  Reason reason{};    ///< why it is not valid; of a valid one, why it ends no interval
  bool edited{};      ///< a person put it here, moved it, or took out what was beside it
  std::uint8_t reserved[4]{};  ///< no padding: items are compared and recorded as bytes
  Maybe sqi{};                 ///< signal quality 0..1 around this beat; absent: not rated

  /// The interval for exact sums; 0: there is none, or it is no heart's (above half an hour).
  std::int32_t whole_ibi_us() const {
    return ibi_us && *ibi_us >= 1 && *ibi_us <= 2e9 ? static_cast<std::int32_t>(*ibi_us) : 0;
  }

  static const ib_type& type() {
    return item_type<Beat>(
        "interbeat/beat/1", "A heart beat, at the time the heart made it.",
        field<&Beat::ibi_us>("ibi_us", "us", "Interval that ends at this beat."),
        field<&Beat::contiguous>("contiguous", "", "The interval starts at the beat before."),
        field<&Beat::valid>("valid", "", "May be used for HRV as far as the detector knows."),
        field<&Beat::sqi>("sqi", "1", "Signal quality around this beat, 0..1."),
        field<&Beat::edited>("edited", "", "A person changed this beat or its interval."),
        field<&Beat::reason>("reason", "", "Why it is not valid, or ends no interval."));
  }
};

/// A mark that somebody set: a device's button, a key, a task's start.
struct Marker {
  char text[56]{};
  static const ib_type& type() {
    return item_type<Marker>("interbeat/marker/1", "A mark set by a person or device.",
                             field<&Marker::text>("text", "", "What was marked."));
  }
};

}  // namespace ib
