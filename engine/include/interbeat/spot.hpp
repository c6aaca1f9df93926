// A spot measurement: a device measures one thing once, on request, and tells one value: a vocabulary apart
// from physio.hpp, so that no port that works on beats, intervals or rates takes it.
//
// Its time is that at which it came to its end. Stress and HRV are scores of the device's maker: numbers
// without a unit and without a published method, no variability in milliseconds.
#pragma once

#include <interbeat/sugar/item.hpp>

#include <array>
#include <cstdint>

namespace ib {

/// What was measured.
enum class SpotKind : std::uint8_t {
  spo2,
  stress_score,  ///< the maker's own number
  hrv_score,     ///< the maker's own number; neither RMSSD nor SDNN
};
inline constexpr std::array<const char*, 3> labels(SpotKind) {
  return {"spo2", "stress_score", "hrv_score"};
}

/// How it came out.
enum class SpotEnd : std::uint8_t {
  measured,
  warming_up,    ///< it was still warming up when its time was over
  not_worn,      ///< it felt no skin, or is worn incorrectly
  no_data,       ///< it said that it had none
  out_of_range,  ///< what it told cannot be
  refused,       ///< its firmware does not measure this
  no_answer,     ///< it was asked, and nothing came
  disconnected,  ///< the connection broke meanwhile
};
inline constexpr std::array<const char*, 8> labels(SpotEnd) {
  return {"measured",     "warming_up", "not_worn",  "no_data",
          "out_of_range", "refused",    "no_answer", "disconnected"};
}

struct SpotMeasurement {
  Maybe value;  ///< absent: `end` says why
  SpotKind of{};
  SpotEnd end{};
  std::uint8_t reserved[6]{};  ///< no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    using S = SpotMeasurement;
    return item_type<S>(
        "interbeat/spot_measurement/1",
        "What a device measured once, on request, at the end of the measurement.",
        field<&S::of>("of", "", "What was measured."),
        field<&S::value>("value", "", "SpO2 in %; a score is its maker's number, without a unit."),
        field<&S::end>("end", "", "How it came out."));
  }
};
static_assert(sizeof(SpotMeasurement) == sizeof(Maybe) + 8);

}  // namespace ib
