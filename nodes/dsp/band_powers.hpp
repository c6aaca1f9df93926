// Power in the bands of heart rate variability (Task Force, Circulation 93:1043, 1996): VLF
// 0.0033-0.04, LF 0.04-0.15, HF 0.15-0.40 Hz, each from its lower edge up to, without, its upper
// one.
//
// A band's power is the trapezoid rule over the bins inside it; total power is the sum of the
// three, and LF and HF in normalized units are shares of LF + HF, 0..1 (x 100 = n.u.). Other tools
// differ: NeuroKit2 divides by total power, pyHRV counts each bin as a rectangle.
// Thread: any; plain values and functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ib::dsp {

/// One-sided power spectral density: bin k stands at k * step Hz. ms^2/Hz where the signal is in
/// ms.
struct Density {
  std::span<const double> bins;
  double step_hz{};

  bool empty() const noexcept { return bins.empty(); }
  double frequency(std::size_t bin) const noexcept { return static_cast<double>(bin) * step_hz; }
  /// Itself if every bin is finite; else empty: a signal with NaN, or too large to be squared, has
  /// none.
  Density if_finite() const noexcept;
};

/// Frequencies from low to, without, high.
struct Band {
  double low_hz{}, high_hz{};
};
inline constexpr Band vlf_band{0.0033, 0.04}, lf_band{0.04, 0.15}, hf_band{0.15, 0.40};

/// The bins of a band, [first, end).
struct BinRange {
  std::size_t first{}, end{};
  bool empty() const noexcept { return first >= end; }
};
BinRange bins_of(const Density& density, Band band) noexcept;

/// Trapezoids between the bins of a band. One bin has no width, so no power.
double trapezoid_power(const Density& density, BinRange bins) noexcept;
/// Each bin as a rectangle, one step wide.
double rectangle_power(const Density& density, BinRange bins) noexcept;
/// The bin of the greatest density, the first of several. Precondition: not empty.
std::size_t highest_bin(const Density& density, BinRange bins) noexcept;

/// Powers in ms^2, peaks in Hz.
struct BandPowers {
  /// Intervals are whole microseconds. Rounding them alone is a power of 1/12 us^2, 8e-8 ms^2;
  /// shares and logarithms of less than this would be those of rounding noise.
  static constexpr double least_ms2 = 1e-6;

  double vlf{}, lf{}, hf{};
  std::optional<double> vlf_peak_hz, lf_peak_hz, hf_peak_hz;  ///< absent: no power in the band

  double total() const noexcept { return vlf + lf + hf; }
  // Absent: the divisor, or what the logarithm is of, is below least_ms2.
  std::optional<double> lf_share() const noexcept;
  std::optional<double> hf_share() const noexcept;
  std::optional<double> lf_hf() const noexcept;
  std::optional<double> ln_hf() const noexcept;
};

/// `vlf`: where VLF lies; Kubios 2.2 begins at 0.
BandPowers powers_of(const Density& density, Band vlf = vlf_band) noexcept;

}  // namespace ib::dsp
