// Interval: the time between two beats, labelled. What `interval.clean` makes of beats and what
// HRV, stress and dyad nodes read. Its time is its end: when the heart made the later beat.
//
// Invariant: an interval that is not valid stands on the stream all the same, with its label and
// reason; nothing is filled in, nothing disappears.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// What an interval looks like beside its neighbours (Lipponen & Tarvainen 2019, and the gates in
/// front of it).
enum class Label : std::uint8_t {
  normal,
  ectopic,  ///< one beat early or late, compensated by its neighbour
  extra,    ///< a false beat split one interval in two
  missed,   ///< a lost beat joined two intervals
  long_interval,
  short_interval,
  gap,          ///< the beat before is unknown
  range,        ///< outside 300..2000 ms
  low_quality,  ///< one of its two beats is below the quality bound
};
inline constexpr std::array<const char*, 9> labels(Label) {
  return {"normal", "ectopic", "extra", "missed", "long", "short", "gap", "range", "low_quality"};
}

struct Interval {
  std::int32_t ibi_us{};  ///< length in device time, above 0: without one there is no interval
  bool valid{};           ///< may be used for HRV, and so for heart rate
  bool contiguous{};      ///< starts where the interval before ended, and both are valid
  Label label{};
  Reason reason{};  ///< why it is not valid; of a valid one none, or `edited`: by hand
  Maybe sqi;        ///< signal quality 0..1, lower one of its two beats; absent: not rated

  /// May be used for heart rate. `irregular` and `smoothed` stand only where nothing else is wrong: the
  /// interval itself is good, and the scatter around it too large for HRV, or not the heart's own.
  bool carries_rate() const {
    return valid || reason == Reason::irregular || reason == Reason::smoothed;
  }
  /// A person changed, or took out, one of its beats.
  bool edited() const { return reason == Reason::edited; }

  static const ib_type& type() {
    return item_type<Interval>(
        "interbeat/interval/1", "The time between two beats, at the time of the later one.",
        field<&Interval::ibi_us>("ibi_us", "us", "Length, above 0."),
        field<&Interval::valid>("valid", "", "May be used for HRV."),
        field<&Interval::contiguous>("contiguous", "",
                                     "Starts where the interval before ended; both are valid."),
        field<&Interval::label>("label", "", "What it looks like beside its neighbours."),
        field<&Interval::sqi>("sqi", "1", "Signal quality, the lower one of its two beats."),
        field<&Interval::reason>("reason", "",
                                 "Why it is not valid; `irregular`, `smoothed`: good for heart rate "
                                 "alone; `edited` of a valid one: a person set one of its beats."));
  }
};

}  // namespace ib
