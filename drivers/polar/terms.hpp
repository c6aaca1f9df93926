// Terms: what a graph wishes of a Polar sensor, what the sensor offers, and what comes of both.
//
// Where a graph wishes nothing: the electrocardiogram and the pulse waveform at the greatest rate that is
// offered, acceleration at the rate nearest 50 Hz and in the widest range. Resolution and channels are
// always the most.
// Source: Polar BLE SDK, stream settings. Thread: any.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "polar/control.hpp"
#include "polar/measurement.hpp"
#include "polar/requests.hpp"
#include "polar/settings.hpp"

namespace ib::polar {

/// 0: as it comes.
struct Wishes {
  double ecg_hz{}, ppg_hz{}, acceleration_hz{};
  double range_g{};
};

/// The waveforms that are decoded here; their numbers are 0, 1, 2.
inline constexpr std::array waveforms{Measurement::ecg, Measurement::ppg,
                                      Measurement::acceleration};
constexpr std::size_t number_of(Measurement m) { return static_cast<std::size_t>(m); }

struct Term {
  bool offered{};
  double rate_hz{};  ///< 1 or more
  Choice choice;     ///< what it is started with
};

struct Terms {
  std::array<Term, waveforms.size()> waveform;  ///< by number
  bool intervals{};                             ///< offered

  const Term& of(Measurement m) const { return waveform[number_of(m)]; }
  Term& of(Measurement m) { return waveform[number_of(m)]; }
};

struct Chosen {
  Term term;            ///< not offered: its settings are none that is understood here
  std::string problem;  ///< a wish that it does not offer, for people; empty: none
};

Chosen choose(Measurement m, const Settings& offered, const Wishes& wishes);

/// "acceleration"
std::string_view name_of(Measurement m);
/// Why a measurement is not started, and what to do: "it refuses to measure ...".
std::string sentence_of(Error error, Measurement m);

}  // namespace ib::polar
