// Breathing rate from respiratory sinus arrhythmia: the heart goes faster when breathing in, so a
// clear fast peak in the tachogram's spectrum is the breath. Without a guard it is as often
// something else: on a resting subject the highest peak stood at 0.135 Hz while a belt counted
// 0.281 Hz.
//
//   peak     the highest local maximum of the density in 0.12-0.50 Hz
//   share    power within 0.03 Hz of it / all power in 0.12-0.50 Hz
//   rise     mean density there over the mean density 0.03-0.09 Hz away, in dB
//
// Reported only where share >= 0.40, rise >= 3 dB and the peak is not below 0.15 Hz, where the LF
// rhythm of blood pressure lives; who breathes with a pacer knows that it is the breath (`paced`).
// Meant for a tachogram of 60 s or more, Welch segments of 64 s padded to 2048. Talking breaks it.
// Thread: any; a plain function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dsp/band_powers.hpp"
#include "dsp/welch.hpp"

namespace ib::dsp {

enum class RespirationReason : std::uint8_t {
  none,
  no_peak,    ///< no density, no power, or no local maximum
  too_slow,   ///< may as well be the rhythm of blood pressure
  too_broad,  ///< holds too little of the power
  too_faint,  ///< hardly higher than its neighbours
};
std::string_view name(RespirationReason) noexcept;

struct RsaRespiration {
  std::optional<double> rate_hz;  ///< the peak, where it may be reported
  double peak_hz{};               ///< 0: none
  double share{};                 ///< 0..1
  double rise_db{};
  RespirationReason reason{};  ///< why there is no rate
};

struct RsaGuard {
  double least_share = 0.40;
  double least_rise_db = 3;
  double slowest_hz = 0.15;
  bool paced = false;  ///< breathing follows a pacer: may be slower
};

/// The resolution the guard was tried with.
inline constexpr Welch::Params respiration_welch{4, 256, 128, 2048};

RsaRespiration respiration_of(const Density& density, const RsaGuard& guard = {}) noexcept;

}  // namespace ib::dsp
