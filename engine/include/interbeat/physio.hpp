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

/// Electrocardiogram, raw or filtered, one lead.
struct Ecg {
  static constexpr std::uint32_t channels = 1;
  static const ib_type& type() {
    return sample_type<Ecg>("interbeat/ecg/1", "mV", "Electrocardiogram, one lead.", "ecg_mv");
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
  aliasing,        ///< the heart may beat too fast for the samples, or for the beat detector
  smoothed,        ///< intervals that their device has averaged: good for heart rate alone
  edited,          ///< by hand: excluded; of a valid interval: a person set one of its beats
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
  bool edited{};      ///< by hand: added, moved, excluded, or its interval formed anew
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
        field<&Beat::reason>("reason", "", "Why it is not valid, or ends no interval."),
        field<&Beat::edited>("edited", "", "By hand: it, or the interval that ends at it."));
  }
};
static_assert(sizeof(Beat) == 2 * sizeof(Maybe) + 8);

/// Whether a strap or ring feels skin.
enum class Contact : std::uint8_t { unknown, off, on };
inline constexpr std::array<const char*, 3> labels(Contact) { return {"", "off", "on"}; }

/// Intervals as a strap or ring sends them: a few at a time, when it sends. Its time is that of the
/// arrival; when the hearts beat, beat.rr works out.
struct RrNotification {
  /// A Heart Rate Measurement (Bluetooth SIG 0x2A37) of 20 bytes holds nine.
  static constexpr std::uint32_t most = 9;

  Contact contact{};
  bool doubted{};              ///< the device says itself that these may be wrong
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes
  Maybe hr_bpm;                ///< the device's own, smoothed by it
  Maybe rr_us[most];           ///< whole microseconds, oldest first, the present ones in front

  static const ib_type& type() {
    return item_type<RrNotification>(
        "interbeat/rr/1", "Intervals that a device sent at once, at the time of their arrival.",
        field<&RrNotification::contact>("contact", "", "Whether it feels skin; empty: not told."),
        field<&RrNotification::hr_bpm>("hr_bpm", "bpm", "Heart rate by the device itself."),
        nth(0, "rr_1_us"), nth(1, "rr_2_us"), nth(2, "rr_3_us"), nth(3, "rr_4_us"),
        nth(4, "rr_5_us"), nth(5, "rr_6_us"), nth(6, "rr_7_us"), nth(7, "rr_8_us"),
        nth(8, "rr_9_us"),
        field<&RrNotification::doubted>("doubted", "", "The device itself does not trust these."));
  }

 private:
  static ib_field nth(std::uint32_t i, const char* name) {
    ib_field f{};
    f.struct_size = sizeof f;
    f.kind = IB_MAYBE;
    f.name = name;
    f.unit = "us";
    f.doc = "Interval between two beats; the oldest is the first.";
    f.offset =
        detail::offset_of(&RrNotification::rr_us) + i * static_cast<std::uint32_t>(sizeof(Maybe));
    f.count = 1;
    return f;
  }
};
static_assert(sizeof(RrNotification) == 8 + (1 + RrNotification::most) * sizeof(Maybe));

/// Who worked a heart rate out.
enum class RateSource : std::uint8_t { device };
inline constexpr std::array<const char*, 1> labels(RateSource) { return {"device"}; }

/// A heart rate as a device tells it: averaged by it, nobody knows over what, and no place to take
/// intervals from. Its time is that of the arrival.
struct HeartRate {
  Maybe heart_rate_bpm;  ///< absent: it has none at the moment
  Reason reason{};       ///< why not, as far as it tells
  Contact contact{};
  RateSource source{};
  std::uint8_t reserved[5]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    return item_type<HeartRate>(
        "interbeat/heart_rate/1", "Heart rate as a device tells it, at the time of its arrival.",
        field<&HeartRate::heart_rate_bpm>("heart_rate_bpm", "bpm", "Averaged by the device."),
        field<&HeartRate::contact>("contact", "", "Whether it feels skin; empty: not told."),
        field<&HeartRate::source>("source", "", "Who worked it out."),
        field<&HeartRate::reason>("reason", "", "Why it has none."));
  }
};
static_assert(sizeof(HeartRate) == sizeof(Maybe) + 8);

/// Oxygen saturation of the blood as a device tells it: averaged by it over some seconds. Its time is that
/// of the arrival.
struct OxygenSaturation {
  Maybe spo2_pct;   ///< absent: it has none at the moment
  Reason reason{};  ///< why not, as far as it tells
  Contact contact{};
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    using S = OxygenSaturation;
    return item_type<S>(
        "interbeat/spo2/1", "Oxygen saturation as a device tells it, at the time of its arrival.",
        field<&S::spo2_pct>("spo2_pct", "%", "Averaged by the device."),
        field<&S::contact>("contact", "", "Whether it feels skin; empty: not told."),
        field<&S::reason>("reason", "", "Why it has none."));
  }
};
static_assert(sizeof(OxygenSaturation) == sizeof(Maybe) + 8);

/// What happens to a device, apart from what it measures.
enum class DeviceEvent : std::uint8_t {
  connected,
  disconnected,
  worn,         ///< it feels skin
  not_worn,     ///< it does not, and measures nothing
  charging,     ///< it refuses to measure meanwhile
  busy,         ///< another measurement runs on it
  gave_up,      ///< its measurement ended by itself and is started again
  battery,      ///< it told its charge
  coarse,       ///< its intervals stand on the grid of its samples: they are given no more
  implausible,  ///< its intervals do not add up to the time that passes: none are given until they do
};
inline constexpr std::array<const char*, 10> labels(DeviceEvent) {
  return {"connected", "disconnected", "worn",    "not_worn", "charging",
          "busy",      "gave_up",      "battery", "coarse",   "implausible"};
}

/// One of these, when it was told.
struct DeviceStatus {
  Maybe battery_pct;
  DeviceEvent event{};
  std::uint8_t reserved[7]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    return item_type<DeviceStatus>(
        "interbeat/device_status/1", "What happens to a device, apart from what it measures.",
        field<&DeviceStatus::event>("event", "", "What happened."),
        field<&DeviceStatus::battery_pct>("battery_pct", "%", "Its charge, where it told it."));
  }
};
static_assert(sizeof(DeviceStatus) == sizeof(Maybe) + 8);

/// A mark that somebody set: a device's button, a key, a task's start.
struct Marker {
  char text[56]{};
  static const ib_type& type() {
    return item_type<Marker>("interbeat/marker/1", "A mark set by a person or device.",
                             field<&Marker::text>("text", "", "What was marked."));
  }
};

/// What a person did to a beat.
enum class EditAction : std::uint8_t { add, remove, move, exclude };
inline constexpr std::array<const char*, 4> labels(EditAction) {
  return {"add", "remove", "move", "exclude"};
}

/// What came of it.
enum class EditOutcome : std::uint8_t {
  pending,    ///< nothing has acted on it yet
  applied,    ///< the beats are as the edit wants them
  no_beat,    ///< no beat lies near enough to the time it names
  taken,      ///< an edit before it has changed that beat
  too_close,  ///< a beat that stays lies near the place where it would put one
  outside,    ///< far from all beats, or behind what has left already
  too_many,   ///< more edits at once than a node keeps
};
inline constexpr std::array<const char*, 7> labels(EditOutcome) {
  return {"", "applied", "no_beat", "taken", "too_close", "outside", "too_many"};
}

/// A correction of beats by hand: who made it and why stand beside it. Its time is that of the beat
/// it names, or of the beat it adds, or of the start of the stretch it excludes.
struct BeatEdit {
  EditAction action{};
  EditOutcome outcome{};
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes
  Maybe shift_s;               ///< move: by how much, later if above 0
  Maybe length_s;              ///< exclude: of the stretch; absent: one beat
  char by[24]{};               ///< UTF-8, ends in a zero
  char why[88]{};              ///< UTF-8, ends in a zero

  static const ib_type& type() {
    return item_type<BeatEdit>(
        "interbeat/edit/1", "A correction of beats by hand, at the time of the beat it names.",
        field<&BeatEdit::action>("action", "", "What is done to the beat."),
        field<&BeatEdit::shift_s>("shift_s", "s", "move: by how much, later if above 0."),
        field<&BeatEdit::length_s>("length_s", "s",
                                   "exclude: length of the stretch, if it is one."),
        field<&BeatEdit::by>("by", "", "Who made the edit."),
        field<&BeatEdit::why>("why", "", "Why."),
        field<&BeatEdit::outcome>("outcome", "",
                                  "What came of it; empty: nothing acted on it yet."));
  }
};
static_assert(sizeof(BeatEdit) == 8 + 2 * sizeof(Maybe) + 24 + 88);

}  // namespace ib
