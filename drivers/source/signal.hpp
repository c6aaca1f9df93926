// Signal: what a source can give, whatever its kind. A node maps its ports to these; a feed fills
// what its recording has.
//
// Thread: values, any.
#pragma once

#include <interbeat/physio.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib::source {

enum class Signal : std::uint8_t {
  ppg,
  acceleration,
  temperature,
  skin_conductance,
  beats,
  markers,
  truth,  ///< beats as they really were; simulated sources only
  edits,  ///< corrections of beats by hand
  rr,     ///< intervals as a device sends them, at their arrival
  ecg,
  heart_rate,   ///< as a device tells it
  status,       ///< what happens to a device
  clock,        ///< where a device's count stands in session time
  spo2,         ///< oxygen saturation, as a device tells it
  spot,         ///< what a device measures once, on request
  logged_rate,  ///< this and those behind it: what a device has logged in the past
  logged_steps,
  logged_spo2,
  logged_temperature,
  logged_sleep,
};
inline constexpr std::size_t n_signals = 20;

constexpr std::size_t index_of(Signal s) { return static_cast<std::size_t>(s); }

/// One slot per signal.
template <class T>
using PerSignal = std::array<T, n_signals>;

/// How a signal comes, for the stream of its port.
struct Shape {
  bool present{};
  double rate_hz{};           ///< regular signals: the true rate
  std::uint32_t channels{1};  ///< regular signals: values per sample
  double items_per_second{};  ///< events: the most in any second
  double sampled_hz{};        ///< events: of the samples that they were found in; 0: nobody knows
  bool steered{};             ///< regular signals: the clock is corrected while it runs
};

}  // namespace ib::source
