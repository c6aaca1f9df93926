// Design of recursive (IIR) filters as a cascade of second-order sections.
//
// The classic way: analogue prototype with cut-off 1 rad/s, band transform at pre-warped edges,
// bilinear transform, pairing into sections (Oppenheim & Schafer, Discrete-Time Signal Processing,
// ch. 7). Each step is a function from zeros, poles and gain to zeros, poles and gain,
// so another family is one more prototype and nothing else.
//
// Which one: Butterworth for beats (little delay); Chebyshev II for a noisy wrist (flat in the
// band, a bounded rest outside, more delay); Bessel for display (keeps the shape of a pulse); a
// notch for mains.
//
// Thread: [control]; designing allocates. The result is a plain value and may be copied anywhere.
// Invariant: every section of a designed filter has a0 = 1 and poles inside the unit circle.
#pragma once

#include <array>
#include <complex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ib::dsp {

/// One section, H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2). The default passes its input.
struct Biquad {
  double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;
};

/// A cascade of sections, first to last. The whole gain sits in the first one; the section nearest
/// the unit circle is the last one.
struct Sos {
  std::array<Biquad, 8> sections{};
  int size = 0;

  std::span<const Biquad> view() const { return {sections.data(), static_cast<std::size_t>(size)}; }
};

/// Design order 1..8; a band-pass or band-stop of order N has 2N poles, so the cascade holds it.
inline constexpr int filter_order_max = 8;
/// Highest edge as a share of the rate. Nearer Nyquist the pre-warped edge runs to infinity.
inline constexpr double filter_edge_max = 0.45;

/// Why an order cannot be designed, as a sentence with the numbers; nothing if it can: 1 to 8.
std::optional<std::string> order_error(int order);
/// Why a band cannot be designed, as a sentence with the numbers; nothing if it can:
/// 0 < low < high <= 0.45 rate. A NaN or infinite number is refused as well.
std::optional<std::string> band_error(double low_hz, double high_hz, double rate_hz);
/// The same for the single edge of a low-pass or high-pass: 0 < edge <= 0.45 rate.
std::optional<std::string> edge_error(double edge_hz, double rate_hz);

/// Butterworth filters; edges are the -3 dB frequencies.
/// Preconditions: order_error and band_error / edge_error have nothing to say.
Sos butterworth_band_pass(int order, double low_hz, double high_hz, double rate_hz);
Sos butterworth_low_pass(int order, double edge_hz, double rate_hz);
Sos butterworth_high_pass(int order, double edge_hz, double rate_hz);
Sos butterworth_band_stop(int order, double low_hz, double high_hz, double rate_hz);

/// Why an attenuation cannot be had: 3 dB < stop <= 120 dB. Less is no stop band, more than doubles
/// carry through a cascade.
std::optional<std::string> stop_error(double stop_db);

/// Chebyshev II filters: flat in the band, at least `stop_db` down in the stop band. Edges are
/// where the stop band begins (-stop_db), not the -3 dB frequencies. Preconditions as above, and
/// stop_error has nothing to say.
Sos chebyshev2_low_pass(int order, double stop_db, double edge_hz, double rate_hz);
Sos chebyshev2_high_pass(int order, double stop_db, double edge_hz, double rate_hz);
Sos chebyshev2_band_pass(int order, double stop_db, double low_hz, double high_hz, double rate_hz);
Sos chebyshev2_band_stop(int order, double stop_db, double low_hz, double high_hz, double rate_hz);

/// Bessel low-pass; the edge is the -3 dB frequency. The delay is the same for all that passes, as
/// long as the edge lies below a tenth of the rate: the bilinear transform bends it nearer to
/// Nyquist.
Sos bessel_low_pass(int order, double edge_hz, double rate_hz);

/// Lowest rate for a notch, in units of its frequency. Nearer Nyquist, or beyond it, where mains is
/// aliased, a notch there takes away what isn't mains.
inline constexpr double notch_rate_min = 2.5;
/// Why a notch cannot be designed: at > 0, q > 0, rate >= 2.5 at.
std::optional<std::string> notch_error(double at_hz, double q, double rate_hz);
/// Takes away one frequency; at_hz / q wide between the -3 dB frequencies. One section.
Sos notch(double at_hz, double q, double rate_hz);

/// H(e^jw) of the cascade at a frequency in Hz.
std::complex<double> response(const Sos& sos, double at_hz, double rate_hz);

/// Group delay in seconds at a frequency in Hz, from the polynomials (no numeric derivative).
/// Precondition: |H| > 0 there; at a zero of the filter the delay isn't defined.
double group_delay_s(const Sos& sos, double at_hz, double rate_hz);

/// Samples until a transient has fallen to 1 %: ceil(ln 0.01 / ln r), r = largest pole radius.
/// 0 for a filter without poles away from the origin; the greatest int where there is no end to it.
int settling_samples(const Sos& sos);

// ---------------------------------------------------------------------------------------------
// The steps of a design, for adding a filter family.

/// Zeros, poles and gain of a transfer function. Complex roots stand in conjugate pairs.
struct Zpk {
  std::vector<std::complex<double>> zeros, poles;
  double gain = 1.0;
};

/// Butterworth low-pass prototype, cut-off 1 rad/s: N poles on the unit circle, no zeros.
Zpk butterworth_prototype(int order);

/// Chebyshev II low-pass prototype: the stop band begins at 1 rad/s. Zeros on the imaginary axis,
/// one less than poles where the order is odd.
Zpk chebyshev2_prototype(int order, double stop_db);
/// Bessel low-pass prototype, cut-off (-3 dB) 1 rad/s: roots of the reverse Bessel polynomial.
Zpk bessel_prototype(int order);

/// Edge in Hz to the analogue frequency in rad/s that the bilinear transform maps back onto it.
double prewarp(double edge_hz, double rate_hz);

/// Prototype to analogue filter; edges in rad/s.
Zpk to_low_pass(const Zpk& prototype, double edge);
Zpk to_high_pass(const Zpk& prototype, double edge);
Zpk to_band_pass(const Zpk& prototype, double low, double high);
Zpk to_band_stop(const Zpk& prototype, double low, double high);

/// Analogue to digital.
Zpk bilinear(const Zpk& analogue, double rate_hz);

/// Conjugate pairs into sections, each with the zeros nearest to its poles. Precondition: at most
/// 16 poles, no more zeros than poles.
Sos to_sections(const Zpk& digital);

}  // namespace ib::dsp
